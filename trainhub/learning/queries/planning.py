"""Training still to be placed: minutes by team and week. Sums only, nobody's name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, case, func, select

from trainhub.catalogue.models import Course
from trainhub.db import db
from trainhub.learning.models import Enrolment
from trainhub.learning.rules import week_of
from trainhub.people.models import Person, Team


@dataclass(frozen=True)
class Load:
    """Minutes of training a team still owes, by the Monday of the week they are due in.

    `late` are the minutes whose date has passed.
    """

    team: str
    late: int
    weeks: dict[date, int]

    @property
    def total(self) -> int:
        """All of it."""
        return self.late + sum(self.weeks.values())


def end_of_plan(today: date, weeks: int = 4) -> date:
    """The Sunday up to which loads are listed."""
    return week_of(today) + timedelta(weeks=weeks, days=-1)


def list_loads(today: date, weeks: int = 4, team_ids: Collection[int] | None = None) -> list[Load]:
    """What every team (or those of `team_ids`) still has to take by its due dates: overdue,
    and in each of the weeks from this one on; who owes most comes first.
    """
    query = (
        select(Person.team_id, Enrolment.due_on, func.sum(_minutes_left()))
        .join(Person, Person.id == Enrolment.person_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(
            Enrolment.completed_at.is_(None),
            Enrolment.withdrawn_at.is_(None),
            Enrolment.due_on <= end_of_plan(today, weeks),
            Person.disabled_at.is_(None),
            Person.team_id.is_not(None),
        )
        .group_by(Person.team_id, Enrolment.due_on)
    )
    if team_ids is not None:
        query = query.where(Person.team_id.in_(team_ids))
    names = dict(db.session.execute(select(Team.id, Team.name)).all())
    late: dict[int, int] = {}
    placed: dict[int, dict[date, int]] = {}
    for team, due_on, owed in db.session.execute(query):
        assert team is not None
        assert due_on is not None
        late.setdefault(team, 0)
        placed.setdefault(team, {})
        if due_on < today:
            late[team] += owed
        else:
            monday = week_of(due_on)
            placed[team][monday] = placed[team].get(monday, 0) + owed
    loads = [Load(names[team], late[team], placed[team]) for team in late]
    return sorted(loads, key=lambda load: (-load.total, load.team))


def _minutes_left() -> ColumnElement[int]:
    """`rules.minutes_left` in the database."""
    total, left = Enrolment.lessons_total, Enrolment.lessons_total - Enrolment.lessons_done
    return case((total == 0, Course.minutes), else_=(Course.minutes * left + total - 1) // total)
