"""What could be given way: only what helps is offered, with what it brought when it was tried."""

from __future__ import annotations

from typing import Any

import pytest

from tests.planner.problems import course, document, held, plan_of, problem
from trainhub.planner.judging.check import check
from trainhub.planner.judging.extension import Extension
from trainhub.planner.judging.relaxations import Relaxation, proposals, relaxations, relaxed

ALONE = [course(deadline=0), course("C2", teams=[])]
FULL = [course(deadline=0, seats=1), course("C2", teams=[])]


def offered(changes: dict[str, Any], *sessions: Any) -> dict[str, Relaxation]:
    asked = problem(**changes)
    found = relaxations(asked, plan_of(asked, *sessions), time_limit_s=10)
    return {one.kind: one for one in reversed(found)}  # the best of each kind


def test_two_more_seats_seat_whom_they_can() -> None:
    found = offered({"courses": FULL}, held("a", [1]), held("b", [2], start=540))
    assert found["seats"].detail == {"course": "C1", "more": 2}
    assert found["seats"].placed == ((0, "C1"),)


def test_a_bigger_room_is_offered_where_the_room_is_the_limit() -> None:
    rooms = [document()["rooms"][0] | {"seats": 1}]
    changes = {"rooms": rooms, "courses": ALONE}
    found = offered(changes, held("a", [1]), held("b", [2], start=540))
    assert found["room_seats"].detail == {"room": "R", "more": 2}


def test_one_more_session_says_what_has_to_be_found_for_it() -> None:
    trainers = [document()["trainers"][0] | {"available": []}]
    found = offered({"trainers": trainers, "courses": ALONE})
    session = found["session"]
    where = {name: session.detail[name] for name in ("course", "site", "day", "start")}
    assert where == {"course": "C1", "site": "S", "day": 0, "start": 480}
    assert (session.detail["trainer"], session.detail["room"]) == (True, False)
    assert session.placed == ((0, "C1"), (1, "C1"))


def test_one_day_later() -> None:
    """On the last allowed day everybody is away."""
    agents = document()["agents"] | {"leave": [[agent, 0, 2] for agent in range(3)]}
    found = offered({"agents": agents, "courses": [course(deadline=2), course("C2", teams=[])]})
    assert found["deadline"].detail == {"course": "C1", "day": 3}
    assert found["deadline"].more == 3


def test_one_head_short_and_hours_of_a_trainer() -> None:
    queues = [document()["queues"][0] | {"profiles": [[2] * 48]}]
    found = offered({"queues": queues, "courses": ALONE})
    assert found["max_short"].detail == {"queue": "Q", "heads": 1}
    assert found["max_short"].more == 1
    trainers = [document()["trainers"][0] | {"max_min_per_week": 60}]
    found = offered({"trainers": trainers, "courses": ALONE}, held("b", [2], start=540))
    assert found["trainer_hours"].detail == {"trainer": "K", "more_min": 60}
    assert found["trainer_hours"].more == 2


def test_what_helps_most_comes_first_and_what_does_not_help_is_not_offered() -> None:
    asked = problem(queues=[document()["queues"][0] | {"profiles": [[9] * 48]}])
    assert relaxations(asked, plan_of(asked), time_limit_s=5) == []
    asked = problem(courses=FULL)
    found = relaxations(
        asked, plan_of(asked, held("a", [1]), held("b", [2], start=540)), time_limit_s=5
    )
    assert [one.more for one in found] == sorted((one.more for one in found), reverse=True)


def test_no_time_offers_nothing() -> None:
    asked = problem(courses=FULL)
    plan = plan_of(asked, held("a", [1]), held("b", [2], start=540))
    assert relaxations(asked, plan, time_limit_s=0) == []


@pytest.mark.parametrize("changes", [{"courses": FULL}, {"trainers": []}, {"rooms": []}])
def test_a_plan_of_the_relaxed_problem_is_right(changes: dict[str, Any]) -> None:
    asked = problem(**changes)
    proposed = proposals(asked, ())
    for one in proposed:
        after = relaxed(asked, one)
        extension = Extension(after, ())
        extension.run()
        assert check(after, plan_of(after, *extension.sessions.values())) == []


def test_a_class_is_offered_for_as_few_as_could_come() -> None:
    found = offered({"courses": [course(deadline=0, min_seats=4), course("C2", teams=[])]})
    assert found["min_seats"].detail["course"] == "C1"
    assert found["min_seats"].detail["people"] == 1
    assert found["min_seats"].more == 3
