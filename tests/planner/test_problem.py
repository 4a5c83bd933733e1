"""Reading planning problems: a round trip, and every fault named by its place."""

from __future__ import annotations

import contextlib
import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainhub.planner.problem import BadProblem, read_problem
from trainhub.planner.problem.plan import read_plan

LEVELS = [0] * 48

SMALL: dict[str, Any] = {
    "schema": "trainhub-sched/1",
    "name": "small",
    "seed": 1,
    "calendar": {"start_date": "2025-09-01", "days": 3, "interval_min": 30},
    "rules": {
        "min_rest_min": 660,
        "max_classes_per_day": 1,
        "max_training_min_per_week": 300,
        "dawn_before_min": 480,
        "dawn_free": 1,
    },
    "weights": {"unplaced": 1000, "open": 30},
    "shifts": {
        "M": {
            "start": 540,
            "end": 1080,
            "windows": [{"kind": "early", "start": 540, "end": 600, "on_phones": True}],
        }
    },
    "queues": [{"id": "Q0", "max_short": 1, "profiles": [LEVELS], "profile_of_day": [0, 0, 0]}],
    "teams": [{"id": "T0", "site": "S0", "queue": "Q0", "policy": "spread", "max_share": 0.6}],
    "patterns": ["MM."],
    "agents": {"team": ["T0", "T0"], "pattern": [0, 0]},
    "rooms": [{"id": "R0", "site": "S0", "seats": 20, "blocked": [[2, 0, 60]]}],
    "trainers": [
        {
            "id": "K0",
            "site": "S0",
            "courses": ["C1"],
            "available": [[0, 540, 600]],
            "max_min_per_week": 1200,
        }
    ],
    "courses": [
        {
            "id": "C1",
            "duration_min": 60,
            "seats": 20,
            "min_seats": 1,
            "release": 0,
            "due": 2,
            "deadline": 2,
            "priority": 1,
            "kinds": ["early"],
            "grid_min": 30,
            "teams": None,
            "max_sessions": None,
            "family": "C1",
        }
    ],
}


def changed(path: str, value: object) -> dict[str, Any]:
    """SMALL with the value at a path such as `courses.0.seats` replaced."""
    raw = copy.deepcopy(SMALL)
    *steps, last = path.split(".")
    place: Any = raw
    for step in steps:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[int(last) if isinstance(place, list) else last] = value
    return raw


def test_a_problem_reads_back_as_it_was_written() -> None:
    problem = read_problem(SMALL)
    assert read_problem(json.loads(json.dumps(problem.as_json()))) == problem


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        ("schema", "other/9", "schema: must be trainhub-sched/1"),
        ("courses.0.grid_min", 0, "courses[0].grid_min: must be a whole number from 5 to 1440"),
        ("courses.0.seats", True, "courses[0].seats: must be a whole number"),
        ("courses.0.kinds", ["late"], "courses[0].kinds[0]: must be one of early"),
        ("courses.0.deadline", -1, "courses[0].deadline: must be a whole number"),
        ("courses.0.teams", ["T9"], "courses[0].teams: there is no team T9"),
        ("rooms", {}, "rooms: must be a list"),
        ("rooms.0.blocked", [[1, 2]], "rooms[0].blocked[0]: must be a list of 3 entries"),
        ("patterns", ["MX."], "patterns[0]: no shift is called X"),
        ("patterns", ["MM"], "patterns[0]: must have one letter for each of the 3 days"),
        ("shifts.M.end", 100, "shifts.M.end: must be after start"),
        ("calendar.interval_min", 7, "calendar.interval_min: must divide a day"),
        ("queues.0.profiles", [[0]], "queues[0].profiles[0]: must have 48 intervals"),
        ("queues.0.profile_of_day", [1, 0, 0], "names a profile that is not there"),
        ("agents.pattern", [0], "agents.pattern: must have an entry for each of the 2 agents"),
        ("weights.open", 1e400, "weights.open: must be a number"),
        ("weights.open", 10**400, "weights.open: must be a number"),
        ("pinned_seats", [[7, "X1"]], "pinned_seats: there is no class X1"),
        ("dislike", [[5, 0, 0, 1]], "dislike[0]: there is no agent 5"),
        ("precedences", [{"before": "C1", "after": "C1"}], "precedences: go round in a circle"),
    ],
)
def test_a_fault_is_named_by_its_place(path: str, value: object, fault: str) -> None:
    raw = (
        changed(path, value)
        if path.split(".")[0] in SMALL
        else {**copy.deepcopy(SMALL), path: value}
    )
    with pytest.raises(BadProblem) as refused:
        read_problem(raw)
    assert any(fault in found for found in refused.value.faults), refused.value.faults


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
PLACES = [
    "calendar", "calendar.days", "rules", "weights", "shifts", "shifts.M", "shifts.M.windows",
    "queues", "queues.0", "queues.0.profiles", "queues.0.profile_of_day", "teams", "teams.0",
    "patterns", "agents", "agents.team", "agents.pattern", "rooms", "rooms.0", "trainers",
    "trainers.0", "trainers.0.available", "courses", "courses.0", "courses.0.kinds", "name",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLACES), JSON)
def test_no_json_raises_anything_but_a_bad_problem(path: str, value: object) -> None:
    with contextlib.suppress(BadProblem):
        read_problem(changed(path, value))


@given(JSON)
def test_a_file_of_something_else_is_a_bad_problem(raw: object) -> None:
    with pytest.raises(BadProblem):
        read_problem(raw)


PLAN: dict[str, Any] = {
    "schema": "trainhub-sched/1",
    "instance": "small",
    "sessions": [
        {"id": "s1", "course": "C1", "day": 0, "start": 540, "room": "R0", "trainer": "K0"}
        | {"agents": [1, 0]}
    ],
    "unplaced": [{"agent": 2, "course": "C1", "code": "COVERAGE", "detail": {"day": 3}}],
    "objective": {"total": 1050.0, "unplaced": 1000.0, "sessions": 50.0},
    "lower_bound": 50.0,
    "status": "feasible",
    "seconds": 0.5,
}


def test_a_plan_reads_back_as_it_was_written() -> None:
    plan = read_plan(PLAN)
    assert plan.sessions[0].agents == (0, 1) and plan.placed == 2
    assert plan.gap == pytest.approx(1000 / 1050)
    assert read_plan(json.loads(json.dumps(plan.as_json()))) == plan


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"status": "perfect"}, "status: must be one of optimal"),
        ({"sessions": [{"id": "s1"}]}, "sessions[0].course: must be a text"),
        ({"sessions": [{"id": "s1", "agents": ["x"]}]}, "sessions[0].agents[0]: must be a whole"),
        ({"unplaced": [7]}, "unplaced[0]: must be an object"),
        ({"lower_bound": "low"}, "lower_bound: must be a number"),
    ],
)
def test_a_fault_of_a_plan_is_named_by_its_place(change: dict[str, Any], fault: str) -> None:
    with pytest.raises(BadProblem) as refused:
        read_plan(PLAN | change)
    assert any(found.startswith(fault) for found in refused.value.faults), refused.value.faults


@given(JSON)
def test_a_file_of_something_else_is_no_plan(raw: object) -> None:
    with pytest.raises(BadProblem):
        read_plan(raw)
