"""Writing sites and where teams belong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, Conflict, InputError, InputErrors
from trainhub.people.models import Person
from trainhub.rota.models import Site, TeamPlace
from trainhub.rota.queries.places import list_places, list_queues_in_use, list_sites
from trainhub.rota.services.changed import RotaChanged, tell


def add_site(name: str, time_zone: str, *, actor: Person | None, now: datetime) -> Site:
    """Add a site. Raises `InputErrors` by field."""
    _check_site(name, time_zone, None)
    site = Site(name=name, time_zone=time_zone)
    db.session.add(site)
    _flush()
    changes = {"name": [None, name], "time_zone": [None, time_zone]}
    append_entry(
        "site.added", actor=actor, object_type="site", object_key=name, now=now, changes=changes
    )
    return site


def change_site(
    site: Site, name: str, time_zone: str, *, actor: Person | None, now: datetime
) -> None:
    """Rename a site or put it on another clock. Raises `InputErrors` by field."""
    _check_site(name, time_zone, site.id)
    before = {"name": site.name, "time_zone": site.time_zone}
    after = {"name": name, "time_zone": time_zone}
    changes = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if not changes:
        return
    site.name, site.time_zone = name, time_zone
    _flush()
    append_entry(
        "site.changed", actor=actor, object_type="site", object_key=name, now=now, changes=changes
    )


def place_teams(
    wanted: Mapping[int, tuple[int, int] | None], *, actor: Person | None, now: datetime
) -> int:
    """Put teams to (site id, queue id), or nowhere (None); how many are elsewhere now.

    Raises `InputErrors` for a site or queue that is not there.
    """
    rows = {row.team.id: row for row in list_places()}
    sites = {row.site.id for row in list_sites()}
    queues = {queue.id for queue in list_queues_in_use()}
    changed: list[int] = []
    for team_id, place in wanted.items():
        row = rows.get(team_id)
        if row is None:
            continue
        old = (row.place.site_id, row.place.queue_id) if row.place else None
        if old == place:
            continue
        if place is not None and not (place[0] in sites and place[1] in queues):
            message = N_("Choose a site and a queue for %(team)s, or neither.")
            raise InputErrors([InputError("place_unknown", message, {"team": row.team.name})])
        _put(team_id, place)
        changed.append(team_id)
        append_entry(
            "team.placed",
            actor=actor,
            object_type="team",
            object_key=row.team.name,
            now=now,
            changes={"place": [_words(old), _words(place)]},
        )
    db.session.flush()
    tell(RotaChanged(now, team_ids=changed))
    return len(changed)


def _put(team_id: int, place: tuple[int, int] | None) -> None:
    stored = db.session.get(TeamPlace, team_id)
    if place is None:
        db.session.delete(stored)
    elif stored is None:
        db.session.add(TeamPlace(team_id=team_id, site_id=place[0], queue_id=place[1]))
    else:
        stored.site_id, stored.queue_id = place


def _words(place: tuple[int, int] | None) -> str | None:
    if place is None:
        return None
    names = {row.site.id: row.site.name for row in list_sites()}
    queues = {queue.id: queue.name for queue in list_queues_in_use()}
    return f"{names.get(place[0], '?')} · {queues.get(place[1], '?')}"


def _check_site(name: str, time_zone: str, own_id: int | None) -> None:
    errors = []
    if not 1 <= len(name) <= 80:
        message = N_("A name has 1 to 80 characters.")
        errors.append(InputError("name_length", message, field="name"))
    elif db.session.scalar(select(Site.id).where(Site.name == name, Site.id != (own_id or 0))):
        message = N_("There is a site of this name already.")
        errors.append(InputError("name_taken", message, field="name"))
    if time_zone not in available_timezones():
        message = N_("Choose a time zone, such as Asia/Shanghai.")
        errors.append(InputError("time_zone_unknown", message, field="time_zone"))
    if errors:
        raise InputErrors(errors)


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        message = N_("There is a site of this name already.")
        raise Conflict(message, code="name_taken", field="name") from error
