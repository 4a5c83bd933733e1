"""The night's rest around a class: shifts and classes of the day before and the day after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from trainhub.delivery.rules.seats.booking import Limits, OtherClass, PersonFacts, Slot, refusals
from trainhub.rota.rules.clock_times import instant
from trainhub.rota.rules.shift_times import ShiftTimes

DAY = date(2026, 12, 1)
HOUR = 60
SHIFTS = {
    "D": ShiftTimes("D", "mid", 7 * HOUR, 19 * HOUR),
    "M": ShiftTimes("M", "mid", 9 * HOUR, 18 * HOUR, early_class=(9 * HOUR, 10 * HOUR)),
    "N": ShiftTimes("N", "night", 22 * HOUR, 30 * HOUR),
}


def _at(day: int, hour: float) -> datetime:
    return datetime.combine(DAY, time(), UTC) + timedelta(days=day, hours=hour)


def _other(day: int, hour: float, is_taught: bool = False) -> OtherClass:
    start = int(hour * HOUR)
    return OtherClass(
        1, 1, "Tea", DAY + timedelta(days=day), start, start + HOUR, _at(day, hour),
        _at(day, hour + 1), is_taught,
    )  # fmt: skip


def _rest(rota: str, hour: float, *others: OtherClass) -> Mapping[str, object] | None:
    """What REST says of a class of an hour; the rota from two days before, "." is off."""
    shifts = {
        DAY + timedelta(days=day): SHIFTS[code]
        for day, code in enumerate(rota, start=-2)
        if code != "."
    }
    facts = PersonFacts(1, "Ann", 1, 1, 1, True, shifts, others)
    start = int(hour * HOUR)
    slot = Slot(2, 1, DAY, start, start + HOUR, _at(0, hour), _at(0, hour + 1))
    limits = Limits(max_classes_per_day=3)
    return next((one.params for one in refusals(facts, slot, limits) if one.code == "REST"), None)


@pytest.mark.parametrize(
    ("rota", "hour", "others", "rest"),
    [
        ("DDDD", 6, [_other(-1, 19)], "10"),
        ("DDDD", 19, [_other(1, 6)], "10"),
        ("DDDD", 6, [_other(-1, 19, is_taught=True)], "10"),
        ("DDDD", 19, [_other(1, 5.5, is_taught=True)], "9.5"),
        ("DDDD", 6, [_other(-1, 18)], None),
        ("DDDD", 19, [_other(1, 7)], None),
        ("..D.", 6, [_other(-1, 20)], "9"),  # a day off with a class is no night off
        ("..D.", 19, [_other(1, 6)], "10"),
        ("MMMM", 9, [_other(-1, 22)], "10"),  # early, within the shift
        ("MMMM", 8, [_other(0, 7)], None),  # two of one morning
        ("MMMM", 18, [_other(0, 19)], None),  # two of one evening
        ("NNNN", 21, [_other(0, 6)], None),  # after last night's shift, fifteen hours before
        ("NNNN", 21, [_other(0, 9.5)], "10.5"),
        ("NNNN", 6, [_other(0, 21)], None),
        ("NNNN", 6, [_other(0, 17)], "10"),
        (".NDD", 6, [], "0"),  # straight from the night
    ],
)
def test_rest_counts_the_classes_of_the_days_around(
    rota: str, hour: float, others: list[OtherClass], rest: str | None
) -> None:
    found = _rest(rota, hour, *others)
    assert (found and found["rest"]) == rest


@pytest.mark.parametrize(
    ("on", "rest"),
    [
        (date(2026, 3, 29), "10"),  # clocks go forward: the eleven hours of the wall are ten
        (date(2026, 3, 28), None),
        (date(2026, 10, 25), None),  # back: twelve
    ],
)
def test_rest_is_the_time_that_passes(on: date, rest: str | None) -> None:
    berlin, evening = ZoneInfo("Europe/Berlin"), ShiftTimes("E", "late", 14 * HOUR, 22 * HOUR)
    shifts = {on - timedelta(days=1): evening, on: SHIFTS["M"]}
    facts = PersonFacts(1, "Ann", 1, 1, 1, True, shifts, zone=berlin)
    starts, ends = 9 * HOUR, 10 * HOUR
    slot = Slot(2, 1, on, starts, ends, instant(berlin, on, starts), instant(berlin, on, ends))
    found = [one.params["rest"] for one in refusals(facts, slot, Limits()) if one.code == "REST"]
    assert found == ([rest] if rest else [])
