"""Queues and what customers ask of them, day by day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, select

from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.rota.models import DayDemand, Queue, TeamPlace, TypicalDay
from trainhub.rota.queries.calendar_days import kinds_of_days
from trainhub.rota.rules.holidays_calendar import HOLIDAY_WEEKDAY, DayKind, typical_weekday
from trainhub.rota.rules.requirement import Demand, Method, StaffingRules
from trainhub.rota.rules.tables.demand_cells import Day

_NOTHING = Demand(60)


class DemandSource(StrEnum):
    """Where a date's demand comes from."""

    DATE = "date"
    TYPICAL = "typical"
    NONE = "none"


@dataclass(frozen=True)
class DemandOfDay:
    """A date's demand and where it comes from; `weekday` of the typical day that was taken."""

    demand: Demand
    source: DemandSource
    weekday: int | None = None


@dataclass(frozen=True)
class QueueRow:
    """A queue in a list: how many teams serve it, and what demand is known of it."""

    queue: Queue
    teams: int
    first_on: date | None
    last_on: date | None
    typical_days: int


def get_queue(queue_id: int) -> Queue:
    """A queue, retired ones too. Raises `NotFound`."""
    queue = db.session.get(Queue, queue_id)
    if queue is None:
        raise NotFound()
    return queue


def list_queues(*, retired: bool = False) -> list[Queue]:
    """Queues in use (`retired`: all), by name."""
    query = select(Queue).order_by(Queue.name, Queue.id)
    if not retired:
        query = query.where(Queue.retired_at.is_(None))
    return list(db.session.scalars(query))


def list_queue_rows() -> list[QueueRow]:
    """Every queue with what is known of it, those in use first."""
    teams = dict(
        db.session.execute(
            select(TeamPlace.queue_id, func.count()).group_by(TeamPlace.queue_id)
        ).all()
    )
    dates: dict[int, tuple[date | None, date | None]] = {
        queue_id: (first, last)
        for queue_id, first, last in db.session.execute(
            select(DayDemand.queue_id, func.min(DayDemand.on), func.max(DayDemand.on)).group_by(
                DayDemand.queue_id
            )
        )
    }
    typical = dict(
        db.session.execute(
            select(TypicalDay.queue_id, func.count()).group_by(TypicalDay.queue_id)
        ).all()
    )
    unknown: tuple[date | None, date | None] = (None, None)
    queues = sorted(list_queues(retired=True), key=lambda queue: queue.retired_at is not None)
    return [
        QueueRow(
            queue,
            teams.get(queue.id, 0),
            *dates.get(queue.id, unknown),
            typical.get(queue.id, 0),
        )
        for queue in queues
    ]


def list_days_with_demand(queue_id: int, *, limit: int) -> list[tuple[date, Demand]]:
    """The latest dates of a queue that have demand of their own, the last one first."""
    query = (
        select(DayDemand.on, *_figures(DayDemand))
        .where(DayDemand.queue_id == queue_id)
        .order_by(DayDemand.on.desc())
        .limit(limit)
    )
    return [(row[0], _demand(row[1:])) for row in db.session.execute(query)]


def rules_of(queue: Queue) -> StaffingRules:
    """What a queue promises, as the rules take it."""
    return StaffingRules(
        Method(queue.method),
        queue.interval_min,
        queue.service_level,
        queue.answer_within_s,
        queue.max_occupancy,
        queue.patience_s,
        queue.planned_shrinkage,
        queue.unplanned_shrinkage,
        queue.concurrency,
        queue.buffer,
    )


def list_typical_days(queue_ids: Collection[int]) -> dict[tuple[int, int], Demand]:
    """The typical days of queues by queue and weekday."""
    columns = TypicalDay.queue_id, TypicalDay.weekday, *_figures(TypicalDay)
    query = select(*columns).where(TypicalDay.queue_id.in_(queue_ids))
    return {(row[0], row[1]): _demand(row[2:]) for row in db.session.execute(query)}


def list_own_demand(
    queue_ids: Collection[int], first: date, last: date
) -> dict[tuple[int, date], Demand]:
    """The demand that dates have of their own."""
    query = select(DayDemand.queue_id, DayDemand.on, *_figures(DayDemand)).where(
        DayDemand.queue_id.in_(queue_ids), DayDemand.on.between(first, last)
    )
    return {(row[0], row[1]): _demand(row[2:]) for row in db.session.execute(query)}


def _figures(table: Any) -> tuple[Any, ...]:
    return table.interval_min, table.contacts, table.handling_s, table.minimum


def _demand(row: Iterable[Any]) -> Demand:
    interval_min, contacts, handling_s, minimum = row
    return Demand(interval_min, tuple(contacts), tuple(handling_s), tuple(minimum))


def demand_of(
    queue_ids: Collection[int], first: date, last: date
) -> dict[tuple[int, date], DemandOfDay]:
    """What every queue is asked for on every date: the date's own demand, else a typical day.

    A holiday without a typical day for holidays takes its weekday's.
    """
    own = list_own_demand(queue_ids, first, last)
    typical = list_typical_days(queue_ids)
    kinds = kinds_of_days(first, last) if typical else {}
    return {
        (queue_id, on): _of_date(queue_id, on, own, typical, kinds)
        for on in dates_between(first, last)
        for queue_id in queue_ids
    }


def demand_of_days(
    days: Collection[tuple[int, Day]], said: Mapping[tuple[int, int], Demand] = MappingProxyType({})
) -> dict[tuple[int, Day], DemandOfDay]:
    """What is known of dates and typical days of queues; those nothing is known of are left out.

    A date without demand of its own has that of its typical day, as everywhere; `said` are
    typical days about to be stored.
    """
    queue_ids = {queue_id for queue_id, _ in days}
    dates = [day for _, day in days if isinstance(day, date)]
    typical = list_typical_days(queue_ids) | dict(said)
    span = (min(dates), max(dates)) if dates else None
    own = list_own_demand(queue_ids, *span) if span else {}
    kinds = kinds_of_days(*span) if span and typical else {}
    found: dict[tuple[int, Day], DemandOfDay] = {}
    for queue_id, day in days:
        if isinstance(day, date):
            found[queue_id, day] = _of_date(queue_id, day, own, typical, kinds)
        elif (queue_id, day) in typical:
            found[queue_id, day] = DemandOfDay(typical[queue_id, day], DemandSource.TYPICAL, day)
    return {key: one for key, one in found.items() if one.source is not DemandSource.NONE}


def _of_date(
    queue_id: int,
    on: date,
    own: Mapping[tuple[int, date], Demand],
    typical: Mapping[tuple[int, int], Demand],
    kinds: Mapping[date, DayKind],
) -> DemandOfDay:
    if demand := own.get((queue_id, on)):
        return DemandOfDay(demand, DemandSource.DATE)
    weekday = typical_weekday(on, kinds.get(on))
    if weekday == HOLIDAY_WEEKDAY and (queue_id, weekday) not in typical:
        weekday = on.weekday()
    if demand := typical.get((queue_id, weekday)):
        return DemandOfDay(demand, DemandSource.TYPICAL, weekday)
    return DemandOfDay(_NOTHING, DemandSource.NONE)


def dates_between(first: date, last: date) -> list[date]:
    """Every date from the first to the last."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
