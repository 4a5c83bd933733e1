"""Why somebody has no seat: the binding reason, with figures a supervisor can be told."""

from __future__ import annotations

from typing import Any

from tests.planner.problems import course, document, held, problem
from trainhub.planner.judging.reasons import explain
from trainhub.planner.problem.plan import Unplaced


def why(changes: dict[str, Any], *sessions: Any, agent: int = 0, name: str = "C1") -> Unplaced:
    found = explain(problem(**changes), sessions)
    return next(one for one in found if (one.agent, one.course) == (agent, name))


def people(**changes: Any) -> dict[str, Any]:
    return document()["agents"] | changes


def queue(required: int, **changes: Any) -> list[dict[str, Any]]:
    return [document()["queues"][0] | {"profiles": [[required] * 48]} | changes]


def test_away_all_the_time() -> None:
    reason = why({"agents": people(leave=[[0, 0, 4]])})
    assert reason.code == "NO_WINDOW"
    assert reason.detail["leave_days"] == 5
    assert reason.detail["working_days"] == 0


def test_too_little_rest() -> None:
    """The only early shift within the dates follows a late one."""
    changes = {
        "agents": people(pattern=[2, 0, 1]),
        "courses": [course(release=2, deadline=2), course("C2", teams=[])],
    }
    reason = why(changes)
    assert reason.code == "REST"
    assert (reason.detail["rest_min"], reason.detail["min_rest_min"]) == (600, 660)


def test_nobody_to_teach() -> None:
    trainer = document()["trainers"][0] | {"courses": ["C2"]}
    reason = why({"trainers": [trainer]})
    assert (reason.code, reason.detail["known"]) == ("NO_TRAINER", 0)


def test_no_room_to_sit_in() -> None:
    room = document()["rooms"][0] | {"blocked": [[day, 0, 1440] for day in range(5)]}
    assert why({"rooms": [room]}).code == "NO_ROOM"


def test_the_trainer_has_taught_enough() -> None:
    trainer = document()["trainers"][0] | {"max_min_per_week": 60}
    reason = why({"trainers": [trainer]}, held("a", [2], start=540))
    assert reason.code == "TRAINER_BUSY"
    assert reason.detail["options"] == reason.detail["blocked"] == 5


def test_the_room_is_taken() -> None:
    other = document()["trainers"][0] | {"id": "K2"}
    trainers = [document()["trainers"][0], other]
    courses = [course(deadline=0), course("C2")]
    reason = why({"trainers": trainers, "courses": courses}, held("a", [1], course="C2"))
    assert reason.code == "ROOM_BUSY"


def test_every_class_is_full() -> None:
    courses = [course(seats=1, deadline=0), course("C2", teams=[])]
    reason = why({"courses": courses}, held("a", [1]))
    assert (reason.code, reason.detail["seats"]) == ("SESSION_FULL", 1)


def test_the_lines_would_be_short_tells_when_and_by_how_much() -> None:
    """All five early classes are in hours that need the two who are there: short by one."""
    reason = why({"queues": queue(2)})
    assert reason.code == "COVERAGE"
    detail = reason.detail
    assert (detail["options"], detail["blocked"], detail["days"]) == (5, 5, [0, 1, 2, 3, 4])
    assert (detail["queue"], detail["from_min"], detail["to_min"]) == ("Q", 480, 510)
    assert detail["short_by"] == 1
    assert detail["deadline"] == 4


def test_of_several_short_hours_the_nearest_to_allowing_it_is_told() -> None:
    """The first day has two in class more than can be spared, the others one."""
    levels = [[1] * 48, [2] * 48]
    queues = queue(0, profiles=levels, profile_of_day=[0, 1, 1, 1, 1])
    courses = [course(kinds=["early"]), course("C2")]
    reason = why({"queues": queues, "courses": courses}, held("a", [1], course="C2"))
    assert reason.code == "COVERAGE"
    assert reason.detail["short_by"] == 1


def test_enough_of_the_team_is_in_class() -> None:
    teams = [document()["teams"][0] | {"max_share": 0.4}]
    courses = [course(deadline=0), course("C2", teams=[])]
    reason = why({"teams": teams, "courses": courses}, held("a", [1]))
    assert (reason.code, reason.detail["limit"]) == ("TEAM_SHARE", 1)


def test_the_week_is_full() -> None:
    rules = document()["rules"] | {"max_training_min_per_week": 60}
    changes = {"rules": rules, "courses": [course(), course("C2", deadline=3)]}
    reason = why(changes, held("a", [0, 1], course="C2"), held("b", [1], day=4))
    assert reason.code == "WEEK_LIMIT"
    assert reason.detail["limit"] == 60


def test_the_day_is_full() -> None:
    courses = [course(kinds=["after"], deadline=0), course("C2")]
    reason = why({"courses": courses}, held("a", [0], course="C2"), held("b", [1], start=1020))
    assert (reason.code, reason.detail["limit"]) == ("DAY_LIMIT", 1)


def test_an_earlier_part_is_missing() -> None:
    changes = {
        "courses": [course(), course("C2")],
        "precedences": [{"before": "C1", "after": "C2", "min_gap_days": 1}],
        "agents": people(done=[[1, "C1"]]),
    }
    sessions = [held(f"s{day}", [1] if day == 0 else [2], day=day, course="C2") for day in (0, 1)]
    reason = why(changes, *sessions, name="C2")
    assert reason.code == "SERIES_ORDER"
    assert (reason.detail["course"], reason.detail["missing"]) == ("C1", True)


def test_too_few_others_could_come() -> None:
    courses = [course(min_seats=3), course("C2", teams=[])]
    reason = why({"courses": courses})
    assert reason.code == "MIN_SEATS"
    assert (reason.detail["min_seats"], reason.detail["could_come"]) == (3, 2)


def test_no_more_classes_are_allowed() -> None:
    courses = [course(max_sessions=1), course("C2", teams=[])]
    reason = why({"courses": courses}, held("a", [2], start=540))
    assert (reason.code, reason.detail["limit"]) == ("SESSION_LIMIT", 1)


def test_late_reasons_are_short_and_still_reasons() -> None:
    found = explain(problem(queues=queue(2)), (), until=0.0)
    assert (found[0].code, found[0].detail["options"]) == ("COVERAGE", 3)
