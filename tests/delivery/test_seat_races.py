"""Acts upon seats at the same moment: no seat, no head and no person is there twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.assessment.racing import all_at_once, of_each_sort
from tests.delivery.centre import WEDNESDAY, Centre, booking_of
from trainhub.db import db, transaction
from trainhub.delivery.models import Booking, SwapRequest, TrainerCourse, TrainingSession
from trainhub.delivery.services.classes import classes
from trainhub.delivery.services.seats import booking, swapping
from trainhub.people.models import Person

ROUNDS = 6


@pytest.fixture
def centre(app: Flask) -> Centre:
    """Eight people, two are needed: seats run out before heads do."""
    centre = Centre(people=8, need=2)
    centre.rota(centre.people, "O" * 28)
    return centre


def person(person_id: int) -> Person:
    found = db.session.get(Person, person_id)
    assert found is not None
    return found


def taker(session_id: int, person_id: int, now: datetime) -> Callable[[], None]:
    def take() -> None:
        with transaction():
            booking.book(session_id, person(person_id), now=now, by_id=person_id)

    return take


def check_counts() -> None:
    """Every class has as many seats taken as bookings that hold one, and nobody two."""
    db.session.rollback()
    for session in db.session.scalars(select(TrainingSession)):
        held = db.session.scalar(
            select(func.count()).where(
                Booking.training_session_id == session.id, Booking.state == "booked"
            )
        )
        assert session.taken == held <= session.seats
    twice = select(Booking.person_id, Booking.course_id).where(Booking.state == "booked")
    rows = db.session.execute(twice).all()
    assert len(rows) == len(set(rows))


def test_the_last_seat_is_taken_once(app: Flask, centre: Centre, now: datetime) -> None:
    ids = [one.id for one in centre.people]
    for number in range(ROUNDS):
        session = centre.add_class(WEDNESDAY, now=now, course=centre.add_course(), seats=1)
        found = all_at_once(app, [taker(session.id, one, now) for one in ids[:4]])
        assert of_each_sort(found) == {"done": 1, "session_full": 3}, number
        check_counts()
        with transaction():
            classes.cancel_class(session.id, cause="room", reason="Over", now=now,
                                 actor=person(centre.planner.id))  # fmt: skip


def test_eight_for_three_seats_of_a_class(app: Flask, centre: Centre, now: datetime) -> None:
    session = centre.add_class(now=now, seats=3)
    found = all_at_once(app, [taker(session.id, one.id, now) for one in centre.people])
    assert of_each_sort(found).get("done") == 3
    assert set(of_each_sort(found)) <= {"done", "session_full", "team_share"}
    check_counts()


def test_the_last_head_to_spare_goes_once_whatever_the_class(app: Flask, now: datetime) -> None:
    """Two classes at one time with free seats in both; the phones can spare one head."""
    centre = Centre(people=5, need=4)
    with transaction():
        db.session.add(
            TrainerCourse(
                person_id=centre.planner.id, course_id=centre.course.id, certified_on=WEDNESDAY
            )
        )
    one = centre.add_class(now=now)
    other = centre.add_class(now=now, room_id=centre.other_room.id, seats=4,
                             trainer_id=centre.planner.id)  # fmt: skip
    alice, bob, carol, dave, _ = (each.id for each in centre.people)
    found = all_at_once(
        app,
        [taker(one.id, alice, now), taker(other.id, bob, now), taker(one.id, carol, now),
         taker(other.id, dave, now)],
    )  # fmt: skip
    assert of_each_sort(found) == {"done": 1, "coverage": 3}
    check_counts()


def test_one_person_booked_twice_at_once_has_one_seat(
    app: Flask, centre: Centre, now: datetime
) -> None:
    alice = centre.people[0].id
    one, other = centre.add_class(now=now), centre.add_class(WEDNESDAY, now=now)
    acts = [taker(session.id, alice, now) for session in (one, other)] * 3
    found = of_each_sort(all_at_once(app, acts))
    assert found == {"done": 3, "again": 3}
    check_counts()


def test_a_freed_seat_goes_to_one(app: Flask, centre: Centre, now: datetime) -> None:
    """The seat is given back while others try to take it: who waits first has it."""
    alice, bob, carol, dave, *_ = centre.people
    session = centre.add_class(now=now, people=[alice, bob], seats=2)
    with transaction():
        booking.join_waiting_list(session.id, carol, now=now)

    session_id, first, last = session.id, alice.id, dave.id

    def decline(of: int) -> Callable[[], None]:
        def act() -> None:
            with transaction():
                row = booking.find_booking(session_id, of)
                assert row is not None
                booking.decline(row, reason="Dentist", now=now)

        return act

    found = all_at_once(app, [decline(first), taker(session_id, last, now), decline(first)])
    assert set(of_each_sort(found)) <= {"done", "seat_gone", "session_full"}
    assert booking_of(session, carol).state == "booked"
    check_counts()


def test_moving_and_booking_at_once_keep_the_rules(
    app: Flask, centre: Centre, now: datetime
) -> None:
    alice, bob = centre.people[0].id, centre.people[1].id
    session = centre.add_class(now=now, people=centre.people[2:3])
    session_id, planner, plan = session.id, centre.planner.id, centre.plan(WEDNESDAY)

    def move() -> None:
        with transaction():
            classes.move_class(session_id, plan, revision=None, now=now, actor=person(planner))

    found = all_at_once(app, [taker(session_id, alice, now), move, taker(session_id, bob, now)])
    assert of_each_sort(found) == {"done": 3}
    check_counts()
    assert db.session.get(TrainingSession, session_id).on == WEDNESDAY


def test_two_rooms_are_never_one(app: Flask, centre: Centre, now: datetime) -> None:
    """Two classes are moved to the same room, trainer and hour at once: one gets there."""
    second = centre.add_course()
    one = centre.add_class(now=now)
    other = centre.add_class(now=now, starts_min=600, course=second)
    plan, planner = centre.plan(WEDNESDAY), centre.planner.id

    def move(of: int) -> Callable[[], None]:
        def act() -> None:
            with transaction():
                classes.move_class(of, plan, revision=None, now=now, actor=person(planner))

        return act

    found = all_at_once(app, [move(one.id), move(other.id)])
    assert of_each_sort(found) == {"done": 1, "class_conflicts": 1}


def test_swaps_declines_and_calling_off_at_once(app: Flask, centre: Centre, now: datetime) -> None:
    """Whatever comes first, counts are right and nothing is “locked” or broken."""
    alice, bob, carol, dave, *_ = centre.people
    planner = centre.planner.id
    for _ in range(ROUNDS):
        course = centre.add_course()
        one = centre.add_class(now=now, course=course, people=[alice, bob], seats=2)
        other = centre.add_class(WEDNESDAY, now=now, course=course, people=[carol, dave], seats=2)
        with transaction():
            request = swapping.ask(
                booking_of(one, alice), booking_of(other, carol), reason="", now=now
            ).id
        one_id, other_id = one.id, other.id

        def agree(of: int = request) -> None:
            with transaction():
                found = db.session.get(SwapRequest, of)
                assert found is not None
                swapping.agree(found, now=now)

        def decline(session_id: int = other_id, who: int = dave.id) -> None:
            with transaction():
                row = booking.find_booking(session_id, who)
                assert row is not None
                booking.decline(row, reason="Dentist", now=now)

        def call_off(session_id: int = one_id, planner: int = planner) -> None:
            with transaction():
                classes.cancel_class(session_id, cause="room", reason="Flooded", now=now,
                                     actor=person(planner))  # fmt: skip

        found = all_at_once(app, [agree, call_off, decline, agree])
        assert set(of_each_sort(found)) <= {"done", "swap_over", "seat_gone", "class_over"}
        check_counts()
        with transaction():
            for session_id in (one_id, other_id):
                session = db.session.get(TrainingSession, session_id)
                if session is not None and session.state == "scheduled":
                    classes.cancel_class(session_id, cause="room", reason="Over", now=now,
                                         actor=person(planner))  # fmt: skip
