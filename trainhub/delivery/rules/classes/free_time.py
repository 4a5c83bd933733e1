"""How much of a trainer's time is left for classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from trainhub.rota.rules.clock_times import monday_of
from trainhub.rota.rules.shift_times import Stretch


@dataclass(frozen=True)
class FreeTime:
    """Minutes somebody can still teach, and the first day on which a class would fit."""

    minutes: int
    first_on: date | None


def free_time(
    days: Mapping[date, Sequence[Stretch]],
    taught: Mapping[date, int],
    *,
    limit_min: int,
    class_min: int,
) -> FreeTime:
    """What is left of these days: their free stretches, and no more of a week than its limit.

    `days` has the stretches (minutes from midnight) in which nothing else is on; `taught` the
    minutes to be taught already in the week of each Monday. A stretch shorter than a class of
    `class_min` minutes is no time at all.
    """
    weeks: dict[date, int] = {}
    first_on = None
    for on, stretches in sorted(days.items()):
        monday = monday_of(on)
        left = limit_min - taught.get(monday, 0)
        fitting = sum(end - start for start, end in stretches if end - start >= class_min)
        if not fitting or left < class_min:
            continue
        first_on = first_on or on
        weeks[monday] = min(left, weeks.get(monday, 0) + fitting)
    return FreeTime(sum(weeks.values()), first_on)
