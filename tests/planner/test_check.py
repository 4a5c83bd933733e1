"""The checker: a right plan passes, and each rule is found broken by name and place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.planner.problems import broken, course, document, held, plan_of, problem
from trainhub.planner.judging.check import check


def people(**changes: Any) -> dict[str, Any]:
    return document()["agents"] | changes


def test_a_right_plan_has_nothing_wrong() -> None:
    asked = problem()
    plan = plan_of(asked, held("a", [0, 1]), held("b", [2], day=0, start=540))
    assert check(asked, plan) == []


@pytest.mark.parametrize(
    ("rule", "sessions", "changes"),
    [
        ("H1", [held("a", [0], start=495)], {"courses": [course(grid_min=30), course("C2")]}),
        ("H1", [held("a", [0])], {"rooms": [{"id": "R", "site": "X", "seats": 9, "blocked": []}]}),
        (
            "H1",
            [held("a", [0])],
            {"rooms": [{"id": "R", "site": "S", "seats": 9, "blocked": [[0, 530, 600]]}]},
        ),
        ("H1", [held("a", [0]), held("b", [1])], {}),
        ("H2", [held("a", [0, 1])], {"courses": [course(seats=1), course("C2")]}),
        ("H2", [held("a", [0])], {"courses": [course(min_seats=2), course("C2")]}),
        ("H3", [held("a", [0]), held("b", [0], day=1)], {}),
        ("H3", [held("a", [0], course="C2")], {}),
        ("H3", [held("a", [0])], {"agents": people(done=[[0, "C1"]])}),
        ("H4", [held("a", [0], start=540)], {}),
        ("H4", [held("a", [0])], {"agents": people(leave=[[0, 0, 0]])}),
        ("H4", [held("a", [0])], {"agents": people(swap=[[0, 0, "M"]])}),
        ("H5", [held("a", [0], day=2)], {"agents": people(pattern=[2, 0, 1])}),
        ("H7", [held("a", [0], day=3)], {"courses": [course(deadline=2), course("C2")]}),
        ("H7", [held("a", [0], day=0)], {"courses": [course(release=1), course("C2")]}),
    ],
)
def test_a_broken_rule_is_found(rule: str, sessions: list[Any], changes: dict[str, Any]) -> None:
    assert rule in broken(problem(**changes), *sessions)


def trainers(**changes: Any) -> list[dict[str, Any]]:
    return [document()["trainers"][0] | changes]


@pytest.mark.parametrize(
    "change",
    [
        {"site": "X"},
        {"courses": []},
        {"available": [[0, 480, 530]]},
        {"max_min_per_week": 30},
    ],
)
def test_a_trainer_must_be_there_certified_and_within_hours(change: dict[str, Any]) -> None:
    assert broken(problem(trainers=trainers(**change)), held("a", [0])) == ["H1"]


def test_stretches_of_availability_that_touch_are_one() -> None:
    asked = problem(trainers=trainers(available=[[0, 480, 510], [0, 510, 540]]))
    assert broken(asked, held("a", [0])) == []


def test_no_more_classes_than_the_course_may_have() -> None:
    asked = problem(courses=[course(max_sessions=1), course("C2")])
    assert broken(asked, held("a", [0]), held("b", [1], day=1)) == ["H1"]


TWO = [course("C1", kinds=["early", "after"]), course("C2", kinds=["early", "after"])]


def test_a_day_a_week_and_a_moment_have_room_for_so_much() -> None:
    rules = document()["rules"]
    morning, evening = held("a", [0]), held("b", [0], start=1020, course="C2")
    assert broken(problem(courses=TWO), morning, evening) == ["H6"]
    two_a_day = rules | {"max_classes_per_day": 2}
    assert broken(problem(courses=TWO, rules=two_a_day), morning, evening) == []
    hour_a_week = two_a_day | {"max_training_min_per_week": 60}
    assert broken(problem(courses=TWO, rules=hour_a_week), morning, evening) == ["H6"]


def test_a_series_keeps_its_order_and_its_gap() -> None:
    series = [{"before": "C1", "after": "C2", "min_gap_days": 2}]
    asked = problem(courses=TWO, precedences=series)
    first = held("a", [0])
    assert broken(asked, first, held("b", [0], day=1, course="C2")) == ["H8"]
    assert broken(asked, first, held("b", [0], day=2, course="C2")) == []
    assert broken(asked, held("b", [0], day=2, course="C2")) == ["H8"]
    done = people(done=[[0, "C1"]])
    asked = problem(courses=TWO, precedences=series, agents=done)
    assert broken(asked, held("b", [0], day=2, course="C2")) == []


def test_the_queue_keeps_its_heads() -> None:
    """Two are in at eight and one is required: one may go, or two where being short is allowed."""
    queue = {"id": "Q", "max_short": 0, "profiles": [[1] * 48], "profile_of_day": [0] * 5}
    assert broken(problem(queues=[queue]), held("a", [0])) == []
    assert broken(problem(queues=[queue]), held("a", [0, 1])) == ["H10"]
    assert broken(problem(queues=[queue | {"max_short": 1}]), held("a", [0, 1])) == []


def test_hours_already_taken_out_of_the_rota_cost_no_cover() -> None:
    shifts = document()["shifts"]
    shifts["E"]["windows"][0]["on_phones"] = False
    queue = {"id": "Q", "max_short": 0, "profiles": [[2] * 48], "profile_of_day": [0] * 5}
    assert broken(problem(shifts=shifts, queues=[queue]), held("a", [0, 1])) == []


def test_a_team_is_not_emptied() -> None:
    teams = [document()["teams"][0] | {"max_share": 0.5}]
    assert broken(problem(teams=teams), held("a", [0, 1])) == ["H11"]
    assert broken(problem(teams=teams), held("a", [0])) == []


PINNED = {
    "pinned_sessions": [
        {"id": "x", "course": "C1", "day": 0, "start": 480, "room": "R", "trainer": "K"}
    ],
    "pinned_seats": [[0, "x"]],
}


def test_what_is_pinned_stays() -> None:
    asked = problem(**PINNED)
    assert broken(asked, held("x", [0])) == []
    assert broken(asked, held("x", [0], day=1)) == ["H12"]
    assert broken(asked, held("x", [1])) == ["H12"]
    assert broken(asked) == ["H12"]


def test_a_pin_that_no_longer_fits_is_nobodys_fault() -> None:
    asked = problem(**PINNED, agents=people(leave=[[0, 0, 0]]))
    assert broken(asked, held("x", [0])) == []


def test_who_is_left_out_is_listed_and_truly_does_not_fit() -> None:
    asked = problem()
    plan = plan_of(asked, held("a", [0]), held("b", [2], start=540))
    assert [(one.rule, one.detail) for one in check(asked, plan)] == [
        ("UNPLACED", "fits into class a")
    ]
    silent = replace(plan, unplaced=())
    assert "has no seat and is not listed" in {one.detail for one in check(asked, silent)}


def test_figures_that_are_not_so_are_found() -> None:
    asked = problem()
    plan = plan_of(asked, held("a", [0, 1]), held("b", [2], start=540))
    wrong = replace(plan, objective=replace(plan.objective, total=1.0), lower_bound=1e9)
    assert {one.place for one in check(asked, wrong)} == {"total", "lower_bound"}


def test_a_name_that_nobody_bears_is_said_first() -> None:
    asked = problem()
    found = check(asked, plan_of(asked, held("a", [0, 99], room="nowhere")))
    assert {one.detail for one in found} == {"there is no room nowhere", "there is no agent 99"}
