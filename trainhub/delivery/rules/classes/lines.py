"""What a class leaves of the lines while it lasts: the proof that they stay covered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from trainhub.rota.rules.cover import DayCover


@dataclass(frozen=True)
class Interval:
    """An interval of a queue in which a class takes `heads` off: headroom without and with it.

    `with_class` has every class of that time taken off, `without` puts this one's heads back.
    """

    on: date
    starts_min: int
    ends_min: int
    required: int
    without: int
    with_class: int


@dataclass(frozen=True)
class QueueDuring:
    """A queue while a class lasts: heads off, and what is left. `intervals` are empty where the
    demand of the day is not known.
    """

    queue_id: int
    name: str
    heads: int
    intervals: tuple[Interval, ...] = ()

    @property
    def least(self) -> Interval | None:
        """The interval with the least headroom; None where the demand is not known."""
        return min(self.intervals, key=lambda one: one.with_class, default=None)

    @property
    def short_by(self) -> int:
        """How many heads are lacking at worst; 0 where none are, or nobody knows."""
        return max(0, -self.least.with_class) if self.least else 0


@dataclass(frozen=True)
class LinesDuring:
    """Every queue that a class takes heads from, as far as somebody may know, by name."""

    queues: tuple[QueueDuring, ...] = ()

    @property
    def heads(self) -> int:
        """How many heads are off the phones for the class."""
        return sum(one.heads for one in self.queues)

    @property
    def is_known(self) -> bool:
        """Whether the demand of every queue is known."""
        return all(one.intervals for one in self.queues)

    @property
    def short(self) -> tuple[QueueDuring, ...]:
        """The queues that lack heads during the class."""
        return tuple(one for one in self.queues if one.short_by)


def queue_during(
    queue_id: int,
    name: str,
    taken: Mapping[tuple[date, int], int],
    days: Mapping[tuple[int, date], DayCover],
) -> QueueDuring:
    """A queue while a class lasts; `taken` are heads off by date and interval of its clock.

    `days` must hold every date among them.
    """
    heads = max(taken.values())
    found = []
    for (on, at), off in sorted(taken.items()):
        day = days[queue_id, on]
        if not day.is_known:
            return QueueDuring(queue_id, name, heads)
        size, left = day.interval_min, day.headroom[at]
        found.append(Interval(on, at * size, (at + 1) * size, day.required[at], left + off, left))
    return QueueDuring(queue_id, name, heads, tuple(found))
