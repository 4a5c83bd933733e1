"""The end of a class, by the button or by the tick, and everything that hangs on it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from trainhub.db import db
from trainhub.delivery.models import Booking, BookingEvent, TrainingSession
from trainhub.delivery.queries.classes.class_cover import cover_effect
from trainhub.delivery.queries.teaching.classroom import (
    class_clock,
    held_class,
    list_roster,
    timetable_of,
    zone_of,
)
from trainhub.delivery.rules.states import STILL_HOPE
from trainhub.delivery.rules.teaching.classroom import State, Step, overdue_step, was_never_begun
from trainhub.delivery.rules.teaching.debts import Cause
from trainhub.delivery.services.teaching.after_class import hold_other_seats, settle_booking
from trainhub.delivery.services.teaching.attendance import close_mark
from trainhub.delivery.services.teaching.debts import lost
from trainhub.delivery.services.teaching.records import archive
from trainhub.delivery.services.teaching.teaching import check_step, move_on, note_event
from trainhub.learning.models import Enrolment
from trainhub.learning.queries.standings import has_completed
from trainhub.learning.services import NobodyToAssign, Targets, assign
from trainhub.people.models import Person
from trainhub.rota.rules.clock_times import local

QUIZ_WITHIN = timedelta(days=7)
ENDINGS = (Step.END, Step.BREAK_OFF, Step.RECORD)


def end_class(
    session: TrainingSession,
    step: Step,
    *,
    now: datetime,
    by_id: int | None,
    at: datetime | None = None,
    cause: Cause = Cause.OPERATIONS,
    reason: str = "",
) -> None:
    """End a class: taught to the end, broken off (its rest is owed to whoever was there), or
    recorded afterwards as held.

    `at` stamps an end the tick notices later. Raises `StepRefused`. `session` is locked.
    """
    assert step in ENDINGS
    check_step(session, step, now=now)
    ended_at = at or now
    values: dict[str, Any] = {"check_in_nonce": "", "paused_at": None}
    if step is Step.RECORD:
        ended_at = session.ends_at
        values["begun_at"] = session.starts_at
    elif session.state == State.PAUSED:
        ended_at = session.paused_at or ended_at  # nothing was taught since
    if step is Step.BREAK_OFF:
        values |= {
            "remaining_s": class_clock(session).remaining_s(ended_at),
            "cancelled_cause": cause.value,
        }
    else:
        values["remaining_s"] = None
    cover = cover_effect(session)
    move_on(session, step, values | {"ended_at": ended_at}, at=ended_at, by_id=by_id,
            reason=reason)  # fmt: skip
    _settle_everybody(session, now=now, by_id=by_id)
    archive(session, cover, now=now)


def _settle_everybody(session: TrainingSession, *, now: datetime, by_id: int | None) -> None:
    held = held_class(session)
    attended, roster = [], list_roster(session.id)
    hold_other_seats(session, [seat.booking.person_id for seat in roster])
    for seat in roster:
        close_mark(session, seat.booking, held, now=now, by_id=by_id)
        if settle_booking(session, seat.booking, held, now=now, by_id=by_id):
            attended.append(seat.booking.person)
    _end_the_line(session, now=now)
    assign_quiz(session, attended, now=now)


def _end_the_line(session: TrainingSession, *, now: datetime) -> None:
    """Nobody waits for a seat in a class that is over."""
    waiting = select(Booking).where(
        Booking.training_session_id == session.id, Booking.state == "waiting"
    )
    for booking in db.session.scalars(waiting):
        _give_up(booking, "class_over", now=now)


def _give_up(booking: Booking, reason: str, *, now: datetime) -> None:
    db.session.add(
        BookingEvent(
            booking_id=booking.id, kind="cancelled", old_state=booking.state,
            new_state="cancelled", reason=reason, occurred_at=now, by_id=None,
        )
    )  # fmt: skip
    booking.state, booking.changed_at = "cancelled", now
    booking.sequence += 1
    db.session.flush()


def assign_quiz(session: TrainingSession, people: list[Person], *, now: datetime) -> None:
    """Ask everybody who attended to answer the checkpoint questions of the course in a week.

    Who has completed the course is not asked again; a course without a published text or one
    that is retired has no questions to answer.
    """
    course = session.course
    is_published = any(one.published_version_id is not None for one in course.editions)
    if course.retired_at is not None or not is_published or not people:
        return
    done = set(
        db.session.scalars(
            select(Enrolment.person_id).where(Enrolment.course_id == course.id, has_completed())
        )
    )
    wanted = [one for one in people if one.id not in done and one.disabled_at is None]
    today = _today(session, now)
    try:
        assign([course], [], Targets(people=wanted), due_on=today + QUIZ_WITHIN, today=today,
               actor=session.trainer, now=now)  # fmt: skip
    except NobodyToAssign:
        return


def _today(session: TrainingSession, now: datetime) -> date:
    return local(zone_of(session), now)[0]


def end_overdue(session: TrainingSession, *, now: datetime) -> bool:
    """What the tick does with a class nobody ended; whether there was something to do.

    One that ran is ended at the end of its time. A pause that outlasts the day ends it, and the
    rest is owed. One nobody began, and nobody recorded within a day, was not held.
    """
    times = timetable_of(session)
    state = State(session.state)
    if was_never_begun(state, times, now):
        call_off(session, Cause.TRAINER, now=now, by_id=None, reason="never_begun")
        return True
    left = overdue_step(state, times, class_clock(session), now)
    if left is None:
        return False
    end_class(session, left.step, now=now, by_id=None, at=left.at)
    return True


def call_off(
    session: TrainingSession, cause: Cause, *, now: datetime, by_id: int | None, reason: str
) -> None:
    """A class whose time has passed was not held: everybody booked is owed it."""
    moved = db.session.execute(
        update(TrainingSession)
        .where(
            TrainingSession.id == session.id, TrainingSession.state == State.SCHEDULED.value
        )
        .values(
            state=State.CANCELLED.value,
            cancelled_cause=cause.value,
            check_in_nonce="",
            taken=0,
            ended_at=now,
            sequence=TrainingSession.sequence + 1,
            revision=TrainingSession.revision + 1,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if moved.rowcount != 1:  # type: ignore[attr-defined]  # an update's result has it
        return
    db.session.refresh(session)
    note_event(session, "cancelled", at=now, by_id=by_id, reason=reason,
               old={"state": "scheduled"}, new={"state": "cancelled"})  # fmt: skip
    booked = select(Booking).where(
        Booking.training_session_id == session.id, Booking.state.in_(STILL_HOPE)
    )
    for booking in list(db.session.scalars(booked)):
        had_seat = booking.state == "booked"
        _give_up(booking, reason, now=now)
        if had_seat:
            lost(booking, cause=cause, now=now, by_id=by_id, reason=reason)
