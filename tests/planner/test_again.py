"""Planning again: what people were told stands unless something has really come between."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import assume, given

from tests.planner.problems import documents
from tests.planner.test_properties import FEW, quick
from trainhub.planner.judging.check import check
from trainhub.planner.problem import DAY_MIN, read_problem
from trainhub.planner.problem.plan import Plan, PlannedSession

Seat = tuple[int, str, int, int]


def seats(plan: Plan) -> set[Seat]:
    return {(who, one.course, one.day, one.start) for one in plan.sessions for who in one.agents}


def again(made: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """The same centre with the plan as what people were told."""
    told = sorted([list(seat) for seat in seats(plan)])
    return copy.deepcopy(made) | {"previous": {"seats": told}}


@FEW
@given(documents())
def test_without_a_change_nobody_moves_for_less_than_a_seat(made: dict[str, Any]) -> None:
    before = quick(read_problem(made | {"previous": {"seats": []}}))
    problem = read_problem(again(made, before))
    after = quick(problem)
    assert check(problem, after) == []
    assert len(after.unplaced) <= len(before.unplaced)
    if len(after.unplaced) == len(before.unplaced):
        assert seats(after) == seats(before)


@FEW
@given(documents())
def test_a_lost_hour_harms_those_who_sat_then_alone(made: dict[str, Any]) -> None:
    """All rooms are blocked while one class would be held: nobody else loses a seat, and no more
    seats are missing than theirs, with the later parts of their series."""
    before = quick(read_problem(made | {"previous": {"seats": []}}))
    assume(before.sessions)
    lost = before.sessions[len(before.sessions) // 2]
    changed = again(made, before)
    courses = {one["id"]: one for one in made["courses"]}

    def begins(one: PlannedSession) -> int:
        return one.day * DAY_MIN + one.start

    def ends(one: PlannedSession) -> int:
        return begins(one) + int(courses[one.course]["duration_min"])

    for room in changed["rooms"]:
        room["blocked"].append([lost.day, lost.start, lost.start + ends(lost) - begins(lost)])
    hit = [one for one in before.sessions if begins(one) < ends(lost) and begins(lost) < ends(one)]
    harmed = {agent for one in hit for agent in one.agents}
    problem = read_problem(changed)
    after = quick(problem)
    assert check(problem, after) == []
    theirs = sum(agent in harmed for agent, *_ in seats(before))
    assert len(after.unplaced) <= len(before.unplaced) + theirs
    assert {seat for seat in seats(before) if seat[0] not in harmed} <= seats(after)
