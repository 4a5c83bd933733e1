"""What became of a class and its seats, step by step."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import aliased

from trainhub.db import db
from trainhub.delivery.models import Booking, BookingEvent
from trainhub.people.models import Person


def list_marks(session_id: int) -> list[tuple[BookingEvent, str, str | None]]:
    """Every mark of attendance in a class, newest first: the event, whose, by whom."""
    marker = aliased(Person)
    query = (
        select(BookingEvent, Person.name, marker.name)
        .join(Booking, Booking.id == BookingEvent.booking_id)
        .join(Person, Person.id == Booking.person_id)
        .outerjoin(marker, marker.id == BookingEvent.by_id)
        .where(Booking.training_session_id == session_id, BookingEvent.kind == "attendance")
        .order_by(BookingEvent.id.desc())
    )
    return [(event, name, by) for event, name, by in db.session.execute(query)]
