"""The cover of the days on which clocks change: 23 and 25 hours, one row for each of the wall."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from tests.rota.covered import code, demand, minimum, placed_team, queue, roster, site
from trainhub.rota.models import Queue, ShiftCode
from trainhub.rota.queries.away import AwayGroup, heads_away
from trainhub.rota.queries.cover import cover_of
from trainhub.rota.rules.cover import DayCover, short_stretches

BERLIN = ZoneInfo("Europe/Berlin")
FORWARD, BACK = date(2026, 3, 29), date(2026, 10, 25)  # 23 hours, 25 hours
A_DAY = timedelta(days=1)


def night() -> ShiftCode:
    """22:00 to 07:00."""
    return code("N", 1320, 1860, kind="night")


def covered(serves: Queue, on: date) -> DayCover:
    """Two required from midnight to seven."""
    demand(serves, on, minimum(2, 0, 420, 60))
    return cover_of([serves.id], on, on)[serves.id, on]


@pytest.mark.parametrize("on", [FORWARD, BACK])
def test_a_night_shift_covers_its_wall_hours_whatever_their_number(app: Flask, on: date) -> None:
    nights = queue(interval_min=60)
    _, people = placed_team("Red", nights, site(zone=BERLIN.key), 3)
    roster(people, night(), on - A_DAY)
    day = covered(nights, on)
    assert day.required == (2,) * 7 + (0,) * 17
    assert day.headroom[:8] == (1,) * 7 + (0,)
    assert list(short_stretches(day)) == []


@pytest.mark.parametrize(
    ("on", "hours"),
    [(FORWARD, range(10)), (BACK, range(1, 9))],  # nine hours either way
)
def test_a_team_far_away_is_there_when_it_really_is(app: Flask, on: date, hours: range) -> None:
    nights = queue(interval_min=60)
    placed_team("Red", nights, site(zone=BERLIN.key), 1)
    _, people = placed_team("Blue", nights, site("Shanghai"), 4)
    roster(people, code("E", 420, 960), on)  # 07:00 to 16:00 in Shanghai
    day = covered(nights, on)
    assert [at for at, heads in enumerate(day.rostered) if heads] == list(hours)
    assert day.headroom[2] == 2
    assert [(one.starts_min, one.ends_min) for one in short_stretches(day)] == (
        [] if on == FORWARD else [(0, 60)]
    )


@pytest.mark.parametrize(
    ("starts", "hours"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), [1, 2, 3]),  # 01:30 to 03:30, an hour
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), [2, 3]),  # 02:30 to 02:30, an hour
    ],
)
def test_a_class_in_that_night_is_away_from_every_hour_of_the_wall(
    starts: datetime, hours: list[int]
) -> None:
    group = AwayGroup(1, 1, starts, starts + timedelta(hours=1), 1)
    (row,) = heads_away([group], {1: BERLIN}, 60).values()
    assert [at for at, heads in enumerate(row) if heads] == hours
