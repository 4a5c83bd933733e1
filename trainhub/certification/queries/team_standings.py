"""How the teams in sight stand in a programme, the team that most needs somebody first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from trainhub.certification.models import Award, Programme, ProgrammeEnrolment
from trainhub.certification.queries.matrix import STATES, in_force, state_of
from trainhub.certification.queries.scope import people_in_sight
from trainhub.db import db
from trainhub.people.models import Person, Team

HOLDING = ("certified", "expiring", "review")
PAGE_SIZE = 50


@dataclass(frozen=True)
class TeamStanding:
    """A team (`team_id` None: people without one) and how many of it are in each state."""

    team_id: int | None
    name: str
    states: Mapping[str, int]

    @property
    def people(self) -> int:
        """Everybody in the programme who has not left it."""
        return sum(count for state, count in self.states.items() if state != "left")

    @property
    def certified_share(self) -> float | None:
        """The share of `people` whose award is in force, or None of nobody."""
        holding = sum(self.states.get(state, 0) for state in HOLDING)
        return holding / self.people if self.people else None

    def count(self, state: str) -> int:
        """How many are in a state."""
        return self.states.get(state, 0)


def list_team_standings(viewer: Person, programme_id: int, *, today: date) -> list[TeamStanding]:
    """Every team in sight with somebody in the programme. One query."""
    state = state_of(today)
    query = (
        select(Team.id, Team.name, state.label("state"), func.count().label("people"))
        .select_from(ProgrammeEnrolment)
        .join(Person, Person.id == ProgrammeEnrolment.person_id)
        .outerjoin(Team, Team.id == Person.team_id)
        .outerjoin(Award, in_force())
        .where(
            ProgrammeEnrolment.programme_id == programme_id,
            ProgrammeEnrolment.is_current,
            Person.disabled_at.is_(None),
            people_in_sight(viewer),
        )
        .group_by(Team.id, Team.name, state)
    )
    names: dict[int | None, str] = {}
    states: dict[int | None, dict[str, int]] = {}
    for row in db.session.execute(query):
        names[row.id] = row.name or ""
        states.setdefault(row.id, {})[row.state] = row.people
    found = [TeamStanding(key, names[key], found) for key, found in states.items()]
    return sorted(found, key=lambda one: (-one.count("late"), -one.count("at_risk"), one.name))


@dataclass(frozen=True)
class ProgrammeCount:
    """A programme with how many in sight are in each state."""

    programme: Programme
    states: Mapping[str, int]


def count_by_programme(viewer: Person, *, today: date) -> list[ProgrammeCount]:
    """Programmes in which somebody in sight is, those with most to do first. Two queries."""
    state = state_of(today)
    query = (
        select(ProgrammeEnrolment.programme_id, state.label("state"), func.count().label("people"))
        .select_from(ProgrammeEnrolment)
        .join(Person, Person.id == ProgrammeEnrolment.person_id)
        .outerjoin(Award, in_force())
        .where(ProgrammeEnrolment.is_current, Person.disabled_at.is_(None), people_in_sight(viewer))
        .group_by(ProgrammeEnrolment.programme_id, state)
    )
    states: dict[int, dict[str, int]] = {}
    for row in db.session.execute(query):
        states.setdefault(row.programme_id, {})[row.state] = row.people
    programmes = db.session.scalars(
        select(Programme).where(Programme.id.in_(states), Programme.retired_at.is_(None))
    )
    found = [
        ProgrammeCount(one, {s: states[one.id][s] for s in STATES if s in states[one.id]})
        for one in programmes
    ]
    return sorted(found, key=lambda one: (-one.states.get("late", 0), one.programme.key))
