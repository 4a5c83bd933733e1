"""What the rules need to know of people before they sit in a class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from trainhub.db import db
from trainhub.delivery.models import Booking, Campaign, TrainingSession
from trainhub.delivery.queries.classes.limits import order_around
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.rules.seats.booking import OtherClass, PersonFacts, Slot
from trainhub.people.models import Person
from trainhub.rota.models import Shift, ShiftCode, Site, TeamPlace
from trainhub.rota.rules.shift_times import ShiftTimes

HOLDING = ("booked", "attended")  # states of a booking that sits in a class
COMING = ("scheduled", "running", "paused")
_A_DAY = timedelta(days=1)
_AROUND = timedelta(days=7)  # a week's limit is asked of the whole week


def slot_of(session: TrainingSession) -> Slot:
    """When a class is, as the rules take it."""
    return Slot(
        session.course_id, session.site_id, session.on, session.starts_min, session.ends_min,
        session.starts_at, session.ends_at,
    )  # fmt: skip


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
    but: Collection[int] = (),
) -> dict[int, PersonFacts]:
    """The facts about each of these people for classes from `first` to `last`.

    `but` names sessions whose seats do not count: those the person would leave.
    """
    people = db.session.execute(
        select(
            Person.id, Person.name, Person.team_id, Person.disabled_at, TeamPlace.site_id,
            TeamPlace.queue_id,
        )
        .outerjoin(TeamPlace, TeamPlace.team_id == Person.team_id)
        .where(Person.id.in_(person_ids))
    ).all()  # fmt: skip
    shifts = shifts_of(person_ids, first - 2 * _A_DAY, last + _A_DAY)
    order = order_around(campaign, course_id)
    series = {one[0] for one in order} | {course_id}
    others = _others(person_ids, first - _AROUND, last + _AROUND, series, but, language)
    return {
        row.id: PersonFacts(
            row.id, row.name, row.site_id, row.team_id, row.queue_id, row.disabled_at is None,
            shifts.get(row.id, {}), others.get(row.id, ()), order,
        )
        for row in people
    }  # fmt: skip


def _others(
    person_ids: Collection[int],
    first: date,
    last: date,
    series: Collection[int],
    but: Collection[int],
    language: str,
) -> dict[int, list[OtherClass]]:
    columns = (
        TrainingSession.id, TrainingSession.course_id, TrainingSession.on,
        TrainingSession.starts_min, TrainingSession.ends_min, TrainingSession.starts_at,
        TrainingSession.ends_at,
    )  # fmt: skip
    sat = db.session.execute(
        select(Booking.person_id, *columns)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .where(
            Booking.person_id.in_(person_ids),
            Booking.state.in_(HOLDING),
            TrainingSession.id.not_in(but),
            or_(TrainingSession.on.between(first, last), TrainingSession.course_id.in_(series)),
        )
        .order_by(TrainingSession.starts_at)
    ).all()
    taught = db.session.execute(
        select(TrainingSession.trainer_id, *columns).where(
            TrainingSession.trainer_id.in_(person_ids),
            TrainingSession.state.in_(COMING),
            TrainingSession.id.not_in(but),
            TrainingSession.on.between(first, last),
        )
    ).all()
    titles = titles_of({row.course_id for row in (*sat, *taught)}, language)
    found: dict[int, list[OtherClass]] = defaultdict(list)
    for rows, is_taught in ((sat, False), (taught, True)):
        for row in rows:
            found[row[0]].append(_other(row, titles, is_taught=is_taught))
    return found


def _other(row: Any, titles: dict[int, str], *, is_taught: bool) -> OtherClass:
    return OtherClass(
        row.id, row.course_id, titles.get(row.course_id, ""), row.on, row.starts_min,
        row.ends_min, row.starts_at, row.ends_at, is_taught,
    )  # fmt: skip


def team_sizes(team_ids: Collection[int]) -> dict[int, int]:
    """Active people per team."""
    rows = db.session.execute(
        select(Person.team_id, func.count())
        .where(Person.team_id.in_(team_ids), Person.disabled_at.is_(None))
        .group_by(Person.team_id)
    )
    return {team_id: heads for team_id, heads in rows if team_id is not None}


def zone_name(site_id: int) -> str:
    """The name of a site's time zone."""
    found = db.session.get(Site, site_id)
    assert found is not None
    return found.time_zone


def queues_of(facts: Iterable[PersonFacts]) -> list[int]:
    """The queues these people serve."""
    return sorted({one.queue_id for one in facts if one.queue_id is not None})
