"""Publishing and ending a class in which nobody has a seat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.checking import CheckingClient
from tests.delivery.classrooms import NINE, Centre, at
from tests.factories import Make
from trainhub import clock
from trainhub.db import transaction
from trainhub.delivery.models import TrainingSession
from trainhub.people.models import Role

Browser = Callable[..., CheckingClient]
START = at(NINE)


@pytest.fixture
def centre(app: Any) -> Centre:
    return Centre()


@pytest.fixture
def empty(centre: Centre) -> TrainingSession:
    """A class to come without people."""
    return centre.add_class(people=[])


def test_publishing_tells_nobody_and_says_so(empty: TrainingSession, client: Browser) -> None:
    with transaction():
        empty.published_at = None
    planner = client(Make.person("pia", Role.PLANNER))
    with clock.frozen(START - timedelta(days=1)):
        assert "so nobody is told" in planner.get(f"/classes/{empty.id}").text
        planner.post(f"/classes/{empty.id}/publish", {}, status=302)
        assert "Nobody has a seat in it yet." in planner.get(f"/classes/{empty.id}").text


def test_ending_sends_nothing_and_says_so(
    centre: Centre, empty: TrainingSession, client: Browser
) -> None:
    trainer = client(centre.trainer)
    with clock.frozen(START):
        trainer.post(f"/classes/{empty.id}/steps/begin")
        assert "0 people without a mark" not in trainer.get(f"/classes/{empty.id}/teach").text
    with clock.frozen(START + timedelta(hours=1)):
        trainer.post(f"/classes/{empty.id}/steps/end")
        assert "Nobody was in it." in trainer.get(f"/classes/{empty.id}/teach").text
