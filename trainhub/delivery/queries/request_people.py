"""For whom somebody may ask, and whom a training request is for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, or_, select

from trainhub.db import db
from trainhub.delivery.models import (
    Booking,
    TrainingRequest,
    TrainingRequestPerson,
    TrainingSession,
)
from trainhub.delivery.rules.states import WERE_MEANT
from trainhub.people.models import Person, Role, Team
from trainhub.rota.queries.scope import people_in_sight, sees_all

ASKS_FOR_ALL = (Role.PLANNER, Role.ADMINISTRATOR, Role.TRAINER)


@dataclass(frozen=True)
class Nameable:
    """Somebody whom a request may name; the employee number is empty where it is not shown."""

    id: int
    name: str
    employee_no: str


def list_teams_to_ask_for(viewer: Person) -> list[Team]:
    """The teams the viewer may ask for, by name."""
    query = select(Team).order_by(Team.name)
    if not viewer.has_role(*ASKS_FOR_ALL):
        query = query.where(Team.id.in_(viewer.supervised_team_ids))
    return list(db.session.scalars(query))


def list_members(team_id: int | None) -> list[Person]:
    """The active people of a team, by name."""
    query = select(Person).where(Person.team_id == (team_id or 0), Person.disabled_at.is_(None))
    return list(db.session.scalars(query.order_by(Person.name_key, Person.id)))


def list_nameable(viewer: Person, team_id: int | None) -> list[Nameable]:
    """The active people of a team whom the viewer may name, by name: those in sight, and those who
    sit or sat in classes the viewer teaches. Their numbers are for those who see them anyway."""
    taught = (
        select(Booking.person_id)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .where(
            TrainingSession.trainer_id == viewer.id,
            TrainingSession.state != "cancelled",
            Booking.state.in_(WERE_MEANT),
        )
    )
    in_sight = people_in_sight(viewer)
    query = (
        select(Person.id, Person.name, case((in_sight, Person.employee_no), else_=None))
        .where(Person.team_id == (team_id or 0), Person.disabled_at.is_(None))
        .where(or_(in_sight, Person.id.in_(taught)))
        .order_by(Person.name_key, Person.id)
    )
    return [Nameable(row[0], row[1], row[2] or "") for row in db.session.execute(query)]


def names_all(viewer: Person, team_id: int | None) -> bool:
    """Whether the viewer may name anybody of a team."""
    return sees_all(viewer) or team_id in viewer.supervised_team_ids


def list_named(request_id: int) -> list[Person]:
    """The people a request names, by name, whatever has become of them."""
    query = (
        select(Person)
        .join(TrainingRequestPerson, TrainingRequestPerson.person_id == Person.id)
        .where(TrainingRequestPerson.request_id == request_id)
    )
    return list(db.session.scalars(query.order_by(Person.name_key, Person.id)))


def list_asked_for(request: TrainingRequest) -> list[Person]:
    """The active people a request is for: those it names, else all of its team."""
    named = list_named(request.id)
    people = named or list_members(request.team_id)
    return [one for one in people if one.disabled_at is None]


def needs_team(viewer: Person) -> bool:
    """Whether the viewer asks for teams of theirs only."""
    return not viewer.has_role(*ASKS_FOR_ALL)
