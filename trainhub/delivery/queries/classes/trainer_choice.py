"""Who could teach a course in a window: certified for it, with time left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select

from trainhub.db import db
from trainhub.delivery.models import TrainerCourse, TrainerProfile
from trainhub.delivery.queries.classes.trainer_hours import hours_of_trainers
from trainhub.delivery.rules.classes.free_time import FreeTime, free_time
from trainhub.people.models import Person
from trainhub.rota.rules.clock_times import monday_of

DEFAULT_MIN_PER_WEEK = 600


@dataclass(frozen=True)
class TrainerChoice:
    """Somebody certified for the course: the time they have left, and the minutes they teach in
    the weeks of the window."""

    person_id: int
    name: str
    certified_on: date
    free: FreeTime
    taught_min: int

    @property
    def has_time(self) -> bool:
        """Whether a class fits in on one of the days."""
        return self.free.first_on is not None


def list_trainer_choices(
    course_id: int, starts_on: date, ends_on: date, *, class_min: int, now: datetime
) -> list[TrainerChoice]:
    """Active people certified for a course, who has most time first.

    Time left is what their own times, the rota and the calendar allow on the days of the window
    that are not over, less the classes they teach or sit in, and no more of a week than their
    limit. `class_min` is the length of the class.
    """
    first = max(starts_on, now.astimezone(UTC).date())
    last = max(first, ends_on)
    rows = db.session.execute(
        select(
            Person.id, Person.name, TrainerCourse.certified_on, TrainerProfile.max_min_per_week
        )
        .join(TrainerCourse, TrainerCourse.person_id == Person.id)
        .outerjoin(TrainerProfile, TrainerProfile.person_id == Person.id)
        .where(TrainerCourse.course_id == course_id, Person.disabled_at.is_(None))
        .order_by(Person.name_key, Person.id)
    ).all()  # fmt: skip
    hours = hours_of_trainers([row.id for row in rows], first, last)
    found = []
    for row in rows:
        limit = row.max_min_per_week
        mine = hours[row.id]
        left = free_time(
            mine.days, mine.taught, class_min=class_min,
            limit_min=DEFAULT_MIN_PER_WEEK if limit is None else limit,
        )  # fmt: skip
        taught = sum(
            minutes for monday, minutes in mine.taught.items() if monday_of(first) <= monday <= last
        )
        found.append(TrainerChoice(row.id, row.name, row.certified_on, left, taught))
    return sorted(found, key=lambda one: -one.free.minutes)
