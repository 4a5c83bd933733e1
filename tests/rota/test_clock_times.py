"""Wall clocks and instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainhub.rota.rules.clock_times import clock_time, instant, local, read_clock_time

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


def test_minutes_past_midnight_lie_on_the_next_day() -> None:
    assert instant(SHANGHAI, date(2026, 12, 1), 1860) == datetime(2026, 12, 1, 23, 0, tzinfo=UTC)
    assert local(SHANGHAI, datetime(2026, 12, 1, 23, 0, tzinfo=UTC)) == (date(2026, 12, 2), 420)


def test_an_hour_that_clocks_leave_out_moves_forward() -> None:
    at = instant(BERLIN, date(2026, 3, 29), 150)  # 02:30 is not shown that night
    assert local(BERLIN, at) == (date(2026, 3, 29), 210)


def test_of_an_hour_shown_twice_it_is_the_first() -> None:
    at = instant(BERLIN, date(2026, 10, 25), 150)
    assert at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert instant(BERLIN, date(2026, 10, 25), 180) - at == timedelta(minutes=90)


@given(
    st.sampled_from([SHANGHAI, ZoneInfo("Asia/Tokyo"), ZoneInfo("UTC")]),
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.integers(0, 1439),
)
def test_there_and_back_is_the_same_minute(zone: ZoneInfo, on: date, minutes: int) -> None:
    assert local(zone, instant(zone, on, minutes)) == (on, minutes)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("9:00", 540), ("09:00", 540), ("24:00", 1440), ("9：30", 570), ("06:00+1", 1800),
        ("次日06:00", 1800), ("48:00", 2880), ("９:00", None), ("9", None), ("25:61", None),
        ("", None), ("9:5", None), ("-1:00", None), ("49:00", None), ("x:00", None),
    ],
)  # fmt: skip
def test_times_people_write_are_read(text: str, minutes: int | None) -> None:
    assert read_clock_time(text) == minutes


@given(st.integers(0, 2880))
def test_what_is_shown_is_read_back(minutes: int) -> None:
    shown = clock_time(minutes)
    assert read_clock_time(shown.replace("+2", "+1") if minutes < 2880 else "48:00") == minutes
