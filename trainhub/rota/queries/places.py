"""Reading sites, and which site and queue each team belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.people.models import Person, Team
from trainhub.rota.models import Queue, Site, TeamPlace


@dataclass(frozen=True)
class SiteRow:
    """A site and how many teams belong to it."""

    site: Site
    teams: int


@dataclass(frozen=True)
class PlaceRow:
    """A team, its active people counted, and its place if it has one."""

    team: Team
    people: int
    place: TeamPlace | None


def list_sites() -> list[SiteRow]:
    """Every site by name, its teams counted."""
    query = (
        select(Site, func.count(TeamPlace.team_id))
        .outerjoin(TeamPlace, TeamPlace.site_id == Site.id)
        .group_by(Site.id)
        .order_by(Site.name)
    )
    return [SiteRow(site, teams) for site, teams in db.session.execute(query)]


def get_site(site_id: int) -> Site:
    """The site. Raises `NotFound`."""
    site = db.session.get(Site, site_id)
    if site is None:
        raise NotFound()
    return site


def list_queues_in_use() -> list[Queue]:
    """The queues a team may serve, by name."""
    query = select(Queue).where(Queue.retired_at.is_(None)).order_by(Queue.name)
    return list(db.session.scalars(query))


def list_places() -> list[PlaceRow]:
    """Every team by name with its place."""
    query = (
        select(Team, func.count(Person.id), TeamPlace)
        .outerjoin(Person, (Person.team_id == Team.id) & Person.disabled_at.is_(None))
        .outerjoin(TeamPlace, TeamPlace.team_id == Team.id)
        .group_by(Team.id, TeamPlace.team_id, TeamPlace.site_id, TeamPlace.queue_id)
        .order_by(Team.name)
    )
    return [PlaceRow(team, people, place) for team, people, place in db.session.execute(query)]
