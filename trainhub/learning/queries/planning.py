"""Training still to be placed: minutes by team and week. Sums only, nobody's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from trainhub.catalogue.models import Course
from trainhub.db import db
from trainhub.learning.models import Enrolment
from trainhub.learning.rules import minutes_left, week_of
from trainhub.people.models import Person, Team


@dataclass(frozen=True)
class Load:
    """Minutes of training a team still owes, by the Monday of the week they are due in.

    `late` are the minutes whose date has passed.
    """

    team: str
    late: int
    weeks: dict[date, int]


def list_loads(today: date, weeks: int = 4) -> list[Load]:
    """What every team still has to take by its due dates: overdue, and in each of the weeks
    from this one on.
    """
    end = week_of(today) + timedelta(weeks=weeks)
    rows = db.session.execute(
        select(
            Team.name,
            Enrolment.due_on,
            Course.minutes,
            Enrolment.lessons_done,
            Enrolment.lessons_total,
            func.count(),
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(Team, Team.id == Person.team_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(
            Enrolment.completed_at.is_(None),
            Enrolment.withdrawn_at.is_(None),
            Enrolment.due_on < end,
            Person.disabled_at.is_(None),
        )
        .group_by(
            Team.name,
            Enrolment.due_on,
            Course.minutes,
            Enrolment.lessons_done,
            Enrolment.lessons_total,
        )
        .order_by(Team.name)
    )
    late: dict[str, int] = {}
    placed: dict[str, dict[date, int]] = {}
    for team, due_on, minutes, done, total, count in rows:
        assert due_on is not None
        owed = minutes_left(minutes, done, total) * count
        late.setdefault(team, 0)
        placed.setdefault(team, {})
        if due_on < today:
            late[team] += owed
        else:
            monday = week_of(due_on)
            placed[team][monday] = placed[team].get(monday, 0) + owed
    return [Load(team, late[team], placed[team]) for team in late]
