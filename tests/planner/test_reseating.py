"""Everybody seated anew at once, by a linear program."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given

from tests.planner.problems import course, document, documents
from tests.planner.test_properties import MANY
from tests.planner.test_timetable import plan_in
from trainhub.planner.judging.check import check
from trainhub.planner.problem import read_problem
from trainhub.planner.solving.clockwork import Timer
from trainhub.planner.solving.construct import construct, style_of
from trainhub.planner.solving.ground import Ground
from trainhub.planner.solving.reseating import Reseating
from trainhub.planner.solving.state import State

pytest.importorskip("ortools")


def test_who_sits_in_the_wrong_class_makes_room(capfd: pytest.CaptureFixture[str]) -> None:
    """The first class is full of one who could also come the day after; the other could not."""
    made = document(courses=[course(seats=1), course("C2", teams=[])], patterns=["EE...", "E...."])
    made["agents"] |= {"team": ["T", "T"], "pattern": [0, 1]}
    ground = Ground(read_problem(made))
    state = State(ground)
    first, second = (ground.slot_at[0, 0, day, 480] for day in (0, 1))
    taken = state.open(first, 0, 0)
    state.join(taken, [0])
    other = state.open(second, 0, 0)
    assert Reseating(state, Random(1), 1).improve(Timer(20), 10)
    assert (taken.members, other.members) == ({1}, {0})
    assert not Reseating(state, Random(1), 1).improve(Timer(20), 10)
    # A worker's reports and a plan go to the standard output: the solver must not greet there.
    assert capfd.readouterr().out == ""


@MANY
@given(documents())
def test_seating_anew_breaks_no_rule_and_never_costs(made: dict[str, Any]) -> None:
    problem = read_problem(made)
    state, rng = State(Ground(problem)), Random(1)
    construct(state, style_of(0, rng), rng, Timer(5))
    before = state.weighed
    for _ in range(2):
        Reseating(state, rng, 1).improve(Timer(20), 10)
        assert state.weighed <= before + 1e-6
        before = state.weighed
    plan = plan_in(problem, state)
    assert state.cost == pytest.approx(plan.objective.total)
    assert check(problem, plan) == []
