"""What a plan costs, without the classes that it only worked around."""

from __future__ import annotations

from dataclasses import asdict

from trainhub.delivery.rules.planning.plan_ids import is_beside
from trainhub.planner.judging.costs import objective
from trainhub.planner.problem import Problem
from trainhub.planner.problem.plan import Plan


def own_costs(problem: Problem, plan: Plan) -> dict[str, float]:
    """The parts of the plan's cost in points, less what the classes of others, held already or of
    another campaign, would cost without it. People without a seat count in full.
    """
    parts = {name: float(cost) for name, cost in asdict(plan.objective).items() if name != "total"}
    beside = [one for one in plan.sessions if is_beside(one.course)]
    if beside:
        others = objective(problem, beside)
        for name in ("shortfall", "sessions", "seats", "dawn", "split_team"):
            parts[name] = max(0.0, parts[name] - float(getattr(others, name)))
    return parts
