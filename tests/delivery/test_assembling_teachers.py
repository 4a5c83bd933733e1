"""Trainers who learn as well, in a planning problem: they are never in two classes at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.delivery.test_assembling import DUBLIN, MID, MONDAY, PERIOD, REST, facts, held
from trainhub.delivery.rules.planning.assembling import assemble
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings
from trainhub.delivery.rules.planning.planning_facts import SeatFacts, TimeFacts, TrainerFacts
from trainhub.planner.judging.check import check
from trainhub.planner.problem import Problem, Trainer, read_problem
from trainhub.planner.solving.solve import solve
from trainhub.rota.rules.shift_times import ShiftTimes

DAY = PERIOD.day(MONDAY)


def trainer(problem: Problem, name: str) -> Trainer:
    return next(one for one in problem.trainers if one.id == name)


def hours(problem: Problem, name: str, day: int = DAY) -> list[tuple[int, int]]:
    return [(start, end) for on, start, end in trainer(problem, name).available if on == day]


def test_somebody_meant_who_teaches_another_class_is_known_as_its_trainer() -> None:
    """Person 2 learns in this campaign and teaches course 8, in a room that it does not use."""
    one = held(3, [], trainer_id=2, room_id=77, on=MONDAY)
    assembled = assemble(facts(classes=[one]))
    problem = assembled.problem
    assert trainer(problem, "K2").agent == assembled.people.index(2)
    assert [(pin.id, pin.trainer) for pin in problem.pinned_sessions] == [("X3", "K2")]
    assert read_problem(problem.as_json()) == problem


def test_they_are_not_planned_into_a_class_while_they_teach() -> None:
    """The only early hour of the only day left is the one in which person 2 teaches."""
    rota = {number: [2] * PERIOD.days for number in range(1, 20)}
    for number in (1, 2, 3):
        rota[number][DAY] = 1
    rota[50] = [1] * PERIOD.days
    one = held(3, [], trainer_id=2, room_id=77)
    assembled = assemble(
        facts(people=3, rota=rota, classes=[one], settings=CampaignSettings(max_share=100))
    )
    plan = solve(assembled.problem, time_limit_s=1.0, seed=1)
    assert check(assembled.problem, plan) == []
    seated = {assembled.people[agent] for each in plan.sessions for agent in each.agents}
    assert seated == {1, 3}
    assert [(assembled.people[seat.agent], seat.code) for seat in plan.unplaced] == [(2, "CLASH")]


def test_a_guest_who_teaches_the_courses_is_one_person() -> None:
    """Person 50 is not meant, holds a seat of course 1 and teaches course 2."""
    one = held(5, [50], campaign=1, course=1, trainer_id=51)
    trainers = [TrainerFacts(50, 1, 600, (1,)), TrainerFacts(51, 1, 600, (1,))]
    assembled = assemble(facts(classes=[one], trainers=trainers))
    assert trainer(assembled.problem, "K50").agent == assembled.people.index(50)
    assert trainer(assembled.problem, "K51").agent is None


@pytest.mark.parametrize("is_meant", [True, False])
def test_a_trainer_with_a_seat_elsewhere_is_not_to_be_had_then(is_meant: bool) -> None:
    """Trainer 50 does not learn in the campaign; at nine they sit in a class of another."""
    who = 3 if is_meant else 50
    one = held(4, [who], trainer_id=60)
    trainers = [TrainerFacts(who, 1, 600, (1,))]
    problem = assemble(facts(classes=[one], trainers=trainers)).problem
    assert hours(problem, f"K{who}") == [(480, 540), (600, 1200)]
    assert hours(problem, f"K{who}", DAY + 1) == [(480, 1200)]


def test_a_seat_elsewhere_counts_by_the_clock_of_the_trainer() -> None:
    """Nine in Dublin is five in the afternoon in Shanghai."""
    seats = (SeatFacts(50, 1, True),)
    one = held(4, [], trainer_id=60, site_id=2, seats=seats)
    found = facts(classes=[one])
    assert found.site_zones[2] == DUBLIN
    assert hours(assemble(found).problem, "K50") == [(480, 1020), (1080, 1200)]


@pytest.mark.parametrize("state", ["held", "ended"])
def test_a_seat_of_a_class_that_is_over_keeps_nobody(state: str) -> None:
    one = held(4, [50], trainer_id=60, state=state)
    assert hours(assemble(facts(classes=[one])).problem, "K50") == [(480, 1200)]


@pytest.mark.parametrize(
    "off", [REST, ShiftTimes("V", "leave"), ShiftTimes("V", "leave", 540, 600)]
)
def test_nobody_teaches_on_a_day_of_rest_or_leave(off: ShiftTimes) -> None:
    rota = facts().rota | {50: [1] * PERIOD.days}  # type: ignore[operator]  # a dict in tests
    rota[50][DAY] = 2
    problem = assemble(facts(rota=rota, codes={1: MID, 2: off})).problem
    assert hours(problem, "K50") == []
    assert hours(problem, "K50", DAY + 1) == [(480, 1200)]


def test_dates_that_nobody_works_by_the_calendar_have_no_trainer_without_a_rota() -> None:
    saturday = PERIOD.day(MONDAY - timedelta(days=2))
    weekdays = frozenset(PERIOD.date(day) for day in range(PERIOD.days) if day != saturday)
    problem = assemble(facts(working_days=weekdays)).problem
    assert hours(problem, "K50", saturday) == []


def test_not_even_a_time_named_for_the_date_makes_anybody_teach_on_leave() -> None:
    rota = {**facts().rota, 50: [1] * DAY + [2] + [1] * (PERIOD.days - DAY - 1)}
    named = (TimeFacts(None, MONDAY, 540, 720),)
    found = facts(
        rota=rota,
        codes={1: MID, 2: ShiftTimes("V", "leave")},
        trainers=[TrainerFacts(50, 1, 600, (1,), named)],
    )
    assert hours(assemble(found).problem, "K50") == []
