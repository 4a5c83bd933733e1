"""Queues and teams that an address names, as far as the reader may see them."""

from __future__ import annotations

from flask import request

from trainhub.errors import NotFound
from trainhub.people.models import Team
from trainhub.people.views.signed_in import note_refusal
from trainhub.rota.models import Queue
from trainhub.rota.queries.cover_scope import get_queue_in_sight, list_teams_of_queue
from trainhub.web.access import current_person
from trainhub.web.converters import row_id


def asked_queue(queue_id: int) -> Queue:
    """The queue. One out of sight is refused as if there were none, and written down."""
    viewer = current_person()
    try:
        return get_queue_in_sight(queue_id, viewer)
    except NotFound:
        note_refusal(viewer, "rota.view_cover", request.path)
        raise


def asked_team(queue: Queue) -> tuple[list[Team], Team | None]:
    """The queue's teams in sight, and the one that is asked for; refused like a queue."""
    viewer = current_person()
    teams = list_teams_of_queue(queue.id, viewer)
    team_id = request.args.get("team", type=row_id)
    team = next((one for one in teams if one.id == team_id), None)
    if team_id is not None and team is None:
        note_refusal(viewer, "rota.view_cover", request.path)
        raise NotFound()
    return teams, team
