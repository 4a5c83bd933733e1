"""Whose cover somebody may see: planners all, supervisors the queues and heads of their teams."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, true

from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.people.models import Person, Team
from trainhub.rota.models import Queue, TeamPlace
from trainhub.rota.queries.scope import sees_all, team_in


def list_queues_in_sight(viewer: Person) -> list[Queue]:
    """Queues in use whose cover the viewer may see, by name."""
    query = select(Queue).where(Queue.retired_at.is_(None), _queues_in_sight(viewer))
    return list(db.session.scalars(query.order_by(Queue.name, Queue.id)))


def get_queue_in_sight(queue_id: int, viewer: Person) -> Queue:
    """A queue whose cover the viewer may see, retired ones too. Raises `NotFound`."""
    query = select(Queue).where(Queue.id == queue_id, _queues_in_sight(viewer))
    queue = db.session.scalars(query).one_or_none()
    if queue is None:
        raise NotFound()
    return queue


def list_teams_of_queue(queue_id: int, viewer: Person) -> list[Team]:
    """The teams on a queue whose heads the viewer may see by themselves, by name."""
    query = (
        select(Team)
        .join(TeamPlace, TeamPlace.team_id == Team.id)
        .where(TeamPlace.queue_id == queue_id, team_in(viewer, Team.id))
        .order_by(Team.name, Team.id)
    )
    return list(db.session.scalars(query))


def _queues_in_sight(viewer: Person) -> ColumnElement[bool]:
    """The condition on `Queue`: all for some, those that serve a team of theirs for others."""
    if sees_all(viewer):
        return true()
    return Queue.id.in_(select(TeamPlace.queue_id).where(team_in(viewer, TeamPlace.team_id)))
