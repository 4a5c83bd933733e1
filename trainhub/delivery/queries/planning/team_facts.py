"""Teams with their places and sizes."""

from __future__ import annotations

from sqlalchemy import func, select

from trainhub.db import db
from trainhub.delivery.rules.planning.planning_facts import TeamFacts
from trainhub.people.models import Person
from trainhub.rota.models import TeamPlace


def list_team_facts() -> dict[int, TeamFacts]:
    """Every team that has a place, by id."""
    counts = select(Person.team_id, func.count()).where(Person.disabled_at.is_(None))
    sizes = dict(db.session.execute(counts.group_by(Person.team_id)).all())
    places = select(TeamPlace.team_id, TeamPlace.site_id, TeamPlace.queue_id)
    return {
        team_id: TeamFacts(team_id, site_id, queue_id, sizes.get(team_id, 0))
        for team_id, site_id, queue_id in db.session.execute(places)
    }
