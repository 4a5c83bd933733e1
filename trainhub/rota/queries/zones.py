"""The clocks sites and queues go by."""

from __future__ import annotations

from collections.abc import Collection
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from trainhub.db import db
from trainhub.rota.models import Site, TeamPlace


def zones_of_sites() -> dict[int, ZoneInfo]:
    """Every site's time zone by the site's id."""
    rows = db.session.execute(select(Site.id, Site.time_zone))
    return {site_id: ZoneInfo(name) for site_id, name in rows}


def zones_of_queues(queue_ids: Collection[int]) -> dict[int, ZoneInfo]:
    """The clock a queue's dates are read by: that of the first site (by id) with a team on it.

    A queue no team serves has none.
    """
    query = (
        select(TeamPlace.queue_id, func.min(TeamPlace.site_id))
        .where(TeamPlace.queue_id.in_(queue_ids))
        .group_by(TeamPlace.queue_id)
    )
    zones = zones_of_sites()
    return {queue_id: zones[site_id] for queue_id, site_id in db.session.execute(query)}
