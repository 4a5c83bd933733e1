"""The bound that counts people in crowds is never above the best plan there is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from tests.planner.problems import course, document, least_cost
from tests.planner.test_properties import EACH, TINY
from trainhub.planner.problem import read_problem
from trainhub.planner.solving.bound import lower_bound
from trainhub.planner.solving.clockwork import Timer
from trainhub.planner.solving.crowds import crowd_bound
from trainhub.planner.solving.ground import Ground
from trainhub.planner.solving.state import State


def bounds(made: dict[str, Any]) -> tuple[float, float]:
    """The cheap bound and that of the crowds."""
    ground = Ground(read_problem(made))
    cheap = lower_bound(State(ground))
    return cheap, crowd_bound(State(ground), cheap, Timer(20), workers=1, seed=1)


@EACH
@given(TINY)
def test_no_plan_is_cheaper_than_the_bound(made: dict[str, Any]) -> None:
    made["previous"] = {"seats": []}
    cheap, better = bounds(made)
    assert cheap <= better <= least_cost(read_problem(made)) + 1e-3


def test_no_plan_of_people_in_a_series_is_cheaper_than_the_bound() -> None:
    made = document(courses=[course(seats=2), course("C2", seats=2)], patterns=["EE..."])
    made["agents"] |= {"team": ["T", "T"], "pattern": [0, 0]}
    made["precedences"] = [{"before": "C1", "after": "C2", "min_gap_days": 1}]
    assert bounds(made)[1] == pytest.approx(least_cost(read_problem(made)))


def test_courses_that_compete_for_the_only_trainer_are_seen_together() -> None:
    """Each course could be held in the one hour of the trainer, but not both."""
    made = document(courses=[course(), course("C2")], patterns=["E...."])
    made["agents"] |= {"team": ["T"], "pattern": [0]}
    made["trainers"][0]["max_min_per_week"] = 60
    cheap, better = bounds(made)
    assert cheap < 1000 <= better <= least_cost(read_problem(made))
