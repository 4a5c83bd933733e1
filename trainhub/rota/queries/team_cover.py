"""One team's share of its queue's heads: rostered and away, interval by interval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from trainhub.db import db
from trainhub.rota.models import Queue, ShiftCode
from trainhub.rota.queries.away import heads_away, list_away
from trainhub.rota.queries.demand import dates_between
from trainhub.rota.queries.people_on_duty import (
    list_groups,
    zones_of_queues,
    zones_of_sites,
)
from trainhub.rota.rules.clock_times import DAY_MIN, instant, local
from trainhub.rota.rules.requirement import intervals_of_day
from trainhub.rota.rules.shift_times import phone_stretches


@dataclass(frozen=True)
class TeamHeads:
    """Heads of a team per interval of one date, those in class still among the rostered."""

    rostered: tuple[int, ...]
    away: tuple[int, ...]


def team_heads(queue: Queue, team_id: int, first: date, last: date) -> dict[date, TeamHeads]:
    """A team's heads on the phones by date and interval of its queue's clock."""
    width, size = intervals_of_day(queue.interval_min), queue.interval_min
    zones = zones_of_queues([queue.id])
    away = heads_away(
        (one for one in list_away([queue.id], first, last) if one.team_id == team_id),
        zones,
        size,
        by_team=True,
    )
    minutes = _minutes(queue, team_id, first, last)
    found = {}
    for number, on in enumerate(dates_between(first, last)):
        row = minutes[number * width : (number + 1) * width]
        gone = away.get((team_id, on), [0] * width)
        found[on] = TeamHeads(tuple(total // size for total in row), tuple(gone))
    return found


def _minutes(queue: Queue, team_id: int, first: date, last: date) -> list[int]:
    """Minutes that the team's people are on the phones in each interval from `first`."""
    size = queue.interval_min
    row = [0] * (((last - first).days + 1) * intervals_of_day(size))
    here, sites = zones_of_queues([queue.id]).get(queue.id), zones_of_sites()
    codes = {code.id: phone_stretches(code.times) for code in db.session.scalars(select(ShiftCode))}
    for group in list_groups([queue.id], first - timedelta(days=2), last + timedelta(days=1)):
        if group.team_id != team_id or here is None:
            continue
        there = sites[group.site_id]
        for stretch in codes[group.shift_code_id]:
            low, high = (_shown(minute, group.on, there, here) for minute in stretch)
            before = (group.on - first).days * DAY_MIN
            _add(row, before + low, before + high, group.heads, size)
    return row


def _shown(minute: int, on: date, there: ZoneInfo, here: ZoneInfo) -> int:
    """A minute of a site's date as another clock shows it, from the same date's midnight."""
    if there.key == here.key:
        return minute
    day, shown = local(here, instant(there, on, minute))
    return (day - on).days * DAY_MIN + shown


def _add(row: list[int], low: int, high: int, heads: int, size: int) -> None:
    at, end = max(0, low), min(len(row) * size, high)
    while at < end:
        index = at // size
        until = min(end, (index + 1) * size)
        row[index] += (until - at) * heads
        at = until
