"""Booking, declining, changing, standing in line: every way a seat changes hands.

Each act holds what it is about (`seats.hold`), asks every rule again, and takes the seat by the
guarded update of `seats.take_seats`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select

from trainhub.db import db
from trainhub.delivery.models import Booking, TrainingSession
from trainhub.delivery.queries.planning.audience import list_open_to
from trainhub.delivery.queries.seats.seat_book import Joining, SeatBook, SeatCheck
from trainhub.delivery.queries.seats.seat_checks import check_seats
from trainhub.delivery.queries.seats.seat_facts import slot_of
from trainhub.delivery.rules.classes.conflicts import SeatRefused
from trainhub.delivery.rules.seats.booking import may_still_change
from trainhub.delivery.rules.states import STILL_HOPE
from trainhub.delivery.rules.teaching.debts import Cause
from trainhub.delivery.services.classes.history import note_booking, turn
from trainhub.delivery.services.seats.seats import (
    ClassOver,
    give_back_seats,
    hold,
    leave_lines,
    take_seats,
    waiting_for,
)
from trainhub.delivery.services.teaching import debts
from trainhub.errors import N_, DomainError, NotFound
from trainhub.errors import Conflict as Changed
from trainhub.people.models import Person
from trainhub.rota.rules.windows import Window

SEATS_GIVEN_UNTIL = timedelta(hours=12)  # before the class; later nobody could plan with it


class TooLate(DomainError):
    """The class is too near for changes by those who sit in it."""

    code = "too_late"
    message = N_(
        "Seats can be changed until 24 hours before the class. Ask your planner or supervisor."
    )


class SeatFixed(DomainError):
    """A planner has fixed the seat."""

    code = "seat_fixed"
    message = N_("A planner has fixed this seat. Ask them to change it.")


class ReasonNeeded(DomainError):
    """Nobody gives a seat back without saying why."""

    code = "reason_missing"
    message = N_("Say why, in a few words.")


class SeatsLeft(DomainError):
    """There is a free seat: nobody needs to stand in line."""

    code = "seats_left"
    message = N_("There is a free seat: take it.")


class SeatGone(Changed):
    """The booking holds no seat any more."""

    code = "seat_gone"
    message = N_("This seat is no longer held.")


def book(
    session_id: int,
    person: Person,
    *,
    now: datetime,
    by_id: int | None,
    language: str = "en",
    is_make_up: bool = False,
    kind: str = "booked",
) -> Booking:
    """Give somebody a seat. Booked already: nothing changes.

    Raises `SeatRefused` with the first rule that says no, `ClassOver`, `NotFound`.
    """
    session = hold([session_id], [person.id])[session_id]
    if session.state != "scheduled" or session.starts_at <= now:
        raise ClassOver()
    known = find_booking(session_id, person.id)
    if known is not None and known.state == "booked":
        return known
    window = _window(session, person.id, own=by_id == person.id, language=language)
    take_seats(session)
    return seat(
        session, person.id, window, known, kind=kind, now=now, by_id=by_id, is_make_up=is_make_up
    )


def take_free_seat(
    session_id: int, person: Person, *, now: datetime, language: str = "en"
) -> Booking:
    """Somebody takes a free seat of a published class themselves. Raises as `book`, `TooLate`."""
    session = db.session.get(TrainingSession, session_id)
    if session is None or session.published_at is None:
        raise NotFound()
    if session.starts_at > now and not may_still_change(session.starts_at, now):
        raise TooLate()
    return book(session_id, person, now=now, by_id=person.id, language=language)


def _window(
    session: TrainingSession, person_id: int, *, own: bool, language: str,
    leaving: Collection[int] = (), but: tuple[int, ...] = (),
) -> Window:  # fmt: skip
    joining = Joining([person_id], slot_of(session), session.campaign, but)
    found = check_seats([joining], leaving, language=language)
    refuse(found, own=own)
    return found.windows[person_id]


def refuse(found: SeatCheck, *, own: bool) -> None:
    """Raise the first thing that stands against it, if any."""
    if found.conflicts:
        raise SeatRefused(found.conflicts[0], own=own)


def find_booking(session_id: int, person_id: int, *, fresh: bool = True) -> Booking | None:
    """The row of a person in a class, whatever its state."""
    query = select(Booking).where(
        Booking.training_session_id == session_id, Booking.person_id == person_id
    )
    return db.session.scalar(query.execution_options(populate_existing=fresh))


def seat(
    session: TrainingSession,
    person_id: int,
    window: Window,
    known: Booking | None,
    *,
    kind: str,
    now: datetime,
    by_id: int | None,
    is_make_up: bool = False,
    reason: str = "",
) -> Booking:
    """Write that somebody sits in a class; the seat is taken already."""
    if known is None:
        known = Booking(
            training_session_id=session.id, person_id=person_id, course_id=session.course_id,
            state="booked", uid=f"{uuid4()}@trainhub", booked_at=now, changed_at=now, reason="",
            sequence=0,
        )  # fmt: skip
        db.session.add(known)
        db.session.flush()
        note_booking(known, kind, "", now=now, by_id=by_id, reason=reason)
    else:
        turn(known, "booked", kind, now=now, by_id=by_id, reason=reason)
        debts.regained(known, now=now, by_id=by_id)
        known.booked_at, known.is_pinned = now, False
    known.window_kind, known.is_on_phones = window.kind, window.on_phones
    known.is_make_up = is_make_up
    db.session.flush()
    leave_lines(known, now=now)
    return known


def hold_seat(booking: Booking, *others: int) -> TrainingSession:
    """Hold a booking's class (and `others`) and read the booking again. Raises `SeatGone`."""
    held = hold([booking.training_session_id, *others], [booking.person_id])
    db.session.refresh(booking)
    if booking.state != "booked":
        raise SeatGone()
    return held[booking.training_session_id]


def may_change(booking: Booking, session: TrainingSession, now: datetime) -> None:
    """Refuse what whoever sits in the class may not do any more.

    Raises `ClassOver`, `TooLate`, `SeatFixed`.
    """
    if session.state != "scheduled" or session.starts_at <= now:
        raise ClassOver()
    if not may_still_change(session.starts_at, now):
        raise TooLate()
    if booking.is_pinned or session.is_pinned:
        raise SeatFixed()


def decline(booking: Booking, *, reason: str, now: datetime) -> None:
    """Somebody gives their seat back and says why; the first who waits and may gets it.

    Raises `ReasonNeeded`, `TooLate`, `SeatFixed`, `SeatGone`, `ClassOver`.
    """
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    session = hold_seat(booking)
    may_change(booking, session, now)
    _let_go(booking, session, "declined", "declined", Cause.PERSONAL, reason.strip(),
            now=now, by_id=booking.person_id)  # fmt: skip


def cancel(
    booking: Booking, *, cause: Cause | str, reason: str, now: datetime, by_id: int | None
) -> None:
    """A planner takes somebody out of a class. Raises `SeatGone`, `ClassOver`."""
    session = hold_seat(booking)
    if session.state != "scheduled":
        raise ClassOver()
    _let_go(booking, session, "cancelled", "cancelled", Cause(cause), reason,
            now=now, by_id=by_id)  # fmt: skip


def _let_go(
    booking: Booking, session: TrainingSession, state: str, kind: str, cause: Cause, reason: str,
    *, now: datetime, by_id: int | None,
) -> None:  # fmt: skip
    turn(booking, state, kind, now=now, by_id=by_id, reason=reason)
    give_back_seats(session)
    debts.lost(booking, cause=cause, now=now, by_id=by_id, reason=reason)
    fill_free_seats(session, now=now)


def change_class(
    booking: Booking, other_id: int, *, reason: str, now: datetime, language: str = "en"
) -> Booking:
    """Somebody moves to a free seat in another class of the same course.

    Every rule is asked for the new class with the old seat given up. Raises `SeatRefused`,
    `TooLate`, `SeatFixed`, `SeatGone`, `ClassOver`, `NotFound`.
    """
    held = hold([booking.training_session_id, other_id], [booking.person_id])
    db.session.refresh(booking)
    session, other = held[booking.training_session_id], held[other_id]
    if booking.state != "booked":
        raise SeatGone()
    if other.course_id != booking.course_id or other.published_at is None or other is session:
        raise NotFound()
    if not list_open_to([other], booking):
        raise NotFound()
    may_change(booking, session, now)
    if other.state != "scheduled" or not may_still_change(other.starts_at, now):
        raise TooLate()
    person_id = booking.person_id
    window = _window(
        other, person_id, own=True, language=language, leaving=[booking.id], but=(session.id,)
    )
    turn(booking, "moved", "moved", now=now, by_id=person_id, reason=reason)
    take_seats(other)
    give_back_seats(session)
    made = seat(
        other, person_id, window, find_booking(other_id, person_id), kind="changed", now=now,
        by_id=person_id, is_make_up=booking.is_make_up, reason=reason,
    )  # fmt: skip
    fill_free_seats(session, now=now)
    return made


def join_waiting_list(
    session_id: int, person: Person, *, now: datetime, language: str = "en"
) -> Booking:
    """Somebody stands in line for a seat of a published class that is full.

    Raises `SeatsLeft`, `SeatRefused` where a rule about themselves would never let them in,
    `ClassOver`, `NotFound`.
    """
    session = hold([session_id], [person.id])[session_id]
    if session.published_at is None:
        raise NotFound()
    if session.state != "scheduled" or session.starts_at - SEATS_GIVEN_UNTIL <= now:
        raise ClassOver()
    known = find_booking(session_id, person.id)
    if known is not None and known.state in STILL_HOPE:
        return known
    if session.taken < session.seats:
        raise SeatsLeft()
    joining = Joining([person.id], slot_of(session), session.campaign)
    found = check_seats([joining], language=language)
    own = [one for one in found.conflicts if one.is_of_person]
    if own:
        raise SeatRefused(own[0], own=True)
    if known is None:
        known = Booking(
            training_session_id=session.id, person_id=person.id, course_id=session.course_id,
            state="waiting", uid=f"{uuid4()}@trainhub", booked_at=now, changed_at=now, reason="",
        )  # fmt: skip
        db.session.add(known)
        db.session.flush()
        note_booking(known, "waiting", "", now=now, by_id=person.id)
    else:
        turn(known, "waiting", "waiting", now=now, by_id=person.id)
        known.booked_at = now
    return known


def leave_waiting_list(booking: Booking, *, now: datetime, by_id: int | None) -> None:
    """Somebody stands in line no longer. Raises `SeatGone` where they did not."""
    hold([booking.training_session_id], [booking.person_id])
    db.session.refresh(booking)
    if booking.state != "waiting":
        raise SeatGone()
    turn(booking, "cancelled", "left_line", now=now, by_id=by_id)


def fill_free_seats(session: TrainingSession, *, now: datetime) -> list[Booking]:
    """Give free seats to those who wait, first come first, as far as the rules hold for them.

    Who cannot have one now keeps their place in the line.
    """
    if session.state != "scheduled" or session.starts_at - SEATS_GIVEN_UNTIL <= now:
        return []
    line = waiting_for(session) if session.taken < session.seats else []
    if not line:
        return []
    slot, campaign = slot_of(session), session.campaign
    book = SeatBook([Joining([one.person_id for one in line], slot, campaign)], language="en")
    given = []
    for waiting in line:
        if session.taken >= session.seats:
            break
        joining = Joining([waiting.person_id], slot, campaign)
        found = book.check([joining])
        if found.conflicts:
            continue
        take_seats(session)
        window = found.windows[waiting.person_id]
        seat(session, waiting.person_id, window, waiting, kind="seat_given", now=now, by_id=None)
        book.seat(joining)
        given.append(waiting)
    return given
