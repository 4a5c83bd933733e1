"""Whose cover somebody may see: planners all, supervisors the queues and heads of their teams."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, select

from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.people.models import Person, Role, Team
from trainhub.rota.models import Queue, TeamPlace

SEES_ALL = (Role.PLANNER, Role.ADMINISTRATOR)


def list_queues_in_sight(viewer: Person) -> list[Queue]:
    """Queues in use whose cover the viewer may see, by name."""
    query = select(Queue).where(Queue.retired_at.is_(None)).order_by(Queue.name, Queue.id)
    if not viewer.has_role(*SEES_ALL):
        query = query.where(Queue.id.in_(_served_by(viewer.supervised_team_ids)))
    return list(db.session.scalars(query))


def get_queue_in_sight(queue_id: int, viewer: Person) -> Queue:
    """A queue whose cover the viewer may see, retired ones too. Raises `NotFound`."""
    query = select(Queue).where(Queue.id == queue_id)
    if not viewer.has_role(*SEES_ALL):
        query = query.where(Queue.id.in_(_served_by(viewer.supervised_team_ids)))
    queue = db.session.scalars(query).one_or_none()
    if queue is None:
        raise NotFound()
    return queue


def list_teams_of_queue(queue_id: int, viewer: Person) -> list[Team]:
    """The teams on a queue whose heads the viewer may see by themselves, by name."""
    query = (
        select(Team)
        .join(TeamPlace, TeamPlace.team_id == Team.id)
        .where(TeamPlace.queue_id == queue_id)
        .order_by(Team.name, Team.id)
    )
    if not viewer.has_role(*SEES_ALL):
        query = query.where(Team.id.in_(viewer.supervised_team_ids))
    return list(db.session.scalars(query))


def _served_by(team_ids: Collection[int]) -> Select[int]:
    return select(TeamPlace.queue_id).where(TeamPlace.team_id.in_(team_ids))
