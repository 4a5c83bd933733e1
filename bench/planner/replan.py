"""A plan on the table, and then shifts change: the problem of planning again."""

from __future__ import annotations

import copy
import random
from typing import Any

from trainhub.planner.judging.reading import Reading
from trainhub.planner.problem import Problem, read_problem
from trainhub.planner.problem.plan import Plan

IMMINENT_DAYS = 3
CHANGED_SHARE = 0.05
SICK_SHARE = 0.2


def changed(problem: Problem, plan: Plan, seed: int) -> Problem:
    """The problem after one shift in twenty was exchanged with a colleague or lost to sickness.

    The plan is what people were told; its first days stay as they are, but for those whose
    shifts there have changed.
    """
    raw: dict[str, Any] = copy.deepcopy(problem.as_json())
    before = Reading(problem)
    _change_shifts(raw["agents"], before, random.Random(seed))
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


def _change_shifts(people: dict[str, Any], before: Reading, rng: random.Random) -> None:
    colleagues: dict[str, list[int]] = {}
    for agent, team in enumerate(before.problem.agents.team):
        colleagues.setdefault(team, []).append(agent)
    for agent in before.agents:
        for day in range(before.problem.days):
            mine = before.code(agent, day)
            # An exchange changes two shifts.
            if mine == "." or rng.random() >= CHANGED_SHARE * (SICK_SHARE + (1 - SICK_SHARE) / 2):
                continue
            other = rng.choice(colleagues[before.problem.agents.team[agent]])
            theirs = before.code(other, day)
            if rng.random() < SICK_SHARE:
                people["leave"].append([agent, day, day])
            elif theirs not in {".", mine} and not before.is_away(other, day):
                people["swap"] += [[agent, day, theirs], [other, day, mine]]


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
