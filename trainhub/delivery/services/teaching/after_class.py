"""What follows from an attendance once the class is over: booking, debt, ledger, survey."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from trainhub.db import db
from trainhub.delivery.models import Booking, BookingEvent, TrainingSession
from trainhub.delivery.rules.states import STILL_HOPE
from trainhub.delivery.rules.teaching.attendance import AttendanceState, Held, fate_of
from trainhub.delivery.services.classes.history import turn
from trainhub.delivery.services.seats.booking import fill_free_seats
from trainhub.delivery.services.seats.seats import give_back_seats, hold
from trainhub.delivery.services.teaching.debts import settle
from trainhub.delivery.services.teaching.surveys import open_survey, withdraw_survey
from trainhub.ledger.models import LearningRecord, Verb
from trainhub.ledger.services import append_record


def settle_booking(
    session: TrainingSession,
    booking: Booking,
    held: Held,
    *,
    now: datetime,
    by_id: int | None,
    reason: str = "",
    by_hand: bool = False,
) -> bool:
    """Let an attendance have its consequences; whether the class counts as attended.

    Called at the end of the class, and again, `by_hand`, whenever the attendance is put right.
    """
    row = booking.attendance
    assert row is not None
    fate = fate_of(AttendanceState(row.state), row.minutes, held)
    new = "attended" if fate.is_attended else "missed"
    if booking.state != new:
        _move(booking, new, now=now, by_id=by_id, reason=reason)
    settle(booking, fate, now=now, by_id=by_id, reason=reason, by_hand=by_hand)
    if fate.is_attended:
        _leave_other_seats(booking, now=now, by_id=by_id)
        _tell_ledger(session, booking, now=now)
        open_survey(session, booking.person_id, now=now)
    else:
        _take_back(booking, now=now, reason=reason)
        withdraw_survey(session.id, booking.person_id)
    return fate.is_attended


def _move(booking: Booking, new: str, *, now: datetime, by_id: int | None, reason: str) -> None:
    db.session.add(
        BookingEvent(
            booking_id=booking.id,
            kind=new,
            old_state=booking.state,
            new_state=new,
            reason=reason[:300],
            occurred_at=now,
            by_id=by_id,
        )
    )
    booking.state, booking.changed_at = new, now
    db.session.flush()


def _leave_other_seats(booking: Booking, *, now: datetime, by_id: int | None) -> None:
    """Who has attended a course needs no other seat of it, nor a place in a line for one."""
    others = (
        select(Booking)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .where(
            Booking.person_id == booking.person_id,
            Booking.course_id == booking.course_id,
            Booking.id != booking.id,
            Booking.state.in_(STILL_HOPE),
            TrainingSession.state == "scheduled",
        )
        .order_by(Booking.training_session_id)
    )
    for other in list(db.session.scalars(others.execution_options(populate_existing=True))):
        had_seat, theirs = other.state == "booked", other.training_session
        turn(other, "cancelled", "not_needed", now=now, by_id=by_id)
        if had_seat:
            give_back_seats(theirs)
            fill_free_seats(theirs, now=now)


def hold_other_seats(session: TrainingSession, person_ids: Collection[int]) -> None:
    """Hold every other class of the course in which these people sit or wait, before it is known
    who of them has attended: classes are held before people, and nobody gives such a seat back
    a second time.
    """
    query = (
        select(Booking.training_session_id, Booking.person_id)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .where(
            Booking.person_id.in_(person_ids),
            Booking.course_id == session.course_id,
            Booking.training_session_id != session.id,
            Booking.state.in_(STILL_HOPE),
            TrainingSession.state == "scheduled",
        )
    )
    rows = db.session.execute(query).all()
    if rows:
        hold({row[0] for row in rows}, {row[1] for row in rows})


def _records_of(booking: Booking, verb: Verb) -> int:
    query = (
        select(func.count())
        .select_from(LearningRecord)
        .where(
            LearningRecord.person_id == booking.person_id,
            LearningRecord.verb == verb.value,
            LearningRecord.dedupe_key.startswith(f"booking:{booking.id}:attended"),
        )
    )
    return db.session.scalar(query) or 0


def _tell_ledger(session: TrainingSession, booking: Booking, *, now: datetime) -> None:
    """One record in force at a time: a withdrawn one is followed by a new one."""
    voided = _records_of(booking, Verb.VOIDED)
    assert booking.attendance is not None and session.ended_at is not None
    append_record(
        booking.person_id,
        Verb.ATTENDED,
        object_type="course",
        object_key=session.course.key,
        dedupe_key=f"booking:{booking.id}:attended:{voided + 1}",
        occurred_at=session.ended_at,
        now=now,
        result={
            "training_session_id": session.id,
            "state": booking.attendance.state,
            "minutes": booking.attendance.minutes,
            "on": session.on.isoformat(),
        },
    )


def _take_back(booking: Booking, *, now: datetime, reason: str) -> None:
    told, voided = _records_of(booking, Verb.ATTENDED), _records_of(booking, Verb.VOIDED)
    if told <= voided:
        return
    append_record(
        booking.person_id,
        Verb.VOIDED,
        object_type="course",
        object_key=booking.training_session.course.key,
        dedupe_key=f"booking:{booking.id}:attended:{told}:voided",
        occurred_at=now,
        now=now,
        result={"training_session_id": booking.training_session_id, "reason": reason},
    )
