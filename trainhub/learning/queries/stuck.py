"""Learners who have begun and stopped, counted by course."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from trainhub.catalogue.models import Course
from trainhub.db import db
from trainhub.learning.models import Enrolment
from trainhub.learning.queries.scope import enrolments_in_sight
from trainhub.learning.rules import STUCK_DAYS
from trainhub.people.models import Person


def count_stuck_by_course(viewer: Person, now: datetime) -> dict[int, int]:
    """How many have begun a course and not touched it for a week, the most first."""
    # Course by course, so that each count reads only its part of the index.
    stuck = (
        select(func.count())
        .where(
            Enrolment.course_id == Course.id,
            Enrolment.completed_at.is_(None),
            Enrolment.withdrawn_at.is_(None),
            Enrolment.last_active_at <= now - timedelta(days=STUCK_DAYS),
            enrolments_in_sight(viewer),
        )
        .scalar_subquery()
    )
    counts = [(key, count) for key, count in db.session.execute(select(Course.id, stuck)) if count]
    return dict(sorted(counts, key=lambda one: (-one[1], one[0])))
