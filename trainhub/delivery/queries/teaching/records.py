"""The archive of classes that were held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, true
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.delivery.models import Booking, DeliveryRecord, TrainingSession
from trainhub.errors import NotFound
from trainhub.people.models import Person, Role
from trainhub.rota.queries.scope import people_in_sight, sees_all

PAGE_SIZE = 40


@dataclass(frozen=True)
class Criteria:
    """What is looked for; None is everything."""

    first: date | None = None
    last: date | None = None
    course_id: int | None = None


@dataclass(frozen=True)
class Record:
    """A class and what was kept of it."""

    session: TrainingSession
    facts: dict[str, Any]


@dataclass(frozen=True)
class RecordPage:
    """Records, newest first, a page at a time."""

    records: list[Record]
    page: int
    pages: int
    total: int


def records_in_sight(viewer: Person) -> ColumnElement[bool]:
    """The condition on `TrainingSession`: planners and administrators see all, trainers what
    they taught, supervisors classes in which people of their teams were booked.
    """
    if sees_all(viewer):
        return true()
    mine: ColumnElement[bool] = TrainingSession.trainer_id == viewer.id
    if viewer.has_role(Role.SUPERVISOR):
        mine = mine | exists().where(
            Booking.training_session_id == TrainingSession.id,
            Booking.person_id == Person.id,
            people_in_sight(viewer),
        )
    return mine


def _query(viewer: Person, criteria: Criteria) -> Any:
    query = (
        select(TrainingSession, DeliveryRecord)
        .join(DeliveryRecord, DeliveryRecord.training_session_id == TrainingSession.id)
        .where(records_in_sight(viewer))
        .options(joinedload(TrainingSession.trainer), joinedload(TrainingSession.site),
                 joinedload(TrainingSession.room))
        .order_by(TrainingSession.starts_at.desc(), TrainingSession.id.desc())
    )  # fmt: skip
    if criteria.first is not None:
        query = query.where(TrainingSession.on >= criteria.first)
    if criteria.last is not None:
        query = query.where(TrainingSession.on <= criteria.last)
    if criteria.course_id is not None:
        query = query.where(TrainingSession.course_id == criteria.course_id)
    return query


def find_records(viewer: Person, criteria: Criteria, page: int = 1) -> RecordPage:
    """One page of the archive."""
    query = _query(viewer, criteria)
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery()))
    pages = max(1, -(-(total or 0) // PAGE_SIZE))
    page = min(max(1, page), pages)
    rows = db.session.execute(query.offset((page - 1) * PAGE_SIZE).limit(PAGE_SIZE))
    found = [Record(session, record.facts) for session, record in rows]
    return RecordPage(found, page, pages, total or 0)


def stream_records(viewer: Person, criteria: Criteria) -> Iterator[Record]:
    """Every record in sight, newest first."""
    for session, record in db.session.execute(_query(viewer, criteria)):
        yield Record(session, record.facts)


def get_record(session_id: int, viewer: Person) -> Record:
    """One record in sight. Raises `NotFound`."""
    query = _query(viewer, Criteria()).where(TrainingSession.id == session_id)
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFound()
    return Record(row[0], row[1].facts)


def list_people_of(record: Record, viewer: Person) -> list[tuple[Person, dict[str, Any]]]:
    """Who was booked, by name, as far as the viewer may know them: their own class, or their
    own people.
    """
    facts = {one["person_id"]: one for one in record.facts["people"]}
    query = select(Person).where(Person.id.in_(facts)).options(joinedload(Person.team))
    if record.session.trainer_id != viewer.id:
        query = query.where(people_in_sight(viewer))
    people = db.session.scalars(query.order_by(Person.name_key, Person.name))
    return [(person, facts[person.id]) for person in people]


def list_taught_course_ids() -> list[int]:
    """Courses of which a class was held."""
    query = select(TrainingSession.course_id).join(
        DeliveryRecord, DeliveryRecord.training_session_id == TrainingSession.id
    )
    return list(db.session.scalars(query.distinct()))
