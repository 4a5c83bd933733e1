"""Problems at the edge of sense: nobody, nowhere, nothing, midnight, and pins that do not fit."""

from __future__ import annotations

from typing import Any

import pytest

from tests.planner.problems import course, document, held, plan_of, problem, window
from trainhub.planner.judging.check import check
from trainhub.planner.judging.relaxations import relaxations
from trainhub.planner.solving.solve import solve

NOBODY = {"team": [], "pattern": []}
AT_NIGHT = {
    "shifts": {
        "N": {
            "start": 1320,
            "end": 1800,
            "windows": [window("in_shift", 1410, 1530), window("after", 1800, 1860, False)],
        }
    },
    "patterns": ["NNNNN"] * 4,
    "courses": [course(kinds=["in_shift", "after"], grid_min=30), course("C2", teams=[])],
}


@pytest.mark.parametrize(
    "changes",
    [
        {"agents": NOBODY},
        {"agents": NOBODY, "teams": [], "queues": [], "patterns": [], "shifts": {}},
        {"rooms": []},
        {"trainers": []},
        {"courses": [], "trainers": []},
        {"patterns": ["....."] * 4},
        {"courses": [course(seats=0), course("C2", min_seats=0)]},
        {"courses": [course(min_seats=9), course("C2", max_sessions=0)]},
        {"courses": [course(release=9, deadline=20), course("C2", deadline=99)]},
        {"rules": document()["rules"] | {"max_classes_per_day": 0}},
        {"weights": dict.fromkeys(document()["weights"], 0)},
        AT_NIGHT,
        AT_NIGHT | {"calendar": {"start_date": "2025-09-01", "days": 5, "interval_min": 240}}
        | {"queues": [document()["queues"][0] | {"profiles": [[0] * 6]}]},
    ],
)  # fmt: skip
def test_a_plan_is_still_right_and_nothing_breaks(changes: dict[str, Any]) -> None:
    made = document(**changes)
    asked = problem(**made)
    plan = solve(asked, time_limit_s=0.5, seed=1)
    assert check(asked, plan) == []
    relaxations(asked, plan, time_limit_s=1)


def test_classes_past_midnight_meet_those_of_the_next_day() -> None:
    """The night's class ends at one; at half past midnight the room is not free."""
    late = held("a", [0], day=0, start=1440)
    early = held("b", [2], day=1, start=30)
    found = check(problem(**AT_NIGHT), plan_of(problem(**AT_NIGHT), late, early))
    clashes = {one.place for one in found if "at the same time" in one.detail}
    assert clashes == {"room R", "trainer K"}


def test_the_last_night_ends_with_the_calendar() -> None:
    asked = problem(**AT_NIGHT)
    found = check(asked, plan_of(asked, held("a", [0, 1, 2], day=4, start=1440)))
    assert ("H1", "ends after the calendar") in {(one.rule, one.detail) for one in found}


def test_a_pinned_class_of_people_who_cannot_come_stays_and_takes_no_others_seat() -> None:
    """Three are pinned into a class of two seats while one of them is away: it stays as it is."""
    pin = {"id": "x", "course": "C1", "day": 1, "start": 480, "room": "R", "trainer": "K"}
    asked = problem(
        courses=[course(seats=1), course("C2", teams=[])],
        agents=document()["agents"] | {"leave": [[0, 1, 1]]},
        pinned_sessions=[pin],
        pinned_seats=[[0, "x"], [1, "x"]],
    )
    plan = solve(asked, time_limit_s=0.5, seed=1)
    assert check(asked, plan) == []
    assert next(one.agents for one in plan.sessions if one.id == "x") == (0, 1)
