"""What is to be said to whom about classes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, select
from sqlalchemy.orm import aliased

from trainhub.db import db
from trainhub.delivery.models import (
    Booking,
    BookingEvent,
    SwapRequest,
    TrainingSession,
    TrainingSessionEvent,
)
from trainhub.notices.class_news import CLASS_EVENTS, SEAT_EVENTS, ClassEvent, SeatEvent, Told
from trainhub.notices.models import Notice
from trainhub.notices.rules import CLASS_REMINDER, SEAT_NEWS, TEACHING_NEWS, Kind
from trainhub.people.models import Person

FRESH = timedelta(days=2)


def list_known(kinds: Sequence[Kind], now: datetime) -> list[Row[Any]]:
    """Person, kind, key and time of the messages of these kinds put down in the last two days.

    Older ones may be asked for once more: writing leaves out what is known already.
    """
    query = select(Notice.person_id, Notice.kind, Notice.key, Notice.created_at).where(
        Notice.kind.in_(kinds), Notice.created_at > now - FRESH
    )
    return list(db.session.execute(query))


def seats_told(known: Sequence[Row[Any]]) -> dict[int, Told]:
    """The last message about each booking, of what `list_known` gave."""
    found: dict[int, Told] = {}
    for row in known:
        if row.kind in SEAT_NEWS:
            booking_id, _, event_id = row.key.partition(":")
            told = Told(Kind(row.kind), int(event_id), row.created_at)
            found[int(booking_id)] = _later(found.get(int(booking_id)), told)
    return found


def teaching_told(known: Sequence[Row[Any]]) -> dict[tuple[int, int], Told]:
    """The last message to each trainer about each class, of what `list_known` gave."""
    found: dict[tuple[int, int], Told] = {}
    for row in known:
        if row.kind in TEACHING_NEWS:
            session_id, _, event_id = row.key.partition(":")
            place = row.person_id, int(session_id)
            told = Told(Kind(row.kind), int(event_id), row.created_at)
            found[place] = _later(found.get(place), told)
    return found


def _later(one: Told | None, other: Told) -> Told:
    return other if one is None or other.event_id > one.event_id else one


def list_seat_events(now: datetime) -> list[SeatEvent]:
    """What happened in the last two days to seats of published classes still to come, ordered
    by booking and number.
    """
    other = aliased(Booking)
    elsewhere = and_(
        Booking.state != "booked",
        exists().where(
            other.person_id == Booking.person_id,
            other.course_id == Booking.course_id,
            other.state == "booked",
        ),
    )
    query = (
        select(
            BookingEvent.id, BookingEvent.booking_id, Booking.person_id, BookingEvent.kind,
            BookingEvent.old_state, BookingEvent.by_id, Booking.state, elsewhere.label("elsewhere"),
        )
        .join(Booking, Booking.id == BookingEvent.booking_id)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .join(Person, Person.id == Booking.person_id)
        .where(
            BookingEvent.kind.in_(sorted(SEAT_EVENTS)),
            BookingEvent.occurred_at > now - FRESH,
            BookingEvent.occurred_at <= now,
            BookingEvent.occurred_at >= TrainingSession.published_at,
            TrainingSession.starts_at > now,
            Person.disabled_at.is_(None),
        )
        .order_by(BookingEvent.booking_id, BookingEvent.id)
    )  # fmt: skip
    return [
        SeatEvent(
            row.id, row.booking_id, row.person_id, row.kind, row.old_state == "booked",
            row.by_id == row.person_id, row.state, bool(row.elsewhere),
        )
        for row in db.session.execute(query)
    ]  # fmt: skip


def list_class_events(now: datetime) -> list[ClassEvent]:
    """What happened in the last two days to published classes still to come, ordered by class
    and number.
    """
    event = TrainingSessionEvent
    query = (
        select(
            event.id, event.training_session_id, event.kind, event.old, event.new,
            TrainingSession.trainer_id, TrainingSession.state,
        )
        .join(TrainingSession, TrainingSession.id == event.training_session_id)
        .where(
            event.kind.in_(sorted(CLASS_EVENTS)),
            event.occurred_at > now - FRESH,
            event.occurred_at <= now,
            event.occurred_at >= TrainingSession.published_at,
            TrainingSession.starts_at > now,
        )
        .order_by(event.training_session_id, event.id)
    )  # fmt: skip
    return [
        ClassEvent(
            row.id, row.training_session_id, row.kind, row.old, row.new, row.trainer_id,
            row.state == "scheduled",
        )
        for row in db.session.execute(query)
    ]  # fmt: skip


def _begins_soon(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        TrainingSession.state == "scheduled",
        TrainingSession.published_at.is_not(None),
        TrainingSession.starts_at > now,
        TrainingSession.starts_at <= now + CLASS_REMINDER,
    )


def list_classes_soon(now: datetime) -> list[Row[Any]]:
    """Seats in classes that begin within a day."""
    query = (
        select(Booking.id, Booking.person_id, TrainingSession.starts_at)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .join(Person, Person.id == Booking.person_id)
        .where(Booking.state == "booked", *_begins_soon(now), Person.disabled_at.is_(None))
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


def list_teaching_soon(now: datetime) -> list[Row[Any]]:
    """Trainer, date, number and beginning of the classes that begin within a day, in order."""
    query = (
        select(
            TrainingSession.trainer_id, TrainingSession.on, TrainingSession.id,
            TrainingSession.starts_at,
        )
        .join(Person, Person.id == TrainingSession.trainer_id)
        .where(*_begins_soon(now), Person.disabled_at.is_(None))
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )  # fmt: skip
    return list(db.session.execute(query))


def list_taught_on(person_id: int, on: date) -> list[TrainingSession]:
    """The published classes somebody is to teach on a date, in order of time."""
    query = select(TrainingSession).where(
        TrainingSession.trainer_id == person_id,
        TrainingSession.on == on,
        TrainingSession.state == "scheduled",
        TrainingSession.published_at.is_not(None),
    )
    return list(db.session.scalars(query.order_by(TrainingSession.starts_at, TrainingSession.id)))


def find_class_booking(booking_id: int) -> Booking | None:
    """The booking a notice is about."""
    return db.session.get(Booking, booking_id)


def find_class(session_id: int) -> TrainingSession | None:
    """The class a notice is about."""
    return db.session.get(TrainingSession, session_id)


def find_event_reason(event_id: int) -> str:
    """Why something happened to a class, in the words of who did it; empty without any."""
    query = select(TrainingSessionEvent.reason).where(TrainingSessionEvent.id == event_id)
    return db.session.scalar(query) or ""


def find_last_place(session_id: int) -> dict[str, Any]:
    """Where a class was before its last move; empty if it never moved."""
    query = (
        select(TrainingSessionEvent.old)
        .where(
            TrainingSessionEvent.training_session_id == session_id,
            TrainingSessionEvent.kind == "moved",
        )
        .order_by(TrainingSessionEvent.id.desc())
        .limit(1)
    )
    return db.session.scalar(query) or {}


def find_exchanged(booking: Booking) -> TrainingSession | None:
    """The class of the same course somebody left when they got this seat, if there is one."""
    query = (
        select(TrainingSession)
        .join(Booking, Booking.training_session_id == TrainingSession.id)
        .where(
            Booking.person_id == booking.person_id,
            Booking.course_id == booking.course_id,
            Booking.state == "moved",
            Booking.changed_at == booking.booked_at,
        )
        .order_by(TrainingSession.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def find_seat(person_id: int, course_id: int) -> TrainingSession | None:
    """The class of a course somebody holds a seat in."""
    query = (
        select(TrainingSession)
        .join(Booking, Booking.training_session_id == TrainingSession.id)
        .where(
            Booking.person_id == person_id,
            Booking.course_id == course_id,
            Booking.state == "booked",
        )
    )
    return db.session.scalar(query)


def was_invited(booking: Booking) -> bool:
    """Whether a calendar's entry for this booking has gone out by mail."""
    query = select(Notice.key).where(
        Notice.person_id == booking.person_id,
        Notice.kind.in_((Kind.CLASS_BOOKED, Kind.SEAT_FREE, Kind.CLASS_MOVED)),
        Notice.sent_at.is_not(None),
    )
    return any(key.startswith(f"{booking.id}:") for key in db.session.scalars(query))


def find_swap(swap_id: int) -> SwapRequest | None:
    """The request a notice is about."""
    return db.session.get(SwapRequest, swap_id)
