"""What a class takes from the phones: heads away and headroom, per queue and interval."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import func, select

from trainhub.db import db
from trainhub.delivery.models import Booking, TrainingSession
from trainhub.delivery.queries.teaching.classroom import IN_A_CLASS
from trainhub.people.models import Person
from trainhub.rota.models import Queue, TeamPlace
from trainhub.rota.queries.cover import cover_of
from trainhub.rota.queries.people_on_duty import zones_of_queues
from trainhub.rota.rules.clock_times import DAY_MIN, local


def heads_by_queue(session_id: int) -> dict[int, int]:
    """How many people of each queue a class holds whom the rota counts on the phones then."""
    query = (
        select(TeamPlace.queue_id, func.count())
        .select_from(Booking)
        .join(Person, Person.id == Booking.person_id)
        .join(TeamPlace, TeamPlace.team_id == Person.team_id)
        .where(
            Booking.training_session_id == session_id,
            Booking.state.in_(IN_A_CLASS),
            Booking.is_on_phones,
        )
        .group_by(TeamPlace.queue_id)
    )
    return dict(db.session.execute(query).all())


def cover_effect(session: TrainingSession) -> list[dict[str, Any]]:
    """Per queue: heads away, and the least headroom during the class with and without it.

    `with_class` has every class of that time taken off, `without` puts this one's people back;
    both are None where the demand of the day is not known.
    """
    heads = heads_by_queue(session.id)
    if not heads:
        return []
    zones = zones_of_queues(list(heads))
    queues = db.session.scalars(select(Queue).where(Queue.id.in_(heads)))
    names = {queue.id: queue.name for queue in queues}
    found: list[dict[str, Any]] = []
    days: dict[int, list[tuple[Any, int]]] = defaultdict(list)
    for queue_id in heads:
        on, minute = local(zones[queue_id], session.starts_at)
        length = session.ends_min - session.starts_min
        first, last = on, local(zones[queue_id], session.ends_at)[0]
        covers = cover_of([queue_id], first, last)
        size = covers[queue_id, on].interval_min
        for at in range(minute // size, -(-(minute + length) // size)):
            day = on if at * size < DAY_MIN else last
            cover = covers[queue_id, day]
            if cover.is_known:
                days[queue_id].append((day, cover.headroom[at % len(cover.headroom)]))
        least = min((left for _day, left in days[queue_id]), default=None)
        found.append(
            {
                "queue": names.get(queue_id, ""),
                "heads": heads[queue_id],
                "with_class": least,
                "without": None if least is None else least + heads[queue_id],
            }
        )
    return sorted(found, key=lambda one: str(one["queue"]))
