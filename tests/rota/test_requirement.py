"""What a queue needs per interval: gross-up, concurrency, occupancy, floors, other intervals."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainhub.rota.rules.cover import cover_day, short_stretches
from trainhub.rota.rules.requirement import (
    Demand,
    Method,
    StaffingRules,
    gross_up,
    headroom_of,
    present_of,
    regrid,
    required,
    required_of_interval,
    to_roster,
)

PLAIN = StaffingRules(max_occupancy=1, unplanned_shrinkage=0)


def test_shrinkage_divides_and_never_multiplies() -> None:
    assert gross_up(9, 0.1) == 10
    assert gross_up(70, 0.3) == 100  # not the 91 of multiplying
    assert gross_up(0, 0.3) == 0


def test_headroom_is_the_formula_of_the_definitions() -> None:
    rules = StaffingRules(unplanned_shrinkage=0.05, buffer=1)
    assert headroom_of(20, 14, rules) == 19 - 14 - 1
    assert headroom_of(10, 14, rules) == 9 - 14 - 1
    assert present_of(20, 0.05) == 19  # 20 x 0.95 is 19, whatever floats make of it


@given(st.integers(0, 2_000), st.floats(0, 0.6), st.integers(0, 20))
def test_who_is_to_be_rostered_is_the_fewest_that_leave_nothing_short(
    needed: int, unplanned: float, buffer: int
) -> None:
    rules = StaffingRules(unplanned_shrinkage=unplanned, buffer=buffer)
    heads = to_roster(needed, rules)
    assert headroom_of(heads, needed, rules) >= 0
    assert heads == 0 or headroom_of(heads - 1, needed, rules) < 0


def test_a_half_hour_of_a_hundred_calls_needs_fourteen() -> None:
    assert required_of_interval(100, 180, 30, PLAIN) == 14
    assert required_of_interval(100, 180, 30, replace(PLAIN, planned_shrinkage=0.3)) == 20


def test_occupancy_asks_for_more_than_the_service_level_does() -> None:
    assert required_of_interval(1000, 180, 30, PLAIN) < 118
    assert required_of_interval(1000, 180, 30, replace(PLAIN, max_occupancy=0.85)) == 118


def test_chats_share_a_person() -> None:
    assert required_of_interval(100, 540, 30, replace(PLAIN, concurrency=3)) == 14


def test_customers_who_hang_up_need_fewer_people() -> None:
    impatient = replace(PLAIN, method=Method.ERLANG_A, patience_s=60)
    assert required_of_interval(100, 180, 30, impatient) <= 14


def test_a_minimum_is_a_floor_and_alone_where_it_is_given() -> None:
    row = (0.0,) * 18 + (100.0,) + (0.0,) * 29
    day = Demand(30, row, (180.0,) * 48, (3,) * 48)
    assert required(PLAIN, day)[18] == 14
    assert required(PLAIN, day)[0] == 3
    assert required(replace(PLAIN, method=Method.GIVEN), day) == (3,) * 48


def test_nothing_is_required_where_nothing_is_known() -> None:
    assert required(PLAIN, Demand(30)) == ()
    assert required(PLAIN, Demand(30, contacts=(1.0,) * 48)) == ()
    assert not Demand(30, contacts=(1.0,) * 48).is_known


@pytest.mark.parametrize(("given_in", "wanted"), [(15, 30), (15, 60), (30, 60)])
def test_short_intervals_are_put_together(given_in: int, wanted: int) -> None:
    size, times = 1440 // given_in, wanted // given_in
    day = Demand(given_in, (2.0,) * size, (100.0,) * size, tuple(range(size)))
    seen = regrid(day, wanted)
    assert seen.contacts == (2.0 * times,) * (size // times)
    assert seen.handling_s == (100.0,) * (size // times)
    assert seen.minimum[0] == times - 1


def test_long_intervals_are_shared_out() -> None:
    day = Demand(60, (4.0,) * 24, (100.0,) * 24, (3,) * 24)
    seen = regrid(day, 15)
    assert (seen.contacts[0], seen.handling_s[0], seen.minimum[0]) == (1.0, 100.0, 3)
    assert len(seen.contacts) == 96


def test_handling_time_is_weighted_by_the_contacts() -> None:
    contacts = (30.0, 10.0) + (0.0,) * 46
    seen = regrid(Demand(30, contacts, (100.0, 300.0) + (0.0,) * 46), 60)
    assert seen.handling_s[0] == 150.0


@given(st.lists(st.floats(0, 500), min_size=96, max_size=96))
def test_no_contact_is_lost_between_intervals(contacts: list[float]) -> None:
    day = Demand(15, tuple(contacts), (60.0,) * 96)
    assert sum(regrid(day, 60).contacts) == pytest.approx(sum(contacts))
    assert sum(regrid(regrid(day, 60), 30).contacts) == pytest.approx(sum(contacts))


def test_people_in_class_come_off_the_headroom() -> None:
    rules = replace(PLAIN, method=Method.GIVEN, interval_min=60)
    need = [0] * 9 + [5] * 9 + [0] * 6
    away = [0] * 9 + [3] + [0] * 14
    day = cover_day(rules, need, [7] * 24, away)
    assert day.headroom[8:11] == (7, -1, 2)
    assert (day.worst, day.shortest) == (-1, 9)
    (stretch,) = short_stretches(day)
    assert (stretch.starts_min, stretch.ends_min, stretch.short_by) == (540, 600, 1)


def test_a_day_that_is_short_to_its_end_ends_there() -> None:
    rules = replace(PLAIN, method=Method.GIVEN, interval_min=60)
    day = cover_day(rules, [1] * 24, [0] * 22 + [0, 0], [0] * 24)
    (stretch,) = short_stretches(day)
    assert (stretch.starts_min, stretch.ends_min) == (0, 1440)


def test_without_demand_nobody_can_be_said_to_be_spare() -> None:
    day = cover_day(PLAIN, (), [9] * 48, [0] * 48)
    assert not day.is_known
    assert day.headroom == ()
    assert list(short_stretches(day)) == []


def test_closed_hours_are_not_the_least_headroom() -> None:
    rules = replace(PLAIN, method=Method.GIVEN)
    day = cover_day(rules, [0, 3, 3, 0], [0, 5, 4, 0], [0, 0, 0, 0])
    assert (day.worst, day.shortest) == (1, 2)
    assert (day.least(0, 1), day.least(1, 3)) == (None, 1)
    unknown = cover_day(rules, [], [1, 1], [0, 0])
    assert (unknown.worst, unknown.least(0, 2)) == (0, None)
