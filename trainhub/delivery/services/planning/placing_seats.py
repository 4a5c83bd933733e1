"""Reading and writing the seats of a whole plan at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import bindparam, func, insert, literal, select, update

from trainhub.db import db
from trainhub.delivery.models import Booking, BookingEvent, TrainingSession
from trainhub.delivery.services.classes.history import note_bookings

BATCH = 1_000


@dataclass(frozen=True)
class PlannedSeat:
    """A person in a planned class, and what their shift calls that time."""

    person_id: int
    window_kind: str
    is_on_phones: bool

    @property
    def window(self) -> tuple[str, bool]:
        """What a booking says of it."""
        return self.window_kind, self.is_on_phones


@dataclass(frozen=True)
class Row:
    """A booking as it is stored, in whatever state."""

    id: int
    session_id: int
    person_id: int
    course_id: int
    state: str
    window_kind: str
    is_on_phones: bool


Known = Mapping[int, Mapping[int, Row]]  # by class, by person


def read_seats(session_ids: Collection[int]) -> dict[int, dict[int, Row]]:
    """Every booking these classes have had, by class and person."""
    db.session.flush()
    query = select(
        Booking.id, Booking.training_session_id, Booking.person_id, Booking.course_id,
        Booking.state, Booking.window_kind, Booking.is_on_phones,
    ).where(Booking.training_session_id.in_(session_ids))  # fmt: skip
    found: dict[int, dict[int, Row]] = {one: {} for one in session_ids}
    for values in db.session.execute(query.order_by(Booking.id)):
        row = Row(*values)
        found[row.session_id][row.person_id] = row
    return found


def give_up(rows: Sequence[Row], state: str, *, now: datetime, by_id: int | None) -> None:
    """Give bookings a state that holds no seat."""
    _change(rows, now, state=state, reason="")
    note_bookings([(row.id, state, row.state, state) for row in rows], now=now, by_id=by_id)


def take_along(rows: Sequence[Row], *, now: datetime, by_id: int | None) -> None:
    """Note that classes have moved with these people; their calendars follow."""
    _change(rows, now)
    note_bookings(
        [(row.id, "rescheduled", "booked", "booked") for row in rows], now=now, by_id=by_id
    )


def _change(rows: Sequence[Row], now: datetime, **values: str) -> None:
    for ids in _batches([row.id for row in rows]):
        db.session.connection().execute(
            update(Booking)
            .where(Booking.id.in_(ids))
            .values(sequence=Booking.sequence + 1, changed_at=now, **values)
        )


def write_windows(changed: Sequence[tuple[Row, PlannedSeat]]) -> None:
    """Write what people's shifts call the time of their class by now."""
    if changed:
        windows = [{"of_id": row.id} | _window(seat) for row, seat in changed]
        db.session.connection().execute(
            update(Booking)
            .where(Booking.id == bindparam("of_id"))
            .values(window_kind=bindparam("kind"), is_on_phones=bindparam("phones")),
            windows,
        )


def seat_many(
    seats: Mapping[TrainingSession, Sequence[PlannedSeat]],
    known: Known,
    *,
    now: datetime,
    by_id: int | None,
) -> int:
    """Write that these people sit in these classes; the seats are taken already.

    Rows that people have in a class from earlier are used again. How many were written.
    """
    fresh: list[dict[str, object]] = []
    again: list[tuple[Row, PlannedSeat]] = []
    for session, people in seats.items():
        rows = known.get(session.id, {})
        for seat in people:
            row = rows.get(seat.person_id)
            if row is None:
                fresh.append(_row(session, seat, now))
            else:
                again.append((row, seat))
    _seat_again(again, now, by_id)
    if fresh:
        _seat_first([session.id for session in seats], fresh, now, by_id)
    return len(fresh) + len(again)


def _seat_again(again: Sequence[tuple[Row, PlannedSeat]], now: datetime, by_id: int | None) -> None:
    _change([row for row, _ in again], now, state="booked", reason="")
    for ids in _batches([row.id for row, _ in again]):
        db.session.connection().execute(
            update(Booking).where(Booking.id.in_(ids)).values(booked_at=now, is_pinned=False)
        )
    write_windows(again)
    events = [(row.id, "booked", row.state, "booked") for row, _ in again]
    note_bookings(events, now=now, by_id=by_id)


def _seat_first(
    session_ids: Sequence[int], rows: Sequence[dict[str, object]], now: datetime, by_id: int | None
) -> None:
    connection = db.session.connection()
    # The classes are held: whatever they have after this number is written here.
    last = connection.scalar(select(func.max(Booking.id))) or 0
    connection.execute(insert(Booking), rows)
    names = ("booking_id", "kind", "old_state", "new_state", "reason", "occurred_at", "by_id")
    for ids in _batches(session_ids):
        made = select(
            Booking.id, literal("booked"), literal(""), literal("booked"), literal(""),
            literal(now, BookingEvent.occurred_at.type), literal(by_id, BookingEvent.by_id.type),
        ).where(Booking.training_session_id.in_(ids), Booking.id > last)  # fmt: skip
        connection.execute(insert(BookingEvent).from_select(names, made.order_by(Booking.id)))


def _row(session: TrainingSession, seat: PlannedSeat, now: datetime) -> dict[str, object]:
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


def _window(seat: PlannedSeat) -> dict[str, object]:
    return {"kind": seat.window_kind, "phones": seat.is_on_phones}


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
