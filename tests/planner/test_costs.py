"""Each part of the cost, by figures that can be added up by hand."""

from __future__ import annotations

from typing import Any

from tests.planner.problems import course, document, held, problem
from trainhub.planner.judging.costs import objective


def people(**changes: Any) -> dict[str, Any]:
    return document()["agents"] | changes


def test_nobody_placed_costs_the_priority_of_every_seat() -> None:
    asked = problem(courses=[course(priority=2), course("C2", teams=[])])
    assert objective(asked, ()).unplaced == 3 * 2 * 1000
    assert objective(asked, ()).total == 6000


def test_a_class_costs_its_opening_and_its_trainers_hours() -> None:
    asked = problem(courses=[course(duration_min=30), course("C2", teams=[])])
    assert objective(asked, [held("a", [0])]).sessions == 30 + 20 / 2


def test_late_disliked_and_out_of_shift_seats_cost() -> None:
    courses = [course(due=1, kinds=["early", "before", "after"]), course("C2", teams=[])]
    asked = problem(courses=courses, dislike=[[0, 3, 480, 7], [0, 3, 480, 2]])
    late = objective(asked, [held("a", [0, 1], day=3)])
    assert late.seats == 2 * 2 + 9
    after = objective(asked, [held("a", [0, 1], day=0, start=1020)])
    assert after.seats == 2 * 10


def test_only_dawn_beyond_the_free_ones_costs() -> None:
    """One class at dawn is free; agent 1 has had two already, so each more costs."""
    asked = problem(agents=people(dawn_history=[[1, 2]]))
    assert objective(asked, [held("a", [0])]).dawn == 0
    assert objective(asked, [held("a", [0, 1])]).dawn == 5
    assert objective(asked, [held("a", [2], start=540)]).dawn == 0


def test_a_team_that_sits_together_costs_each_class_more() -> None:
    teams = [document()["teams"][0] | {"policy": "together"}]
    asked = problem(teams=teams)
    assert objective(asked, [held("a", [0, 1])]).split_team == 0
    assert objective(asked, [held("a", [0]), held("b", [1], day=1)]).split_team == 8


def test_shortfall_is_what_classes_take_below_the_requirement() -> None:
    """Two in at eight and two required: each in class is short for two half hours."""
    queue = {"id": "Q", "max_short": 2, "profiles": [[2] * 48], "profile_of_day": [0] * 5}
    asked = problem(queues=[queue])
    assert objective(asked, [held("a", [0, 1])]).shortfall == 20 * 2 * 2
    spare = problem(queues=[queue | {"profiles": [[1] * 48]}])
    assert objective(spare, [held("a", [0, 1])]).shortfall == 20 * 2 * 1


def test_an_agreed_seat_that_moves_or_goes_costs() -> None:
    previous = {"seats": [[0, "C1", 0, 480], [1, "C1", 0, 480]]}
    asked = problem(previous=previous)
    assert objective(asked, [held("a", [0, 1])]).moved == 0
    assert objective(asked, [held("a", [0]), held("b", [1], day=1)]).moved == 15
    assert objective(asked, ()).moved == 30
