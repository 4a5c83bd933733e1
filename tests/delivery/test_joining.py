"""The rota knows of classes in every process, not in those alone that have pages."""

from __future__ import annotations

import subprocess
import sys

from flask import Flask

from trainhub.rota.queries import away, engagements
from trainhub.rota.services import changed

WITHOUT_PAGES = """
import sys
from trainhub.delivery import joining
from trainhub.rota.queries import away, engagements
from trainhub.rota.services import changed

assert not away._sources and not engagements._sources and not changed._listeners
joining.join()
assert not [name for name in sys.modules if ".delivery.views" in name]
print(*away._sources, *engagements._sources, *changed._listeners)
"""


def test_nothing_but_services_is_needed_to_join() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PAGES], capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["delivery"] * 3, done.stderr


def test_every_application_is_joined(app: Flask) -> None:
    assert "delivery" in away._sources
    assert "delivery" in engagements._sources
    assert "delivery" in changed._listeners
