"""Who could teach a course in a window: certified for it, with time left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from sqlalchemy import func, select

from trainhub.db import db
from trainhub.delivery.models import TrainerCourse, TrainerProfile, TrainingSession
from trainhub.people.models import Person

DEFAULT_MIN_PER_WEEK = 600


@dataclass(frozen=True)
class TrainerChoice:
    """Somebody certified for the course: minutes left to teach in the window, minutes taken."""

    person_id: int
    name: str
    certified_on: date
    free_min: int
    taught_min: int

    def has_time(self, minutes: int) -> bool:
        """Whether a class of this length still fits into their weeks."""
        return self.free_min >= minutes


def list_trainer_choices(course_id: int, starts_on: date, ends_on: date) -> list[TrainerChoice]:
    """Active people certified for a course, who has most time first.

    Time left is what their weekly limit allows in the weeks of the window, less the classes they
    are to teach there.
    """
    weeks = max(1, ceil(((ends_on - starts_on).days + 1) / 7))
    first, last = starts_on, starts_on + timedelta(days=7 * weeks - 1)
    taught = (
        select(
            TrainingSession.trainer_id,
            func.sum(TrainingSession.ends_min - TrainingSession.starts_min).label("minutes"),
        )
        .where(TrainingSession.on.between(first, last), TrainingSession.state != "cancelled")
        .group_by(TrainingSession.trainer_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Person.id,
            Person.name,
            TrainerCourse.certified_on,
            TrainerProfile.max_min_per_week,
            taught.c.minutes,
        )
        .join(TrainerCourse, TrainerCourse.person_id == Person.id)
        .outerjoin(TrainerProfile, TrainerProfile.person_id == Person.id)
        .outerjoin(taught, taught.c.trainer_id == Person.id)
        .where(TrainerCourse.course_id == course_id, Person.disabled_at.is_(None))
        .order_by(Person.name_key, Person.id)
    )
    found = []
    for person_id, name, certified_on, limit, minutes in rows:
        allowed = weeks * (DEFAULT_MIN_PER_WEEK if limit is None else limit)
        busy = int(minutes or 0)
        found.append(TrainerChoice(person_id, name, certified_on, max(0, allowed - busy), busy))
    return sorted(found, key=lambda one: -one.free_min)
