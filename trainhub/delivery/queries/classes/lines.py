"""The lines while classes last, for the people who answer for them. Some queries in all,
whatever the number of classes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta

from sqlalchemy import select

from trainhub.db import db
from trainhub.delivery.models import Booking, TrainingSession
from trainhub.delivery.queries.seats.away import by_class
from trainhub.delivery.queries.seats.seat_book import CellsOf
from trainhub.delivery.rules.classes.lines import LinesDuring, QueueDuring, queue_during
from trainhub.delivery.rules.states import WERE_MEANT
from trainhub.people.models import Person, Role
from trainhub.rota.models import Queue, TeamPlace
from trainhub.rota.queries.cover import cover_of
from trainhub.rota.queries.scope import sees_all, team_in
from trainhub.rota.rules.cover import DayCover

Days = Mapping[tuple[int, date], DayCover]


def lines_during(
    sessions: Collection[TrainingSession], viewer: Person, known: Days | None = None
) -> dict[int, LinesDuring]:
    """What each class takes from the phones and what is left, by its number.

    Planners see every queue; trainers those of the people in their own class; supervisors those
    that their teams are on. `known`: covers that are read already.
    """
    away = by_class(TrainingSession.id.in_([one.id for one in sessions])) if sessions else {}
    pairs = {(key, group.queue_id) for key, one in away.items() for group in one.groups}
    shown = _in_sight(pairs, sessions, viewer)
    queue_ids = {queue_id for _, queue_id in shown}
    if not queue_ids:
        return {one.id: LinesDuring() for one in sessions}
    cells_of, names = CellsOf(queue_ids), _names(queue_ids)
    taken: dict[tuple[int, int], dict[tuple[date, int], int]] = defaultdict(dict)
    for key, one in away.items():
        for (queue_id, on, at), heads in cells_of(one.groups).items():
            if (key, queue_id) in shown:
                taken[key, queue_id][on, at] = heads
    dates = {on for row in taken.values() for on, _ in row}
    days = _days(queue_ids, dates, known or {})
    found: dict[int, list[QueueDuring]] = defaultdict(list)
    for (key, queue_id), row in taken.items():
        found[key].append(queue_during(queue_id, names[queue_id], row, days))
    return {
        one.id: LinesDuring(tuple(sorted(found[one.id], key=lambda queue: queue.name)))
        for one in sessions
    }


def list_queues_taught(viewer: Person, site_id: int, monday: date) -> list[Queue]:
    """The queues of the people whom somebody teaches at a site in the week from `monday`."""
    if not viewer.has_role(Role.TRAINER):
        return []
    taught = (
        select(TeamPlace.queue_id)
        .join(Person, Person.team_id == TeamPlace.team_id)
        .join(Booking, Booking.person_id == Person.id)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .where(
            TrainingSession.trainer_id == viewer.id,
            TrainingSession.site_id == site_id,
            TrainingSession.on.between(monday, monday + timedelta(days=6)),
            TrainingSession.state != "cancelled",
            Booking.state.in_(WERE_MEANT),
        )
    )
    query = select(Queue).where(Queue.retired_at.is_(None), Queue.id.in_(taught))
    return list(db.session.scalars(query.order_by(Queue.name, Queue.id)))


def _in_sight(
    pairs: set[tuple[int, int]], sessions: Collection[TrainingSession], viewer: Person
) -> set[tuple[int, int]]:
    """Those of these classes and queues whose figures the viewer may see."""
    if not pairs or sees_all(viewer):
        return pairs
    taught = {one.id for one in sessions if one.trainer_id == viewer.id}
    query = select(TeamPlace.queue_id).where(team_in(viewer, TeamPlace.team_id))
    own = set(db.session.scalars(query)) if viewer.supervised_team_ids else set()
    return {pair for pair in pairs if pair[0] in taught or pair[1] in own}


def _names(queue_ids: Collection[int]) -> dict[int, str]:
    rows = db.session.execute(select(Queue.id, Queue.name).where(Queue.id.in_(queue_ids)))
    return {row.id: row.name for row in rows}


def _days(queue_ids: Collection[int], dates: Collection[date], known: Days) -> Days:
    """The covers that are wanted: those known already, the others read at once."""
    lacking = [
        queue_id for queue_id in queue_ids if any((queue_id, on) not in known for on in dates)
    ]
    if not lacking:
        return known
    return {**known, **cover_of(lacking, min(dates), max(dates), only=dates)}
