"""Trainers who learn as well: nobody sits in a class while teaching one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.planner.problems import (
    broken,
    course,
    document,
    documents,
    held,
    least_cost,
    plan_of,
    problem,
)
from trainhub.planner.judging.check import check
from trainhub.planner.judging.extension import Extension
from trainhub.planner.judging.reasons import explain
from trainhub.planner.judging.teaching import TwoPlaces, keep_apart, pinned_in_two_places
from trainhub.planner.problem import BadProblem, Problem, read_problem
from trainhub.planner.solving import solve as solving
from trainhub.planner.solving.part import Row
from trainhub.planner.solving.solve import solve
from trainhub.planner.solving.split import split

EACH = settings(
    max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
ROOMS: list[dict[str, Any]] = [
    {"id": name, "site": "S", "seats": 10, "blocked": []} for name in ("R", "R2")
]
COURSES = [course("C1"), course("C2")]


def trainer(name: str = "K", agent: int | None = 0, **changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = document()["trainers"][0]
    return base | {"id": name, "agent": agent} | changes


def asked(**changes: Any) -> Problem:
    """Agent 0 is trainer K; L, who learns nothing, teaches too; two rooms, two courses."""
    return problem(
        **{
            "trainers": [trainer(), trainer("L", None)],
            "rooms": ROOMS,
            "courses": COURSES,
            **changes,
        }
    )


def pin(name: str = "X", **changes: Any) -> dict[str, Any]:
    parts = {"id": name, "course": "C2", "day": 0, "start": 480, "room": "R2", "trainer": "K"}
    return parts | changes


# ---- the format


def test_who_the_trainer_is_among_the_agents_is_kept() -> None:
    assert [who.agent for who in asked().trainers] == [0, None]
    assert read_problem(asked().as_json()) == asked()
    assert problem().trainers[0].agent is None


@pytest.mark.parametrize(
    ("agents", "fault"),
    [
        ((3, None), "trainers[0].agent: there is no agent 3"),
        ((1, 1), "trainers[1].agent: agent 1 is another trainer already"),
        ((-1, None), "trainers[0].agent: must be a whole number from 0 to 99999"),
        (("0", None), "trainers[0].agent: must be a whole number from 0 to 99999"),
        ((True, None), "trainers[0].agent: must be a whole number from 0 to 99999"),
    ],
)
def test_a_trainer_who_is_nobody_is_refused(agents: tuple[Any, Any], fault: str) -> None:
    made = document(trainers=[trainer("K", agents[0]), trainer("L", agents[1])])
    with pytest.raises(BadProblem) as caught:
        read_problem(made)
    assert fault in caught.value.faults


# ---- the checker


@pytest.mark.parametrize(
    ("sessions", "is_broken"),
    [
        ([held("a", [0, 1])], True),
        ([held("a", [1], trainer="K"), held("b", [0], room="R2", course="C2", trainer="L")], True),
        ([held("a", [1], trainer="L"), held("b", [0], room="R2", course="C2", trainer="L")], False),
        ([held("a", [1], day=1), held("b", [0], room="R2", course="C2", trainer="L")], False),
        ([held("a", [0], trainer="L")], False),
    ],
)
def test_to_sit_in_a_class_while_teaching_is_found(sessions: list[Any], is_broken: bool) -> None:
    assert ("H6b" in broken(asked(), *sessions)) is is_broken
    assert "H6b" not in broken(asked(trainers=[trainer(agent=None), trainer("L", None)]), *sessions)


def test_the_checker_says_who_and_where() -> None:
    found = [
        one for one in check(asked(), plan_of(asked(), held("a", [0, 1]))) if one.rule == "H6b"
    ]
    assert [(one.place, one.detail) for one in found] == [
        ("agent 0", "sits in class a while teaching class a")
    ]


@pytest.mark.parametrize(
    ("pins", "is_broken"),
    [
        ({"pinned_sessions": [pin()], "pinned_seats": [[0, "X"]]}, False),
        ({"pinned_sessions": [pin()], "pinned_seats": []}, True),
    ],
)
def test_only_what_is_pinned_may_be_in_conflict(pins: dict[str, Any], is_broken: bool) -> None:
    session = held("X", [0], course="C2", room="R2")
    assert ("H6b" in broken(asked(**pins), session)) is is_broken


# ---- reasons and what could be given way


def test_who_teaches_then_is_told_so() -> None:
    one = asked(agents=document()["agents"] | {"done": [[0, "C2"], [1, "C2"], [2, "C2"]]})
    only = held("a", [1, 2], day=4, trainer="K")
    one = read_problem(
        one.as_json() | {"courses": [course(release=4, max_sessions=1), course("C2")]}
    )
    found = next(seat for seat in explain(one, (only,)) if seat.agent == 0)
    assert found.code == "CLASH"
    assert (found.detail["course"], found.detail["teaches"]) == ("C1", True)


def test_a_plan_taken_further_keeps_teaching_and_learning_apart() -> None:
    """L is the only other trainer: K's own seat is found in a class of theirs."""
    one = asked(
        agents=document()["agents"] | {"pattern": [0, 0, 0]}, courses=[course(), course("C2")]
    )
    extension = Extension(one, [held("a", [1, 2])])
    assert (0, "C1") in extension.run()
    assert broken(one, *extension.sessions.values()) == []


# ---- the solver


def plans(one: Problem) -> list[Any]:
    return [
        solve(one, time_limit_s=limit, seed=1, use_solver=use_solver)
        for limit, use_solver in ((1.0, True), (0.3, False), (0.0, False))
    ]


def test_a_trainer_learns_from_somebody_else() -> None:
    for plan in plans(asked()):
        assert check(asked(), plan) == []
    best = plans(asked())[0]
    assert (0, "C1") not in {(seat.agent, seat.course) for seat in best.unplaced}


def test_a_trainer_alone_cannot_teach_themselves() -> None:
    one = asked(trainers=[trainer()], courses=[course(), course("C2", teams=[])])
    for plan in plans(one):
        assert check(one, plan) == []
    best = plans(one)[0]
    assert [(seat.agent, seat.course) for seat in best.unplaced] == [(0, "C1")]


def test_a_trainer_of_another_site_is_known_there() -> None:
    one = asked(
        teams=[*document()["teams"], document()["teams"][0] | {"id": "U", "site": "S2"}],
        trainers=[trainer("K", 0, site="S2"), trainer("L", None)],
        rooms=[*ROOMS, {"id": "R3", "site": "S2", "seats": 9, "blocked": []}],
        agents=document()["agents"] | {"team": ["T", "T", "U"]},
    )
    assert [(len(part.agents), len(part.problem.trainers)) for part in split(one)] == [(3, 2)]
    for plan in plans(one):
        assert check(one, plan) == []


PINS: dict[str, dict[str, Any]] = {
    "both": {"pinned_sessions": [pin()], "pinned_seats": [[0, "X"]]},
    "class": {"pinned_sessions": [pin()], "pinned_seats": []},
    "seat": {"pinned_sessions": [pin(trainer="L")], "pinned_seats": [[0, "X"]]},
}


@pytest.mark.parametrize("pins", PINS.values(), ids=PINS)
def test_pins_stay_and_everything_else_makes_way(pins: dict[str, Any]) -> None:
    one = asked(**pins)
    for plan in plans(one):
        assert check(one, plan) == []


def test_pins_in_conflict_are_named() -> None:
    assert pinned_in_two_places(asked(**PINS["both"])) == [TwoPlaces(0, "X", "X")]
    assert pinned_in_two_places(asked(**PINS["class"])) == []
    assert pinned_in_two_places(asked(**PINS["seat"])) == []


@EACH
@given(made=documents(), data=st.data())
def test_no_plan_has_anybody_in_two_places(made: dict[str, Any], data: st.DataObject) -> None:
    one = read_problem(with_agents(made, data))
    for use_solver in (True, False):
        plan = solve(one, time_limit_s=0.5, seed=1, use_solver=use_solver)
        assert check(one, plan) == []


def with_agents(made: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    count = len(made["agents"]["team"])
    numbers = data.draw(st.permutations(range(count)))
    for number, who in enumerate(made["trainers"]):
        who["agent"] = numbers[number] if number < count else None
    return made


@EACH
@given(
    made=st.one_of(documents(agents=3, days=3, courses=1), documents(agents=2, days=2, courses=2)),
    data=st.data(),
)
def test_no_plan_is_better_than_one_called_optimal(
    made: dict[str, Any], data: st.DataObject
) -> None:
    one = read_problem(with_agents(made, data))
    plan = solve(one, time_limit_s=2.0, seed=1)
    if plan.status == "optimal" and len(one.rooms) * len(one.trainers) == 1:
        assert plan.objective.total == pytest.approx(least_cost(one))


# ---- the last look


def test_a_seat_in_conflict_moves_to_a_class_that_fits() -> None:
    clash = (held("a", [0, 1]), held("b", [2], day=1, start=540), held("c", [], day=2, trainer="L"))
    one = asked(courses=[course(), course("C2", teams=[])])
    after = keep_apart(one, clash)
    assert broken(one, *after) == []
    assert sum(0 in each.agents for each in after) == 1


def test_a_class_too_small_then_closes_and_later_parts_go_with_their_first() -> None:
    one = asked(
        trainers=[trainer()],
        courses=[course(min_seats=2), course("C2")],
        precedences=[{"before": "C1", "after": "C2", "min_gap_days": 1}],
    )
    after = keep_apart(one, (held("a", [0, 1]), held("b", [1], day=1, course="C2")))
    assert broken(one, *after) == []
    assert not any(0 in each.agents for each in after)


def test_a_class_makes_way_for_the_pinned_seat_of_its_trainer() -> None:
    one = asked(**PINS["seat"])
    clash = (held("X", [0], course="C2", room="R2", trainer="L"), held("a", [1]))
    after = keep_apart(one, clash)
    assert broken(one, *after) == []
    assert any(each.id == "X" and 0 in each.agents for each in after)


def test_a_plan_without_conflict_is_left_alone() -> None:
    fine = (held("a", [1, 2]), held("b", [0], day=1, trainer="L"))
    assert keep_apart(asked(), fine) == fine


def test_whatever_a_stage_hands_over_is_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a stage of the search had forgotten the rule."""
    wrong = Row(None, "C1", 0, 480, "R", "K", (0, 1))

    def forgetful(solvers: list[Any], timer: Any, tell: Any, every_s: float) -> None:
        for solver in solvers:
            tell(replace(solver.report(), rows=(wrong,)))

    monkeypatch.setattr(solving, "run_parts", forgetful)
    plan = solve(asked(), time_limit_s=1.0, use_solver=False)
    assert check(asked(), plan) == []
