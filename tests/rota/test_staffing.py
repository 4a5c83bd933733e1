"""The calculator's formulas."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trainhub.rota.rules.requirement import Method, StaffingRules
from trainhub.rota.rules.staffing import chat_agents, refund_agents, staff_interval

RULES = StaffingRules(max_occupancy=1, unplanned_shrinkage=0)


def test_the_formulas_of_the_sales_peak() -> None:
    assert chat_agents(1_200, 120) == 10
    assert chat_agents(1_201, 120) == 11
    assert refund_agents(3_000, 50, 30) == 2
    assert refund_agents(3_001, 50, 30) == 3
    assert chat_agents(0, 120) == 0


def test_an_interval_with_its_neighbours() -> None:
    found = staff_interval(100, 180, RULES)
    assert (found.agents, found.to_roster, found.load) == (14, 14, 10)
    assert [step.agents for step in found.steps] == [11, 12, 13, 14, 15, 16, 17]
    assert [step.keeps for step in found.steps] == [False] * 3 + [True] * 4
    chosen = next(step for step in found.steps if step.is_chosen)
    assert chosen.service.service_level == pytest.approx(0.888, abs=0.001)


def test_both_kinds_of_shrinkage_and_the_buffer_go_on_the_rota() -> None:
    rules = replace(RULES, planned_shrinkage=0.3, unplanned_shrinkage=0.05, buffer=1)
    found = staff_interval(100, 180, rules)
    assert found.agents == 14
    assert found.to_roster == 23  # 14 / 0.7 = 20, and (20 + 1) / 0.95 rounded up


def test_who_hangs_up_is_shown() -> None:
    rules = replace(RULES, method=Method.ERLANG_A, patience_s=60)
    assert all(step.service.abandoned > 0 for step in staff_interval(100, 180, rules).steps)


def test_nobody_calls() -> None:
    found = staff_interval(0, 180, RULES)
    assert found.agents == 0
    assert found.to_roster == 0
