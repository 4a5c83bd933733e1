"""Fairness: who gets the dawn, and from whom the centre takes classes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from tests.checking import CheckingClient
from tests.delivery.centre import MONDAY, TUESDAY, WEDNESDAY, Centre, booking_of
from trainhub.db import transaction
from trainhub.delivery.queries.planning.fairness import (
    count_dawns,
    list_called_off,
    list_dawns,
    list_trainers,
)
from trainhub.delivery.services.classes import classes
from trainhub.delivery.services.seats import booking
from trainhub.people.models import Role

SPAN = MONDAY - timedelta(days=7), MONDAY + timedelta(days=28)
SEVEN = 7 * 60


@pytest.fixture
def centre(app: Flask) -> Centre:
    found = Centre(people=8, need=0)
    with transaction():
        found.codes["M"].starts_min = SEVEN  # a class at seven lies in the shift
    found.teach_at_any_hour()
    return found


def dawns(centre: Centre) -> list[tuple[str, int, int]]:
    rows = list_dawns(centre.planner, *SPAN)
    return [(row.name.lower(), row.dawns, row.classes) for row in rows]


def called_off(centre: Centre) -> list[tuple[str, dict[str, int]]]:
    rows = list_called_off(centre.planner, *SPAN)
    return [(row.name.lower(), dict(row.by_cause)) for row in rows]


def test_the_most_dawns_come_first(centre: Centre, now: datetime) -> None:
    alice, bob, carol = centre.people[:3]
    other = centre.add_course()
    centre.add_class(TUESDAY, SEVEN, now=now, people=[alice, bob])
    centre.add_class(WEDNESDAY, SEVEN, now=now, course=other, people=[bob])
    centre.add_class(WEDNESDAY, now=now, people=[carol])
    assert dawns(centre) == [("bob", 2, 2), ("alice", 1, 1)]
    assert count_dawns(centre.planner, *SPAN) == [1, 1, 1]


def test_a_campaign_says_until_when_it_is_dawn(centre: Centre, now: datetime) -> None:
    alice = centre.people[0]
    late = centre.add_campaign(dawn_before_min=10 * 60)
    centre.add_class(TUESDAY, now=now, people=[alice], campaign=late)
    early = centre.add_course()
    strict = centre.add_campaign(
        early, dawn_before_min=6 * 60, kinds=["in_shift"], in_shift=[[0, 24 * 60]]
    )
    centre.add_class(WEDNESDAY, SEVEN, now=now, people=[alice], campaign=strict, course=early)
    assert dawns(centre) == [("alice", 1, 2)]


def test_only_what_the_centre_took_is_called_off(centre: Centre, now: datetime) -> None:
    alice, bob, carol, dave = centre.people[:4]
    session = centre.add_class(TUESDAY, now=now, people=[alice, bob], seats=2)
    with transaction():
        booking.join_waiting_list(session.id, carol, now=now)
        booking.leave_waiting_list(booking_of(session, carol), now=now, by_id=carol.id)
        booking.decline(booking_of(session, bob), reason="School", now=now)
    planned = centre.add_class(WEDNESDAY, now=now, people=[dave], published=False)
    with transaction():
        classes.cancel_class(planned.id, cause="room", reason="Why", now=now, actor=centre.planner)
    assert called_off(centre) == []  # nobody was told of dave's
    with transaction():
        classes.cancel_class(session.id, cause="trainer", reason="Why", now=now,
                             actor=centre.planner)  # fmt: skip
    assert called_off(centre) == [("alice", {"trainer": 1})]


def test_whoever_keeps_being_called_off_comes_first_with_the_causes(
    centre: Centre, now: datetime
) -> None:
    alice, bob = centre.people[:2]
    for day, cause in ((TUESDAY, "operations"), (WEDNESDAY, "trainer"), (MONDAY, "operations")):
        session = centre.add_class(day, now=now, course=centre.add_course(), people=[bob])
        with transaction():
            classes.cancel_class(session.id, cause=cause, reason="Why", now=now,
                                 actor=centre.planner)  # fmt: skip
    last = centre.add_class(WEDNESDAY, now=now, people=[alice])
    with transaction():
        booking.cancel(booking_of(last, alice), cause="planner", reason="Why", now=now,
                       by_id=centre.planner.id)  # fmt: skip
    assert called_off(centre) == [
        ("bob", {"operations": 2, "trainer": 1}), ("alice", {"planner": 1}),
    ]  # fmt: skip


def test_a_seat_taken_again_was_not_called_off(centre: Centre, now: datetime) -> None:
    alice = centre.people[0]
    session = centre.add_class(TUESDAY, now=now, people=[alice])
    with transaction():
        booking.cancel(booking_of(session, alice), cause="planner", reason="Why", now=now,
                       by_id=centre.planner.id)  # fmt: skip
        booking.book(session.id, alice, now=now, by_id=centre.planner.id)
    assert called_off(centre) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_both_lists_to_those_in_charge(
    centre: Centre, now: datetime, client: Callable[..., CheckingClient], make, language: str
) -> None:
    alice, bob = centre.people[:2]
    centre.add_class(TUESDAY, SEVEN, now=now, people=[alice])
    off = centre.add_class(WEDNESDAY, now=now, people=[bob])
    with transaction():
        classes.cancel_class(off.id, cause="trainer", reason="Why", now=now, actor=centre.planner)
    text = client(centre.planner, language=language).page("/fairness").text
    assert "Alice" in text and "Bob" in text
    assert ("内训师" if language == "zh" else "Trainer") in text
    stranger = make.person("stranger", Role.SUPERVISOR, supervises=make.team("Blue"))
    text = client(stranger, language=language).page("/fairness").text
    assert "Alice" not in text and "Bob" not in text


def test_only_classes_that_were_held_count_as_taught(centre: Centre, now: datetime) -> None:
    held = centre.add_class(TUESDAY, now=now, people=centre.people[:1])
    centre.add_class(WEDNESDAY, now=now, people=centre.people[:1], course=centre.add_course())
    with transaction():
        held.state = "completed"
    (row,) = list_trainers(centre.planner, *SPAN)
    assert (row.classes, row.minutes, row.to_come_min, row.busiest_week_min) == (1, 60, 60, 120)
