"""The cover of queues from what is stored: demand of dates and typical days, shifts, classes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from tests.factories import CREATED
from tests.rota.covered import (
    MONDAY,
    code,
    demand,
    minimum,
    placed_team,
    queue,
    roster,
    site,
)
from tests.rota.people_on_duty import rostered
from trainhub.db import db, transaction
from trainhub.rota.queries import away
from trainhub.rota.queries.away import AwayGroup
from trainhub.rota.queries.cover import cover_of, required
from trainhub.rota.queries.demand import DemandSource, demand_of, rules_of
from trainhub.rota.queries.heads import heads_on_phones
from trainhub.rota.queries.team_cover import team_heads
from trainhub.rota.rules.cover import short_stretches
from trainhub.rota.rules.holidays_calendar import DayKind
from trainhub.rota.rules.requirement import StaffingRules
from trainhub.rota.services.calendar_days import set_day
from trainhub.rota.views.cover.cover_pages import promised

DAY = timedelta(days=1)
NINE = 18  # the half hour at nine


@pytest.fixture
def class_source() -> Iterator[list[AwayGroup]]:
    """Classes that somebody to the right tells of."""
    groups: list[AwayGroup] = []
    away.register("tests", lambda _ids, _first, _last: groups)
    yield groups
    away.register("tests", lambda _ids, _first, _last: [])


def test_a_day_is_required_rostered_and_left_over(app: Flask) -> None:
    hotline = queue()
    _, people = placed_team("Red", hotline, site(), 5)
    roster(people, code())
    demand(hotline, MONDAY, minimum(3))
    day = cover_of([hotline.id], MONDAY, MONDAY)[hotline.id, MONDAY]
    assert (day.required[NINE], day.rostered[NINE], day.headroom[NINE]) == (3, 5, 2)
    assert (day.required[NINE - 1], day.rostered[NINE - 1], day.headroom[NINE - 1]) == (0, 0, 0)
    assert len(day.required) == 48


def test_closed_hours_keep_no_buffer_and_are_not_short(app: Flask) -> None:
    hotline = queue(buffer=2)
    _, people = placed_team("Red", hotline, site(), 4)
    roster(people, code())
    demand(hotline, MONDAY, minimum(3))
    day = cover_of([hotline.id], MONDAY, MONDAY)[hotline.id, MONDAY]
    assert (day.headroom[NINE - 1], day.headroom[NINE]) == (0, -1)
    assert [(one.starts_min, one.ends_min) for one in short_stretches(day)] == [(540, 1080)]
    rules = rules_of(hotline)
    assert promised(day, rules)[NINE - 1 : NINE + 1] == [0, 5]


def test_breaks_and_the_night_are_counted_where_they_are(app: Flask) -> None:
    hotline = queue()
    _, people = placed_team("Red", hotline, site(), 2)
    night = code("N", 1320, 1860, kind="night", breaks=[[1500, 1530]])
    roster(people, night)
    days = cover_of([hotline.id], MONDAY, MONDAY + DAY)
    assert days[hotline.id, MONDAY].rostered[43:46] == (0, 2, 2)
    following = days[hotline.id, MONDAY + DAY].rostered
    assert following[:4] == (2, 2, 0, 2)  # the break from 01:00
    assert following[13:15] == (2, 0)  # until 07:00


def test_classes_come_off_the_headroom(app: Flask, class_source: list[AwayGroup]) -> None:
    hotline = queue()
    team, people = placed_team("Red", hotline, site(), 5)
    roster(people, code())
    demand(hotline, MONDAY, minimum(3))
    starts = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
    class_source.append(AwayGroup(hotline.id, team.id, starts, starts + timedelta(minutes=50), 3))
    day = cover_of([hotline.id], MONDAY, MONDAY)[hotline.id, MONDAY]
    assert day.away[NINE - 1 : NINE + 3] == (0, 3, 3, 0)  # the rest of the half hour is gone too
    assert day.headroom[NINE : NINE + 3] == (-1, -1, 2)
    heads = team_heads(hotline, team.id, MONDAY, MONDAY)[MONDAY]
    assert (heads.rostered[NINE], heads.away[NINE], heads.away[NINE + 2]) == (5, 3, 0)


def test_a_class_over_midnight_is_away_on_both_dates(
    app: Flask, class_source: list[AwayGroup]
) -> None:
    hotline = queue()
    team, _ = placed_team("Red", hotline, site(), 1)
    starts = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # 23:30 in Shanghai
    class_source.append(AwayGroup(hotline.id, team.id, starts, starts + timedelta(hours=1), 1))
    days = cover_of([hotline.id], MONDAY, MONDAY + DAY)
    assert days[hotline.id, MONDAY].away[47] == 1
    assert days[hotline.id, MONDAY + DAY].away[:2] == (1, 0)


def test_a_date_of_its_own_wins_over_the_typical_day(app: Flask) -> None:
    hotline = queue()
    demand(hotline, 0, minimum(4))
    demand(hotline, MONDAY + 7 * DAY, minimum(9))
    found = required([hotline.id], MONDAY, MONDAY + 7 * DAY)
    assert found[hotline.id, MONDAY][NINE] == 4
    assert found[hotline.id, MONDAY + 7 * DAY][NINE] == 9
    assert found[hotline.id, MONDAY + DAY] == ()


def test_holidays_and_make_up_days_take_their_typical_day(app: Flask) -> None:
    hotline = queue()
    for weekday, heads in ((4, 5), (5, 1), (7, 2)):
        demand(hotline, weekday, minimum(heads))
    holiday, worked, saturday = date(2026, 2, 20), date(2026, 2, 28), date(2026, 3, 7)
    found = demand_of([hotline.id], holiday, saturday)
    assert found[hotline.id, holiday].weekday == 7  # a Friday
    assert found[hotline.id, worked].weekday == 4  # a Saturday that is worked
    assert found[hotline.id, saturday].weekday == 5
    assert found[hotline.id, saturday - 5 * DAY].source is DemandSource.NONE


def test_a_holiday_without_typical_day_takes_its_weekday(app: Flask) -> None:
    hotline = queue()
    demand(hotline, 4, minimum(5))
    found = demand_of([hotline.id], date(2026, 2, 20), date(2026, 2, 20))
    assert found[hotline.id, date(2026, 2, 20)].weekday == 4


def test_the_centre_s_own_word_wins_over_the_public_calendar(app: Flask) -> None:
    hotline = queue()
    demand(hotline, 4, minimum(5))
    demand(hotline, 7, minimum(2))
    day = date(2026, 2, 20)
    with transaction():
        set_day(day, DayKind.WORKDAY, "", actor=None, now=CREATED)
    assert demand_of([hotline.id], day, day)[hotline.id, day].weekday == 4


def test_sick_calls_and_the_buffer_are_taken_off(app: Flask) -> None:
    hotline = queue(unplanned_shrinkage=0.1, buffer=1)
    _, people = placed_team("Red", hotline, site(), 9)
    roster(people, code())
    demand(hotline, MONDAY, minimum(5))
    day = cover_of([hotline.id], MONDAY, MONDAY)[hotline.id, MONDAY]
    assert day.headroom[NINE] == 8 - 5 - 1


def test_queues_of_different_intervals_stand_side_by_side(app: Flask) -> None:
    hours, quarters = queue("hours", interval_min=60), queue("quarters", interval_min=15)
    here, shift = site(), code()
    for name, serves in (("Red", hours), ("Blue", quarters)):
        _, people = placed_team(name, serves, here, 2)
        roster(people, shift)
    days = cover_of([hours.id, quarters.id], MONDAY, MONDAY)
    assert days[hours.id, MONDAY].rostered[8:10] == (0, 2)
    assert days[quarters.id, MONDAY].rostered[35:37] == (0, 2)


def test_a_team_on_another_clock_is_counted_when_it_is_there(app: Flask) -> None:
    hotline = queue()
    shanghai, berlin = site("Shanghai"), site("Berlin", "Europe/Berlin")
    placed_team("Red", hotline, shanghai, 1)
    team, people = placed_team("Blue", hotline, berlin, 2)
    roster(people, code())  # 09:00 in Berlin is 16:00 in Shanghai, in November
    day = cover_of([hotline.id], MONDAY, MONDAY)[hotline.id, MONDAY]
    assert day.rostered[31:33] == (0, 2)
    assert team_heads(hotline, team.id, MONDAY, MONDAY)[MONDAY].rostered == day.rostered


def test_the_requirement_follows_the_queue_s_promise(app: Flask) -> None:
    hotline = queue("erlang", StaffingRules(max_occupancy=1))
    whole = minimum(0)
    row = tuple(100.0 if at == NINE else 0.0 for at in range(48))
    demand(hotline, MONDAY, type(whole)(30, row, (180.0,) * 48))
    assert required([hotline.id], MONDAY, MONDAY)[hotline.id, MONDAY][NINE] == 14
    with transaction():
        hotline.service_level = 0.95
    assert required([hotline.id], MONDAY, MONDAY)[hotline.id, MONDAY][NINE] == 16


def test_the_number_of_queries_does_not_grow(app: Flask) -> None:
    here, shift = site(), code()
    queues = [queue(f"q{number}") for number in range(4)]
    for number, one in enumerate(queues):
        _, people = placed_team(f"Team{number}", one, here, 3)
        roster(people, shift, days=7)
        demand(one, 0, minimum(2))

    def statements(ids: list[int], days: int) -> int:
        seen: list[str] = []
        listener = lambda *args: seen.append(args[2])  # noqa: E731 -- taken off again below
        event.listen(db.engine, "before_cursor_execute", listener)
        cover_of(ids, MONDAY, MONDAY + days * DAY)
        event.remove(db.engine, "before_cursor_execute", listener)
        return len(seen)

    ids = [one.id for one in queues]
    assert statements(ids[:1], 0) == statements(ids, 6)


def test_nobody_on_no_queue(app: Flask) -> None:
    assert cover_of([], MONDAY, MONDAY) == {}
    assert cover_of([4_242], MONDAY, MONDAY) == {}


@pytest.mark.parametrize("interval_min", [15, 30, 60])
def test_heads_are_those_of_the_rota_whatever_is_asked_for(app: Flask, interval_min: int) -> None:
    """The quick count and the plain one agree: two clocks, breaks, a night over midnight."""
    queues = [queue(f"q{number}", interval_min=interval_min) for number in range(3)]
    sites = [site("Shanghai"), site("Berlin", "Europe/Berlin"), site("Urumqi", "Asia/Urumqi")]
    codes = [
        code("E", 480, 1010, breaks=[[720, 755]]),
        code("N", 1300, 1865, kind="night"),
        code("R", None, None),
        code("T", 540, 1080, kind="training"),
    ]
    for number in range(5):
        _, people = placed_team(f"T{number}", queues[number % 3], sites[number % 3], 3)
        for at, person in enumerate(people):
            roster([person], codes[(number + at) % 4], MONDAY - 2 * DAY, days=6)
    for asked in (queues, queues[:1]):
        ids = [one.id for one in asked]
        found = heads_on_phones(dict.fromkeys(ids, interval_min), MONDAY, MONDAY + 2 * DAY)
        plain = rostered(ids, MONDAY, MONDAY + 2 * DAY, interval_min)
        assert any(any(row) for row in plain.values())
        nobody = [0] * (1440 // interval_min)
        assert {key: found.get(key, nobody) for key in plain} == plain
