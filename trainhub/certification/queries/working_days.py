"""Which dates are working days of a person: by their rota, by the calendar where it is silent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from trainhub.certification.evidence.records import batched_ids
from trainhub.db import db
from trainhub.people.models import Person
from trainhub.rota.models import Shift, ShiftCode, Site, TeamPlace
from trainhub.rota.queries.calendar_days import kinds_of_days
from trainhub.rota.rules.holidays_calendar import DayKind

NOT_AT_WORK = ("rest", "leave")
_SATURDAY = 5

Works = Callable[[date], bool]


def working_days(person_ids: Collection[int], first: date, last: date) -> Mapping[int, Works]:
    """For each person, whether they work on a date from `first` to `last`.

    A date the rota says nothing of counts as the calendar has it; so does every date after
    `last`, as an ordinary week.
    """
    rota = _rota(sorted(set(person_ids)), first, last)
    calendar = kinds_of_days(first, last)
    return {one: _works(rota.get(one, {}), calendar) for one in person_ids}


def _works(own: Mapping[date, bool], calendar: Mapping[date, DayKind]) -> Works:
    def works(on: date) -> bool:
        if on in own:
            return own[on]
        if on in calendar:
            return calendar[on] is DayKind.WORKDAY
        return on.weekday() < _SATURDAY

    return works


def _rota(person_ids: list[int], first: date, last: date) -> dict[int, dict[date, bool]]:
    found: dict[int, dict[date, bool]] = {}
    for some in batched_ids(person_ids):
        query = (
            select(Shift.person_id, Shift.on, ShiftCode.kind)
            .join(ShiftCode, ShiftCode.id == Shift.shift_code_id)
            .where(Shift.person_id.in_(some), Shift.on.between(first, last))
        )
        for row in db.session.execute(query):
            found.setdefault(row.person_id, {})[row.on] = row.kind not in NOT_AT_WORK
    return found


def zones_of(person_ids: Collection[int], centre_zone: ZoneInfo) -> dict[int, ZoneInfo]:
    """The zone of each person's site; the centre's where their team has no place."""
    found = dict.fromkeys(person_ids, centre_zone)
    for some in batched_ids(sorted(set(person_ids))):
        query = (
            select(Person.id, Site.time_zone)
            .join(TeamPlace, TeamPlace.team_id == Person.team_id)
            .join(Site, Site.id == TeamPlace.site_id)
            .where(Person.id.in_(some))
        )
        found |= {row.id: ZoneInfo(row.time_zone) for row in db.session.execute(query)}
    return found


def horizon(starts_on: date, days: int) -> date:
    """A date by which so many working days are surely over in any usual rota."""
    return starts_on + timedelta(days=2 * days + 30)
