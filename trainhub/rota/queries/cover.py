"""Required, rostered, in class and left over: per queue, date and interval."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from trainhub.db import db
from trainhub.rota.models import Queue
from trainhub.rota.queries.away import heads_away, list_away
from trainhub.rota.queries.demand import DemandSource, dates_between, demand_of, rules_of
from trainhub.rota.queries.heads import Heads, heads_on_phones
from trainhub.rota.queries.zones import zones_of_queues
from trainhub.rota.rules import requirement
from trainhub.rota.rules.cover import DayCover, cover_day
from trainhub.rota.rules.requirement import StaffingRules, intervals_of_day


def required(
    queue_ids: Collection[int], first: date, last: date
) -> dict[tuple[int, date], tuple[int, ...]]:
    """People required per queue and date, one number for each of the queue's intervals.

    () where the demand of the date is not known.
    """
    dates = dates_between(first, last)
    return _required(rules_of_queues(queue_ids), first, last, dates)


def _required(
    rules: dict[int, StaffingRules], first: date, last: date, dates: Collection[date]
) -> dict[tuple[int, date], tuple[int, ...]]:
    return {
        key: ()
        if day.source is DemandSource.NONE
        else requirement.required(rules[key[0]], day.demand)
        for key, day in demand_of(sorted(rules), first, last).items()
        if key[1] in dates
    }


def cover_of(
    queue_ids: Collection[int], first: date, last: date, *, only: Collection[date] | None = None
) -> dict[tuple[int, date], DayCover]:
    """The cover of every queue and date from `first` to `last`, classes taken off.

    Dates and intervals are those of the queue's own clock. Some queries in all, whatever the
    number of people. `only`: nothing is reckoned for other dates.
    """
    rules = rules_of_queues(queue_ids)
    dates = [on for on in dates_between(first, last) if only is None or on in only]
    need = _required(rules, first, last, dates)
    have, gone = _heads(rules, first, last)
    found = {}
    for queue_id, one in rules.items():
        nobody = [0] * intervals_of_day(one.interval_min)
        for on in dates:
            key = queue_id, on
            found[key] = cover_day(one, need[key], have.get(key, nobody), gone.get(key, nobody))
    return found


def rules_of_queues(queue_ids: Collection[int]) -> dict[int, StaffingRules]:
    """What each of these queues promises; ids of no queue are left out."""
    queues = db.session.scalars(select(Queue).where(Queue.id.in_(queue_ids)))
    return {queue.id: rules_of(queue) for queue in queues}


def _heads(rules: dict[int, StaffingRules], first: date, last: date) -> tuple[Heads, Heads]:
    """People rostered and people in class."""
    intervals = {queue_id: one.interval_min for queue_id, one in rules.items()}
    have = heads_on_phones(intervals, first, last)
    groups = list_away(list(rules), first, last)
    zones = zones_of_queues(list(rules)) if groups else {}
    gone: Heads = {}
    for interval_min in set(intervals.values()) if groups else ():
        mine = [group for group in groups if intervals.get(group.queue_id) == interval_min]
        gone |= heads_away(mine, zones, interval_min)
    return have, gone
