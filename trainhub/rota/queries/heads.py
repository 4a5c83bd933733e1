"""Heads on the phones from shifts that are counted already: of queues, or of single teams."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from trainhub.db import db
from trainhub.people.models import Person
from trainhub.rota.models import Shift, ShiftCode, TeamPlace
from trainhub.rota.queries.zones import zones_of_queues, zones_of_sites
from trainhub.rota.rules.clock_times import DAY_MIN, instant, local
from trainhub.rota.rules.shift_times import Stretch, phone_stretches

Heads = dict[tuple[int, date], list[int]]
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class CountedShift:
    """So many people of a team on one shift code of one date."""

    queue_id: int
    team_id: int
    site_id: int
    on: date
    shift_code_id: int
    heads: int


def heads_on_phones(
    intervals: Mapping[int, int],
    first: date,
    last: date,
    *,
    key: Callable[[CountedShift], int] = lambda one: one.queue_id,
) -> Heads:
    """Whole heads per queue (or what `key` makes of a group), date and interval.

    `intervals` gives each queue's length of interval in minutes. The minutes
    people are on the phones in an interval, divided by its length and rounded down; what a night
    shift holds after midnight counts on the next date. The shifts are read once whatever the
    lengths are. Dates and intervals are those of the queue's clock: teams on another are counted
    when they really are there.
    """
    sites, queues = zones_of_sites(), zones_of_queues(intervals)
    stretches = {
        code.id: phone_stretches(code.times) for code in db.session.scalars(select(ShiftCode))
    }
    worked = {code_id: pieces for code_id, pieces in stretches.items() if pieces}
    span = _span(first, last, {*sites.values()})
    days = (last - first).days + 1
    minutes: dict[int, list[int]] = {}
    sizes: dict[int, int] = {}
    for one in _list_counted(intervals, *span, worked):
        size, name = intervals[one.queue_id], key(one)
        sizes[name] = size
        row = minutes.setdefault(name, [0] * (days * DAY_MIN // size))
        there, here = sites[one.site_id], queues[one.queue_id]
        before = (one.on - first).days * DAY_MIN
        for low, high in _shown(worked[one.shift_code_id], one.on, there, here):
            _add(row, before + low, before + high, one.heads, size)
    return {
        (name, first + _DAY * day): _whole_heads(row, day, sizes[name])
        for name, row in minutes.items()
        for day in range(days)
    }


def _span(first: date, last: date, zones: Collection[ZoneInfo]) -> tuple[date, date]:
    """Dates whose shifts may touch these: one may end on its second day, and clocks differ."""
    if len({zone.key for zone in zones}) == 1:
        return first - _DAY, last
    return first - 2 * _DAY, last + _DAY


def _list_counted(
    queue_ids: Collection[int], first: date, last: date, code_ids: Collection[int]
) -> Iterable[CountedShift]:
    """The shifts of these codes and queues, counted by team, date and code.

    Where most teams are asked for, the database goes by date through everybody and the others
    are left out here: by person it would look up every single shift.
    """
    columns = TeamPlace.team_id, TeamPlace.queue_id, TeamPlace.site_id
    places = {row[0]: (row[1], row[2]) for row in db.session.execute(select(*columns))}
    asked = [team_id for team_id, (queue_id, _) in places.items() if queue_id in queue_ids]
    query = (
        select(Person.team_id, Shift.on, Shift.shift_code_id, func.count())
        .join(Person, Person.id == Shift.person_id)
        .where(
            Shift.on.between(first, last),
            Shift.shift_code_id.in_(code_ids),
            Person.disabled_at.is_(None),
        )
        .group_by(Shift.on, Shift.shift_code_id, Person.team_id)
    )
    if len(asked) * 2 < len(places):
        query = query.where(Person.team_id.in_(asked))
    wanted = set(asked)
    for team_id, on, code_id, heads in db.session.execute(query):
        if team_id in wanted:
            queue_id, site_id = places[team_id]
            yield CountedShift(queue_id, team_id, site_id, on, code_id, heads)


def _whole_heads(row: list[int], day: int, size: int) -> list[int]:
    width = DAY_MIN // size
    return [total // size for total in row[day * width : (day + 1) * width]]


def _shown(
    pieces: Iterable[Stretch], on: date, there: ZoneInfo, here: ZoneInfo
) -> Iterable[Stretch]:
    """Stretches of a site's date as another clock shows them, from the same date's midnight."""
    if there.key == here.key:
        return pieces

    def shown(minute: int) -> int:
        day, at = local(here, instant(there, on, minute))
        return (day - on).days * DAY_MIN + at

    return [(shown(low), shown(high)) for low, high in pieces]


def _add(row: list[int], low: int, high: int, heads: int, size: int) -> None:
    """Put heads x minutes of a stretch into the intervals it touches."""
    at, end = max(0, low), min(len(row) * size, high)
    while at < end:
        index = at // size
        until = min(end, (index + 1) * size)
        row[index] += (until - at) * heads
        at = until
