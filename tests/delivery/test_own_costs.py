"""Costs of a plan are those of its own classes."""

from __future__ import annotations

from tests.planner.problems import course, held, plan_of, problem
from trainhub.delivery.rules.planning.own_costs import own_costs
from trainhub.planner.judging.costs import objective
from trainhub.planner.problem.plan import Plan


def test_classes_planned_around_cost_the_plan_nothing() -> None:
    asked = problem(courses=[course("C1"), course("C2x60", teams=[])], trainers=[])
    beside = held("other", [2], course="C2x60")
    alone: Plan = plan_of(asked, beside)
    assert alone.objective.sessions > 0
    costs = own_costs(asked, alone)
    assert costs["sessions"] == costs["seats"] == costs["dawn"] == 0
    assert costs["unplaced"] == alone.objective.unplaced > 0
    both = plan_of(asked, beside, held("own", [0, 1], day=1))
    assert own_costs(asked, both)["sessions"] == objective(asked, [both.sessions[1]]).sessions
