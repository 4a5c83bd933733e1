"""What waits: classes with free seats somebody stands in line for, questions about swaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.delivery.models import Booking, SwapRequest, TrainingSession

_SEAT = (
    joinedload(Booking.person),
    joinedload(Booking.training_session).joinedload(TrainingSession.site),
)
BOTH_SEATS = (  # of a question about changing places
    joinedload(SwapRequest.booking).options(*_SEAT),
    joinedload(SwapRequest.other_booking).options(*_SEAT),
)


def list_awaited_ids(now: datetime) -> list[int]:
    """Coming published classes with a free seat and somebody in line, the next first."""
    waiting = select(Booking.training_session_id).where(Booking.state == "waiting")
    query = (
        select(TrainingSession.id)
        .where(
            TrainingSession.state == "scheduled",
            TrainingSession.published_at.is_not(None),
            TrainingSession.starts_at > now,
            TrainingSession.taken < TrainingSession.seats,
            TrainingSession.id.in_(waiting),
        )
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    return list(db.session.scalars(query))


def places_in_line(bookings: Sequence[Booking]) -> dict[int, int]:
    """Which of those who wait in its class each of these is, from 1, by the booking's id."""
    ids = {one.training_session_id for one in bookings}
    query = (
        select(Booking.id, Booking.training_session_id)
        .where(Booking.training_session_id.in_(ids), Booking.state == "waiting")
        .order_by(Booking.booked_at, Booking.id)
    )
    seen: Counter[int] = Counter()
    places = {}
    for booking_id, session_id in db.session.execute(query) if ids else ():
        seen[session_id] += 1
        places[booking_id] = seen[session_id]
    return {one.id: places[one.id] for one in bookings}


def list_open_swaps() -> list[SwapRequest]:
    """Everything that is asked about changing places, with both seats and their classes."""
    query = select(SwapRequest).options(*BOTH_SEATS).where(SwapRequest.state == "asked")
    return list(db.session.scalars(query))


def has_open_swaps() -> bool:
    """Whether somebody waits for an answer to a swap: most ticks nobody does."""
    query = select(SwapRequest.id).where(SwapRequest.state == "asked").limit(1)
    return db.session.scalar(query) is not None
