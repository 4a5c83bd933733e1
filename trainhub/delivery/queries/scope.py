"""Whose classes and whose seats somebody may see. Every list of others goes through here."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, select, true

from trainhub.db import db
from trainhub.delivery.models import Booking, TrainingSession
from trainhub.delivery.rules.states import CONCERNED
from trainhub.errors import NotFound
from trainhub.people.models import Person, Role
from trainhub.rota.queries.scope import people_in_sight, sees_all


def classes_in_sight(viewer: Person) -> ColumnElement[bool]:
    """The condition on `TrainingSession`.

    Planners and administrators see all, trainers what they teach, supervisors the classes that
    their people sit in or wait for.
    """
    if sees_all(viewer):
        return true()
    ways: list[ColumnElement[bool]] = [false()]
    if viewer.has_role(Role.TRAINER):
        ways.append(TrainingSession.trainer_id == viewer.id)
    if viewer.supervised_team_ids:
        own = (
            select(Booking.training_session_id)
            .join(Person, Person.id == Booking.person_id)
            .where(people_in_sight(viewer), Booking.state.in_(CONCERNED))
        )
        ways.append(TrainingSession.id.in_(own))
    return or_(*ways)


def seats_in_sight(viewer: Person, session: TrainingSession) -> ColumnElement[bool]:
    """The condition on `Person` for those whose seats in a class the viewer may see by name."""
    if viewer.has_role(Role.TRAINER) and session.trainer_id == viewer.id:
        return true()
    return people_in_sight(viewer)


def get_class(session_id: int, viewer: Person) -> TrainingSession:
    """A class the viewer may see. Raises `NotFound`."""
    query = select(TrainingSession).where(
        TrainingSession.id == session_id, classes_in_sight(viewer)
    )
    found: TrainingSession | None = db.session.scalar(query)
    if found is None:
        raise NotFound()
    return found
