"""Classes of a course in which one certain person could be given a seat."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import joinedload

from trainhub.catalogue.models import Course
from trainhub.db import db
from trainhub.delivery.models import Booking, Campaign, MakeUp, TrainingSession
from trainhub.delivery.queries.seats.seat_book import Joining
from trainhub.delivery.queries.seats.seat_checks import check_each
from trainhub.delivery.queries.seats.seat_facts import slot_of
from trainhub.delivery.rules.classes.conflicts import Conflict
from trainhub.errors import NotFound

SHOWN = 12


@dataclass(frozen=True)
class Seat:
    """A seat somebody has in a class to come; `on` is its day at its site."""

    session_id: int
    on: date
    starts_at: datetime


@dataclass(frozen=True)
class SeatChoice:
    """A class to come, how many seats are left, and the first thing that stands against it."""

    session: TrainingSession
    left: int
    conflict: Conflict | None


def find_course(key: str) -> Course | None:
    """The course of that key that is taught here, if any."""
    query = select(Course).where(Course.key == key, Course.retired_at.is_(None))
    return db.session.scalars(query).one_or_none()


def list_seat_choices(
    person_id: int, course_id: int, *, now: datetime, language: str
) -> list[SeatChoice]:
    """The next published classes of a course, each asked for that person alone; those that
    nothing stands against first.
    """
    query = (
        _to_come(course_id, now)
        .options(
            joinedload(TrainingSession.room),
            joinedload(TrainingSession.site),
            joinedload(TrainingSession.trainer),
            joinedload(TrainingSession.campaign).selectinload(Campaign.courses),
        )
        .order_by(TrainingSession.starts_at, TrainingSession.id)
        .limit(SHOWN)
    )
    sessions = list(db.session.scalars(query))
    joinings = [Joining([person_id], slot_of(one), one.campaign) for one in sessions]
    checks = check_each(joinings, language=language) if joinings else []
    found = [
        SeatChoice(one, one.seats - one.taken, next(iter(check.conflicts), None))
        for one, check in zip(sessions, checks, strict=True)
    ]
    return sorted(found, key=lambda one: one.conflict is not None or one.left <= 0)


def get_class_to_come(session_id: int, course_id: int, *, now: datetime) -> TrainingSession:
    """One of those classes. Raises `NotFound`."""
    query = _to_come(course_id, now).where(TrainingSession.id == session_id)
    found: TrainingSession | None = db.session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def find_own_class(person_id: int, course_id: int, *, now: datetime) -> TrainingSession | None:
    """The next class of the course in which somebody has a seat already."""
    query = (
        _to_come(course_id, now)
        .join(Booking, Booking.training_session_id == TrainingSession.id)
        .where(Booking.person_id == person_id, Booking.state == "booked")
        .options(joinedload(TrainingSession.room))
        .order_by(TrainingSession.starts_at)
        .limit(1)
    )
    return db.session.scalars(query).one_or_none()


def list_seats(
    person_ids: Collection[int], course_keys: Collection[str], *, now: datetime
) -> dict[tuple[int, str], Seat]:
    """The next class of each course in which somebody has a seat, by person and course."""
    if not person_ids or not course_keys:
        return {}
    query = (
        select(
            Booking.person_id, Course.key, TrainingSession.id, TrainingSession.on,
            TrainingSession.starts_at,
        )
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .join(Course, Course.id == Booking.course_id)
        .where(
            Booking.person_id.in_(person_ids),
            Booking.state == "booked",
            Course.key.in_(course_keys),
            TrainingSession.state == "scheduled",
            TrainingSession.published_at.is_not(None),
            TrainingSession.ends_at > now,
        )
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )  # fmt: skip
    found: dict[tuple[int, str], Seat] = {}
    for person_id, key, session_id, on, starts_at in db.session.execute(query):
        found.setdefault((person_id, key), Seat(session_id, on, starts_at))
    return found


def is_owed(person_id: int, course_id: int) -> bool:
    """Whether somebody missed a class of the course that nothing has made good yet."""
    owed = exists().where(
        MakeUp.person_id == person_id, MakeUp.course_id == course_id, MakeUp.settled_at.is_(None)
    )
    return bool(db.session.scalar(select(owed)))


def _to_come(course_id: int, now: datetime) -> Select[TrainingSession]:
    return select(TrainingSession).where(
        TrainingSession.course_id == course_id,
        TrainingSession.state == "scheduled",
        TrainingSession.published_at.is_not(None),
        TrainingSession.starts_at > now,
    )
