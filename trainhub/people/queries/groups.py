"""Reading teams and cohorts."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.people.models import Cohort, CohortMember, Person, Role, Team, TeamSupervision


@dataclass(frozen=True)
class TeamSummary:
    """A team with its active members counted and its supervisors named."""

    team: Team
    members: int
    supervisors: tuple[Person, ...]


@dataclass(frozen=True)
class CohortSummary:
    """A cohort with its members counted."""

    cohort: Cohort
    members: int


def visible_teams(viewer: Person | None) -> ColumnElement[bool]:
    """The condition on `Team` under which the viewer may see it (their own, or all)."""
    if viewer is None or viewer.has_role(Role.ADMINISTRATOR):
        return true()
    return Team.id.in_(viewer.supervised_team_ids)


def list_teams(viewer: Person | None = None) -> list[Team]:
    """The teams the viewer may see, by name."""
    query = select(Team).where(visible_teams(viewer))
    return list(db.session.scalars(query.order_by(Team.name)))


def get_team(team_id: int) -> Team:
    """The team. Raises `NotFound`."""
    team = db.session.get(Team, team_id)
    if team is None:
        raise NotFound()
    return team


def list_team_summaries() -> list[TeamSummary]:
    """Every team with members and supervisors, in two queries."""
    supervisors: dict[int, list[Person]] = {}
    pairs = (
        select(TeamSupervision.team_id, Person)
        .join(Person, Person.id == TeamSupervision.person_id)
        .where(Person.disabled_at.is_(None))
        .order_by(Person.name_key)
    )
    for team_id, person in db.session.execute(pairs):
        supervisors.setdefault(team_id, []).append(person)
    counted = (
        select(Team, func.count(Person.id))
        .outerjoin(Person, (Person.team_id == Team.id) & Person.disabled_at.is_(None))
        .group_by(Team.id)
        .order_by(Team.name)
    )
    return [
        TeamSummary(team, members, tuple(supervisors.get(team.id, ())))
        for team, members in db.session.execute(counted)
    ]


def list_supervisors_of(team: Team) -> list[Person]:
    """The active people who answer for the team, by name."""
    query = (
        select(Person)
        .join(TeamSupervision, TeamSupervision.person_id == Person.id)
        .where(TeamSupervision.team_id == team.id, Person.disabled_at.is_(None))
    )
    return list(db.session.scalars(query.order_by(Person.name_key)))


def list_cohort_summaries() -> list[CohortSummary]:
    """Every cohort with its members counted, the latest start first."""
    query = (
        select(Cohort, func.count(CohortMember.person_id))
        .outerjoin(CohortMember, CohortMember.cohort_id == Cohort.id)
        .group_by(Cohort.id)
        .order_by(Cohort.start_on.desc(), Cohort.name)
    )
    return [CohortSummary(cohort, members) for cohort, members in db.session.execute(query)]


def list_cohorts() -> list[Cohort]:
    """Every cohort, the latest start first."""
    return list(db.session.scalars(select(Cohort).order_by(Cohort.start_on.desc(), Cohort.name)))


def get_cohort(cohort_id: int) -> Cohort:
    """The cohort. Raises `NotFound`."""
    cohort = db.session.get(Cohort, cohort_id)
    if cohort is None:
        raise NotFound()
    return cohort


def list_people_of_cohorts(cohort_ids: list[int]) -> list[Person]:
    """The active people of these cohorts, each once, by name, teams loaded."""
    members = select(CohortMember.person_id).where(CohortMember.cohort_id.in_(cohort_ids))
    query = (
        select(Person)
        .where(Person.id.in_(members), Person.disabled_at.is_(None))
        .options(joinedload(Person.team))
    )
    return list(db.session.scalars(query.order_by(Person.name_key, Person.id)))


def list_cohorts_of(person: Person) -> list[Cohort]:
    """The cohorts the person belongs to, the latest start first."""
    query = (
        select(Cohort)
        .join(CohortMember, CohortMember.cohort_id == Cohort.id)
        .where(CohortMember.person_id == person.id)
    )
    return list(db.session.scalars(query.order_by(Cohort.start_on.desc())))
