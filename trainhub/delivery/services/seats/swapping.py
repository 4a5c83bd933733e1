"""Two people change places: one asks, the other agrees, every rule is asked again then."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select, update

from trainhub.db import db
from trainhub.delivery.models import Booking, SwapRequest, TrainingSession
from trainhub.delivery.queries.seats.seat_book import SeatCheck
from trainhub.delivery.queries.seats.swaps import check_pair
from trainhub.delivery.queries.seats.waiting import list_open_swaps
from trainhub.delivery.rules.classes.conflicts import SeatRefused
from trainhub.delivery.rules.seats.booking import REASON_LENGTH, may_still_change
from trainhub.delivery.services.classes.history import turn
from trainhub.delivery.services.seats.booking import (
    SeatGone,
    find_booking,
    may_change,
    seat,
)
from trainhub.delivery.services.seats.seats import give_back_seats, hold, take_seats
from trainhub.errors import N_, Conflict, DomainError


class SwapImpossible(DomainError):
    """These two seats cannot be swapped."""

    code = "swap_impossible"
    message = N_("These two seats cannot be swapped.")


class ColleagueCannot(SwapImpossible):
    """The rota or the classes of the other person stand against it; which is theirs to know."""

    code = "colleague_cannot"
    message = N_("Your colleague's rota or classes do not allow them to take your seat.")


class SwapOver(Conflict):
    """The request has been answered, taken back, or its time has run out."""

    code = "swap_over"
    message = N_("This request has been answered or withdrawn, or has expired.")


def ask(booking: Booking, other: Booking, *, reason: str, now: datetime) -> SwapRequest:
    """Ask somebody in another class of the course, of one's own team, to change places.

    Every rule is asked for both already, so that nobody agrees in vain. Asked already: the
    same request. Raises `SwapImpossible`, `ColleagueCannot`, `SeatRefused`, `TooLate`,
    `SeatFixed`, `SeatGone`.
    """
    _hold_both(booking, other)
    _may_swap(booking, other, now)
    _refuse(check_pair(booking, other), booking.person_id)
    known: SwapRequest | None = db.session.scalar(
        select(SwapRequest).where(
            SwapRequest.booking_id == booking.id,
            SwapRequest.other_booking_id == other.id,
            SwapRequest.state == "asked",
        )
    )
    if known is not None:
        return known
    made = SwapRequest(
        booking_id=booking.id, other_booking_id=other.id, state="asked",
        reason=reason.strip()[:REASON_LENGTH], asked_at=now,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def _hold_both(one: Booking, other: Booking) -> None:
    hold(
        [one.training_session_id, other.training_session_id], [one.person_id, other.person_id]
    )  # fmt: skip
    db.session.refresh(one)
    db.session.refresh(other)


def _may_swap(one: Booking, other: Booking, now: datetime) -> None:
    if one.state != "booked" or other.state != "booked":
        raise SeatGone()
    same_team = one.person.team_id is not None and one.person.team_id == other.person.team_id
    if (
        one.course_id != other.course_id
        or one.training_session_id == other.training_session_id
        or one.person_id == other.person_id
        or not same_team
    ):
        raise SwapImpossible()
    for each in (one, other):
        if each.training_session.published_at is None:
            raise SwapImpossible()
        may_change(each, each.training_session, now)


def _refuse(found: SeatCheck, reader_id: int) -> None:
    """Raise the first thing against the swap: what is the reader's own in their words, of the
    colleague no more than that their rota or their classes say no.
    """
    if not found.conflicts:
        return
    own = [one for one in found.conflicts if one.person_id in (None, reader_id)]
    if not own:
        raise ColleagueCannot()
    raise SeatRefused(own[0], own=True)


def agree(request: SwapRequest, *, now: datetime) -> None:
    """The one who was asked says yes: both change places, if every rule still allows it.

    Raises `SwapOver`, `ColleagueCannot`, `SeatRefused`, `TooLate`, `SeatFixed`, `SeatGone`.
    """
    one, other = request.booking, request.other_booking
    _hold_both(one, other)
    db.session.refresh(request)
    if request.state != "asked":
        raise SwapOver()
    _may_swap(one, other, now)
    found = check_pair(one, other)
    _refuse(found, other.person_id)
    mine, theirs = one.training_session, other.training_session
    by_id = other.person_id
    for each, session in ((one, mine), (other, theirs)):
        turn(each, "moved", "swapped", now=now, by_id=by_id, reason=request.reason)
        give_back_seats(session)
    for each, session in ((one, theirs), (other, mine)):
        take_seats(session)
        seat(
            session, each.person_id, found.windows[each.person_id],
            find_booking(session.id, each.person_id), kind="changed", now=now, by_id=by_id,
            is_make_up=each.is_make_up, reason=request.reason,
        )  # fmt: skip
    request.state, request.answered_at = "done", now
    _end_others(request, now)


def _end_others(request: SwapRequest, now: datetime) -> None:
    """Whatever else was asked about these seats is over: nobody sits in them any more."""
    gone = (request.booking_id, request.other_booking_id)
    db.session.execute(
        update(SwapRequest)
        .where(
            SwapRequest.state == "asked",
            or_(SwapRequest.booking_id.in_(gone), SwapRequest.other_booking_id.in_(gone)),
        )
        .values(state="expired", answered_at=now)
    )


def refuse_swap(request: SwapRequest, *, now: datetime) -> None:
    """The one who was asked says no. Raises `SwapOver`."""
    _end(request, "refused", now)


def take_back(request: SwapRequest, *, now: datetime) -> None:
    """The one who asked takes it back. Raises `SwapOver`."""
    _end(request, "withdrawn", now)


def _end(request: SwapRequest, state: str, now: datetime) -> None:
    hold([request.booking.training_session_id], [request.booking.person_id])
    db.session.refresh(request)
    if request.state != "asked":
        raise SwapOver()
    request.state, request.answered_at = state, now


def expire_swaps(now: datetime) -> int:
    """End requests whose time has run out or whose seats are gone; how many."""
    over = [
        one
        for one in list_open_swaps()
        if not (_is_open(one.booking, now) and _is_open(one.other_booking, now))
    ]
    for one in over:
        one.state, one.answered_at = "expired", now
    return len(over)


def _is_open(booking: Booking, now: datetime) -> bool:
    session: TrainingSession = booking.training_session
    is_held = booking.state == "booked" and session.state == "scheduled"
    return is_held and may_still_change(session.starts_at, now)
