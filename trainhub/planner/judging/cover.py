"""The proof: heads on the phones against the requirement, before the classes of a plan and after.

Figures are heads per queue, day and interval. *Away* are the heads that classes take off the
phones; *headroom* is what is left above the requirement, negative where a queue is short.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trainhub.planner.judging.costs import load
from trainhub.planner.judging.reading import Reading
from trainhub.planner.problem import Problem
from trainhub.planner.problem.plan import PlannedSession


@dataclass(frozen=True, slots=True)
class Interval:
    """One interval of one queue; `start` is in minutes from midnight of the day."""

    day: int
    start: int
    required: int
    rostered: int
    away: int
    max_short: int

    @property
    def headroom_before(self) -> int:
        """Heads above the requirement without any class."""
        return self.rostered - self.required

    @property
    def headroom_after(self) -> int:
        """Heads above the requirement with the classes held."""
        return self.headroom_before - self.away

    @property
    def is_harmed(self) -> bool:
        """Whether classes take more heads than the queue can spare (rule H10)."""
        return self.away > max(0, self.headroom_before + self.max_short)

    @property
    def short_by_classes(self) -> int:
        """Heads below the requirement that are due to the classes, not to the rota."""
        return max(0, self.away - max(0, self.headroom_before))


@dataclass(frozen=True, slots=True)
class QueueCover:
    """A queue over the whole calendar, interval by interval."""

    queue: str
    intervals: tuple[Interval, ...]
    per_day: int

    def day(self, day: int) -> tuple[Interval, ...]:
        """The intervals of one day, from midnight."""
        return self.intervals[day * self.per_day : (day + 1) * self.per_day]

    @property
    def harmed(self) -> tuple[Interval, ...]:
        """Intervals in which the classes take more than can be spared: none in a valid plan."""
        return tuple(one for one in self.intervals if one.is_harmed)

    @property
    def tightest(self) -> Interval | None:
        """The interval with classes that has the least headroom left; None without classes."""
        with_classes = [one for one in self.intervals if one.away]
        return min(with_classes, key=lambda one: one.headroom_after, default=None)

    @property
    def class_head_intervals(self) -> int:
        """Heads times intervals spent in class instead of on the phones."""
        return sum(one.away for one in self.intervals)


def cover(problem: Problem, sessions: Sequence[PlannedSession]) -> tuple[QueueCover, ...]:
    """The cover of every queue with these classes, in the order of the problem."""
    reading = Reading(problem)
    required, rostered, away = reading.required(), reading.rostered(), load(reading, sessions)
    return tuple(
        QueueCover(
            queue.id,
            tuple(
                Interval(
                    slot // reading.per_day,
                    slot % reading.per_day * problem.interval_min,
                    required[queue.id][slot],
                    rostered[queue.id][slot],
                    away[queue.id][slot],
                    queue.max_short,
                )
                for slot in range(reading.intervals)
            ),
            reading.per_day,
        )
        for queue in problem.queues
    )
