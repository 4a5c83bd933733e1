"""When trainers could teach a class more: their time by the rota, less what they have already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from trainhub.db import db
from trainhub.delivery.models import Booking, TrainerProfile, TrainingSession
from trainhub.delivery.queries.planning.supply_facts import times_of
from trainhub.delivery.queries.seats.seat_facts import shifts_of
from trainhub.delivery.rules.planning.teaching_times import teachable, works_on
from trainhub.delivery.rules.states import HOLD_A_SEAT
from trainhub.rota.models import Site
from trainhub.rota.queries.calendar_days import kinds_of_days
from trainhub.rota.rules.clock_times import DAY_MIN, local, monday_of
from trainhub.rota.rules.holidays_calendar import is_working_day
from trainhub.rota.rules.shift_times import Stretch, without

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass
class TrainerHours:
    """A trainer's free stretches by date (minutes from midnight by the clock of their site), and
    the minutes they are to teach in the week of each Monday."""

    days: dict[date, list[Stretch]] = field(default_factory=dict)
    taught: dict[date, int] = field(default_factory=lambda: defaultdict(int))


def hours_of_trainers(
    person_ids: Collection[int], first: date, last: date
) -> dict[int, TrainerHours]:
    """The hours of each of these people from `first` to `last`; some queries, however many."""
    monday, sunday = monday_of(first), monday_of(last) + _WEEK - _DAY
    named, shifts = times_of(person_ids), shifts_of(person_ids, monday, sunday)
    kinds = kinds_of_days(first, last)
    found = {person_id: TrainerHours() for person_id in person_ids}
    busy = _busy(found, monday, sunday)
    for person_id, hours in found.items():
        times, rota = named.get(person_id, ()), shifts.get(person_id, {})
        weeks = {monday_of(on) for on in rota}
        for number in range((last - first).days + 1):
            on = first + number * _DAY
            shift = rota.get(on)
            is_at_work = works_on(
                times, shift, has_rota=monday_of(on) in weeks,
                is_working_day=is_working_day(on, kinds.get(on)),
            )  # fmt: skip
            free = teachable(
                times, on, is_at_work=is_at_work,
                is_on_leave=shift is not None and shift.kind == "leave",
            )  # fmt: skip
            hours.days[on] = without(free, busy[person_id, on])
    return found


def _busy(
    found: dict[int, TrainerHours], first: date, last: date
) -> dict[tuple[int, date], list[Stretch]]:
    """When they teach or sit in a class; what they teach is counted by the week on the way."""
    busy: dict[tuple[int, date], list[Stretch]] = defaultdict(list)
    zones = _zones(found)
    seats = select(Booking.training_session_id, Booking.person_id).where(
        Booking.person_id.in_(found), Booking.state.in_(HOLD_A_SEAT)
    )
    sits: dict[int, list[int]] = defaultdict(list)
    for session_id, person_id in db.session.execute(seats):
        sits[session_id].append(person_id)
    query = select(TrainingSession).where(
        TrainingSession.on.between(first - _DAY, last + _DAY),
        TrainingSession.state != "cancelled",
        or_(TrainingSession.trainer_id.in_(found), TrainingSession.id.in_(sits)),
    )
    for one in db.session.scalars(query):
        if one.trainer_id in found:
            found[one.trainer_id].taught[monday_of(one.on)] += one.ends_min - one.starts_min
        for person_id in {one.trainer_id, *sits.get(one.id, ())} & found.keys():
            _mark(busy, person_id, one, zones.get(person_id))
    return busy


def _mark(
    busy: dict[tuple[int, date], list[Stretch]],
    person_id: int,
    one: TrainingSession,
    place: tuple[int, str] | None,
) -> None:
    """Enter a class by the person's clock, on the next day too where it passes midnight."""
    on, starts_min = one.on, one.starts_min
    if place is not None and place[0] != one.site_id:
        on, starts_min = local(ZoneInfo(place[1]), one.starts_at)
    ends_min = starts_min + one.ends_min - one.starts_min
    busy[person_id, on].append((starts_min, ends_min))
    if ends_min > DAY_MIN:
        busy[person_id, on + _DAY].append((0, ends_min - DAY_MIN))


def _zones(person_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    query = (
        select(TrainerProfile.person_id, Site.id, Site.time_zone)
        .join(Site, Site.id == TrainerProfile.site_id)
        .where(TrainerProfile.person_id.in_(person_ids))
    )
    return {person_id: (site_id, zone) for person_id, site_id, zone in db.session.execute(query)}
