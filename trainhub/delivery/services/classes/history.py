"""Noting what happens to classes and bookings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from trainhub.db import db
from trainhub.delivery.models import Booking, BookingEvent, TrainingSession, TrainingSessionEvent
from trainhub.delivery.rules.seats.booking import REASON_LENGTH


def note_class(
    session: TrainingSession,
    kind: str,
    *,
    now: datetime,
    by_id: int | None,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Something happened to a class."""
    db.session.add(
        TrainingSessionEvent(
            training_session_id=session.id, kind=kind, old=dict(old or {}), new=dict(new or {}),
            reason=reason[:REASON_LENGTH], occurred_at=now, by_id=by_id,
        )
    )  # fmt: skip


def turn(
    booking: Booking,
    state: str,
    kind: str,
    *,
    now: datetime,
    by_id: int | None,
    reason: str = "",
) -> None:
    """Give a booking another state and note it; calendars follow with the next number."""
    old, booking.state = booking.state, state
    booking.changed_at, booking.reason = now, reason[:REASON_LENGTH]
    booking.sequence += 1
    note_booking(booking, kind, old, now=now, by_id=by_id, reason=reason)


def note_booking(
    booking: Booking,
    kind: str,
    old_state: str,
    *,
    now: datetime,
    by_id: int | None,
    reason: str = "",
) -> None:
    """Something happened to a booking."""
    db.session.add(
        BookingEvent(
            booking_id=booking.id, kind=kind, old_state=old_state, new_state=booking.state,
            reason=reason[:REASON_LENGTH], occurred_at=now, by_id=by_id,
        )
    )  # fmt: skip


def note_classes(
    happened: Iterable[tuple[int, str, Mapping[str, Any], Mapping[str, Any]]],
    *,
    now: datetime,
    by_id: int | None,
) -> None:
    """Something happened to many classes: `(id, kind, old, new)` of each."""
    rows = [
        {
            "training_session_id": session_id, "kind": kind, "old": dict(old), "new": dict(new),
            "reason": "", "occurred_at": now, "by_id": by_id,
        }
        for session_id, kind, old, new in happened
    ]  # fmt: skip
    if rows:
        db.session.connection().execute(insert(TrainingSessionEvent), rows)


def note_bookings(
    happened: Iterable[tuple[int, str, str, str]], *, now: datetime, by_id: int | None
) -> None:
    """Something happened to many bookings: `(id, kind, old state, new state)` of each."""
    rows = [
        {
            "booking_id": booking_id, "kind": kind, "old_state": old, "new_state": new,
            "reason": "", "occurred_at": now, "by_id": by_id,
        }
        for booking_id, kind, old, new in happened
    ]  # fmt: skip
    if rows:
        db.session.connection().execute(insert(BookingEvent), rows)
