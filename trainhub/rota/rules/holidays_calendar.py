"""Which dates are not what their weekday says: public holidays and make-up workdays.

China moves weekends: a Saturday or Sunday beside a long holiday becomes a workday. Those days
are announced each autumn for the next year only, so a year without any is not yet complete.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

HOLIDAY_WEEKDAY = 7  # the place of holidays among typical days, after Monday 0 … Sunday 6
_SATURDAY = 5
_FRIDAY = 4
_MONDAY = 0
_DAY = timedelta(days=1)
_AMERICAN_DATE = re.compile(r"(\d\d)/(\d\d)/(\d{4})")


class DayKind(StrEnum):
    """What the calendar makes of a date."""

    HOLIDAY = "holiday"
    WORKDAY = "workday"


@dataclass(frozen=True)
class SpecialDay:
    """A date the calendar names; `name` in the two languages of the house."""

    on: date
    kind: DayKind
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class PublicYear:
    """The public calendar of one year."""

    days: Mapping[date, SpecialDay]

    @property
    def has_make_up_days(self) -> bool:
        """Whether the year's make-up workdays are known."""
        return any(day.kind is DayKind.WORKDAY for day in self.days.values())


@lru_cache(maxsize=16)
def public_year(country: str, year: int) -> PublicYear:
    """The public holidays and make-up workdays of a country; empty for an unknown one."""
    import holidays  # some 0.1 s and 10 MB that most pages never need

    days: dict[date, SpecialDay] = {}
    if country not in holidays.list_supported_countries():
        return PublicYear(days)
    chinese = _names(country, year, "zh_CN")
    english = _names(country, year, "en_US")
    for on, name in english.items():
        days[on] = SpecialDay(on, DayKind.HOLIDAY, chinese.get(on, name), name)
    for on in holidays.country_holidays(country, years=year).weekend_workdays:
        if on.year == year:
            days[on] = SpecialDay(on, DayKind.WORKDAY, "调休上班", "Make-up workday")
    if PublicYear(days).has_make_up_days:
        days |= _weekends_within(days)
    return PublicYear(days)


def _weekends_within(days: Mapping[date, SpecialDay]) -> dict[date, SpecialDay]:
    """Weekends with a holiday on either side: nobody has them off as an ordinary weekend.

    Where weekends are moved they are part of the announced holiday, though no day is named for
    them. Elsewhere (the Saturday of Easter) they stay what they are.
    """
    found = {}
    holidays = [on for on, day in days.items() if day.kind is DayKind.HOLIDAY]
    for saturday in {on + timedelta(days=_SATURDAY - on.weekday()) for on in holidays}:
        free = [on for on in (saturday, saturday + _DAY) if on not in days]
        beside = [days.get(free[0] - _DAY), days.get(free[-1] + _DAY)] if free else []
        if free and all(day is not None and day.kind is DayKind.HOLIDAY for day in beside):
            for on in free:
                found[on] = SpecialDay(
                    on, DayKind.HOLIDAY, "假期中的周末", "Weekend within a holiday"
                )
    return found


def _names(country: str, year: int, language: str) -> dict[date, str]:
    import holidays

    spoken = holidays.list_localized_countries().get(country, [])
    found = holidays.country_holidays(
        country, years=year, language=language if language in spoken else None
    )
    return {on: _AMERICAN_DATE.sub(r"\3-\1-\2", name) for on, name in found.items()}


def is_working_day(on: date, kind: DayKind | None) -> bool:
    """Whether people ordinarily work on a date of this kind (None: an ordinary one)."""
    return kind is DayKind.WORKDAY or (kind is None and on.weekday() < _SATURDAY)


def typical_weekday(on: date, kind: DayKind | None) -> int:
    """Which typical day stands for a date of this kind (None: an ordinary one).

    Holidays have their own; a make-up workday is like the working day beside it: a Saturday
    like a Friday, a Sunday like a Monday.
    """
    if kind is DayKind.HOLIDAY:
        return HOLIDAY_WEEKDAY
    if kind is DayKind.WORKDAY and on.weekday() >= _SATURDAY:
        return _FRIDAY if on.weekday() == _SATURDAY else _MONDAY
    return on.weekday()
