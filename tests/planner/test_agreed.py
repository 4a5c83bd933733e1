"""Planning again: few of the seats that people were told and could keep may move."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from tests.planner.problems import course, document, documents
from tests.planner.test_properties import EACH
from trainhub.planner.judging.check import check
from trainhub.planner.judging.costs import objective
from trainhub.planner.problem import read_problem
from trainhub.planner.problem.plan import PlannedSession
from trainhub.planner.solving.clockwork import Timer
from trainhub.planner.solving.ground import Ground
from trainhub.planner.solving.part import PartSolver, run_parts
from trainhub.planner.solving.solve import solve
from trainhub.planner.solving.split import split
from trainhub.planner.solving.state import State


def told(made: dict[str, Any], moved: float = 15) -> dict[str, Any]:
    """The problem with the seats of a first plan as those that people were told."""
    plan = solve(read_problem(made), time_limit_s=1.0, seed=1)
    seats = [[a, one.course, one.day, one.start] for one in plan.sessions for a in one.agents]
    weights = made["weights"] | {"moved": moved}
    return made | {"previous": {"seats": seats}, "weights": weights}


def test_seats_the_rota_no_longer_allows_are_not_counted() -> None:
    made = told(document())
    assert State(Ground(read_problem(made))).agreed.lost == 3
    made["agents"]["leave"] = [[0, 0, 4]]
    assert State(Ground(read_problem(made))).agreed.lost == 2


@pytest.mark.parametrize(("moved", "is_dear"), [(15, True), (0, False)])
def test_moves_beyond_the_budget_are_dear_unless_moving_costs_nothing(
    moved: float, is_dear: bool
) -> None:
    state = State(Ground(read_problem(told(document(), moved))))
    assert state.agreed.budget == 0
    assert (state.weighed > state.cost) == is_dear


def test_nobody_told_is_moved_for_a_better_day_or_one_class_less() -> None:
    """Both people could sit one class on the first day; they were told two classes later on."""
    made = document(courses=[course(due=0), course("C2", teams=[])], patterns=["EEEEE"])
    made["agents"] |= {"team": ["T", "T"], "pattern": [0, 0]}
    made["weights"] |= {"late_day": 100, "moved": 1}
    made["previous"] = {"seats": [[0, "C1", 3, 480], [1, "C1", 4, 480]]}
    plan = solve(read_problem(made), time_limit_s=2.0, seed=1)
    assert sorted((one.day, one.agents) for one in plan.sessions) == [(3, (0,)), (4, (1,))]


def test_the_cost_of_a_plan_made_again_is_that_of_the_weights_alone() -> None:
    made = told(document())
    made["agents"]["leave"] = [[1, 0, 3]]
    problem = read_problem(made)
    reports: list[Any] = []
    solvers = [PartSolver(0, split(problem)[0], 1, use_solver=True, workers=1)]
    run_parts(solvers, Timer(1.0), reports.append, 0.5)
    sessions = [PlannedSession(f"s{n}", *row[1:]) for n, row in enumerate(reports[-1].rows)]
    assert reports[-1].cost == pytest.approx(objective(problem, sessions).total)
    assert reports[-1].lower_bound <= reports[-1].cost + 1e-6


@EACH
@given(documents())
def test_a_plan_made_again_for_the_same_rota_moves_nobody(made: dict[str, Any]) -> None:
    problem = read_problem(told(made))
    plan = solve(problem, time_limit_s=1.0, seed=2)
    assert check(problem, plan) == []
    seats = {(a, one.course, one.day, one.start) for one in plan.sessions for a in one.agents}
    assert {tuple(seat) for seat in problem.previous} <= seats
