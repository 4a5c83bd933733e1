"""Writing the centre's own exceptions into the calendar."""

from __future__ import annotations

from datetime import date, datetime

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, InputError, InputErrors, NotFound
from trainhub.people.models import Person
from trainhub.rota.models import CalendarDay
from trainhub.rota.rules.holidays_calendar import DayKind

LONGEST_NAME = 80
FIRST_YEAR, LAST_YEAR = 2000, 2100


def set_day(
    on: date, kind: DayKind, name: str, *, actor: Person | None, now: datetime
) -> CalendarDay:
    """Call a date a holiday or a working day, over what the public calendar says.

    A date that has an exception gets the new one. Raises `InputErrors`.
    """
    errors = []
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        message = N_("The calendar covers the years from 2000 to 2100.")
        errors.append(InputError("year_wrong", message, field="on"))
    if len(name) > LONGEST_NAME:
        message = N_("A name has at most %(most)s characters.")
        errors.append(InputError("name_long", message, {"most": LONGEST_NAME}, field="name"))
    if errors:
        raise InputErrors(errors)
    day = db.session.get(CalendarDay, on, with_for_update=True)
    before = f"{day.kind} {day.name}".strip() if day else None
    if day is None:
        day = CalendarDay(on=on)
    day.kind, day.name = kind.value, name
    day.changed_at, day.changed_by_id = now, actor.id if actor else None
    db.session.add(day)
    db.session.flush()
    _note("calendar.changed", on, actor, now, before, f"{kind.value} {name}".strip())
    return day


def clear_day(on: date, *, actor: Person | None, now: datetime) -> None:
    """Let the public calendar say again what a date is. Raises `NotFound` without exception."""
    day = db.session.get(CalendarDay, on, with_for_update=True)
    if day is None:
        raise NotFound()
    before = f"{day.kind} {day.name}".strip()
    db.session.delete(day)
    db.session.flush()
    _note("calendar.cleared", on, actor, now, before, None)


def _note(
    act: str, on: date, actor: Person | None, now: datetime, before: str | None, after: str | None
) -> None:
    append_entry(
        act,
        actor=actor,
        object_type="calendar_day",
        object_key=on.isoformat(),
        now=now,
        changes={"day": [before, after]},
    )
