"""The way in: a problem and a time limit, out comes the best plan found."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from trainhub.planner.judging.costs import objective
from trainhub.planner.judging.reasons import explain
from trainhub.planner.judging.teaching import keep_apart
from trainhub.planner.problem import Problem
from trainhub.planner.problem.plan import Objective, Plan, PlannedSession, Status
from trainhub.planner.solving.clockwork import Timer
from trainhub.planner.solving.part import PartSolver, Phase, Report, report_before, run_parts
from trainhub.planner.solving.split import Part, split
from trainhub.planner.solving.workers import solve_in_processes

# Below this many people a second process costs more than it brings.
WORTH_PROCESSES = 300
PROGRESS_EVERY_S = 0.5
NEAR = 1e-6
FINISH_SHARE = 0.1
FINISH_PER_AGENT_S = 0.001
FINISH_MOST_SHARE = 0.25
FINISH_MOST_S = 20.0
# Who cancels does not wait longer than this for full reasons.
CANCELLED_FINISH_S = 1.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a solution has come; `plan` is the best so far, without reasons, at times None."""

    seconds: float
    phase: Phase
    placed: int
    needed: int
    cost: float
    lower_bound: float
    plan: Plan | None = None


def has_solver() -> bool:
    """Whether OR-Tools is installed; looking does not load it."""
    return importlib.util.find_spec("ortools") is not None


def solve(
    problem: Problem,
    *,
    time_limit_s: float,
    seed: int | None = None,
    workers: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
    use_solver: bool | None = None,
) -> Plan:
    """The best plan found within the time, with the reason for every seat not given.

    `workers` is the number of processors to use. `is_cancelled` is asked several times a second;
    a cancelled solution returns its best plan with the status `interrupted`. `use_solver` False
    plans without OR-Tools, as happens anyhow where it is not installed. With the same seed, one
    worker and time enough the plan is the same.
    """
    started = time.monotonic()
    timer = Timer(time_limit_s - _reserve(problem, time_limit_s), is_cancelled)
    parts = split(problem)
    gathering = _Gathering(problem, parts, timer, on_progress)
    seed = problem.seed if seed is None else seed
    with_solver = has_solver() if use_solver is None else use_solver and has_solver()
    if workers > 1 and problem.agent_count >= WORTH_PROCESSES:
        solve_in_processes(
            parts, timer, seed, use_solver=with_solver, workers=workers, tell=gathering.enter
        )
    _solve_here(parts, timer, seed, with_solver, workers, gathering)
    until = started + time_limit_s
    if timer.cancelled:
        until = min(until, time.monotonic() + CANCELLED_FINISH_S)
    return gathering.plan(until=until, seconds_since=started)


def _reserve(problem: Problem, time_limit_s: float) -> float:
    """Seconds kept for costs and reasons at the end; a large centre has more to explain."""
    wished = max(FINISH_SHARE * time_limit_s, FINISH_PER_AGENT_S * problem.agent_count)
    return min(FINISH_MOST_S, wished, FINISH_MOST_SHARE * time_limit_s)


def _solve_here(
    parts: list[Part],
    timer: Timer,
    seed: int,
    use_solver: bool,
    workers: int,
    gathering: _Gathering,
) -> None:
    """Solve the parts of which nothing has been heard, in this process."""
    missing = [number for number in range(len(parts)) if number not in gathering.heard]
    solvers = [
        PartSolver(number, parts[number], seed, use_solver=use_solver, workers=workers)
        for number in missing
    ]
    run_parts(solvers, timer, gathering.enter, PROGRESS_EVERY_S)


class _Gathering:
    """The best report of every part, put together to one plan."""

    def __init__(
        self,
        problem: Problem,
        parts: list[Part],
        timer: Timer,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self.problem, self.timer, self.on_progress = problem, timer, on_progress
        self.reports = {number: report_before(number, part) for number, part in enumerate(parts)}
        self.heard: set[int] = set()
        self._told = -PROGRESS_EVERY_S

    def enter(self, report: Report) -> None:
        if report.part in self.heard:
            known = self.reports[report.part]
            bound = max(known.lower_bound, report.lower_bound)
            report = replace(min(known, report, key=lambda one: one.weighed), lower_bound=bound)
        self.reports[report.part] = report
        self.heard.add(report.part)
        if self.on_progress and self.timer.seconds - self._told >= PROGRESS_EVERY_S:
            self._told = self.timer.seconds
            self.on_progress(self.progress(report.phase))

    def progress(self, phase: Phase) -> Progress:
        reports = self.reports.values()
        cost = sum(report.cost for report in reports)
        bound = sum(report.lower_bound for report in reports)
        plan = Plan(
            self.problem.name,
            self.sessions(),
            (),
            Objective(total=cost),
            bound,
            "feasible",
            self.timer.seconds,
        )
        placed = sum(report.placed for report in reports)
        needed = sum(report.needed for report in reports)
        return Progress(self.timer.seconds, phase, placed, needed, cost, bound, plan)

    def sessions(self) -> tuple[PlannedSession, ...]:
        """The classes of all parts in the order of the calendar; pins keep their names."""
        rows = [row for report in self.reports.values() for row in report.rows]
        rows.sort(key=lambda row: (row.day, row.start, row.course, row.room))
        taken = {pin.id for pin in self.problem.pinned_sessions}
        found, number = [], 0
        for row in rows:
            name = row.pin
            while name is None or (row.pin is None and name in taken):
                number += 1
                name = f"s{number}"
            found.append(PlannedSession(name, *row[1:]))
        return tuple(found)

    def plan(self, *, until: float, seconds_since: float) -> Plan:
        found = self.sessions()
        sessions = keep_apart(self.problem, found, until)
        cost = objective(self.problem, sessions)
        bound = sum(report.lower_bound for report in self.reports.values())
        unplaced = explain(self.problem, sessions, until=until)
        plan = Plan(self.problem.name, sessions, unplaced, cost, min(bound, cost.total),
                    self._status(is_as_found=sessions == found), 0.0)  # fmt: skip
        return replace(plan, seconds=round(time.monotonic() - seconds_since, 3))

    def _status(self, *, is_as_found: bool) -> Status:
        if self.timer.cancelled:
            return "interrupted"
        reports = self.reports.values()
        proved = all(report.cost <= report.lower_bound + NEAR for report in reports)
        return "optimal" if proved and is_as_found else "feasible"
