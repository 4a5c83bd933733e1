"""A class as its page shows it: who sits there, who waits, what has happened."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from trainhub.db import db
from trainhub.delivery.models import Booking, Room, TrainingSession, TrainingSessionEvent
from trainhub.delivery.queries.scope import seats_in_sight
from trainhub.delivery.rules.states import CONCERNED
from trainhub.errors import NotFound
from trainhub.people.models import Person

SHOWN_EVENTS = 30


@dataclass(frozen=True)
class HistoryLine:
    """One thing that happened to a class, with the names its facts speak of."""

    event: TrainingSessionEvent
    by: str | None
    rooms: dict[int, str]
    trainers: dict[int, str]


def list_seats(session: TrainingSession, viewer: Person) -> list[Booking]:
    """Bookings of a class that the viewer may see, by state and name; the line in its order."""
    query = (
        select(Booking)
        .join(Person, Person.id == Booking.person_id)
        .options(contains_eager(Booking.person).joinedload(Person.team))
        .where(Booking.training_session_id == session.id, seats_in_sight(viewer, session))
        .order_by(Person.name_key, Person.id)
    )
    rows = list(db.session.scalars(query))
    line = sorted(
        (one for one in rows if one.state == "waiting"), key=lambda one: (one.booked_at, one.id)
    )
    held = [one for one in rows if one.state in CONCERNED and one.state != "waiting"]
    return held + line + [one for one in rows if one.state not in CONCERNED]


def list_history(session: TrainingSession) -> list[HistoryLine]:
    """What happened to a class, the latest first."""
    by = aliased(Person)
    rows = db.session.execute(
        select(TrainingSessionEvent, by.name)
        .outerjoin(by, by.id == TrainingSessionEvent.by_id)
        .where(TrainingSessionEvent.training_session_id == session.id)
        .order_by(TrainingSessionEvent.id.desc())
        .limit(SHOWN_EVENTS)
    ).all()
    facts = [facts for event, _ in rows for facts in (event.old, event.new)]
    rooms = _names(Room, {one.get("room_id") for one in facts})
    trainers = _names(Person, {one.get("trainer_id") for one in facts})
    return [HistoryLine(event, name, rooms, trainers) for event, name in rows]


def _names(model: type[Room] | type[Person], ids: set[int | None]) -> dict[int, str]:
    wanted = [one for one in ids if one is not None]
    rows = db.session.execute(select(model.id, model.name).where(model.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def get_booking(booking_id: int, session_id: int) -> Booking:
    """A booking of this class. Raises `NotFound`."""
    query = (
        select(Booking)
        .options(joinedload(Booking.training_session), joinedload(Booking.person))
        .where(Booking.id == booking_id, Booking.training_session_id == session_id)
    )
    found: Booking | None = db.session.scalar(query)
    if found is None:
        raise NotFound()
    return found
