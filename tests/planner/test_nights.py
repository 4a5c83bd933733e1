"""The night between two classes: pinned seats keep people from classes of the next day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
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
    window,
)
from trainhub.planner.judging.check import check
from trainhub.planner.judging.extension import Extension
from trainhub.planner.judging.reading import Reading
from trainhub.planner.problem import DAY_MIN, Problem, read_problem
from trainhub.planner.problem.plan import Plan, PlannedSession
from trainhub.planner.solving.solve import solve

EACH = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
SEVEN, NINETEEN = 420, 1140
BOTH = ["before", "after"]
# From seven to nineteen; after work only so long that the next shift itself leaves rest enough.
LONG = {
    "start": SEVEN,
    "end": NINETEEN,
    "windows": [window("before", 360, SEVEN, False), window("after", NINETEEN, 1200, False)],
}


def asked(
    *pins: tuple[int, int], trainer: str = "K", seated: bool = True, **changes: Any
) -> Problem:
    """One agent on long days, pinned in classes of C2 at these days and starts."""
    made = document(
        shifts={"E": LONG},
        patterns=["EEEEE"],
        courses=[course("C1", kinds=BOTH), course("C2", teams=[])],
        pinned_sessions=[
            {"id": f"X{day}", "course": "C2", "day": day, "start": start, "room": "R",
             "trainer": trainer}
            for day, start in pins
        ],
        pinned_seats=[[0, f"X{day}"] for day, _ in pins if seated],
    )  # fmt: skip
    made["agents"] |= {"team": ["T"], "pattern": [0]}
    return read_problem(made | changes)


def only(day: int, kind: str) -> list[dict[str, Any]]:
    """C1 on that day alone, in windows of that kind."""
    return [course("C1", kinds=[kind], release=day, deadline=day), course("C2", teams=[])]


def pinned(*pins: tuple[int, int]) -> list[PlannedSession]:
    return [held(f"X{day}", [0], day=day, start=start, course="C2") for day, start in pins]


TABLE = [
    ((0, NINETEEN), 1, 360, True),  # ten hours from evening to morning
    ((0, 1080), 1, 360, False),  # inside the shift, whose own end leaves eleven
    ((0, 1200), 1, 360, True),
    ((0, NINETEEN), 2, 360, False),
    ((2, 360), 1, NINETEEN, False),  # no earlier than the window that day has anyhow
    ((2, 330), 1, NINETEEN, True),
    ((2, 330), 2, NINETEEN, False),
    ((2, 330), 0, NINETEEN, False),
]


def rules_for(start: int) -> dict[str, Any]:
    """Ten hours are due where a class in the evening is asked for, else eleven."""
    return {**document()["rules"], "min_rest_min": 600 if start == NINETEEN else 660,
            "max_classes_per_day": 2}  # fmt: skip


@pytest.mark.parametrize(("pin", "day", "start", "is_broken"), TABLE)
def test_a_class_too_near_to_a_pinned_one_is_found(
    pin: tuple[int, int], day: int, start: int, is_broken: bool
) -> None:
    found = broken(
        asked(pin, rules=rules_for(start)), *pinned(pin), held("a", [0], day=day, start=start)
    )
    assert found == (["H5"] if is_broken else [])


@pytest.mark.parametrize(("pin", "day", "start", "is_broken"), TABLE)
def test_nobody_is_planned_into_such_a_class(
    pin: tuple[int, int], day: int, start: int, is_broken: bool
) -> None:
    """Every other time is closed, so that only this one is left."""
    trainers = [
        document()["trainers"][0] | {"available": [[day, start, start + 60]]},
        document()["trainers"][0] | {"id": "K2", "courses": ["C2"]},
    ]
    courses = only(day, "after" if start == NINETEEN else "before")
    problem = asked(pin, rules=rules_for(start), trainers=trainers, trainer="K2", courses=courses)
    plan = solve(problem, time_limit_s=1.0, seed=1)
    assert check(problem, plan) == []
    assert len(plan.unplaced) == is_broken
    if is_broken:
        assert plan.unplaced[0].code == "REST"
    by_hand = Extension(problem, [replace(one, trainer="K2") for one in pinned(pin)])
    assert len(by_hand.run()) == (not is_broken)


def test_who_is_fixed_to_teach_in_the_evening_rests_as_well() -> None:
    teacher = document()["trainers"][0] | {"id": "K2", "agent": 0, "courses": ["C2"]}
    trainers = [document()["trainers"][0] | {"available": [[1, 360, 420]]}, teacher]
    problem = asked(
        (0, NINETEEN), seated=False, trainers=trainers, trainer="K2", courses=only(1, "before")
    )
    plan = solve(problem, time_limit_s=1.0, seed=1)
    assert check(problem, plan) == []
    assert [one.code for one in plan.unplaced] == ["REST"]


@EACH
@given(documents(), st.data())
def test_a_plan_leaves_the_rest_around_what_is_pinned(
    made: dict[str, Any], data: st.DataObject
) -> None:
    """Pins at any time of day, in windows or not; nights are counted once more, by hand."""
    made["rules"] |= {"min_rest_min": data.draw(st.sampled_from((660, 780, 840)))}
    for one in made["courses"]:
        one["kinds"] = data.draw(st.sampled_from((["before", "early", "after"], BOTH)))
    made["trainers"].append(made["trainers"][0] | {"id": "KP", "courses": []})
    room = made["rooms"][0]
    agents = st.integers(0, len(made["agents"]["team"]) - 1)
    for number in range(data.draw(st.integers(2, 4))):
        name = f"X{number}"
        made["courses"].append(course(name, teams=[]))
        start = data.draw(st.sampled_from((300, 1080, 1200, 1320)))
        pin = {"id": name, "course": name, "day": data.draw(st.integers(0, 4)), "start": start}
        made["pinned_sessions"].append(pin | {"room": room["id"], "trainer": "KP"})
        seats = data.draw(st.lists(agents, min_size=3, unique=True))
        made["pinned_seats"] += [[agent, name] for agent in seats]
    problem = read_problem(made)
    plan = solve(problem, time_limit_s=0.4, seed=1)
    assert check(problem, plan) == []
    assert list(_short_nights(problem, plan)) == []


def _short_nights(problem: Problem, plan: Plan) -> Iterator[tuple[int, str, str]]:
    """Pairs of classes, not both pinned, one after a shift and one before or early in the next."""
    reading = Reading(problem)
    pins = {pin.id for pin in problem.pinned_sessions}
    for one, other in product(plan.sessions, plan.sessions):
        if other.day != one.day + 1 or {one.id, other.id} <= pins:
            continue
        ended = one.start + reading.courses[one.course].duration_min
        for agent in set(one.agents) & set(other.agents):
            shift, next_ = reading.shift(agent, one.day), reading.shift(agent, other.day)
            is_late = shift is None or ended > shift.end
            is_soon = next_ is None or other.start < next_.start
            rest = other.start + DAY_MIN - ended
            if is_late and is_soon and rest < problem.rules.min_rest_min:
                yield agent, one.id, other.id
