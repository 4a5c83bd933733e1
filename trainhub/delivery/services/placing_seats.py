"""Writing the seats of a whole plan at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import insert, select

from trainhub.db import db
from trainhub.delivery.models import Booking, BookingEvent, TrainingSession
from trainhub.delivery.services.history import turn

BATCH = 1_000


@dataclass(frozen=True)
class Seat:
    """A person in a class, and what their shift calls that time."""

    person_id: int
    window_kind: str
    is_on_phones: bool


def seat_many(
    seats: Mapping[TrainingSession, Sequence[Seat]], *, now: datetime, by_id: int | None
) -> int:
    """Write that these people sit in these classes; the seats are taken already.

    Rows that people have in a class from earlier are used again. How many were written.
    """
    session_ids = [session.id for session in seats]
    known = {
        (one.training_session_id, one.person_id): one
        for one in db.session.scalars(
            select(Booking).where(Booking.training_session_id.in_(session_ids))
        )
    }
    fresh: list[dict[str, object]] = []
    again = 0
    for session, people in seats.items():
        for seat in people:
            row = known.get((session.id, seat.person_id))
            if row is None:
                fresh.append(_row(session, seat, now))
                continue
            turn(row, "booked", "booked", now=now, by_id=by_id)
            row.booked_at, row.is_pinned = now, False
            row.window_kind, row.is_on_phones = seat.window_kind, seat.is_on_phones
            again += 1
    db.session.flush()
    for start in range(0, len(fresh), BATCH):
        _write(fresh[start : start + BATCH], now, by_id)
    return len(fresh) + again


def _row(session: TrainingSession, seat: Seat, now: datetime) -> dict[str, object]:
    return {
        "training_session_id": session.id,
        "person_id": seat.person_id,
        "course_id": session.course_id,
        "state": "booked",
        "window_kind": seat.window_kind,
        "is_on_phones": seat.is_on_phones,
        "is_pinned": False,
        "is_make_up": False,
        "uid": f"{uuid4()}@trainhub",
        "sequence": 0,
        "booked_at": now,
        "changed_at": now,
        "reason": "",
    }


def _write(rows: Sequence[dict[str, object]], now: datetime, by_id: int | None) -> None:
    made = db.session.scalars(insert(Booking).returning(Booking.id), rows)
    events = [
        {
            "booking_id": booking_id, "kind": "booked", "old_state": "", "new_state": "booked",
            "reason": "", "occurred_at": now, "by_id": by_id,
        }
        for booking_id in made
    ]  # fmt: skip
    db.session.execute(insert(BookingEvent), events)
