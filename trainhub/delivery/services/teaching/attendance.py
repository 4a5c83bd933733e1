"""Marking who came: by the code, on the roster, by rule; and putting it right afterwards."""

from __future__ import annotations

from datetime import datetime

from trainhub.db import db
from trainhub.delivery.models import Attendance, Booking, BookingEvent, TrainingSession
from trainhub.delivery.queries.teaching.classroom import (
    class_clock,
    held_class,
    list_open_for_check_in,
    lock_class,
)
from trainhub.delivery.rules.teaching import attendance as rules
from trainhub.delivery.rules.teaching.attendance import CAME, AttendanceState, Held, MarkRefusal
from trainhub.delivery.rules.teaching.check_in import is_code, read_code
from trainhub.delivery.rules.teaching.classroom import State
from trainhub.delivery.services.teaching.after_class import hold_other_seats, settle_booking
from trainhub.errors import N_, DomainError
from trainhub.people.models import Person

REASON_LIMIT = 300
OPEN_STATES = (State.SCHEDULED, State.RUNNING, State.PAUSED)


class MarkRefused(DomainError):
    """An attendance cannot be marked; `code` says why."""

    def __init__(self, refusal: MarkRefusal) -> None:
        super().__init__(rules.REFUSAL_WORDS[refusal], code=refusal.value, field="reason")
        self.refusal = refusal


class NoOpenClass(DomainError):
    """Nobody expects this person in a class now."""

    code = "no_open_class"
    message = N_("You hold no seat in a class whose check-in is open now.")


class CodeWrong(DomainError):
    """Not the code of a class this person is booked into."""

    code = "check_in_code_wrong"
    message = N_("That is not the code on the screen now. It changes every half minute.")


def check_in(person: Person, typed: str, *, secret: str, now: datetime) -> Booking:
    """Somebody types the code on the screen of a class they are booked into.

    Doing so twice changes nothing. Raises `NoOpenClass`, `CodeWrong`, and `MarkRefused` for
    whoever comes when half of the class is over. The caller has counted the try.
    """
    open_seats = list_open_for_check_in(person.id, now)
    if not open_seats:
        raise NoOpenClass()
    code = read_code(typed)
    for seat in open_seats:
        session = seat.training_session
        if is_code(secret, session.id, session.check_in_nonce, code, now):
            return _arrive(lock_class(session.id), seat, now=now)
    raise CodeWrong(field="code")


def _arrive(session: TrainingSession, booking: Booking, *, now: datetime) -> Booking:
    db.session.refresh(booking)
    if booking.state != "booked" or session.state not in OPEN_STATES:
        raise NoOpenClass()
    known = booking.attendance
    if known is not None and known.state in CAME:
        return booking
    watch = class_clock(session)
    if session.state == State.SCHEDULED:  # nobody has begun it: its time passes all the same
        gone_s = int((now - session.starts_at).total_seconds())
    else:
        gone_s = watch.taught_s(now)
    if not rules.may_arrive(gone_s, watch.planned_s):
        raise MarkRefused(MarkRefusal.TOO_LATE)
    begins_at = max(session.starts_at, watch.begun_at or now)
    state = rules.state_on_arrival(now, begins_at)
    _write(booking, state, "code", at=now, now=now, by_id=booking.person_id, reason="")
    return booking


def mark(
    session: TrainingSession,
    booking: Booking,
    state: AttendanceState,
    *,
    actor: Person,
    by_planner: bool,
    now: datetime,
    reason: str = "",
) -> None:
    """The trainer marks somebody on the roster; after the class it is a correction with a reason,
    which puts right what followed from it: debt, ledger, survey.

    Raises `MarkRefused`. `session` is locked by the caller.
    """
    _refuse_own(booking, actor)
    if session.state == State.COMPLETED:
        _correct(session, booking, state, actor=actor, by_planner=by_planner, now=now,
                 reason=reason)  # fmt: skip
        return
    _may_mark(session, booking, now)
    known = booking.attendance
    arrived_at = known.checked_in_at if known is not None and known.checked_in_at else now
    _write(booking, state, "roster", at=arrived_at, now=now, by_id=actor.id, reason=reason)


def unmark(session: TrainingSession, booking: Booking, *, actor: Person, now: datetime) -> None:
    """The trainer takes a mark back that was given to the wrong person; until the class is over.

    Raises `MarkRefused`. `session` is locked by the caller.
    """
    _refuse_own(booking, actor)
    if session.state == State.COMPLETED:
        raise MarkRefused(MarkRefusal.KEPT)
    _may_mark(session, booking, now)
    known = booking.attendance
    if known is None:
        return
    _note(booking, known.state, "", now=now, by_id=actor.id, reason="")
    booking.attendance = None
    db.session.delete(known)
    db.session.flush()


def _refuse_own(booking: Booking, actor: Person) -> None:
    if booking.person_id == actor.id:  # certificates rest on it
        raise MarkRefused(MarkRefusal.OWN)


def _may_mark(session: TrainingSession, booking: Booking, now: datetime) -> None:
    if session.state not in OPEN_STATES or not rules.is_open(session.starts_at, now):
        raise MarkRefused(MarkRefusal.NOT_OPEN)
    if booking.state != "booked":
        raise MarkRefused(MarkRefusal.NOT_BOOKED)


def _correct(
    session: TrainingSession,
    booking: Booking,
    state: AttendanceState,
    *,
    actor: Person,
    by_planner: bool,
    now: datetime,
    reason: str,
) -> None:
    assert session.ended_at is not None
    if booking.state not in ("attended", "missed"):
        raise MarkRefused(MarkRefusal.NOT_BOOKED)
    refusal = rules.refusal_to_correct(session.ended_at, now, by_planner=by_planner, reason=reason)
    if refusal is not None:
        raise MarkRefused(refusal)
    known = booking.attendance
    if known is not None and known.state == state:
        return
    hold_other_seats(session, [booking.person_id])
    # Nobody knows any more when they came: who is put right was there from the beginning.
    arrived_at = known.checked_in_at if known is not None else None
    _write(booking, state, "roster", at=arrived_at or session.begun_at or session.starts_at,
           now=now, by_id=actor.id, reason=reason)  # fmt: skip
    held = held_class(session)
    close_mark(session, booking, held, now=now, by_id=actor.id)
    settle_booking(session, booking, held, now=now, by_id=actor.id, reason=reason, by_hand=True)


def close_mark(
    session: TrainingSession, booking: Booking, held: Held, *, now: datetime, by_id: int | None
) -> None:
    """The class is over: who has no mark was absent, who came has their minutes."""
    if booking.attendance is None:
        _write(booking, AttendanceState.ABSENT, "rule", at=None, now=now, by_id=by_id, reason="")
    row = booking.attendance
    assert row is not None and session.ended_at is not None
    if row.state in CAME:
        # Who was on time has had the whole class, whatever second the code was typed in.
        since = row.checked_in_at if row.state == AttendanceState.LATE else None
        taught_s = class_clock(session).taught_s(session.ended_at, since=since)
        row.minutes = min(taught_s, held.planned_s) // 60
    else:
        row.minutes = 0
    db.session.flush()


def _write(
    booking: Booking,
    state: AttendanceState,
    way: str,
    *,
    at: datetime | None,
    now: datetime,
    by_id: int | None,
    reason: str,
) -> None:
    """Put the mark down, with a row of history whenever it is another one."""
    row = booking.attendance
    old = row.state if row is not None else ""
    if row is None:
        row = Attendance(booking_id=booking.id, minutes=0)
        booking.attendance = row
    row.state, row.way = state.value, way
    row.checked_in_at = at if state in CAME else None
    row.note = reason.strip()[:REASON_LIMIT]
    row.marked_at, row.marked_by_id = now, by_id
    if old != state:
        _note(booking, old, state.value, now=now, by_id=by_id, reason=row.note)
    db.session.flush()


def _note(
    booking: Booking, old: str, new: str, *, now: datetime, by_id: int | None, reason: str
) -> None:
    db.session.add(
        BookingEvent(
            booking_id=booking.id, kind="attendance", old_state=old, new_state=new,
            reason=reason, occurred_at=now, by_id=by_id,
        )
    )  # fmt: skip
