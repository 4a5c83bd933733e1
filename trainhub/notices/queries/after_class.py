"""What is to be said once a class is over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from trainhub.db import db
from trainhub.delivery.models import Booking, MakeUp, TrainingSession
from trainhub.notices.models import Notice
from trainhub.notices.rules import Kind
from trainhub.people.models import Person


def list_fresh_owed(since: datetime, now: datetime) -> list[MakeUp]:
    """What people have come to be owed since then for a class that had begun, and still are.

    Who lost a class that was still to come has heard of it when they lost it.
    """
    query = (
        select(MakeUp)
        .join(Booking, Booking.id == MakeUp.missed_booking_id)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .join(Person, Person.id == MakeUp.person_id)
        .where(
            MakeUp.settled_at.is_(None),
            MakeUp.owed_at > since,
            MakeUp.owed_at <= now,
            TrainingSession.starts_at <= MakeUp.owed_at,
            Person.disabled_at.is_(None),
        )
        .order_by(MakeUp.id)
    )
    return list(db.session.scalars(query))


def list_owed_told(since: datetime) -> dict[str, int | None]:
    """The offer that each message about a class owed named, by the message's key."""
    query = select(Notice.key, Notice.values).where(
        Notice.kind == Kind.CLASS_OWED, Notice.created_at > since
    )
    return {row.key: row.values["offered_session_id"] for row in db.session.execute(query)}


def find_missed(make_up: MakeUp) -> TrainingSession:
    """The class somebody missed."""
    query = (
        select(Booking)
        .join(Booking.training_session)
        .options(contains_eager(Booking.training_session).joinedload(TrainingSession.site))
        .where(Booking.id == make_up.missed_booking_id)
    )
    session: TrainingSession = db.session.scalars(query).one().training_session
    return session
