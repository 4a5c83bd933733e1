"""One team's share of its queue's heads: rostered and away, interval by interval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trainhub.rota.models import Queue
from trainhub.rota.queries.away import heads_away, list_away
from trainhub.rota.queries.demand import dates_between
from trainhub.rota.queries.heads import heads_on_phones
from trainhub.rota.queries.zones import zones_of_queues
from trainhub.rota.rules.requirement import intervals_of_day


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
    have = heads_on_phones({queue.id: size}, first, last, key=lambda group: group.team_id)
    nobody = [0] * width
    return {
        on: TeamHeads(
            tuple(have.get((team_id, on), nobody)), tuple(away.get((team_id, on), nobody))
        )
        for on in dates_between(first, last)
    }
