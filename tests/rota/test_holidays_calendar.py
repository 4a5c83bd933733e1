"""The public calendar of China, and which typical day stands for a date."""

from __future__ import annotations

from datetime import date

import pytest

from trainhub.rota.rules.holidays_calendar import DayKind, public_year, typical_weekday


def test_the_calendar_knows_holidays_and_the_weekends_that_are_worked() -> None:
    year = public_year("CN", 2026)
    assert year.has_make_up_days
    assert year.days[date(2026, 2, 17)].name_zh == "春节"
    assert year.days[date(2026, 2, 17)].kind is DayKind.HOLIDAY
    assert year.days[date(2026, 2, 28)].kind is DayKind.WORKDAY
    assert date(2026, 3, 2) not in year.days
    assert {on.year for on in year.days} == {2026}


def test_weekends_within_a_holiday_are_holidays() -> None:
    days = public_year("CN", 2026).days
    within = {on for on, day in days.items() if "within" in day.name_en}
    assert within == {date(2026, 2, 21), date(2026, 2, 22), date(2026, 5, 3), date(2026, 10, 4)}
    assert days[date(2026, 2, 21)].kind is DayKind.HOLIDAY
    assert days[date(2026, 2, 28)].kind is DayKind.WORKDAY
    assert date(2026, 2, 15) not in days  # the weekend before it
    assert date(2025, 6, 1) in public_year("CN", 2025).days


def test_easter_leaves_its_saturday_an_ordinary_one() -> None:
    assert date(2026, 4, 4) not in public_year("DE", 2026).days


def test_names_carry_no_american_dates() -> None:
    assert not any("/" in day.name_en for day in public_year("CN", 2026).days.values())


def test_a_year_not_announced_yet_says_so() -> None:
    year = public_year("CN", 2030)
    assert year.days
    assert not year.has_make_up_days


def test_an_unknown_country_has_no_holidays() -> None:
    assert public_year("none", 2026).days == {}


def test_another_country_has_its_own() -> None:
    assert date(2026, 7, 4) in public_year("US", 2026).days


@pytest.mark.parametrize(
    ("on", "kind", "weekday"),
    [
        (date(2026, 11, 23), None, 0),
        (date(2026, 10, 1), DayKind.HOLIDAY, 7),
        (date(2026, 2, 28), DayKind.WORKDAY, 4),  # a Saturday like the Friday beside it
        (date(2026, 2, 15), DayKind.WORKDAY, 0),  # a Sunday like the Monday
        (date(2026, 11, 24), DayKind.WORKDAY, 1),  # a Tuesday that the centre declares
    ],
)
def test_which_typical_day_stands_for_a_date(on: date, kind: DayKind | None, weekday: int) -> None:
    assert typical_weekday(on, kind) == weekday
