"""Classes people are owed, and the sessions that could make them good."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.delivery.models import Booking, Campaign, MakeUp, TrainingSession
from trainhub.delivery.queries.seats.seat_book import Joining
from trainhub.delivery.queries.seats.seat_checks import check_each
from trainhub.delivery.queries.seats.seat_facts import slot_of
from trainhub.errors import NotFound
from trainhub.people.models import Person
from trainhub.rota.queries.scope import people_in_sight

LEAD = timedelta(hours=24)  # people learn a day ahead where they have to be
LOOKED_AT = 12
LOOK_AGAIN = timedelta(hours=1)  # where nothing was safe


def get_make_up(make_up_id: int, viewer: Person) -> MakeUp:
    """One somebody may settle: a planner any, a supervisor of own people. Raises `NotFound`."""
    query = (
        select(MakeUp)
        .join(Person, Person.id == MakeUp.person_id)
        .where(MakeUp.id == make_up_id, people_in_sight(viewer))
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def get_own_make_up(make_up_id: int, person: Person) -> MakeUp:
    """One somebody is owed themselves. Raises `NotFound`."""
    query = select(MakeUp).where(MakeUp.id == make_up_id, MakeUp.person_id == person.id)
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def list_own(person_id: int) -> list[MakeUp]:
    """What somebody is owed now, the oldest first."""
    query = (
        select(MakeUp)
        .where(MakeUp.person_id == person_id, MakeUp.settled_at.is_(None))
        .options(
            joinedload(MakeUp.offered_session).joinedload(TrainingSession.room),
            joinedload(MakeUp.offered_session).joinedload(TrainingSession.site),
        )
        .order_by(MakeUp.owed_at, MakeUp.id)
    )
    return list(db.session.scalars(query))


def list_booked(person_id: int) -> dict[int, TrainingSession]:
    """The coming class somebody holds a seat in, by course."""
    query = (
        select(TrainingSession)
        .join(Booking, Booking.training_session_id == TrainingSession.id)
        .where(Booking.person_id == person_id, Booking.state == "booked")
    )
    return {session.course_id: session for session in db.session.scalars(query)}


def _may_be_offered(now: datetime) -> ColumnElement[bool]:
    return (
        (TrainingSession.state == "scheduled")
        & TrainingSession.published_at.is_not(None)
        & (TrainingSession.starts_at >= now + LEAD)
        & (TrainingSession.taken < TrainingSession.seats)
    )


def list_without_offer(now: datetime, limit: int = 200) -> list[int]:
    """Open make-ups without an offer that still holds, whose course has a class to offer.

    One for which nothing was safe is looked at again an hour later (`offered_at` says when).
    """
    offered = exists().where(TrainingSession.id == MakeUp.offered_session_id, _may_be_offered(now))
    there = exists().where(TrainingSession.course_id == MakeUp.course_id, _may_be_offered(now))
    booked = exists().where(
        Booking.person_id == MakeUp.person_id,
        Booking.course_id == MakeUp.course_id,
        Booking.state == "booked",
    )
    stale = MakeUp.offered_session_id.is_not(None)
    query = (
        select(MakeUp.id)
        .join(Person, Person.id == MakeUp.person_id)
        .where(
            MakeUp.settled_at.is_(None),
            Person.disabled_at.is_(None),
            ~offered,
            stale | (there & _is_due_again(now)),
            ~booked,
        )
        .order_by(MakeUp.owed_at, MakeUp.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def _is_due_again(now: datetime) -> ColumnElement[bool]:
    return MakeUp.offered_at.is_(None) | (MakeUp.offered_at <= now - LOOK_AGAIN)


def find_next_safe(make_up: MakeUp, now: datetime) -> TrainingSession | None:
    """The first coming session of the course with a free seat that the person could take:
    their shift has a window for it, rest and limits hold, and the phones stay covered.

    A class they have given back or been taken out of is no offer.
    """
    left = select(Booking.training_session_id).where(
        Booking.person_id == make_up.person_id, Booking.state.in_(["declined", "cancelled"])
    )
    query = (
        select(TrainingSession)
        .where(
            TrainingSession.course_id == make_up.course_id,
            TrainingSession.id.not_in(left),
            _may_be_offered(now),
        )
        .options(joinedload(TrainingSession.campaign).selectinload(Campaign.courses))
        .order_by(TrainingSession.starts_at, TrainingSession.id)
        .limit(LOOKED_AT)
    )
    sessions = db.session.scalars(query).all()
    if not sessions:
        return None
    joinings = [Joining([make_up.person_id], slot_of(one), one.campaign) for one in sessions]
    checks = check_each(joinings, language="en")
    safe = (one for one, found in zip(sessions, checks, strict=True) if not found.conflicts)
    return next(safe, None)


def list_fresh_offers(since: datetime) -> list[MakeUp]:
    """What has been offered since then and is still owed."""
    query = select(MakeUp).where(
        MakeUp.settled_at.is_(None),
        MakeUp.offered_session_id.is_not(None),
        MakeUp.offered_at > since,
    )
    return list(db.session.scalars(query.order_by(MakeUp.id)))


def find_open_make_up(make_up_id: int) -> MakeUp | None:
    """A class that is still owed; None once it is settled."""
    make_up = db.session.get(MakeUp, make_up_id)
    return make_up if make_up is not None and make_up.settled_at is None else None
