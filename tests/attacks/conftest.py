"""The centre that is attacked."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.attacks import world as worlds
from tests.attacks.world import World


@pytest.fixture
def world(app: Flask) -> World:
    """A small centre with canaries."""
    return worlds.build(app)
