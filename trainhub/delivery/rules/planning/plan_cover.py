"""What a plan does to the cover: a summary for each queue, and one date before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from trainhub.delivery.rules.planning.plan_ids import row_of
from trainhub.planner.judging.cover import cover
from trainhub.planner.problem import Problem
from trainhub.planner.problem.plan import PlannedSession
from trainhub.rota.rules.cover import DayCover


def summary(problem: Problem, sessions: Sequence[PlannedSession]) -> list[dict[str, Any]]:
    """Per queue: the days with classes, heads × intervals away, where it is tightest, harm done.

    Plain values, for `PlanRun.progress`. Headroom is that of the problem, so at most the people
    in it.
    """
    found = []
    for queue in cover(problem, sessions):
        tightest = queue.tightest
        days = sorted({one.day for one in queue.intervals if one.away})
        found.append(
            {
                "queue": row_of(queue.queue),
                "days": days,
                "away": queue.class_head_intervals * problem.interval_min,
                "harmed": len(queue.harmed),
                "short": sum(one.short_by_classes for one in queue.intervals),
                "tightest": None
                if tightest is None
                else {
                    "day": tightest.day,
                    "start": tightest.start,
                    "before": tightest.headroom_before,
                    "after": tightest.headroom_after,
                },
            }
        )
    return found


@dataclass(frozen=True)
class BeforeAfter:
    """A date of a queue: without any class of the campaign, and with those of the plan."""

    before: DayCover
    after: DayCover


def with_plan(now: DayCover, own: Sequence[int], planned: Sequence[int]) -> BeforeAfter:
    """The date without the campaign and with the plan.

    `now` has the campaign's classes as agreed so far taken off; `own` and `planned`: heads away
    per interval in those and in the plan's.
    """
    return BeforeAfter(_shifted(now, own), _shifted(now, own, planned))


def _shifted(now: DayCover, back: Sequence[int], off: Sequence[int] = ()) -> DayCover:
    """The date with heads put back on the phones, and others taken off."""
    change = [more - less for more, less in zip(back, off or [0] * len(back), strict=True)]
    away = tuple(gone - one for gone, one in zip(now.away, change, strict=True))
    headroom: tuple[int, ...] = ()
    if now.is_known:
        headroom = tuple(left + one for left, one in zip(now.headroom, change, strict=True))
    return DayCover(now.interval_min, now.required, now.rostered, away, headroom)
