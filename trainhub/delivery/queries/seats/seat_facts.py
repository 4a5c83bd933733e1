"""What the rules need to know of people before they sit in a class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select

from trainhub.db import db
from trainhub.delivery.models import Booking, Campaign, Room, TrainingSession
from trainhub.delivery.queries.classes.limits import order_around
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.rules.seats.booking import OtherClass, PersonFacts, Slot
from trainhub.delivery.rules.states import HOLD_A_SEAT, TO_COME
from trainhub.people.models import Person
from trainhub.rota.models import Shift, ShiftCode, Site, TeamPlace
from trainhub.rota.rules.clock_times import local
from trainhub.rota.rules.shift_times import ShiftTimes

_A_DAY = timedelta(days=1)
_AROUND = timedelta(days=7)  # a week's limit is asked of the whole week


@dataclass(frozen=True)
class InClass:
    """Somebody of a team in class from one instant to another."""

    team_id: int | None
    person_id: int
    booking_id: int | None
    starts_at: datetime
    ends_at: datetime


def slot_of(session: TrainingSession) -> Slot:
    """When a class is, as the rules take it."""
    return Slot(
        session.course_id, session.site_id, session.on, session.starts_min, session.ends_min,
        session.starts_at, session.ends_at, session.room.is_online,
    )  # fmt: skip


def open_to(site_id: int) -> ColumnElement[bool]:
    """The condition on `TrainingSession`: people of this site may sit there (H4)."""
    online = select(Room.id).where(Room.is_online)
    return or_(TrainingSession.site_id == site_id, TrainingSession.room_id.in_(online))


def shifts_of(
    person_ids: Collection[int], first: date, last: date
) -> dict[int, dict[date, ShiftTimes]]:
    """What the rota says of these people from `first` to `last`."""
    codes = {code.id: code.times for code in db.session.scalars(select(ShiftCode))}
    found: dict[int, dict[date, ShiftTimes]] = defaultdict(dict)
    rows = db.session.execute(
        select(Shift.person_id, Shift.on, Shift.shift_code_id).where(
            Shift.person_id.in_(person_ids), Shift.on.between(first, last)
        )
    )
    for person_id, on, code_id in rows:
        found[person_id][on] = codes[code_id]
    return found


def facts_of(
    person_ids: Collection[int],
    first: date,
    last: date,
    *,
    language: str,
    campaign: Campaign | None = None,
    course_id: int = 0,
    series: Collection[int] = (),
    but: Collection[int] = (),
) -> dict[int, PersonFacts]:
    """The facts about each of these people for classes from `first` to `last`.

    Classes of the course, of the parts beside it in the campaign's series, and of the courses
    `series` names are among them whatever their date. `but` names sessions whose seats do not
    count: those the person would leave.
    """
    people = _people(person_ids)
    # One day more on either side: somebody far away joins an online class on another date.
    shifts = shifts_of(person_ids, first - 3 * _A_DAY, last + 2 * _A_DAY)
    order = order_around(campaign, course_id)
    at_any_date = {one[0] for one in order} | {course_id, *series}
    homes = {row.id: (row.site_id, row.time_zone) for row in people}
    others = _others(homes, first - _AROUND, last + _AROUND, at_any_date, but, language)
    return {
        row.id: PersonFacts(
            row.id, row.name, row.site_id, row.team_id, row.queue_id, row.disabled_at is None,
            shifts.get(row.id, {}), others.get(row.id, ()), order,
            ZoneInfo(row.time_zone) if row.time_zone else None,
        )
        for row in people
    }  # fmt: skip


def _people(person_ids: Collection[int]) -> Sequence[Any]:
    query = (
        select(
            Person.id, Person.name, Person.team_id, Person.disabled_at, TeamPlace.site_id,
            TeamPlace.queue_id, Site.time_zone,
        )
        .outerjoin(TeamPlace, TeamPlace.team_id == Person.team_id)
        .outerjoin(Site, Site.id == TeamPlace.site_id)
        .where(Person.id.in_(person_ids))
    )  # fmt: skip
    return db.session.execute(query).all()


_CLASS = (
    TrainingSession.id, TrainingSession.course_id, TrainingSession.on,
    TrainingSession.starts_min, TrainingSession.ends_min, TrainingSession.starts_at,
    TrainingSession.ends_at, TrainingSession.site_id,
)  # fmt: skip


def _others(
    homes: Mapping[int, tuple[int | None, str | None]],
    first: date,
    last: date,
    series: Collection[int],
    but: Collection[int],
    language: str,
) -> dict[int, list[OtherClass]]:
    person_ids = list(homes)
    sat = db.session.execute(
        select(Booking.person_id, *_CLASS)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .where(
            Booking.person_id.in_(person_ids),
            Booking.state.in_(HOLD_A_SEAT),
            TrainingSession.id.not_in(but),
            or_(TrainingSession.on.between(first, last), TrainingSession.course_id.in_(series)),
        )
        .order_by(TrainingSession.starts_at)
    ).all()
    taught = db.session.execute(
        select(TrainingSession.trainer_id, *_CLASS).where(
            TrainingSession.trainer_id.in_(person_ids),
            TrainingSession.state.in_(TO_COME),
            TrainingSession.id.not_in(but),
            TrainingSession.on.between(first, last),
        )
    ).all()
    titles = titles_of({row.course_id for row in (*sat, *taught)}, language)
    found: dict[int, list[OtherClass]] = defaultdict(list)
    for rows, is_taught in ((sat, False), (taught, True)):
        for row in rows:
            found[row[0]].append(_other(row, titles, *homes[row[0]], is_taught=is_taught))
    return found


def _other(
    row: Any, titles: dict[int, str], site_id: int | None, zone: str | None, *, is_taught: bool
) -> OtherClass:
    """Another class by the clock of the person's own site."""
    on, starts_min = row.on, row.starts_min
    if zone and site_id != row.site_id:
        on, starts_min = local(ZoneInfo(zone), row.starts_at)
    ends_min = starts_min + row.ends_min - row.starts_min
    return OtherClass(
        row.id, row.course_id, titles.get(row.course_id, ""), on, starts_min, ends_min,
        row.starts_at, row.ends_at, is_taught,
    )  # fmt: skip


def team_sizes(team_ids: Collection[int]) -> dict[int, int]:
    """Active people per team."""
    rows = db.session.execute(
        select(Person.team_id, func.count())
        .where(Person.team_id.in_(team_ids), Person.disabled_at.is_(None))
        .group_by(Person.team_id)
    )
    return {team_id: heads for team_id, heads in rows if team_id is not None}


def list_in_class(
    team_ids: Collection[int], starts_at: datetime, ends_at: datetime
) -> list[InClass]:
    """The seats people of these teams hold in classes that touch this time."""
    query = (
        select(
            Person.team_id, Person.id, Booking.id, TrainingSession.starts_at,
            TrainingSession.ends_at,
        )
        .join(Booking, Booking.person_id == Person.id)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .where(
            Person.team_id.in_(team_ids),
            Booking.state.in_(HOLD_A_SEAT),
            TrainingSession.state != "cancelled",
            TrainingSession.starts_at < ends_at,
            TrainingSession.ends_at > starts_at,
        )
    )  # fmt: skip
    return [InClass(*row) for row in db.session.execute(query)]
