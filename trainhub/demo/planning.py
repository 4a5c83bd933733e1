"""Planning for the demonstration: the planner without its solver, by effort instead of by time,
so that the same centre comes to be on a fast machine and on a slow one."""

from __future__ import annotations

import math
import time

from trainhub.planner.judging.costs import objective
from trainhub.planner.judging.reasons import explain
from trainhub.planner.problem import Problem
from trainhub.planner.problem.plan import Plan, PlannedSession
from trainhub.planner.solving.clockwork import Timer
from trainhub.planner.solving.part import PartSolver, Row
from trainhub.planner.solving.split import split

EXPLAINING_S = 30.0


class Effort(Timer):
    """A timer that is over after it has been looked at so many times."""

    def __init__(self, looks: float) -> None:
        super().__init__(math.inf)
        self.looks = looks

    def is_over(self) -> bool:
        """Whether the effort is spent; asking is part of it."""
        self.looks -= 1
        return self.looks < 0


def plan_by_effort(problem: Problem, looks: int) -> Plan:
    """The plan of several first tries and so much improvement."""
    started, rows, bound = time.monotonic(), list[Row](), 0.0
    for number, part in enumerate(split(problem)):
        solver = PartSolver(number, part, problem.seed, use_solver=False, workers=1)
        solver.construct(Effort(math.inf))
        solver.start_again(Effort(math.inf))
        solver.improve(Effort(looks))
        rows += solver.report(is_final=True).rows
        bound += solver.lower_bound
    rows.sort(key=lambda row: (row.day, row.start, row.course, row.room))
    sessions = tuple(
        PlannedSession(row.pin or f"s{number}", *row[1:]) for number, row in enumerate(rows, 1)
    )
    cost = objective(problem, sessions)
    unplaced = explain(problem, sessions, until=started + EXPLAINING_S)
    seconds = round(time.monotonic() - started, 3)
    return Plan(problem.name, sessions, unplaced, cost, min(bound, cost.total), "feasible", seconds)
