"""Changing the rota by hand: which days may change, and how much rest must lie between shifts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from trainhub.rota.rules.clock_times import DAY_MIN
from trainhub.rota.rules.shift_times import ShiftTimes
from trainhub.rota.rules.windows import earliest_duty

# Eleven hours between two shifts: what people need to travel, eat and sleep (the rule of the
# European working-time directive, article 3; Chinese law asks for the day's length only).
LEAST_REST_MIN = 11 * 60
SHORTEST_REASON = 3  # characters: "病假"-like words with a cause, not a full stop


@dataclass(frozen=True)
class ShortRest:
    """Between the shift of `after` and the next day's lie only `rest_min` (below 0: overlap)."""

    person_id: int
    after: date
    rest_min: int

    @property
    def is_overlap(self) -> bool:
        """Whether the second shift begins before the first has ended."""
        return self.rest_min < 0


def rest_between(earlier: ShiftTimes | None, later: ShiftTimes | None) -> int | None:
    """Minutes from the end of one date's shift to the next date's first duty; None without both."""
    if earlier is None or later is None or earlier.span is None:
        return None
    duty = earliest_duty(later)
    return None if duty is None else duty + DAY_MIN - earlier.span[1]


def short_rests(
    person_id: int, days: Mapping[date, ShiftTimes], changed: set[date]
) -> list[ShortRest]:
    """Where a changed date leaves less than `LEAST_REST_MIN` beside its neighbours.

    `days` holds what the rota says of the changed dates and the dates around them.
    """
    starts = sorted({day - timedelta(days=1) for day in changed} | changed)
    found = []
    for day in starts:
        rest = rest_between(days.get(day), days.get(day + timedelta(days=1)))
        if rest is not None and rest < LEAST_REST_MIN:
            found.append(ShortRest(person_id, day, rest))
    return found
