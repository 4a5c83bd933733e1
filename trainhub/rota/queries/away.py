"""People away from the phones in class: asked of whoever registered to know it.

Classes stand to the right of the rota, so the rota cannot ask for them by name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from trainhub.rota.rules.clock_times import DAY_MIN, touched


@dataclass(frozen=True)
class AwayGroup:
    """So many people of a team and queue in class from one instant (UTC) to another.

    Only those whom the rota counts on the phones at that time.
    """

    queue_id: int
    team_id: int
    starts_at: datetime
    ends_at: datetime
    heads: int


Source = Callable[[Collection[int], date, date], Iterable[AwayGroup]]
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Let `source` tell who is away: queue ids, first and last date in, groups out.

    It may tell more than was asked for (a day before and after do no harm). One for each name.
    """
    _sources[name] = source


def list_away(queue_ids: Collection[int], first: date, last: date) -> list[AwayGroup]:
    """Everybody in class on these dates, and perhaps on dates beside them."""
    return [group for source in _sources.values() for group in source(queue_ids, first, last)]


def heads_away(
    groups: Iterable[AwayGroup],
    zones: dict[int, ZoneInfo],
    interval_min: int,
    *,
    by_team: bool = False,
) -> dict[tuple[int, date], list[int]]:
    """Heads away per queue (or team), date and interval of the queue's clock.

    Somebody away for a part of an interval is away for all of it: the safe side.
    """
    width = DAY_MIN // interval_min
    found: dict[tuple[int, date], list[int]] = defaultdict(lambda: [0] * width)
    for group in groups:
        zone = zones.get(group.queue_id)
        if zone is None:
            continue
        key = group.team_id if by_team else group.queue_id
        for on, at in touched(zone, group.starts_at, group.ends_at, interval_min):
            found[key, on][at] += group.heads
    return found
