"""What is given way so that more people get a seat, as plain rules."""

from __future__ import annotations

import pytest

from tests.planner.problems import course, document, held, plan_of, problem
from trainhub.delivery.rules.planning.giving_way import teaching_then


@pytest.mark.parametrize(
    ("start", "busy"), [(480, {7, 8}), (450, {7, 8}), (540, set()), (420, set())]
)
def test_who_teaches_or_sits_in_a_class_cannot_teach_one_more_then(
    start: int, busy: set[int]
) -> None:
    """K7 teaches from eight to nine, K8 is agent 1 and sits there, K9 is free."""
    base = document()["trainers"][0]
    asked = problem(
        trainers=[base | {"id": f"K{number}", "agent": agent}
                  for number, agent in ((7, None), (8, 1), (9, 2))],
        courses=[course("C1"), course("C2")],
    )  # fmt: skip
    plan = plan_of(asked, held("a", [0, 1], trainer="K7"))
    assert teaching_then({"course": "C2", "day": 0, "start": start}, asked, plan) == busy
    assert teaching_then({"course": "C2", "day": 1, "start": start}, asked, plan) == set()
