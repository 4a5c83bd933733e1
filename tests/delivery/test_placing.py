"""Placing a plan: only what differs is touched, and everything that happened is written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from tests.delivery.centre import MONDAY, NINE, TUESDAY, WEDNESDAY, Centre, booking_of, states
from trainhub.db import db, transaction
from trainhub.delivery.models import (
    Booking,
    BookingEvent,
    Campaign,
    DebtEntry,
    TrainingSession,
    TrainingSessionEvent,
)
from trainhub.delivery.rules.classes.conflicts import SeatRefused
from trainhub.delivery.services.classes.publishing import publish_campaign
from trainhub.delivery.services.planning.placing import (
    Placed,
    PlannedClass,
    PlannedSeat,
    PlanOutdated,
    place,
)
from trainhub.delivery.services.seats.seats import ClassOver, give_back_many, take_many
from trainhub.people.models import Person


def planned(
    made: Centre, people: Sequence[Person], session_id: int | None = None, **changes: Any
) -> PlannedClass:
    """A class of one hour on Tuesday at nine."""
    values: dict[str, Any] = {
        "course_id": made.course.id, "room_id": made.room.id, "trainer_id": made.trainer.id,
        "on": TUESDAY, "starts_min": NINE, "duration_min": 60, "seats": 4, "min_seats": 1,
    }  # fmt: skip
    seats = [PlannedSeat(one.id, "early", True) for one in people]
    return PlannedClass(session_id, people=seats, **(values | changes))


def placed(made: Centre, one: Campaign, now: datetime, *classes: PlannedClass) -> Placed:
    """Place a plan in a transaction of its own."""
    with transaction():
        return place(one, classes, now=now, by_id=made.planner.id)


def history(session_id: int) -> list[str]:
    """What happened to a class, in order."""
    query = select(TrainingSessionEvent.kind).filter_by(training_session_id=session_id)
    return list(db.session.scalars(query.order_by(TrainingSessionEvent.id)))


def story(booking: Booking) -> list[tuple[str, str, str]]:
    """What happened to a booking, in order."""
    query = select(BookingEvent).filter_by(booking_id=booking.id).order_by(BookingEvent.id)
    return [(one.kind, one.old_state, one.new_state) for one in db.session.scalars(query)]


def test_a_class_that_is_as_planned_is_left_alone(app: Flask, now: datetime) -> None:
    made = Centre()
    one = made.add_campaign()
    session_id = placed(made, one, now, planned(made, made.people[:3])).created[0]
    again = placed(made, one, now, planned(made, made.people[:3], session_id))
    assert again == Placed(kept=(session_id,))
    session = db.session.get_one(TrainingSession, session_id)
    assert (session.taken, session.sequence, session.revision) == (3, 0, 1)
    assert history(session_id) == ["created"]
    assert story(booking_of(session, made.people[0])) == [("booked", "", "booked")]


def test_a_class_moves_with_its_people_whose_calendars_follow(app: Flask, now: datetime) -> None:
    made = Centre()
    one = made.add_campaign()
    session_id = placed(made, one, now, planned(made, made.people[:2])).created[0]
    found = placed(made, one, now, planned(made, made.people[:2], session_id, on=WEDNESDAY))
    assert found.moved == (session_id,)
    session = db.session.get_one(TrainingSession, session_id)
    assert (session.on, session.sequence, session.revision) == (WEDNESDAY, 1, 2)
    assert history(session_id) == ["created", "moved"]
    booking = booking_of(session, made.people[0])
    assert booking.sequence == 1
    assert story(booking)[1:] == [("rescheduled", "booked", "booked")]


def test_people_change_places_and_come_back_to_the_row_they_had(app: Flask, now: datetime) -> None:
    made = Centre()
    one, people = made.add_campaign(), made.people
    first, second = placed(
        made, one, now, planned(made, people[:4]), planned(made, people[4:], on=WEDNESDAY, seats=2)
    ).created
    swapped = [people[4], *people[1:4]], [people[0], people[5]]
    back = people[:4], people[4:]
    for one_class, other in (swapped, back):
        found = placed(
            made, one, now, planned(made, one_class, first),
            planned(made, other, second, on=WEDNESDAY, seats=2),
        )  # fmt: skip
        assert (found.booked, found.rebooked, found.released) == (0, 2, 0)
    session = db.session.get_one(TrainingSession, first)
    assert states(session) == dict.fromkeys(("alice", "bob", "carol", "dave"), "booked") | {
        "erin": "moved"
    }
    assert (session.taken, db.session.get_one(TrainingSession, second).taken) == (4, 2)
    booking = booking_of(session, people[0])
    assert booking.sequence == 2
    assert story(booking) == [
        ("booked", "", "booked"), ("moved", "booked", "moved"), ("booked", "moved", "booked"),
    ]  # fmt: skip


def test_what_a_shift_calls_the_time_now_is_written_without_a_word(
    app: Flask, now: datetime
) -> None:
    made = Centre()
    one = made.add_campaign()
    session_id = placed(made, one, now, planned(made, made.people[:2])).created[0]
    seats = [
        PlannedSeat(made.people[0].id, "before", False),
        PlannedSeat(made.people[1].id, "early", True),
    ]
    plan = planned(made, made.people[:2], session_id)
    with transaction():
        place(one, [PlannedClass(**(vars(plan) | {"people": seats}))], now=now, by_id=None)
    session = db.session.get_one(TrainingSession, session_id)
    booking = booking_of(session, made.people[0])
    assert (booking.window_kind, booking.is_on_phones) == ("before", False)
    assert booking_of(session, made.people[1]).window_kind == "early"
    assert story(booking) == [("booked", "", "booked")]


def test_who_loses_a_published_class_for_nothing_is_owed_it(app: Flask, now: datetime) -> None:
    made = Centre(need=0)
    one, people = made.add_campaign(), made.people
    first, second = placed(
        made, one, now, planned(made, people[:3]), planned(made, people[3:], on=WEDNESDAY)
    ).created
    with transaction():
        publish_campaign(one, now=now, actor=made.planner)
    found = placed(made, one, now, planned(made, people[:4], first))
    assert (found.cancelled, found.rebooked, found.released) == ((second,), 1, 2)
    off = db.session.get_one(TrainingSession, second)
    assert (off.state, off.cancelled_cause, off.taken) == ("cancelled", "planner", 0)
    assert states(off) == {"dave": "moved", "erin": "cancelled", "frank": "cancelled"}
    owed = select(DebtEntry.person_id).where(DebtEntry.kind == "owed")
    assert set(db.session.scalars(owed)) == {people[4].id, people[5].id}


def test_a_plan_with_more_people_than_seats_is_refused_whole(app: Flask, now: datetime) -> None:
    made = Centre()
    one = made.add_campaign()
    with pytest.raises(SeatRefused):
        placed(
            made, one, now, planned(made, made.people[:2], on=WEDNESDAY),
            planned(made, made.people[2:6], seats=3),
        )  # fmt: skip
    assert db.session.scalars(select(TrainingSession)).all() == []
    assert db.session.scalars(select(Booking)).all() == []


def test_who_sits_in_the_course_elsewhere_by_now_makes_a_plan_outdated(
    app: Flask, now: datetime
) -> None:
    made = Centre()
    one = made.add_campaign()
    made.add_class(MONDAY, now=now, people=[made.people[0]])
    with pytest.raises(PlanOutdated):
        placed(made, one, now, planned(made, made.people[:2]))


def test_seats_of_many_classes_are_taken_all_or_none(app: Flask, now: datetime) -> None:
    made = Centre(need=0)
    room = made.add_class(TUESDAY, now=now, seats=4)
    full = made.add_class(WEDNESDAY, now=now, seats=4, people=made.people[:3])
    with transaction():
        take_many({room: 4, full: 1})
        assert (room.taken, full.taken) == (4, 4)
        give_back_many({room: 4, full: 1})
        assert (room.taken, full.taken) == (0, 3)
    with pytest.raises(SeatRefused), transaction():
        take_many({room: 4, full: 2})
    assert (room.taken, full.taken) == (0, 3)
    with transaction():
        full.state = "completed"
    with pytest.raises(ClassOver), transaction():
        take_many({full: 1, room: 1})
    assert (room.taken, full.taken) == (0, 3)


def test_a_plan_takes_no_more_questions_for_more_classes(app: Flask, now: datetime) -> None:
    made = Centre()
    one = made.add_campaign()

    def questions(*classes: PlannedClass) -> int:
        asked: list[str] = []

        def note(*about: Any) -> None:
            asked.append(about[2])

        event.listen(db.engine, "before_cursor_execute", note)
        placed(made, one, now, *classes)
        event.remove(db.engine, "before_cursor_execute", note)
        return len(asked)

    days = [TUESDAY + timedelta(days=number) for number in range(6)]
    plan = [planned(made, [who], on=on) for who, on in zip(made.people, days, strict=True)]
    ids = placed(made, one, now, *plan).created
    same = [
        planned(made, [who], session_id, on=on)
        for who, session_id, on in zip(made.people, ids, days, strict=True)
    ]
    all_moved = [
        planned(made, [who], session_id, on=on, starts_min=NINE + 60)
        for who, session_id, on in zip(made.people, ids, days, strict=True)
    ]
    one_moved = [all_moved[0], *same[1:]]
    few = questions(*one_moved)
    placed(made, one, now, *same)
    assert questions(*all_moved) == few
