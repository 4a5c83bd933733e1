"""Dates that addresses name, and the month or week around one."""

from __future__ import annotations

from datetime import date, timedelta

from trainhub.rota.rules.clock_times import monday_of
from trainhub.web.text import asked_text

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


def asked_date(name: str, otherwise: date | None = None) -> date | None:
    """The ISO date an address names; `otherwise` where it names none or nonsense."""
    try:
        found = date.fromisoformat(asked_text(name, 10))
    except ValueError:
        return otherwise
    return found if EARLIEST <= found <= LATEST else otherwise


def month_around(on: date) -> tuple[date, date]:
    """The first and last date of the month."""
    first = on.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return first, following - timedelta(days=1)


def week_around(on: date) -> tuple[date, date]:
    """The Monday and Sunday of the week."""
    monday = monday_of(on)
    return monday, monday + timedelta(days=6)
