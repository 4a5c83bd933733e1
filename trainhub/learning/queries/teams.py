"""How far one's teams are: sums by team and course, then person by person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from trainhub.db import db
from trainhub.learning.models import Enrolment
from trainhub.learning.queries.scope import own_people
from trainhub.learning.queries.standings import count_completed, count_of
from trainhub.learning.rules import DUE_SOON_DAYS, Standing, standing
from trainhub.people.models import Person

PAGE_SIZE = 25


@dataclass(frozen=True)
class TeamCount:
    """A team's enrolments, in one course or in all."""

    enrolled: int = 0
    completed: int = 0
    late: int = 0
    soon: int = 0

    def __add__(self, other: TeamCount) -> TeamCount:
        return TeamCount(
            self.enrolled + other.enrolled,
            self.completed + other.completed,
            self.late + other.late,
            self.soon + other.soon,
        )


def _own(viewer: Person) -> Select[*tuple[Any, ...]]:
    return (
        select(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            own_people(viewer),
            Person.disabled_at.is_(None),
            Person.team_id.is_not(None),
            Enrolment.withdrawn_at.is_(None),
        )
    )


def count_urgent_by_team(
    viewer: Person, today: date, team_ids: Collection[int] | None = None
) -> dict[int, TeamCount]:
    """Team → what is late and due soon among what is open (`enrolled` counts both), of the
    viewer's own teams (or those of them in `team_ids`), red first; reads only what is due.
    """
    late, soon = count_of(Standing.OVERDUE, today=today), count_of(Standing.DUE_SOON, today=today)
    query = (
        _own(viewer)
        .where(
            Enrolment.completed_at.is_(None),
            Enrolment.due_on <= today + timedelta(days=DUE_SOON_DAYS),
        )
        .with_only_columns(Person.team_id, func.count(), late, soon, maintain_column_froms=True)
        .group_by(Person.team_id)
        .order_by(late.desc(), soon.desc(), Person.team_id)
    )
    if team_ids is not None:
        # By way of the people: otherwise SQLite walks through everything that is due.
        members = select(Person.id).where(Person.team_id.in_(team_ids))
        query = query.where(Enrolment.person_id.in_(members))
    return {
        team_id: TeamCount(count, 0, late_count, soon_count)
        for team_id, count, late_count, soon_count in db.session.execute(query)
    }


def count_by_team_and_course(
    viewer: Person, today: date, team_ids: Collection[int]
) -> dict[tuple[int, int], TeamCount]:
    """`(team, course)` → counts, of those of the teams that are the viewer's own; one query."""
    query = (
        _own(viewer)
        .where(Person.team_id.in_(team_ids))
        .with_only_columns(
            Person.team_id,
            Enrolment.course_id,
            func.count(),
            count_completed(today),
            count_of(Standing.OVERDUE, today=today),
            count_of(Standing.DUE_SOON, today=today),
            maintain_column_froms=True,
        )
        .group_by(Person.team_id, Enrolment.course_id)
    )
    found = db.session.execute(query)
    return {(team, course): TeamCount(*counts) for team, course, *counts in found}


@dataclass(frozen=True)
class PersonRow:
    """One of the team's people with their courses' standings by course id."""

    person_id: int
    name: str
    team_id: int
    late: int
    soon: int
    enrolled: int
    completed: int
    standings: dict[int, Standing]


@dataclass(frozen=True)
class PeoplePage:
    """One page of people, who needs somebody most first."""

    rows: list[PersonRow]
    total: int
    page: int
    pages: int


def find_people_page(
    viewer: Person,
    *,
    today: date,
    team_ids: Collection[int] | None = None,
    page: int = 1,
    size: int = PAGE_SIZE,
    only_urgent: bool = False,
    person_ids: Collection[int] | None = None,
) -> PeoplePage:
    """One page of the viewer's own people (or those of them in `person_ids`): most overdue
    first, then due soon, then by name.
    """
    late, soon = count_of(Standing.OVERDUE, today=today), count_of(Standing.DUE_SOON, today=today)
    asked = _own(viewer)
    if team_ids is not None:
        asked = asked.where(Person.team_id.in_(team_ids))
    if person_ids is not None:
        asked = asked.where(Person.id.in_(person_ids))
    if only_urgent:
        asked = asked.where(
            Enrolment.completed_at.is_(None),
            Enrolment.due_on <= today + timedelta(days=DUE_SOON_DAYS),
        )
    people = func.count(func.distinct(Enrolment.person_id))
    total = db.session.scalar(asked.with_only_columns(people, maintain_column_froms=True)) or 0
    query = asked.with_only_columns(
        Person.id,
        Person.name,
        Person.team_id,
        late.label("late"),
        soon.label("soon"),
        func.count().label("enrolled"),
        count_completed(today).label("completed"),
        maintain_column_froms=True,
    ).group_by(Person.id, Person.name, Person.name_key, Person.team_id)
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    query = query.order_by(late.desc(), soon.desc(), Person.name_key, Person.id)
    found = db.session.execute(query.limit(size).offset((page - 1) * size)).all()
    cells = _standings([row.id for row in found], today)
    rows = [
        PersonRow(
            person_id=row.id,
            name=row.name,
            team_id=row.team_id,
            late=row.late,
            soon=row.soon,
            enrolled=row.enrolled,
            completed=row.completed,
            standings=cells.get(row.id, {}),
        )
        for row in found
    ]
    return PeoplePage(rows, total, page, pages)


def _standings(person_ids: list[int], today: date) -> dict[int, dict[int, Standing]]:
    query = select(
        Enrolment.person_id,
        Enrolment.course_id,
        Enrolment.completed_at,
        Enrolment.started_at,
        Enrolment.due_on,
        Enrolment.completed_before_at,
    ).where(Enrolment.person_id.in_(person_ids), Enrolment.withdrawn_at.is_(None))
    cells: dict[int, dict[int, Standing]] = {}
    for row in db.session.execute(query):
        cells.setdefault(row.person_id, {})[row.course_id] = standing(
            completed=row.completed_at is not None,
            started=row.started_at is not None,
            due_on=row.due_on,
            today=today,
            completed_before=row.completed_before_at is not None,
        )
    return cells
