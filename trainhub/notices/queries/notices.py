"""Notices that wait, and what is to be said about courses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Row, select
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.learning.models import Enrolment
from trainhub.notices.models import Notice
from trainhub.people.models import Person

MAIL_OF_ASSIGNMENTS = timedelta(days=2)


def list_due_enrolments(on: date) -> list[Row[tuple[int, int, int]]]:
    """Enrolment, person and course ids of courses due on a day and not completed."""
    query = (
        select(Enrolment.id, Enrolment.person_id, Enrolment.course_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.due_on == on,
            Enrolment.completed_at.is_(None),
            Enrolment.withdrawn_at.is_(None),
            Person.disabled_at.is_(None),
        )
    )
    return list(db.session.execute(query))


def list_fresh_assignments(now: datetime) -> list[Row[tuple[int, int, int, date | None, int]]]:
    """Enrolments that an assignment made in the last two days and nobody has started."""
    query = (
        select(
            Enrolment.id,
            Enrolment.person_id,
            Enrolment.course_id,
            Enrolment.due_on,
            Enrolment.round,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.assignment_id.is_not(None),
            Enrolment.enrolled_at > now - MAIL_OF_ASSIGNMENTS,
            Enrolment.enrolled_at <= now,
            Enrolment.started_at.is_(None),
            Enrolment.withdrawn_at.is_(None),
            Person.disabled_at.is_(None),
        )
    )
    return list(db.session.execute(query))


def list_unsent(now: datetime, limit: int) -> list[tuple[int, int, str]]:
    """Notices whose time has come, oldest first: number, person and kind."""
    query = (
        select(Notice.id, Notice.person_id, Notice.kind)
        .where(Notice.sent_at.is_(None), Notice.given_up_at.is_(None), Notice.send_after <= now)
        .order_by(Notice.send_after, Notice.id)
        .limit(limit)
    )
    return [(row.id, row.person_id, row.kind) for row in db.session.execute(query)]


def get_notices(ids: Sequence[int]) -> list[Notice]:
    """These notices with their person, in the order of their numbers."""
    query = select(Notice).where(Notice.id.in_(ids)).options(joinedload(Notice.person))
    return list(db.session.scalars(query.order_by(Notice.id)))
