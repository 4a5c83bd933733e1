"""Coming seats beside the rota as it is now: which of them no longer fit.

Nothing of it is stored: whatever changes, the rota or the class, counts at the next look.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, false, or_, select
from sqlalchemy.orm import aliased, joinedload

from trainhub.db import db
from trainhub.delivery.models import Booking, TrainingSession
from trainhub.delivery.queries.classes.limits import limits_of
from trainhub.delivery.queries.seats.seat_facts import slot_of
from trainhub.delivery.rules.classes.conflicts import Conflict
from trainhub.delivery.rules.seats.booking import Limits, PersonFacts, Slot
from trainhub.delivery.rules.seats.fit import misfit
from trainhub.delivery.rules.states import TO_COME
from trainhub.people.models import Person, Role
from trainhub.rota.models import Shift, ShiftCode, Site, TeamPlace
from trainhub.rota.queries.rota_rows import names_of
from trainhub.rota.queries.scope import people_in_sight
from trainhub.rota.rules.shift_times import ShiftTimes

_PARTS = (TrainingSession.campaign, TrainingSession.site, TrainingSession.room)
AROUND = (-2, -1, 0, 1)  # days of the rota that have a say in a class
Key = tuple[int, int | None, tuple[int | None, ...]]
Codes = Mapping[int, ShiftTimes]


@dataclass(frozen=True)
class Seat:
    """A coming seat: what it says of its time, and the codes of the person's days `AROUND` it."""

    booking_id: int
    session_id: int
    person_id: int
    site_id: int | None
    zone: str | None
    window_kind: str
    is_on_phones: bool
    code_ids: tuple[int | None, ...]

    @property
    def key(self) -> Key:
        """What the rules look at: seats alike in this are alike for them."""
        return self.session_id, self.site_id, self.code_ids


@dataclass(frozen=True)
class ComingClass:
    """A class that is not over, in the terms of the rules."""

    session: TrainingSession
    slot: Slot
    limits: Limits


@dataclass(frozen=True)
class Misfit:
    """A coming seat that the rota has something against."""

    booking_id: int
    session: TrainingSession
    person_id: int
    name: str
    conflict: Conflict


def read_codes() -> dict[int, ShiftTimes]:
    """The times of every shift code, by its id."""
    return {code.id: code.times for code in db.session.scalars(select(ShiftCode))}


def facts_of_seat(seat: Seat, coming: ComingClass, codes: Codes) -> PersonFacts:
    """The person of a seat as the rota knows them: nameless, without other classes."""
    shifts = {
        coming.slot.on + timedelta(days=days): codes[code_id]
        for days, code_id in zip(AROUND, seat.code_ids, strict=True)
        if code_id is not None
    }
    zone = ZoneInfo(seat.zone or coming.session.site.time_zone)
    return PersonFacts(seat.person_id, "", seat.site_id, None, None, True, shifts, zone=zone)


def read_coming(*conditions: ColumnElement[bool]) -> dict[int, ComingClass]:
    """Classes under way or to come, under more conditions on `TrainingSession`."""
    query = (
        select(TrainingSession)
        .options(*(joinedload(one) for one in _PARTS))
        .where(TrainingSession.state.in_(TO_COME), *conditions)
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    found: dict[int, ComingClass] = {}
    limits: dict[int | None, Limits] = {}
    for one in db.session.scalars(query):
        if one.campaign_id not in limits:
            limits[one.campaign_id] = limits_of(one.campaign)
        found[one.id] = ComingClass(one, slot_of(one), limits[one.campaign_id])
    return found


def read_seats_of(
    classes: Mapping[int, ComingClass], *conditions: ColumnElement[bool]
) -> list[Seat]:
    """Who is booked into these classes, with the rota around; one query, whatever their number."""
    if not classes:
        return []
    shifts = [aliased(Shift) for _ in AROUND]
    query: Any = select(
        Booking.id, Booking.training_session_id, Booking.person_id, TeamPlace.site_id,
        Site.time_zone, Booking.window_kind, Booking.is_on_phones,
        *(one.shift_code_id for one in shifts),
    ).order_by(TrainingSession.starts_at, Person.name_key, Booking.id)  # fmt: skip
    query = _of_seats(query, shifts, classes, conditions)
    return [
        Seat(row[0], row[1], row[2], row[3], row[4], row[5], row[6], tuple(row[7:]))
        for row in db.session.execute(query)
    ]


def _list_alike(classes: Mapping[int, ComingClass], *conditions: ColumnElement[bool]) -> list[Seat]:
    """A nameless seat for each kind of seats that are alike for the rules; one query."""
    if not classes:
        return []
    shifts = [aliased(Shift) for _ in AROUND]
    columns = (
        Booking.training_session_id, TeamPlace.site_id, Site.time_zone,
        *(one.shift_code_id for one in shifts),
    )  # fmt: skip
    asked: Any = select(*columns).group_by(*columns)
    query = _of_seats(asked, shifts, classes, conditions)
    return [
        Seat(0, row[0], 0, row[1], row[2], "", False, tuple(row[3:]))
        for row in db.session.execute(query)
    ]


def _of_seats(
    query: Any,
    shifts: Sequence[Any],
    classes: Mapping[int, ComingClass],
    conditions: Iterable[ColumnElement[bool]],
) -> Any:
    """The booked seats of these classes, each with the shifts of the days `AROUND` its class."""
    days = {one.slot.on for one in classes.values()}
    query = (
        query.select_from(Booking)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .join(Person, Person.id == Booking.person_id)
        .outerjoin(TeamPlace, TeamPlace.team_id == Person.team_id)
        .outerjoin(Site, Site.id == TeamPlace.site_id)
        .where(Booking.training_session_id.in_(classes), Booking.state == "booked", *conditions)
    )
    for shift, away in zip(shifts, AROUND, strict=True):
        on = _beside(days, away)
        query = query.outerjoin(shift, and_(shift.person_id == Booking.person_id, shift.on == on))
    return query


def _beside(days: Iterable[date], away: int) -> ColumnElement[date]:
    """The date so many days after that of the class, told to both engines day by day."""
    return case({on: on + timedelta(days=away) for on in days}, value=TrainingSession.on)


def seats_of_viewer(viewer: Person) -> ColumnElement[bool]:
    """The condition on `Person` and `TrainingSession` for seats the viewer may see by name."""
    taught = TrainingSession.trainer_id == viewer.id if viewer.has_role(Role.TRAINER) else false()
    return or_(taught, people_in_sight(viewer))


def against_seats(seats: Iterable[Seat], classes: Mapping[int, ComingClass]) -> dict[Key, Conflict]:
    """What the rota has against seats, by what makes them alike; those that fit are left out.

    Classes at the same hour of days alike are asked for once for each kind of rota: most fit.
    """
    codes, known, fitting = read_codes(), set(), set()
    found: dict[Key, Conflict] = {}
    for seat in seats:
        if seat.key in known:
            continue
        known.add(seat.key)
        coming = classes[seat.session_id]
        hour = _hour_of(seat, coming)
        if hour in fitting:
            continue
        conflict = misfit(facts_of_seat(seat, coming, codes), coming.slot, coming.limits)
        if conflict is not None:
            found[seat.key] = conflict
        elif hour is not None:
            fitting.add(hour)
    return found


def _hour_of(seat: Seat, coming: ComingClass) -> Hashable:
    """What a rota either fits or does not, whatever the date; None: asked date by date.

    By the clocks of other sites, or on days that clocks make shorter or longer, each date counts.
    """
    slot, zone = coming.slot, coming.session.site.time_zone
    if slot.is_online or seat.zone not in (None, zone) or not _is_even(zone, slot.on):
        return None
    return (
        coming.session.campaign_id, slot.site_id, slot.starts_min, slot.ends_min, seat.site_id,
        seat.zone, seat.code_ids,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _is_even(zone: str, on: date) -> bool:
    """Whether clocks stand still on the days around a date."""
    noon = datetime.combine(on, time(12), tzinfo=ZoneInfo(zone))
    return len({(noon + timedelta(days=days)).utcoffset() for days in range(-3, 4)}) == 1


def list_misfits(
    *conditions: ColumnElement[bool], now: datetime, of: ColumnElement[bool] | None = None
) -> list[Misfit]:
    """Seats in classes not begun that no longer fit the rota, in order of time.

    `conditions` on `TrainingSession` name the classes, `of` (on `Person`, `Booking` or
    `TrainingSession`) the seats.
    """
    classes = read_coming(
        TrainingSession.state == "scheduled", TrainingSession.starts_at > now, *conditions
    )
    whose = [] if of is None else [of]
    alike = _list_alike(classes, *whose)
    against = against_seats(alike, classes) if alike else {}
    # Hardly any class has such a seat: only those classes are read person by person.
    concerned = {key[0]: classes[key[0]] for key in against}
    seats = read_seats_of(concerned, *whose)
    found = [(seat, against[seat.key]) for seat in seats if seat.key in against]
    names = names_of([seat.person_id for seat, _ in found])
    return [
        Misfit(seat.booking_id, classes[seat.session_id].session, seat.person_id,
               names[seat.person_id], _about(conflict, seat.person_id, names[seat.person_id]))
        for seat, conflict in found
    ]  # fmt: skip


def _about(conflict: Conflict, person_id: int, name: str) -> Conflict:
    return replace(conflict, params={**conflict.params, "name": name}, person_id=person_id)


def by_class(misfits: Iterable[Misfit]) -> dict[int, list[Misfit]]:
    """Misfits by the id of their class, the classes in order of time."""
    found: dict[int, list[Misfit]] = {}
    for one in misfits:
        found.setdefault(one.session.id, []).append(one)
    return found
