"""A room that is open to several sites: each class is of one site, and one at a time."""

from __future__ import annotations

import pytest

from tests.planner.problems import broken, course, document, held, plan_of, problem
from trainhub.planner.judging.check import check
from trainhub.planner.problem import Problem, read_problem
from trainhub.planner.solving.solve import solve

TEACHERS = [
    document()["trainers"][0],
    document()["trainers"][0] | {"id": "L", "site": "V"},
]


def two_sites(*, days: int = 5, **changes: object) -> Problem:
    """Two agents at S and two at V, a trainer at each, and one room at S that is open to V."""
    teams = [document()["teams"][0], document()["teams"][0] | {"id": "U", "site": "V"}]
    agents = document()["agents"] | {"team": ["T", "T", "U", "U"], "pattern": [0, 0, 0, 0]}
    shared = {"id": "R", "site": "S", "seats": 10, "blocked": [], "also": ["V"]}
    given = {
        "teams": teams, "agents": agents, "rooms": [shared], "trainers": TEACHERS,
        "courses": [course("C1", deadline=days - 1, kinds=["early"]), course("C2", teams=[])],
    }  # fmt: skip
    return problem(**(given | changes))


@pytest.mark.parametrize("use_solver", [True, False])
def test_both_sites_are_taught_in_it_one_after_the_other(use_solver: bool) -> None:
    asked = two_sites()
    plan = solve(asked, time_limit_s=2, use_solver=use_solver)
    assert check(asked, plan) == []
    assert not plan.unplaced
    taught = {(one.trainer, one.day, one.start): one.agents for one in plan.sessions}
    assert {key[0] for key in taught} == {"K", "L"}
    assert sorted(taught.values()) == [(0, 1), (2, 3)]
    assert len({key[1:] for key in taught}) == 2


def test_with_one_hour_only_one_site_can_have_it() -> None:
    asked = two_sites(days=1)
    plan = solve(asked, time_limit_s=2, use_solver=False)
    assert check(asked, plan) == []
    assert len(plan.unplaced) == 2
    codes = {one.code for one in plan.unplaced}
    assert codes == {"ROOM_BUSY"}


def test_the_checker_finds_what_a_shared_room_does_not_allow() -> None:
    asked = two_sites()
    both = (held("a", [0]), held("b", [2], trainer="L"))
    assert "H1" in broken(asked, *both), "two classes at once"
    assert "H4" in broken(asked, held("a", [0, 2])), "people of another site than the class's"
    assert (
        check(asked, plan_of(asked, held("a", [0, 1]), held("b", [2, 3], day=1, trainer="L"))) == []
    )
    walls = two_sites(rooms=[{"id": "R", "site": "S", "seats": 10, "blocked": []}])
    assert "H1" in broken(walls, held("b", [2], day=1, trainer="L")), "not open to the site"


def test_a_pinned_class_is_of_its_trainer_s_site() -> None:
    pin = {"id": "X1", "course": "C1", "day": 0, "start": 480, "room": "R", "trainer": "L"}
    asked = two_sites(pinned_sessions=[pin], pinned_seats=[[2, "X1"]])
    plan = solve(asked, time_limit_s=2, use_solver=False)
    assert check(asked, plan) == []
    (kept,) = (one for one in plan.sessions if one.id == "X1")
    assert kept.agents == (2, 3)


def test_the_file_keeps_the_sites_a_room_is_open_to() -> None:
    asked = two_sites()
    assert read_problem(asked.as_json()) == asked
    assert asked.as_json()["rooms"][0]["also"] == ["V"]  # type: ignore[index]  # a list of rooms
