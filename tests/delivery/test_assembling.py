"""A planning problem put together from facts: what it must not lose or count twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from trainhub.delivery.rules.planning.assembling import assemble
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings
from trainhub.delivery.rules.planning.periods import WindowOver, period_of
from trainhub.delivery.rules.planning.planning_facts import (
    ClassFacts,
    CourseFacts,
    Facts,
    Member,
    Period,
    RoomFacts,
    SeatFacts,
    TeamFacts,
    TimeFacts,
    TrainerFacts,
)
from trainhub.planner.problem import read_problem
from trainhub.planner.problem.duties import Duties
from trainhub.rota.rules.cover import DayCover
from trainhub.rota.rules.shift_times import ShiftTimes

MONDAY = date(2026, 11, 30)
SHANGHAI, DUBLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Dublin")
PERIOD = Period(MONDAY, MONDAY + timedelta(days=4), MONDAY + timedelta(days=4))
MID = ShiftTimes("M", "mid", 540, 1080, ((750, 810),), (540, 600), True)
REST = ShiftTimes("R", "rest")
NINE = 18  # the half hour from 09:00


def cover(headroom: int) -> DayCover:
    line = (headroom,) * 48
    return DayCover(30, (0,) * 48, line, (0,) * 48, line)


def facts(people: int = 4, headroom: int = 3, **values: object) -> Facts:
    """Team 1 on queue 1 at site 1, in Shanghai; course 1; everybody works every day."""
    days = [PERIOD.date(day) for day in range(-1, PERIOD.days + 1)]
    given: dict[str, object] = {
        "campaign_id": 1,
        "name": "Opening",
        "settings": CampaignSettings(),
        "period": PERIOD,
        "members": [Member(number, 1) for number in range(1, people + 1)],
        "teams": {1: TeamFacts(1, 1, 1, people), 2: TeamFacts(2, 2, 1, people)},
        "rota": {number: [1] * PERIOD.days for number in range(1, 20)},
        "codes": {1: MID, 2: REST},
        "cover": {(1, on): cover(headroom) for on in days},
        "site_zones": {1: SHANGHAI, 2: DUBLIN},
        "queue_zones": {1: SHANGHAI},
        "rooms": [RoomFacts(1, 1, 20)],
        "trainers": [TrainerFacts(50, 1, 600, (1,))],
        "courses": [CourseFacts(1, 60, 20, 1, None, 1)],
        "working_days": frozenset(days),
    }
    return Facts(**(given | values))  # type: ignore[arg-type]  # valid defaults, changed by tests


def held(
    number: int, people: Sequence[int], *, campaign: int | None = 9, course: int = 8, **more: object
) -> ClassFacts:
    seats = tuple(SeatFacts(person, 1, True) for person in people)
    one = ClassFacts(
        number, campaign, course, 1, 1, 50, MONDAY, 540, 600, "scheduled", False, seats
    )
    return replace(one, **more)  # type: ignore[arg-type]  # fields of the class


def surplus(found: Facts, queue: str = "Q1", on: date = MONDAY, slot: int = NINE) -> int:
    problem = assemble(found).problem
    return Duties(problem).surplus()[queue][PERIOD.day(on) * 48 + slot]


def test_the_problem_is_one_that_files_can_hold() -> None:
    problem = assemble(facts(classes=[held(3, [1, 2])])).problem
    assert read_problem(problem.as_json()) == problem


def test_weeks_begin_on_a_monday_and_the_day_before_is_known() -> None:
    assert PERIOD.start == MONDAY - timedelta(days=7)
    assert Period(MONDAY + timedelta(days=2), MONDAY, PERIOD.last).start == MONDAY
    assert PERIOD.end == PERIOD.last + timedelta(days=1)


def test_the_planner_spares_what_the_queue_can_spare() -> None:
    assert surplus(facts(headroom=3)) == 3
    assert surplus(facts(headroom=-2)) == -2
    assert surplus(facts(headroom=3, settings=CampaignSettings(buffer=2))) == 1
    # More than the people of the campaign cannot be away.
    assert surplus(facts(people=4, headroom=30)) == 4


def test_people_in_other_classes_are_busy_and_cost_cover_once() -> None:
    found = facts(people=4, headroom=3, classes=[held(3, [1, 17])])
    assert surplus(found) == 1
    problem = assemble(found).problem
    assert [pin.id for pin in problem.pinned_sessions] == ["X3"]
    assert problem.pinned_seats == ((0, "X3"),)  # 17 is not meant: their head alone counts


def test_who_sits_the_course_elsewhere_or_was_there_needs_no_seat() -> None:
    past = MONDAY - timedelta(days=3)
    missed = SeatFacts(3, 1, True)
    was_there = SeatFacts(2, 1, True, is_attended=True)
    found = facts(
        classes=[
            held(3, [1], course=1),
            held(
                4, [], campaign=1, course=1, on=past, state="completed", seats=(was_there, missed)
            ),
        ]
    )
    assert assemble(found).problem.agents.done == ((0, "C1"), (1, "C1"))


def test_coming_classes_of_the_campaign_are_previous_or_stay() -> None:
    own = held(5, [1, 2], campaign=1, course=1)
    free = assemble(facts(classes=[own])).problem
    assert [(seat.agent, seat.course, seat.start) for seat in free.previous] == [
        (0, "C1", 540), (1, "C1", 540),
    ]  # fmt: skip
    assert surplus(facts(headroom=3, classes=[own])) == 3
    pinned = assemble(facts(classes=[replace(own, is_pinned=True)])).problem
    assert (pinned.previous, len(pinned.pinned_seats)) == ((), 2)
    # The planner finds them in their window itself, so their heads are not taken off here.
    assert surplus(facts(headroom=3, classes=[replace(own, is_pinned=True)])) == 3


def test_a_pinned_class_outside_every_window_costs_cover_all_the_same() -> None:
    own = held(5, [1, 2], campaign=1, course=1, is_pinned=True, starts_min=660, ends_min=720)
    assert surplus(facts(headroom=3, classes=[own]), slot=22) == 1


def test_guests_of_a_coming_class_keep_their_seat_and_need_nothing_else() -> None:
    found = facts(
        people=2,
        classes=[held(5, [1, 15], campaign=1, course=1)],
        courses=[CourseFacts(1, 60, 20, 1, None, 1), CourseFacts(2, 60, 20, 1, None, 1)],
    )
    assembled = assemble(found)
    assert assembled.people == (1, 2, 15)
    assert assembled.problem.agents.done == ((2, "C2"),)


def test_trainers_of_the_campaign_do_not_learn_in_it_nor_count_on_the_phones() -> None:
    found = facts(people=3, headroom=2, trainers=[TrainerFacts(3, 1, 600, (1,), (), 1)])
    assembled = assemble(found)
    assert assembled.people == (1, 2)
    assert assembled.left_out == ((3, "TEACHES"),)
    assert surplus(found) == 1


def test_a_trainer_of_another_class_is_off_the_phones_as_long_as_it_lasts() -> None:
    beside = ClassFacts(7, None, 9, 1, 1, 19, MONDAY, 540, 570, "scheduled", False, (), 1)
    found = facts(people=3, headroom=2, classes=[beside])
    assert [surplus(found, slot=slot) for slot in (NINE, NINE + 1)] == [1, 2]
    # With hours of their own nobody counts twice.
    found = replace(found, trainers=[TrainerFacts(19, 1, 600, (1,), (), 1)])
    assert [surplus(found, slot=slot) for slot in (NINE, NINE + 1)] == [1, 1]


def test_a_queue_on_two_clocks_is_shared_by_the_hour_that_it_is() -> None:
    members = [*(Member(number, 1) for number in (1, 2, 3)), Member(4, 2)]
    early = {key: cover(0) for key in facts().cover}
    # Four heads to spare at 17:00 in Shanghai, which is 09:00 in Dublin in winter.
    line = tuple(4 if slot == 34 else 0 for slot in range(48))
    early[1, MONDAY] = DayCover(30, (0,) * 48, line, (0,) * 48, line)
    found = facts(members=members, cover=early)
    names = {queue.id for queue in assemble(found).problem.queues}
    assert names == {"Q1", "Q1.1"}
    assert surplus(found, "Q1", slot=34) == 3  # three quarters of four
    assert surplus(found, "Q1.1", slot=NINE) == 1
    assert surplus(found, "Q1.1", slot=NINE + 1) == 0


def test_unknown_demand_spares_nobody_however_much_may_be_short() -> None:
    blank = DayCover(30, (), (9,) * 48, (0,) * 48, ())
    found = facts(cover=dict.fromkeys(facts().cover, blank), settings=CampaignSettings(max_short=2))
    assembled = assemble(found)
    assert assembled.unknown == {1: 5}
    assert surplus(found) == -2


def test_a_trainers_hours_are_what_they_said_less_rest_and_time_away() -> None:
    tuesday, wednesday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
    times = (
        TimeFacts(0, None, 540, 720),
        TimeFacts(1, None, 540, 720),
        TimeFacts(None, wednesday, 600, 660),
        TimeFacts(None, MONDAY, 600, 630, is_away=True),
    )
    rota = {50: [1] * PERIOD.days}
    rota[50][PERIOD.day(tuesday)] = 2
    found = facts(trainers=[TrainerFacts(50, 1, 600, (1,), times)], rota=rota)
    spans = [tuple(span) for span in assemble(found).problem.trainers[0].available]
    monday = PERIOD.day(MONDAY)
    assert [span for span in spans if span[0] >= monday] == [
        (monday, 540, 600), (monday, 630, 720), (monday + 2, 600, 660),
    ]  # fmt: skip


def test_blocked_rooms_are_blocked_by_the_clock_of_the_site() -> None:
    night = (datetime(2026, 11, 30, 14, tzinfo=UTC), datetime(2026, 11, 30, 18, tzinfo=UTC))
    found = facts(rooms=[RoomFacts(1, 1, 20, (night,))])
    monday = PERIOD.day(MONDAY)
    assert [tuple(span) for span in assemble(found).problem.rooms[0].blocked] == [
        (monday, 22 * 60, 1440), (monday + 1, 0, 120),
    ]  # fmt: skip


def test_a_share_of_a_team_counts_those_not_meant_as_well() -> None:
    found = facts(people=4, teams={1: TeamFacts(1, 1, 1, 20)})
    (team,) = assemble(found).problem.teams
    assert int(team.max_share * 4) == 4  # thirty per cent of twenty are six
    found = facts(people=4, teams={1: TeamFacts(1, 1, 1, 4)})
    (team,) = assemble(found).problem.teams
    assert int(team.max_share * 4) == 1


def test_what_is_left_of_a_window_is_planned_and_nothing_is_refused() -> None:
    settings = CampaignSettings(freeze_days=3)
    found = period_of(MONDAY, MONDAY, PERIOD.last, settings, MONDAY)
    assert (found.first, found.due) == (MONDAY + timedelta(days=3), MONDAY + timedelta(days=3))
    with pytest.raises(WindowOver):
        period_of(MONDAY, MONDAY, PERIOD.last, settings, PERIOD.last)


def test_online_rooms_alone_make_one_place_of_sites_with_one_clock() -> None:
    sites = {1: SHANGHAI, 2: DUBLIN, 3: SHANGHAI}
    teams = {1: TeamFacts(1, 1, 1, 2), 2: TeamFacts(2, 2, 1, 2), 3: TeamFacts(3, 3, 1, 2)}
    members = [Member(1, 1), Member(2, 2), Member(3, 3)]
    online = RoomFacts(7, 3, 20, (), True)
    given = {"site_zones": sites, "teams": teams, "members": members}
    problem = assemble(facts(rooms=[online], **given)).problem
    assert [team.site for team in problem.teams] == ["S3", "S2", "S3"]
    assert {room.site for room in problem.rooms} == {"S3"}
    assert {trainer.site for trainer in problem.trainers} == {"S3"}
    mixed = assemble(facts(rooms=[online, RoomFacts(1, 1, 20)], **given)).problem
    assert [team.site for team in mixed.teams] == ["S1", "S2", "S3"]
    assert [(room.id, room.also) for room in mixed.rooms] == [("R7", ("S1",)), ("R1", ())]
