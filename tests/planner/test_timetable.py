"""Everybody who needs a course in one class of it: where that can be, it is found."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given

from tests.planner.problems import course, document, documents, held, plan_of, window
from tests.planner.test_properties import MANY
from trainhub.planner.judging.check import check
from trainhub.planner.problem import Problem, read_problem
from trainhub.planner.problem.plan import Plan
from trainhub.planner.solving.clockwork import Timer
from trainhub.planner.solving.ground import Ground
from trainhub.planner.solving.part import PartSolver
from trainhub.planner.solving.solve import solve
from trainhub.planner.solving.split import Part
from trainhub.planner.solving.state import State
from trainhub.planner.solving.timetable import seat_in_one_class_each

HOURS, ROOMS = 6, 4


def school(seed: int) -> dict[str, Any]:
    """Classes drawn into a full week of rooms, and then forgotten: a timetable exists."""
    rng = Random(seed)
    lessons = [(day, hour) for day in range(5) for hour in range(HOURS) for _ in range(ROOMS)]
    rng.shuffle(lessons)
    lessons = lessons[: len(lessons) * 9 // 10]
    groups = [f"T{number}" for number in range(12)]
    free: dict[tuple[int, int], list[str]] = {at: list(groups) for at in lessons}
    courses = []
    for number, at in enumerate(lessons):
        name = f"C{number}"
        coming = rng.sample(free[at], 2 if len(free[at]) > ROOMS else 1)
        free[at] = [group for group in free[at] if group not in coming]
        courses.append(course(name, teams=coming, kinds=["in_shift"], grid_min=60, max_sessions=1))
    shift = {"start": 480, "end": 480 + 60 * HOURS}
    inside = window("in_shift", shift["start"], shift["end"], on_phones=False)
    made = document(courses=courses, shifts={"W": shift | {"windows": [inside]}})
    made["rules"] |= {"max_classes_per_day": HOURS, "max_training_min_per_week": 9999}
    made["patterns"] = ["WWWWW"]
    made["teams"] = [
        {"id": group, "site": "S", "queue": "Q", "policy": "spread", "max_share": 1.0}
        for group in groups
    ]
    made["agents"] |= {"team": [g for g in groups for _ in "12"], "pattern": [0] * 2 * len(groups)}
    made["rooms"] = [
        {"id": f"R{number}", "site": "S", "seats": 4 + number, "blocked": []}
        for number in range(ROOMS)
    ]
    week = [[day, 0, 1440] for day in range(5)]
    made["trainers"] = [
        {"id": f"K{number}", "site": "S", "courses": [one["id"] for one in courses]}
        | {"available": week, "max_min_per_week": 9999}
        for number in range(ROOMS)
    ]
    return made


def plan_in(problem: Problem, state: State) -> Plan:
    """The plan that stands in a state of the whole problem, by way of a solver's report."""
    solver = PartSolver(0, Part(problem, tuple(range(problem.agent_count))), 1,
                        use_solver=False, workers=1)  # fmt: skip
    solver.state = state
    rows = solver.report().rows
    sessions = (
        held(row.pin or f"s{number}", list(row.agents), row.day, row.start,
             course=row.course, room=row.room, trainer=row.trainer)
        for number, row in enumerate(rows)
    )  # fmt: skip
    return plan_of(problem, *sessions)


@pytest.mark.parametrize("seed", range(2))
def test_a_full_week_of_rooms_is_filled(seed: int) -> None:
    problem = read_problem(school(seed))
    state = seat_in_one_class_each(State(Ground(problem)), Timer(60), workers=1, seed=seed)
    assert state is not None
    plan = plan_in(problem, state)
    assert check(problem, plan) == []
    assert plan.unplaced == ()


@MANY
@given(documents(agents=4))
def test_a_timetable_breaks_no_rule_and_leaves_nobody_out(made: dict[str, Any]) -> None:
    for one in made["courses"]:
        one["seats"] = 5
    problem = read_problem(made)
    state = seat_in_one_class_each(State(Ground(problem)), Timer(5), workers=1, seed=1)
    if state is not None:
        plan = plan_in(problem, state)
        assert check(problem, plan) == []
        assert plan.unplaced == ()


def test_who_cannot_come_with_the_others_makes_one_class_each_impossible() -> None:
    # An early shift and a middle one have no window in common.
    problem = read_problem(document())
    assert seat_in_one_class_each(State(Ground(problem)), Timer(5), workers=1, seed=1) is None
    assert solve(problem, time_limit_s=2, seed=1).unplaced == ()
