"""Where a large centre looks first: the earliest due dates, without counting everything."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import true

from trainhub.db import db, transaction
from trainhub.learning.models import Enrolment
from trainhub.learning.queries import pressing
from trainhub.learning.queries.pressing import Pressing, find_pressing
from trainhub.people.models import Role

pytestmark = pytest.mark.usefixtures("library")
TODAY = date(2026, 11, 23)


@pytest.fixture
def two_teams(make, begin):
    """Red with two people late since long, Blue with one late since yesterday."""
    red, blue = make.team("Red"), make.team("Blue")
    people = []
    for name, team, days in (("alice", red, -9), ("bob", red, -8), ("charlie", blue, -1)):
        enrolment = begin(make.person(name, team=team))
        people.append(enrolment.person_id)
        with transaction():
            db.session.get(Enrolment, enrolment.id).due_on = TODAY + timedelta(days=days)
    return red.id, people


def test_a_centre_with_little_due_looks_at_everything(two_teams) -> None:
    assert find_pressing(true(), TODAY) == Pressing(None, None)


def test_a_centre_with_much_due_looks_at_the_earliest_dates(two_teams) -> None:
    red_id, (alice, bob, _charlie) = two_teams
    assert find_pressing(true(), TODAY, window=2) == Pressing([red_id], [alice, bob])


def test_homes_of_a_large_centre_show_what_presses_most(
    two_teams, client, make, monkeypatch
) -> None:
    monkeypatch.setattr(pressing.find_pressing, "__defaults__", (2,))
    chief = client(make.person("chief", Role.ADMINISTRATOR)).page("/").text
    assert "Red" in chief
    assert "Blue" not in chief
    assert "2 late" in chief
    assert "The teams that press most among many" in chief
    planner = client(make.person("plan", Role.PLANNER)).page("/").text
    assert "Red" in planner
    assert "All teams" not in planner
