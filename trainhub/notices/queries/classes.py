"""What is to be said to whom about classes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, func, select

from trainhub.db import db
from trainhub.delivery.models import Booking, BookingEvent, SwapRequest, TrainingSession
from trainhub.notices.models import Notice
from trainhub.notices.rules import CLASS_KINDS, CLASS_REMINDER
from trainhub.people.models import Person

FRESH = timedelta(days=2)
# What happened to a booking, by what is said of it.
BOOKED = ("published", "booked", "changed")
MOVED = ("rescheduled",)
CANCELLED = ("cancelled", "moved", "not_needed")
GIVEN = ("seat_given",)


def _heard(kinds: Sequence[str], states: Sequence[str], now: datetime) -> Any:
    """Bookings of published classes to which one of these things happened in the last two days.

    Several before they are told are one message: the latest tells them apart.
    """
    return (
        select(
            Booking.id, Booking.person_id, Booking.sequence,
            func.max(BookingEvent.id).label("event_id"),
        )
        .join(BookingEvent, BookingEvent.booking_id == Booking.id)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .join(Person, Person.id == Booking.person_id)
        .where(
            BookingEvent.kind.in_(kinds),
            BookingEvent.occurred_at > now - FRESH,
            BookingEvent.occurred_at <= now,
            BookingEvent.occurred_at >= TrainingSession.published_at,
            Booking.state.in_(states),
            TrainingSession.starts_at > now,
            Person.disabled_at.is_(None),
        )
        .group_by(Booking.id, Booking.person_id)
        .order_by(Booking.id)
    )  # fmt: skip


def list_known(now: datetime) -> set[tuple[int, str, str]]:
    """Person, kind and key of the messages about classes put down in the last two days.

    Older ones may be asked for once more: writing leaves out what is known already.
    """
    query = select(Notice.person_id, Notice.kind, Notice.key).where(
        Notice.kind.in_(CLASS_KINDS), Notice.created_at > now - FRESH
    )
    return {(row.person_id, row.kind, row.key) for row in db.session.execute(query)}


def list_seats_given(kinds: Sequence[str], now: datetime) -> list[Row[Any]]:
    """Seats that people have got or that were moved with them, and hold still."""
    return list(db.session.execute(_heard(kinds, ("booked",), now)))


def list_seats_lost(now: datetime) -> list[Row[Any]]:
    """Seats taken away by others, with no other seat of the course instead.

    Who declines, or changes to another class themselves, knows it.
    """
    others = select(Booking.person_id, Booking.course_id).where(Booking.state == "booked")
    again = others.subquery()
    query = (
        _heard(CANCELLED, ("cancelled", "moved"), now)
        .outerjoin(
            again,
            and_(again.c.person_id == Booking.person_id, again.c.course_id == Booking.course_id),
        )
        .where(
            again.c.person_id.is_(None),
            BookingEvent.old_state == "booked",
        )
    )
    return list(db.session.execute(query))


def list_classes_soon(now: datetime) -> list[Row[Any]]:
    """Seats in classes that begin within a day."""
    query = (
        select(Booking.id, Booking.person_id, TrainingSession.starts_at)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .join(Person, Person.id == Booking.person_id)
        .where(
            Booking.state == "booked",
            TrainingSession.state == "scheduled",
            TrainingSession.published_at.is_not(None),
            TrainingSession.starts_at > now,
            TrainingSession.starts_at <= now + CLASS_REMINDER,
            Person.disabled_at.is_(None),
        )
        .order_by(Booking.id)
    )
    return list(db.session.execute(query))


def list_swaps_asked(now: datetime) -> list[Row[Any]]:
    """Requests to change places that wait for an answer, and who is asked."""
    query = (
        select(SwapRequest.id, Booking.id.label("booking_id"), Booking.person_id)
        .join(Booking, Booking.id == SwapRequest.other_booking_id)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .join(Person, Person.id == Booking.person_id)
        .where(
            SwapRequest.state == "asked",
            SwapRequest.asked_at > now - FRESH,
            TrainingSession.starts_at > now,
            Person.disabled_at.is_(None),
        )
        .order_by(SwapRequest.id)
    )
    return list(db.session.execute(query))


def find_class_booking(booking_id: int) -> Booking | None:
    """The booking a notice is about."""
    return db.session.get(Booking, booking_id)


def find_swap(swap_id: int) -> SwapRequest | None:
    """The request a notice is about."""
    return db.session.get(SwapRequest, swap_id)
