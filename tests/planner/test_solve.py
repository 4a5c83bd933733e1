"""Solving: rules kept at any time limit, pins and previous seats, processes, the same seed."""

from __future__ import annotations

import copy
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.planner.instances import Size, make
from tests.planner.problems import document
from trainhub.planner.judging.check import check
from trainhub.planner.judging.costs import objective
from trainhub.planner.problem import Problem, read_problem
from trainhub.planner.problem.plan import Plan, PlannedSession
from trainhub.planner.solving import bound
from trainhub.planner.solving import solve as solving
from trainhub.planner.solving.clockwork import Timer
from trainhub.planner.solving.ground import Ground
from trainhub.planner.solving.masks import agents_in, mask_of
from trainhub.planner.solving.part import PartSolver, Report, run_parts
from trainhub.planner.solving.solve import Progress, solve
from trainhub.planner.solving.split import split
from trainhub.planner.solving.state import State
from trainhub.planner.solving.workers import shared_out

CENTRE = Size(agents=60, sites=2, teams=4, rooms=4, trainers=4, weeks=3, series=3, extras=1)


def centre(seed: int = 1, **changes: Any) -> Problem:
    return read_problem(make(CENTRE, seed) | changes)


def seats(plan: Plan) -> set[tuple[int, str, int, int]]:
    return {
        (agent, one.course, one.day, one.start) for one in plan.sessions for agent in one.agents
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("use_solver", [True, False])
def test_a_centre_with_a_series_breaks_no_rule(seed: int, use_solver: bool) -> None:
    problem = centre(seed)
    plan = solve(problem, time_limit_s=2.0, seed=seed, use_solver=use_solver)
    assert check(problem, plan) == []
    assert plan.lower_bound <= plan.objective.total


def test_a_plan_keeps_its_time() -> None:
    problem = read_problem(make("medium", 1))
    started = time.monotonic()
    plan = solve(problem, time_limit_s=1.5, seed=1)
    assert time.monotonic() - started < 3.0
    assert plan.sessions and check(problem, plan) == []


def test_two_processes_plan_both_sites() -> None:
    problem = read_problem(make("medium", 1))
    plan = solve(problem, time_limit_s=6.0, seed=1, workers=2)
    assert check(problem, plan) == []
    sites = {room.id: room.site for room in problem.rooms}
    assert {sites[one.room] for one in plan.sessions} == {"S0", "S1"}


def test_parts_without_a_report_are_solved_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_: object, **__: object) -> None:
        """Processes that all died at once."""

    monkeypatch.setattr(solving, "solve_in_processes", silent)
    problem = read_problem(make("medium", 1))
    plan = solve(problem, time_limit_s=2.0, seed=1, workers=2)
    assert plan.sessions and check(problem, plan) == []


def test_a_cancelled_plan_comes_at_once_with_the_best_so_far() -> None:
    problem = read_problem(make("medium", 1))
    started = time.monotonic()
    plan = solve(
        problem,
        time_limit_s=60.0,
        seed=1,
        is_cancelled=lambda: time.monotonic() - started > 1.0,
    )
    assert time.monotonic() - started < 5.0
    assert plan.status == "interrupted"
    assert plan.sessions and check(problem, plan) == []


def test_progress_tells_of_better_plans() -> None:
    told: list[Progress] = []
    solve(centre(), time_limit_s=2.5, seed=1, on_progress=told.append, use_solver=False)
    assert told[0].plan is not None and told[0].needed > 0
    assert [one.cost for one in told] == sorted((one.cost for one in told), reverse=True)
    assert all(one.placed <= one.needed and one.lower_bound <= one.cost for one in told)


def test_every_part_has_a_plan_before_any_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    start_again = PartSolver.start_again

    def noted(solver: PartSolver, timer: Timer) -> None:
        told.append(f"again {solver.number}")
        start_again(solver, timer)

    monkeypatch.setattr(PartSolver, "start_again", noted)
    parts = split(centre())
    solvers = [
        PartSolver(number, part, 1, use_solver=False, workers=1)
        for number, part in enumerate(parts)
    ]
    run_parts(solvers, Timer(0.5), lambda report: told.append(f"plan {report.part}"), 10.0)
    assert told[: len(parts)] == [f"plan {number}" for number in range(len(parts))]
    assert len(parts) > 1


def test_the_same_seed_gives_the_same_plan() -> None:
    problem = read_problem(document())
    first, second = (solve(problem, time_limit_s=20.0, seed=7) for _ in range(2))
    assert first.sessions == second.sessions and first.status == "optimal"


def test_rounds_of_the_same_seed_give_the_same_seats() -> None:
    """Without the clock in it: a first plan and a fixed number of rounds."""
    (part, *_) = split(centre())

    def costs() -> list[float]:
        solver = PartSolver(0, part, 3, use_solver=False, workers=1)
        found = []
        solver.construct(Timer(1e6))
        for _ in range(3):
            solver.improve(Timer(1e6))
            found.append(solver.state.cost)
        return found

    assert costs() == costs()


def test_pinned_classes_and_seats_stay() -> None:
    problem = centre()
    plan = solve(problem, time_limit_s=1.5, seed=1)
    kept = [one for one in plan.sessions if one.day < 10]
    raw = problem.as_json() | {
        "pinned_sessions": [
            {
                "id": one.id,
                "course": one.course,
                "day": one.day,
                "start": one.start,
                "room": one.room,
                "trainer": one.trainer,
            }
            for one in kept
        ],
        "pinned_seats": [[agent, one.id] for one in kept for agent in one.agents],
    }
    pinned = read_problem(raw)
    again = solve(pinned, time_limit_s=1.5, seed=2)
    assert check(pinned, again) == []
    found = {one.id: one for one in again.sessions}
    for one in kept:
        assert (found[one.id].day, found[one.id].start) == (one.day, one.start)
        assert set(one.agents) <= set(found[one.id].agents)


def test_planning_again_without_a_change_moves_hardly_anybody() -> None:
    """Moving costs more here than a seat gained, so only a mistake could move anybody."""
    problem = centre()
    plan = solve(problem, time_limit_s=2.0, seed=1)
    raw = problem.as_json() | {"previous": {"seats": [list(seat) for seat in sorted(seats(plan))]}}
    raw["weights"]["moved"] = 5000
    again = solve(read_problem(raw), time_limit_s=2.0, seed=2)
    assert len(seats(plan) - seats(again)) <= 0.02 * len(seats(plan))


def test_a_pinned_seat_stays_although_the_rota_has_changed() -> None:
    raw = document(
        pinned_sessions=[
            {"id": "X", "course": "C1", "day": 1, "start": 480, "room": "R", "trainer": "K"}
        ],
        pinned_seats=[[0, "X"]],
    )
    raw["agents"]["leave"] = [[0, 1, 1]]
    plan = solve(read_problem(raw), time_limit_s=2.0, seed=1)
    pinned = next(one for one in plan.sessions if one.id == "X")
    assert 0 in pinned.agents


def test_parts_share_no_site_queue_or_limited_course() -> None:
    problem = centre()
    assert len(split(problem)) == 2
    assert sorted(a for part in split(problem) for a in part.agents) == list(range(60))
    raw = copy.deepcopy(make(CENTRE, 1))
    raw["courses"][0]["max_sessions"] = 3
    assert len(split(read_problem(raw))) == 1
    raw = copy.deepcopy(make(CENTRE, 1))
    for team in raw["teams"]:
        team["queue"] = raw["queues"][0]["id"]
    assert len(split(read_problem(raw))) == 1


def test_the_running_cost_is_the_cost_counted_from_nothing() -> None:
    problem = centre()
    reports: list[Report] = []
    solvers = [
        PartSolver(number, part, 1, use_solver=True, workers=1)
        for number, part in enumerate(split(problem))
    ]
    run_parts(solvers, Timer(2.0), reports.append, 0.5)
    final = {report.part: report for report in reports}.values()
    rows = [row for report in final for row in report.rows]
    sessions = [PlannedSession(f"s{number}", *row[1:]) for number, row in enumerate(rows)]
    counted = objective(problem, sessions).total
    assert sum(report.cost for report in final) == pytest.approx(counted)


def test_people_who_can_never_come_are_in_the_bound() -> None:
    raw = document()
    raw["agents"]["leave"] = [[0, 0, 4]]
    least = bound.lower_bound(State(Ground(read_problem(raw))))
    assert least >= 1000


def test_an_empty_problem_has_an_empty_plan() -> None:
    raw = document(courses=[])
    raw["trainers"] = []
    plan = solve(read_problem(raw), time_limit_s=2.0)
    assert (plan.sessions, plan.unplaced, plan.status) == ((), (), "optimal")


def test_spare_processors_try_the_parts_once_more() -> None:
    parts = split(centre())
    shares = shared_out(parts, 3)
    assert sorted(number for share in shares for number, _ in share) == [0, 0, 1]
    assert [number for share in shared_out(parts, 1) for number, _ in share] == [0, 1]
    assert shared_out([], 2) == []


@given(st.sets(st.integers(0, 300)))
def test_a_mask_holds_its_agents(agents: set[int]) -> None:
    assert agents_in(mask_of(agents, 301)) == sorted(agents)
