"""People who press at the same moment: one effect, nothing twice, no error shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.assessment.racing import all_at_once, of_each_sort
from tests.delivery.classrooms import NINE, Centre, at, booking_of
from trainhub.db import db, transaction
from trainhub.delivery.models import (
    Attendance,
    BookingEvent,
    DebtEntry,
    DeliveryRecord,
    MakeUp,
    SurveyAnswer,
)
from trainhub.delivery.queries.teaching.classroom import lock_class
from trainhub.delivery.rules.teaching.attendance import AttendanceState
from trainhub.delivery.rules.teaching.check_in import code_at, step_of
from trainhub.delivery.rules.teaching.classroom import Step
from trainhub.delivery.services.teaching import attendance, teaching
from trainhub.delivery.services.teaching.ending import end_class
from trainhub.delivery.services.teaching.surveys import answer_survey
from trainhub.ledger.models import LearningRecord, Verb
from trainhub.people.models import Person

SECRET = "a secret for tests"
START, END = at(NINE), at(NINE + 60)
MANY = 8


def count(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def running(app: Flask) -> tuple[Centre, int, str]:
    """A class under way, and its code."""
    centre = Centre(heads=MANY)
    session = centre.add_class()
    with transaction():
        row = lock_class(session.id)
        teaching.take_step(row, Step.BEGIN, now=START, by_id=centre.trainer.id)
    db.session.refresh(session)
    return centre, session.id, code_at(SECRET, session.id, session.check_in_nonce, step_of(START))


def arrive(person_id: int, code: str) -> None:
    with transaction():
        person = db.session.get_one(Person, person_id)
        attendance.check_in(person, code, secret=SECRET, now=START)


def end(session_id: int) -> None:
    with transaction():
        end_class(lock_class(session_id), Step.END, now=END, by_id=None)


def test_a_double_press_checks_in_once(app: Flask, running: tuple[Centre, int, str]) -> None:
    centre, _session_id, code = running
    person_id = centre.people[0].id
    found = all_at_once(app, [lambda: arrive(person_id, code)] * MANY)
    assert of_each_sort(found) == {"done": MANY}
    assert count(Attendance) == 1
    events = select(func.count()).where(BookingEvent.kind == "attendance")
    assert db.session.scalar(events) == 1


def test_everybody_types_the_code_at_once(app: Flask, running: tuple[Centre, int, str]) -> None:
    centre, _session_id, code = running
    ids = [person.id for person in centre.people]
    found = all_at_once(app, [lambda one=one: arrive(one, code) for one in ids])
    assert of_each_sort(found) == {"done": MANY}
    assert count(Attendance) == MANY


def test_a_class_is_ended_once(app: Flask, running: tuple[Centre, int, str]) -> None:
    centre, session_id, _code = running
    found = all_at_once(app, [lambda: end(session_id)] * 4)
    assert of_each_sort(found) == {"done": 1, "class_wrong_state": 3}
    assert (count(DeliveryRecord), count(MakeUp)) == (1, MANY)
    owed = select(func.count()).where(DebtEntry.kind == "owed")
    assert db.session.scalar(owed) == MANY
    assert centre.people


def test_who_arrives_as_the_class_ends_is_in_it_or_told(
    app: Flask, running: tuple[Centre, int, str]
) -> None:
    centre, session_id, code = running
    person_id = centre.people[0].id
    came, _ended = all_at_once(app, [lambda: arrive(person_id, code), lambda: end(session_id)])
    db.session.rollback()
    session = centre.people[0]
    booking = booking_of(lock_class(session_id), session)
    was_in = came is None
    assert (booking.state == "attended") is was_in
    records = select(func.count()).where(LearningRecord.verb == Verb.ATTENDED.value)
    assert db.session.scalar(records) == int(was_in)


def test_an_answer_sent_twice_counts_once(app: Flask, running: tuple[Centre, int, str]) -> None:
    centre, session_id, code = running
    person_id = centre.people[0].id
    arrive(person_id, code)
    end(session_id)

    def answer() -> None:
        with transaction():
            answer_survey(session_id, person_id, [5, 4, 5, 4], "", now=END + timedelta(hours=1))

    found = all_at_once(app, [answer] * MANY)
    assert of_each_sort(found) == {"done": 1, "survey_closed": MANY - 1}
    assert count(SurveyAnswer) == 1


def test_two_corrections_at_once_leave_one_truth(
    app: Flask, running: tuple[Centre, int, str]
) -> None:
    centre, session_id, _code = running
    end(session_id)
    person = centre.people[0]
    booking_id, trainer_id = booking_of(lock_class(session_id), person).id, centre.trainer.id
    person_id = person.id

    def correct(state: AttendanceState) -> None:
        with transaction():
            session = lock_class(session_id)
            booking = next(one for one in session.bookings if one.id == booking_id)
            attendance.mark(
                session, booking, state, actor=db.session.get_one(Person, trainer_id),
                by_planner=False, now=END, reason="put right",
            )  # fmt: skip

    states = [AttendanceState.PRESENT, AttendanceState.EXCUSED_PERSONAL] * 3
    found = all_at_once(app, [lambda one=one: correct(one) for one in states])
    assert of_each_sort(found) == {"done": 6}
    sums = dict(
        db.session.execute(
            select(DebtEntry.kind, func.sum(DebtEntry.minutes))
            .where(DebtEntry.person_id == person_id)
            .group_by(DebtEntry.kind)
        ).all()
    )
    row = db.session.get_one(Attendance, booking_id)
    held = 60 if row.state == "present" else 0
    assert (sums.get("planned"), sums.get("delivered", 0)) == (60, held)
    assert sums.get("owed", 0) == 60 - held
