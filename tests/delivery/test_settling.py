"""People stay in their very class where a plan holds several side by side."""

from __future__ import annotations

from datetime import date, timedelta

from trainhub.delivery.rules.planning.planning_facts import ClassFacts, SeatFacts
from trainhub.delivery.rules.planning.settling import settle_in
from trainhub.planner.problem import Problem, read_problem
from trainhub.planner.problem.plan import PlannedSession

MONDAY = date(2026, 11, 30)
PEOPLE = [100, 101, 102, 103, 104, 105]


def problem() -> Problem:
    rooms = [{"id": f"R{number}", "site": "S1", "seats": 3} for number in (1, 2)]
    course = {
        "id": "C7", "duration_min": 60, "seats": 20, "min_seats": 2, "release": 0, "due": 6,
        "deadline": 6, "priority": 1, "kinds": ["early"], "grid_min": 30, "teams": None,
    }  # fmt: skip
    return read_problem(
        {
            "schema": "trainhub-sched/1", "name": "side by side",
            "calendar": {"start_date": MONDAY.isoformat(), "days": 7, "interval_min": 30},
            "rules": {"min_rest_min": 0, "max_classes_per_day": 1,
                      "max_training_min_per_week": 300},
            "weights": {}, "shifts": {}, "queues": [], "teams": [], "patterns": [], "agents": {},
            "rooms": rooms, "trainers": [], "courses": [course],
        }
    )  # fmt: skip


def existing(number: int, room: int, *people: int) -> ClassFacts:
    seats = tuple(SeatFacts(person, 1, True) for person in people)
    return ClassFacts(number, 1, 7, 1, room, 9, MONDAY, 540, 600, "scheduled", False, seats)


def settled(
    planned: list[PlannedSession], *free: ClassFacts
) -> tuple[dict[str, set[int]], dict[str, int]]:
    dates = {day: MONDAY + timedelta(days=day) for day in range(7)}
    found, names = settle_in(planned, free, PEOPLE, problem(), dates)
    return {one.id: {PEOPLE[agent] for agent in one.agents} for one in found}, names


def session(name: str, room: str, *agents: int, day: int = 0) -> PlannedSession:
    return PlannedSession(name, "C7", day, 540, room, "K9", agents)


def test_people_dealt_out_anew_go_back_to_the_class_they_sit_in() -> None:
    found, names = settled(
        [session("s1", "R1", 1, 3, 5), session("s2", "R2", 0, 2, 4)],
        existing(11, 1, 100, 101, 102),
        existing(12, 2, 103, 104, 105),
    )
    assert found == {"s1": {100, 101, 102}, "s2": {103, 104, 105}}
    assert names == {"s1": 11, "s2": 12}


def test_newcomers_take_what_is_left_and_no_class_falls_below_its_least() -> None:
    found, names = settled(
        [session("s1", "R1", 0, 1), session("s2", "R2", 2, 3)], existing(11, 1, 100, 101, 102)
    )
    assert found == {"s1": {100, 101}, "s2": {102, 103}}
    assert names == {"s1": 11}


def test_classes_at_other_times_and_pinned_ones_are_left_alone() -> None:
    later, pinned = session("s1", "R1", 0, 1, day=1), session("X5", "R2", 2, 3)
    found, names = settled([later, pinned], existing(11, 1, 102, 103))
    assert found == {"s1": {100, 101}, "X5": {102, 103}}
    assert names == {}
