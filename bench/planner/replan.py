"""A plan on the table, and then shifts change: the problem of planning again."""

from __future__ import annotations

import copy
import random
from typing import Any

from trainhub.planner.plan import Plan
from trainhub.planner.problem import Problem, read_problem
from trainhub.planner.reading import Reading

IMMINENT_DAYS = 3
CHANGED_SHARE = 0.05


def changed(problem: Problem, plan: Plan, seed: int) -> Problem:
    """The problem after one shift in twenty was swapped or lost to sickness.

    The plan is what people were told; its first days stay as they are, but for those who are
    away now.
    """
    rng = random.Random(seed)
    raw: dict[str, Any] = copy.deepcopy(problem.as_json())
    before = Reading(problem)
    codes = [code for code in problem.shifts if code != "N"]
    for agent in before.agents:
        for day in range(problem.days):
            if rng.random() >= CHANGED_SHARE or before.code(agent, day) == ".":
                continue
            if rng.random() < 0.5:
                raw["agents"]["leave"].append([agent, day, day])
            else:
                raw["agents"]["swap"].append([agent, day, rng.choice(codes)])
    after = read_problem(raw)
    pinned = [one for one in plan.sessions if one.day < IMMINENT_DAYS]
    reading = Reading(after)
    raw["pinned_sessions"] = [
        {"id": one.id, "course": one.course, "day": one.day, "start": one.start}
        | {"room": one.room, "trainer": one.trainer}
        for one in pinned
    ]
    raw["pinned_seats"] = [
        [agent, one.id]
        for one in pinned
        for agent in one.agents
        if is_untouched(before, reading, agent, one.day)
    ]
    raw["previous"] = {
        "seats": [
            [agent, one.course, one.day, one.start] for one in plan.sessions for agent in one.agents
        ]
    }
    return read_problem(raw)


def is_untouched(before: Reading, after: Reading, agent: int, day: int) -> bool:
    """Whether nothing around that day changed for the person."""
    return all(
        before.code(agent, near) == after.code(agent, near) for near in (day - 1, day, day + 1)
    )


def moved_share(before: Problem, after: Problem, plan: Plan) -> float:
    """Seats moved or lost although the person's shifts stayed the same, as a share of those."""
    old, new = Reading(before), Reading(after)
    seats = {
        (agent, one.course, one.day, one.start) for one in plan.sessions for agent in one.agents
    }
    untouched = [
        tuple(seat) for seat in after.previous if is_untouched(old, new, seat.agent, seat.day)
    ]
    return sum(seat not in seats for seat in untouched) / max(1, len(untouched))
