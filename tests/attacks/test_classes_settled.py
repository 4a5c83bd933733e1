"""Attacks upon classes: debts settled twice, a course sat twice, late check-in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from threading import Barrier, BrokenBarrierError, Event

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.assessment.racing import all_at_once, of_each_sort
from tests.delivery import classrooms
from trainhub.db import db, transaction
from trainhub.delivery.models import DebtEntry, MakeUp, TrainingSession
from trainhub.delivery.queries.teaching.classroom import lock_class
from trainhub.delivery.rules.teaching.attendance import AttendanceState
from trainhub.delivery.rules.teaching.check_in import code_at, step_of
from trainhub.delivery.rules.teaching.classroom import Step
from trainhub.delivery.services.seats import booking
from trainhub.delivery.services.teaching import attendance, debts, teaching
from trainhub.delivery.services.teaching.ending import end_class
from trainhub.errors import DomainError
from trainhub.notices import class_notices
from trainhub.notices.models import Notice
from trainhub.people.models import Person

LATER = classrooms.at(15 * 60)


def _held(centre: classrooms.Centre, on: date, *came: Person) -> TrainingSession:
    """A class of everybody that ran its hour; who is not in `came` missed it."""
    session = centre.add_class(on)
    _begin(centre, session, *came)
    with transaction():
        end_class(lock_class(session.id), Step.END, now=session.ends_at, by_id=None)
    return session


def _begin(centre: classrooms.Centre, session: TrainingSession, *came: Person) -> None:
    with transaction():
        row = lock_class(session.id)
        teaching.take_step(row, Step.BEGIN, now=session.starts_at, by_id=centre.trainer.id)
        for person in came:
            attendance.mark(
                row, classrooms.booking_of(row, person), AttendanceState.PRESENT,
                actor=row.trainer, by_planner=False, now=session.starts_at,
            )  # fmt: skip


def test_a_waived_class_that_is_attended_after_all_can_be_ended(app: Flask) -> None:
    centre = classrooms.Centre(heads=4)
    person = centre.people[0]
    session = centre.add_class(people=[person])
    early = session.starts_at - timedelta(days=3)
    centre.put_on_shift(session.on)
    with transaction():
        row = classrooms.booking_of(session, person)
        booking.cancel(row, cause="planner", reason="short", now=early, by_id=None)
        owed = db.session.scalars(select(MakeUp)).one()
        debts.waive(owed, reason="knows it", now=early, actor=centre.chief)
        booking.book(session.id, person, now=early, by_id=centre.planner.id)
    _begin(centre, session, person)
    with transaction():
        end_class(lock_class(session.id), Step.END, now=session.ends_at, by_id=None)
    assert db.session.get_one(TrainingSession, session.id).state == "completed"


def _waiver(centre: classrooms.Centre, seen: Callable[[], object]) -> Callable[[], None]:
    """Somebody waives the one make-up there is; `seen` is called once it is read."""
    make_up_id, chief_id = db.session.scalars(select(MakeUp.id)).one(), centre.chief.id

    def waive() -> None:
        with transaction():
            make_up = db.session.get_one(MakeUp, make_up_id)
            seen()
            chief = db.session.get_one(Person, chief_id)
            debts.waive(make_up, reason="knows it", now=LATER, actor=chief)

    return waive


def _settled_minutes() -> tuple[int, int]:
    """Minutes owed, and minutes repaid or waived, in the whole account."""
    db.session.rollback()
    query = select(DebtEntry.kind, func.sum(DebtEntry.minutes)).group_by(DebtEntry.kind)
    sums = dict(db.session.execute(query).all())
    return sums.get("owed", 0), sums.get("repaid", 0) + sums.get("waived", 0)


def test_what_is_owed_is_waived_once(app: Flask) -> None:
    if db.engine.dialect.name != "postgresql":
        return  # writers of SQLite come one after the other
    centre = classrooms.Centre(heads=1)
    _held(centre, classrooms.MONDAY)
    barrier = Barrier(2)

    def both_have_read() -> None:
        with suppress(BrokenBarrierError):
            barrier.wait(timeout=2)

    waive = _waiver(centre, both_have_read)
    found = of_each_sort(all_at_once(app, [waive, waive]))
    assert _settled_minutes() == (60, 60), found


def test_what_is_owed_is_not_waived_and_repaid_at_once(app: Flask) -> None:
    if db.engine.dialect.name != "postgresql":
        return
    centre = classrooms.Centre(heads=1)
    _held(centre, classrooms.MONDAY - timedelta(days=7))
    session = centre.add_class()
    _begin(centre, session, centre.people[0])
    session_id, ends_at = session.id, session.ends_at
    read, ended = Event(), Event()

    def seen() -> None:
        read.set()
        ended.wait(2)

    def end() -> None:
        read.wait(2)
        with transaction():
            end_class(lock_class(session_id), Step.END, now=ends_at, by_id=None)
        ended.set()

    found = of_each_sort(all_at_once(app, [_waiver(centre, seen), end]))
    assert _settled_minutes() == (60, 60), found


def test_what_is_owed_is_not_waived_while_the_seat_is_taken_again(app: Flask) -> None:
    if db.engine.dialect.name != "postgresql":
        return
    centre = classrooms.Centre(heads=4)
    person = centre.people[0]
    session = centre.add_class(people=[person])
    early = session.starts_at - timedelta(days=3)
    centre.put_on_shift(session.on)
    with transaction():
        row = classrooms.booking_of(session, person)
        booking.cancel(row, cause="planner", reason="short", now=early, by_id=None)
    session_id, person_id = session.id, person.id
    read, taken = Event(), Event()

    def seen() -> None:
        read.set()
        taken.wait(2)

    def take() -> None:
        read.wait(2)
        with transaction():
            again = db.session.get_one(Person, person_id)
            booking.book(session_id, again, now=early, by_id=None)
        taken.set()

    found = of_each_sort(all_at_once(app, [_waiver(centre, seen), take]))
    assert _settled_minutes() == (0, 0), found
    assert found == {"done": 1, "make_up_settled": 1}


def test_nobody_checks_in_hours_after_a_class_that_nobody_began(app: Flask) -> None:
    centre = classrooms.Centre(heads=1)
    session = centre.add_class()
    with transaction():
        teaching.open_check_in(
            lock_class(session.id), now=session.starts_at, by_id=centre.trainer.id
        )  # fmt: skip
    db.session.refresh(session)
    late = session.ends_at + timedelta(hours=3)
    code = code_at("secret", session.id, session.check_in_nonce, step_of(late))
    with pytest.raises(DomainError), transaction():
        attendance.check_in(centre.people[0], code, secret="secret", now=late)


def test_a_seat_of_a_make_up_ends_when_the_missed_class_counts_after_all(app: Flask) -> None:
    centre = classrooms.Centre(heads=1)
    person = centre.people[0]
    missed = _held(centre, classrooms.MONDAY)
    make_up = centre.add_class(classrooms.MONDAY + timedelta(days=7))
    with transaction():
        row = lock_class(missed.id)
        attendance.mark(
            row, classrooms.booking_of(row, person), AttendanceState.PRESENT, actor=row.trainer,
            by_planner=False, now=LATER, reason="was there",
        )  # fmt: skip
    db.session.rollback()
    given_up = classrooms.booking_of(make_up, person)
    assert given_up.state == "cancelled"
    assert db.session.get_one(TrainingSession, make_up.id).taken == 0
    class_notices.collect(LATER + timedelta(minutes=1))
    told = db.session.scalars(select(Notice).where(Notice.kind == "class_cancelled"))
    assert given_up.id in [one.values["booking_id"] for one in told]
