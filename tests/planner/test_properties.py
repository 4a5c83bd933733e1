"""What holds for every problem: rules are kept, pins stay, names of people do not matter."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.planner.problems import document, documents, least_cost
from trainhub.planner.judging.check import check
from trainhub.planner.judging.extension import Extension
from trainhub.planner.judging.reading import Reading, starts_of
from trainhub.planner.problem import Problem, read_problem
from trainhub.planner.problem.duties import Duties
from trainhub.planner.problem.plan import Plan
from trainhub.planner.solving.solve import solve

EACH = settings(
    max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
FEW = settings(EACH, max_examples=8)
MANY = settings(EACH, max_examples=25)
TINY = st.one_of(documents(agents=3, days=3, courses=1), documents(agents=2, days=2, courses=2))
NEAR = 1e-6


def quick(problem: Problem, **asked: Any) -> Plan:
    return solve(problem, **({"time_limit_s": 1.0, "seed": 1} | asked))


@EACH
@given(documents())
def test_a_plan_breaks_no_rule(made: dict[str, Any]) -> None:
    problem = read_problem(made)
    assert check(problem, quick(problem, time_limit_s=0.5)) == []


@EACH
@given(documents())
def test_a_plan_made_without_the_solver_breaks_no_rule(made: dict[str, Any]) -> None:
    problem = read_problem(made)
    assert check(problem, quick(problem, time_limit_s=0.5, use_solver=False)) == []


@pytest.mark.parametrize("time_limit_s", [0.0, 0.01])
@FEW
@given(made=documents(agents=20))
def test_no_time_at_all_breaks_no_rule(made: dict[str, Any], time_limit_s: float) -> None:
    problem = read_problem(made)
    assert check(problem, quick(problem, time_limit_s=time_limit_s)) == []


@FEW
@given(documents())
def test_a_plan_that_is_cancelled_at_once_breaks_no_rule(made: dict[str, Any]) -> None:
    problem = read_problem(made)
    plan = quick(problem, is_cancelled=lambda: True)
    assert check(problem, plan) == []


@MANY
@given(documents())
def test_solver_and_checker_read_the_same_rota(made: dict[str, Any]) -> None:
    problem = read_problem(made)
    reading, duties = Reading(problem), Duties(problem)
    assert reading.rostered() == duties.heads()
    for agent in reading.agents:
        for day in range(-1, problem.days + 1):
            assert reading.code(agent, day) == duties.code(agent, day)


def test_a_small_problem_is_solved_to_its_optimum() -> None:
    """Two classes are needed, for the early and for the middle shift, at 50 each."""
    plan = quick(read_problem(document()), time_limit_s=10.0)
    assert (plan.status, plan.objective.total, plan.lower_bound) == ("optimal", 100, 100)


@MANY
@given(TINY)
def test_no_plan_is_better_than_one_called_optimal(made: dict[str, Any]) -> None:
    problem = read_problem(made)
    assume(_few_plans(problem))
    best, plan = least_cost(problem), quick(problem)
    assert plan.objective.total >= best - NEAR
    assert plan.lower_bound <= best + NEAR
    if plan.status == "optimal":
        assert plan.objective.total == pytest.approx(best)


def _few_plans(problem: Problem) -> bool:
    reading, plans = Reading(problem), 1
    for agent, name in reading.needed():
        starts = sum(1 for _ in starts_of(reading, agent, reading.courses[name]))
        plans *= 1 + starts * len(problem.rooms) * len(problem.trainers)
    return plans <= 300


@MANY
@given(TINY, st.randoms(use_true_random=False))
def test_what_people_are_called_does_not_matter(made: dict[str, Any], random: Any) -> None:
    order = list(range(len(made["agents"]["team"])))
    random.shuffle(order)
    before, after = read_problem(made), read_problem(_renamed(made, order))
    assume(_few_plans(before))
    assert least_cost(before) == pytest.approx(least_cost(after))
    first, second = quick(before), quick(after)
    if first.status == second.status == "optimal":
        assert first.objective.total == pytest.approx(second.objective.total)


def _renamed(made: dict[str, Any], order: list[int]) -> dict[str, Any]:
    """The same centre with agent `number` called `order[number]`."""
    other = copy.deepcopy(made)
    for key in ("team", "pattern"):
        for number, value in enumerate(made["agents"][key]):
            other["agents"][key][order[number]] = value
    for key in ("leave", "swap", "dawn_history", "done"):
        other["agents"][key] = [[order[row[0]], *row[1:]] for row in made["agents"][key]]
    for seat in other["previous"]["seats"]:
        seat[0] = order[seat[0]]
    other["dislike"] = [[order[row[0]], *row[1:]] for row in made["dislike"]]
    return other


@FEW
@given(documents(agents=6, courses=2))
def test_who_has_no_seat_can_be_taken_out_without_harm(made: dict[str, Any]) -> None:
    """The plan without them stands as it is, and an optimal one does not become dearer."""
    problem = read_problem(made)
    plan = quick(problem)
    assume(plan.unplaced)
    seat = plan.unplaced[0]
    needless = copy.deepcopy(made)
    needless["agents"]["done"].append([seat.agent, seat.course])
    without = quick(read_problem(needless))
    assert check(read_problem(needless), without) == []
    course = next(one for one in problem.courses if one.id == seat.course)
    spared = problem.weights.unplaced * course.priority
    if plan.status == without.status == "optimal":
        assert without.objective.total <= plan.objective.total - spared + NEAR


@EACH
@given(documents(), st.data())
def test_what_is_pinned_never_moves(made: dict[str, Any], data: st.DataObject) -> None:
    """Some classes of a plan are pinned, then the rota changes under them."""
    first = quick(read_problem(made), time_limit_s=0.3)
    assume(first.sessions)
    kept = data.draw(st.lists(st.sampled_from(first.sessions), min_size=1, unique=True))
    made["pinned_sessions"] = [
        {name: getattr(one, name) for name in ("id", "course", "day", "start", "room", "trainer")}
        for one in kept
    ]
    made["pinned_seats"] = [[agent, one.id] for one in kept for agent in one.agents]
    agent = st.integers(0, len(made["agents"]["team"]) - 1)
    for away in data.draw(st.lists(agent, max_size=2)):
        made["agents"]["leave"].append([away, 0, 2])
    problem = read_problem(made)
    plan = quick(problem, time_limit_s=0.5)
    assert check(problem, plan) == []
    found = {one.id: one for one in plan.sessions}
    for one in kept:
        again = found[one.id]
        assert (again.day, again.start, again.room) == (one.day, one.start, one.room)
        assert set(one.agents) <= set(again.agents)


@FEW
@given(documents())
def test_a_plan_taken_further_breaks_no_rule_and_moves_nobody(made: dict[str, Any]) -> None:
    problem = read_problem(made)
    plan = quick(problem, time_limit_s=0.0)
    extension = Extension(problem, plan.sessions)
    placed = extension.run()
    before = Counter((agent, one.id) for one in plan.sessions for agent in one.agents)
    after = Counter((agent, one.id) for one in extension.sessions.values() for agent in one.agents)
    assert after.total() - before.total() == len(placed)
    assert not before - after
