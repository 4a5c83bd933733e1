"""Whose learning somebody may see. Every list, count and export of others goes through here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.learning.models import Enrolment
from trainhub.people.models import Person, Role, Team

SEES_ALL = (Role.TRAINER, Role.ADMINISTRATOR)


def learners_in_sight(viewer: Person) -> ColumnElement[bool]:
    """The condition on `Person`: trainers and administrators see all, supervisors their teams."""
    if viewer.has_role(*SEES_ALL):
        return true()
    return Person.team_id.in_(viewer.supervised_team_ids)


def enrolments_in_sight(viewer: Person) -> ColumnElement[bool]:
    """The condition on `Enrolment`: of active people in the viewer's sight.

    Who sees all leaves out the few who are disabled rather than looking up everybody.
    """
    if viewer.has_role(*SEES_ALL):
        return _not_of_disabled()
    return Enrolment.person_id.in_(_active().where(learners_in_sight(viewer)))


def own_enrolments(viewer: Person) -> ColumnElement[bool]:
    """The condition on `Enrolment`: of active people for whom the viewer answers."""
    if viewer.has_role(Role.ADMINISTRATOR):
        return _not_of_disabled()
    return Enrolment.person_id.in_(_active().where(own_people(viewer)))


def _active() -> Select[Any]:
    return select(Person.id).where(Person.disabled_at.is_(None))


def _not_of_disabled() -> ColumnElement[bool]:
    disabled = select(Person.id).where(Person.disabled_at.is_not(None))
    return Enrolment.person_id.not_in(disabled)


def own_people(viewer: Person) -> ColumnElement[bool]:
    """The condition on `Person` for pages about one's teams: administrators answer for all."""
    if viewer.has_role(Role.ADMINISTRATOR):
        return true()
    return Person.team_id.in_(viewer.supervised_team_ids)


def list_teams_in_sight(viewer: Person, *, own: bool = False) -> list[Team]:
    """The teams whose learners the viewer may see (`own`: for whom they answer), by name."""
    everything = viewer.has_role(Role.ADMINISTRATOR) if own else viewer.has_role(*SEES_ALL)
    query = select(Team).order_by(Team.name)
    if not everything:
        query = query.where(Team.id.in_(viewer.supervised_team_ids))
    return list(db.session.scalars(query))


def find_own_team_names(viewer: Person) -> dict[int, str]:
    """The names, by id, of the teams for whose people the viewer answers."""
    query = select(Team.id, Team.name)
    if not viewer.has_role(Role.ADMINISTRATOR):
        query = query.where(Team.id.in_(viewer.supervised_team_ids))
    return dict(db.session.execute(query).all())


def get_learner(person_id: int, viewer: Person) -> Person:
    """Somebody whose learning the viewer may see: oneself, or in sight. Raises `NotFound`."""
    query = (
        select(Person)
        .where(Person.id == person_id, learners_in_sight(viewer) | (Person.id == viewer.id))
        .options(joinedload(Person.team))
    )
    person = db.session.scalars(query).one_or_none()
    if person is None:
        raise NotFound()
    return person
