"""What is arranged shows where it is asked for: a seat in a class, a course assigned apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.certification.programmes import enrolled, published, requirement, values
from tests.checking import CheckingClient
from tests.delivery.centre import TUESDAY, Centre
from tests.factories import Make
from tests.learning import content
from trainhub.catalogue.models import Course
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.db import db, transaction
from trainhub.learning.services import Targets, assign
from trainhub.people.models import Role

Browse = Callable[..., CheckingClient]


class Place:
    """Alice, asked for a class, with her supervisor."""

    def __init__(self, now: datetime) -> None:
        self.centre = Centre()
        self.alice = self.centre.people[0]
        self.boss = Make.person("boss", Role.SUPERVISOR, supervises=self.centre.team)
        content.import_library()
        self.course = db.session.scalars(select(Course).where(Course.key == "opening")).one()
        programme = published(
            values(
                requirement(
                    "lesson", "class", due_days=20,
                    settings={"course": self.centre.course.key, "min_minutes": 0},
                ),
                requirement("opening", due_days=2),
            )
        )  # fmt: skip
        self.road = enrolled(programme, self.alice, starts_on=now.date() - timedelta(days=7))
        review_enrolments(now)
        self.path = f"/programme-enrolments/{self.road.id}"


@pytest.fixture
def place(app: Flask, now: datetime) -> Place:
    return Place(now)


def test_a_seat_in_a_class_is_seen_where_the_class_is_asked_for(
    place: Place, client: Browse, now: datetime
) -> None:
    alice, boss = client(place.alice), client(place.boss)
    assert "Get a seat in a class" in alice.get(place.path).text
    assert f"{place.path}/class/lesson" in boss.get("/certification").text

    held = place.centre.add_class(TUESDAY, now=now, people=[place.alice])
    own = alice.get(place.path).text
    assert "Seat on Dec 1, 09:00" in own
    assert f"/agenda#class-{held.id}" in own
    assert "Get a seat in a class" not in own
    assert "To do" in own
    theirs = boss.get(place.path).text
    assert "Seat on Dec 1, 09:00" in theirs
    assert f"/classes/{held.id}" in theirs
    assert "Book a class" not in theirs
    boss.get(f"/classes/{held.id}")
    table = boss.get("/certification").text
    assert f"{place.path}/class/lesson" not in table
    assert "Seat on Dec 1, 09:00" in table


def test_a_date_of_its_own_stands_beside_that_of_the_programme(
    place: Place, client: Browse, now: datetime
) -> None:
    with transaction():
        assign(
            [place.course], [], Targets([place.alice]), due_on=now.date() + timedelta(days=3),
            today=now.date(), actor=place.boss, now=now, note="",
        )  # fmt: skip
    assert "The course is also assigned by itself, due Nov 26, 2026" in client(place.alice).get(
        place.path
    ).text.replace("\xa0", " ")
    assert "assigned by itself, due Nov 26, 2026" in client(place.alice).get("/").text
