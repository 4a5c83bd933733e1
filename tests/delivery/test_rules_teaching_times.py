"""When a trainer can teach: usual times, single dates, away, leave."""

from __future__ import annotations

from datetime import date

import pytest

from trainhub.delivery.rules.planning.planning_facts import TimeFacts
from trainhub.delivery.rules.planning.teaching_times import can_teach, teachable, works_on
from trainhub.rota.rules.shift_times import ShiftTimes

SATURDAY = date(2026, 12, 12)
MONDAY = date(2026, 12, 14)
EARLY, REST = ShiftTimes("E", "early", 480, 1020), ShiftTimes("R", "rest")
EXTRA = TimeFacts(None, SATURDAY, 540, 600)
MONDAYS = TimeFacts(0, None, 540, 720)


def test_a_single_date_adds_to_the_usual_hours_and_replaces_none() -> None:
    assert teachable([EXTRA], MONDAY) == [(480, 1200)]
    assert teachable([EXTRA], SATURDAY) == [(480, 1200)]
    late = TimeFacts(None, MONDAY, 1200, 1260)
    assert teachable([EXTRA, late], MONDAY) == [(480, 1260)]


def test_a_single_date_adds_to_the_weekdays_named() -> None:
    more = TimeFacts(None, MONDAY, 900, 960)
    assert teachable([MONDAYS, EXTRA, more], MONDAY) == [(540, 720), (900, 960)]
    assert teachable([MONDAYS, EXTRA], SATURDAY) == [(540, 600)]
    assert teachable([MONDAYS, EXTRA], date(2026, 12, 15)) == []


def test_a_single_date_counts_on_a_day_of_rest_and_never_on_leave() -> None:
    assert teachable([EXTRA], SATURDAY, is_at_work=False) == [(540, 600)]
    assert teachable([EXTRA], SATURDAY, is_at_work=False, is_on_leave=True) == []
    assert teachable([MONDAYS], MONDAY, is_at_work=False) == []


def test_time_away_is_taken_out_of_everything() -> None:
    away = TimeFacts(None, SATURDAY, 570, 660, is_away=True)
    assert teachable([EXTRA, away], SATURDAY) == [(480, 570), (660, 1200)]
    assert not can_teach([EXTRA, away], SATURDAY, 540, 600)
    assert can_teach([EXTRA, away], SATURDAY, 500, 560)


@pytest.mark.parametrize(
    ("named", "shift", "has_rota", "is_working_day", "works"),
    [
        ([], EARLY, True, False, True),
        ([], None, True, True, False),
        ([], REST, True, True, False),
        ([], None, False, True, True),
        ([], None, False, False, False),
        ([MONDAYS], None, False, False, True),
        ([MONDAYS], None, True, True, False),
    ],
)
def test_the_rota_says_who_is_at_work_and_the_calendar_where_it_says_nothing(
    named: list[TimeFacts],
    shift: ShiftTimes | None,
    has_rota: bool,
    is_working_day: bool,
    works: bool,
) -> None:
    assert works_on(named, shift, has_rota=has_rota, is_working_day=is_working_day) is works
