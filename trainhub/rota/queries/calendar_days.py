"""The calendar of the centre: the public one, with what the centre itself changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from trainhub.db import db
from trainhub.rota.models import CalendarDay
from trainhub.rota.rules.holidays_calendar import DayKind, SpecialDay, public_year
from trainhub.web.settings import current_settings


@dataclass(frozen=True)
class CalendarRow:
    """One date out of the ordinary; `is_own` where the centre says so, over the public one."""

    day: SpecialDay
    is_own: bool = False
    public: SpecialDay | None = None


def list_own_days(first: date, last: date) -> list[CalendarDay]:
    """What the centre itself has changed, in order of date."""
    query = select(CalendarDay).where(CalendarDay.on.between(first, last)).order_by(CalendarDay.on)
    return list(db.session.scalars(query))


def public_days(first: date, last: date) -> dict[date, SpecialDay]:
    """The public calendar's dates from `first` to `last`, of the country in the settings."""
    country = current_settings().holidays
    return {
        on: day
        for year in range(first.year, last.year + 1)
        for on, day in public_year(country, year).days.items()
        if first <= on <= last
    }


def kinds_of_days(first: date, last: date) -> dict[date, DayKind]:
    """What every date out of the ordinary is; the centre's word wins."""
    found = {on: day.kind for on, day in public_days(first, last).items()}
    query = select(CalendarDay.on, CalendarDay.kind).where(CalendarDay.on.between(first, last))
    return found | {on: DayKind(kind) for on, kind in db.session.execute(query)}


def list_calendar(first: date, last: date) -> list[CalendarRow]:
    """Every date out of the ordinary with its name, in order of date."""
    public = public_days(first, last)
    rows = {on: CalendarRow(day) for on, day in public.items()}
    for own in list_own_days(first, last):
        day = SpecialDay(own.on, DayKind(own.kind), own.name, own.name)
        rows[own.on] = CalendarRow(day, True, public.get(own.on))
    return [rows[on] for on in sorted(rows)]


def lacks_make_up_days(year: int) -> bool:
    """Whether neither the public calendar nor the centre names a make-up workday of the year.

    Only for a country that moves weekends at all.
    """
    country = current_settings().holidays
    if country != "CN" or public_year(country, year).has_make_up_days:
        return False
    query = select(CalendarDay.on).where(
        CalendarDay.kind == DayKind.WORKDAY,
        CalendarDay.on.between(date(year, 1, 1), date(year, 12, 31)),
    )
    return db.session.scalars(query.limit(1)).first() is None
