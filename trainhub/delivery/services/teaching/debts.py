"""Writing the training-debt account.

Every entry stays; what turns out to be otherwise is put right by a further entry with the
difference. Calling twice with the same facts writes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.delivery.models import Booking, DebtEntry, MakeUp
from trainhub.delivery.queries.teaching.debts_of import (
    booked_lines,
    count_entries,
    hold_make_up,
    learned_courses,
    list_made_up_in,
    list_open_make_ups,
    was_asked_for,
)
from trainhub.delivery.rules.teaching.debts import Cause, Fate, Line, corrections, is_owed, lines_of
from trainhub.errors import N_, Conflict, DomainError
from trainhub.people.models import Person

REASON_LIMIT = 300


class MakeUpSettled(Conflict):
    """What was owed is settled already."""

    code = "make_up_settled"
    message = N_("What was owed for this class is settled already. Nothing was changed.")


class NotLearned(Conflict):
    """Nobody has worked through the course alone, so nothing is repaid by it."""

    code = "not_learned"
    message = N_("The course is not completed, so it cannot stand for the class.")


class ReasonMissing(DomainError):
    """Nobody waives a class without saying why."""

    code = "reason_missing"
    message = N_("Say why, in a few words.")


def planned_minutes(booking: Booking) -> int:
    """The minutes of the class somebody is booked into."""
    session = booking.training_session
    return session.ends_min - session.starts_min


def lost(
    booking: Booking, *, cause: Cause | str, now: datetime, by_id: int | None, reason: str = ""
) -> None:
    """Somebody's seat in a published class is gone and not moved elsewhere: the class was
    called off, or they declined. Whoever calls this has given the seat back already.

    Nothing enters the account for a class that was never published, nor for somebody who only
    stood in line.
    """
    if booking.training_session.published_at is None:
        return
    fate = Fate(planned_minutes(booking), 0, is_attended=False, cause=Cause(cause))
    settle(booking, fate, now=now, by_id=by_id, reason=reason)


def regained(booking: Booking, *, now: datetime, by_id: int | None) -> None:
    """Somebody holds again the very seat that was lost: nothing of it is lost or owed any more,
    and what was waived or made good for it is taken back out of the account.
    """
    known = hold_make_up(booking.id)
    if known is not None:
        _undo(booking, known, now=now, by_id=by_id)
    _correct(booking, {}, now=now, by_id=by_id, reason="")


def _undo(booking: Booking, known: MakeUp, *, now: datetime, by_id: int | None) -> None:
    """The make-up of a booking never was: its settlement is booked back, and it goes."""
    if known.settled_at is not None:
        kind = "waived" if known.settled_as == "waived" else "repaid"
        _add(booking, kind, known.cause, -known.minutes, f"make-up:{known.id}:{kind}", now=now,
             by_id=by_id, reason="")  # fmt: skip
    db.session.delete(known)
    db.session.flush()


def settle(
    booking: Booking,
    fate: Fate,
    *,
    now: datetime,
    by_id: int | None,
    reason: str = "",
    by_hand: bool = False,
) -> None:
    """Make the account say what became of a booking, and open or close what is owed for it.

    A course is owed once: who misses its make-up as well is still owed one class. Raises
    `MakeUpSettled` where what was owed for this very booking has been made good elsewhere and
    somebody puts it right `by_hand`; the end of a class goes on and books that back.
    """
    known = hold_make_up(booking.id)
    if fate.is_attended:
        if known is not None and _is_made_good(booking, known) and by_hand:
            raise MakeUpSettled()
        if known is not None:
            _undo(booking, known, now=now, by_id=by_id)
        owed_min = 0
    else:
        _reopen_others(booking, now=now, by_id=by_id, reason=reason)
        owed_min = _owed_minutes(booking, fate, known)
    lines = lines_of(fate, owed_min=owed_min)
    _correct(booking, lines, now=now, by_id=by_id, reason=reason)
    if owed_min:
        _owe(booking, fate, owed_min, known, now=now)
    elif known is not None and known.settled_at is None and not fate.is_attended:
        db.session.delete(known)
    if fate.is_attended:
        _repay(booking, now=now, by_id=by_id)
    db.session.flush()


def _correct(
    booking: Booking, lines: Mapping[Line, int], *, now: datetime, by_id: int | None, reason: str
) -> None:
    changes = corrections(lines, booked_lines(booking.person_id, booking.training_session_id))
    for (kind, cause), minutes in changes.items():
        _add(booking, kind, cause, minutes, f"booking:{booking.id}:{kind}:{cause}", now=now,
             by_id=by_id, reason=reason)  # fmt: skip


def _owed_minutes(booking: Booking, fate: Fate, known: MakeUp | None) -> int:
    if known is not None and known.settled_at is not None and known.settled_as != "attended":
        return known.minutes  # waived or learned: it was owed, and stays settled
    others = [
        one for one in list_open_make_ups(booking.person_id, booking.course_id)
        if one.missed_booking_id != booking.id
    ]  # fmt: skip
    if others or booking.person.disabled_at is not None:
        return 0
    return fate.lost if is_owed(fate, was_asked_for=was_asked_for(booking)) else 0


def _is_made_good(booking: Booking, known: MakeUp) -> bool:
    """Whether something else than this very class has settled what was owed."""
    own = known.offered_session_id == booking.training_session_id
    return known.settled_at is not None and not own


def _owe(
    booking: Booking, fate: Fate, minutes: int, known: MakeUp | None, *, now: datetime
) -> None:
    assert fate.cause is not None
    if known is not None:
        known.minutes, known.cause = minutes, fate.cause.value
        return
    db.session.add(
        MakeUp(
            missed_booking_id=booking.id,
            person_id=booking.person_id,
            course_id=booking.course_id,
            cause=fate.cause.value,
            minutes=minutes,
            owed_at=now,
        )
    )


def _repay(booking: Booking, *, now: datetime, by_id: int | None) -> None:
    """Attending a class of the course makes good whatever was owed of it."""
    for owed in list_open_make_ups(booking.person_id, booking.course_id):
        if not _settle_once(owed, "attended", now, offered_session_id=booking.training_session_id):
            continue
        _add(booking, "repaid", owed.cause, owed.minutes, f"make-up:{owed.id}:repaid", now=now,
             by_id=by_id, reason="")  # fmt: skip


def _settle_once(make_up: MakeUp, settled_as: str, now: datetime, **more: Any) -> bool:
    """Settle what is owed; False where somebody else has done so since it was read."""
    db.session.flush()
    done = db.session.execute(
        update(MakeUp)
        .where(MakeUp.id == make_up.id, MakeUp.settled_at.is_(None))
        .values(settled_at=now, settled_as=settled_as, **more)
        .execution_options(synchronize_session=False)
    )
    is_first: bool = done.rowcount == 1  # type: ignore[attr-defined]  # an update's has it
    if is_first:  # else it may be gone
        db.session.refresh(make_up)
    return is_first


def _reopen_others(booking: Booking, *, now: datetime, by_id: int | None, reason: str) -> None:
    """What attending this class had made good is owed again: it was not attended."""
    for owed in list_made_up_in(booking.person_id, booking.training_session_id):
        owed.settled_at, owed.settled_as, owed.offered_session_id = None, "", None
        _add(booking, "repaid", owed.cause, -owed.minutes, f"make-up:{owed.id}:repaid", now=now,
             by_id=by_id, reason=reason)  # fmt: skip
    db.session.flush()


def _add(
    booking: Booking,
    kind: str,
    cause: str,
    minutes: int,
    stem: str,
    *,
    now: datetime,
    by_id: int | None,
    reason: str,
) -> None:
    session = booking.training_session
    db.session.add(
        DebtEntry(
            person_id=booking.person_id,
            team_id=booking.person.team_id,
            course_id=booking.course_id,
            training_session_id=session.id,
            kind=kind,
            cause=cause,
            minutes=minutes,
            on=session.on,
            reason=reason[:REASON_LIMIT],
            recorded_at=now,
            by_id=by_id,
            dedupe_key=f"{stem}:{count_entries(booking.person_id, stem) + 1}",
        )
    )
    db.session.flush()


def waive(
    make_up: MakeUp, *, as_learned: bool = False, reason: str, now: datetime, actor: Person
) -> None:
    """Settle what somebody is owed without a class: waived, or worked through alone.

    `as_learned` counts as repaid, and takes that the course is completed. Raises `NotLearned`
    where it is not, `ReasonMissing`, and `MakeUpSettled` where it is settled already.
    """
    if make_up.settled_at is not None:
        raise MakeUpSettled()
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if as_learned and not learned_courses(make_up.person_id, [make_up.course_id]):
        raise NotLearned()
    kind = "repaid" if as_learned else "waived"
    kept = {"reason": reason.strip()[:REASON_LIMIT], "offered_session_id": None}
    if not _settle_once(make_up, "learned" if as_learned else "waived", now, **kept):
        raise MakeUpSettled()
    _add(make_up.missed_booking, kind, make_up.cause, make_up.minutes,
         f"make-up:{make_up.id}:{kind}", now=now, by_id=actor.id,
         reason=make_up.reason)  # fmt: skip
    append_entry(
        "delivery.make_up_settled", actor=actor, object_type="make_up",
        object_key=str(make_up.id), now=now,
        changes={"settled_as": [None, make_up.settled_as], "reason": [None, make_up.reason]},
    )  # fmt: skip
