"""Hours at which the people of a training request could come together: tried, best first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.delivery.models import (
    Room,
    RoomBlock,
    TrainerProfile,
    TrainingRequest,
    TrainingSession,
)
from trainhub.delivery.queries.classes.moving import slot_for
from trainhub.delivery.queries.classes.trainer_hours import hours_of_trainers
from trainhub.delivery.queries.requests import list_asked_for
from trainhub.delivery.queries.seats.seat_book import Joining, SeatBook, SeatCheck
from trainhub.delivery.queries.seats.seat_facts import shifts_of
from trainhub.delivery.rules.classes.class_plan import ClassPlan
from trainhub.delivery.rules.classes.conflicts import Conflict
from trainhub.delivery.rules.seats.booking import Slot
from trainhub.delivery.rules.states import TO_COME
from trainhub.people.models import Person
from trainhub.rota.rules.shift_times import ShiftTimes

MOST_TRIED = 60  # hours asked of the rules: some queries in all, whatever their number
MOST_PEOPLE = 60  # more than one class holds: a campaign plans those
LOOKED_AT = 10  # of the hours tried, those seated person by person
SHOWN = 5
MOST_DAYS = 60  # of a longer window the first
_STARTS = (600, 840)  # on a day without an early class that could be held
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class FittingHour:
    """An hour with a room; how many of the people would get a seat, and why not the first of the
    others: None where everybody can come and the lines stay covered."""

    on: date
    starts_min: int
    ends_min: int
    room: Room
    comes: int
    people: int
    conflict: Conflict | None


@dataclass(frozen=True)
class FittingHours:
    """The best hours, and how many were tried; None where there are too many people to try.

    `against` is what mostly stands against the people where nobody could come at any hour.
    """

    best: tuple[FittingHour, ...]
    tried: int | None
    against: Conflict | None = None


def list_fitting_hours(request: TrainingRequest, *, now: datetime, language: str) -> FittingHours:
    """The best hours of the wished window for a class of a request whose trainer has accepted.

    Tried are the early classes of the people's shifts at which the trainer is free and a room is
    to be had; on a day with none, ten and two o'clock. Every rule of seats and cover is asked.
    """
    people = list_asked_for(request)
    profile = db.session.get(TrainerProfile, request.trainer_id or 0)
    if not people or len(people) > MOST_PEOPLE or profile is None or request.course_id is None:
        return FittingHours((), None)
    minutes = request.course.minutes if request.course else 60
    rooms = _rooms(profile.site_id, len(people))
    places = list(_places(request, people, minutes, rooms, now=now))[:MOST_TRIED]
    if not places:
        return FittingHours((), 0)
    ids = [one.id for one in people]
    joinings = [Joining(ids, slot, None) for slot, _ in places]
    book = SeatBook(joinings, language=language)
    checks = [book.check([one]) for one in joinings]
    if all(len(check.refused_ids) == len(ids) for check in checks):
        return FittingHours((), len(places), _mostly(checks))
    promising = sorted(
        zip(places, checks, strict=True), key=lambda one: (len(one[1].refused_ids), one[0][0].on)
    )
    found = [_seated(book, slot, room, ids, check) for (slot, room), check in promising[:LOOKED_AT]]
    best = sorted(found, key=lambda one: (-one.comes, one.conflict is not None, one.on))
    return FittingHours(tuple(one for one in best[:SHOWN] if one.comes), len(places))


def _mostly(checks: Sequence[SeatCheck]) -> Conflict | None:
    """The conflict people have most often."""
    personal = [one for check in checks for one in check.conflicts if one.is_of_person]
    common = Counter(one.code for one in personal).most_common(1)
    return next((one for one in personal if common and one.code == common[0][0]), None)


def _seated(
    book: SeatBook, slot: Slot, room: Room, ids: Sequence[int], check: SeatCheck
) -> FittingHour:
    """Seat one after the other as the class would, as far as rules, cover and room go."""
    people, conflict = len(ids), None
    if not check.conflicts and people <= room.seats:
        return FittingHour(slot.on, slot.starts_min, slot.ends_min, room, people, people, None)
    comes = 0
    for person_id in ids:
        joining = Joining([person_id], slot, None)
        against = book.check([joining]).conflicts
        if against or comes == room.seats:
            conflict = conflict or next(iter(against), None)
            continue
        book.seat(joining)
        comes += 1
    return FittingHour(slot.on, slot.starts_min, slot.ends_min, room, comes, people, conflict)


def _rooms(site_id: int, heads: int) -> list[Room]:
    """Rooms of the trainer's site: those that hold everybody first, the smallest of them, then
    the largest of the others."""
    query = (
        select(Room)
        .where(Room.site_id == site_id, Room.retired_at.is_(None))
        .options(joinedload(Room.site))
    )
    rooms = db.session.scalars(query).all()
    return sorted(rooms, key=lambda one: (one.seats < heads, abs(one.seats - heads), one.id))


def _places(
    request: TrainingRequest,
    people: Sequence[Person],
    minutes: int,
    rooms: Sequence[Room],
    *,
    now: datetime,
) -> Iterator[tuple[Slot, Room]]:
    """Hours at which the trainer is free, each with the first room that is."""
    if not rooms:
        return
    zone = ZoneInfo(rooms[0].site.time_zone)
    first = max(request.wished_from, now.astimezone(zone).date())
    last = min(request.wished_until, first + MOST_DAYS * _DAY)
    if first > last:
        return
    shifts = shifts_of([one.id for one in people], first, last)
    free = hours_of_trainers([request.trainer_id or 0], first, last)[request.trainer_id or 0].days
    taken = _taken(rooms, first, last)

    def held(on: date, starts: Sequence[int]) -> Iterator[tuple[Slot, Room]]:
        for start in starts:
            if not any(low <= start and start + minutes <= high for low, high in free[on]):
                continue
            plan = ClassPlan(on, start, minutes, rooms[0].id, request.trainer_id or 0, 1)
            slot = slot_for(plan, request.course_id or 0, rooms[0])
            room = next((one for one in rooms if _is_free(taken, one, slot)), None)
            if room is not None and slot.starts_at > now:
                yield slot, room

    for number in range((last - first).days + 1):
        on = first + number * _DAY
        there = [rota[on] for rota in shifts.values() if on in rota]
        works = any(one.span is not None for one in there)
        yield from list(held(on, _early(minutes, there))) or held(on, _STARTS if works else ())


def _early(minutes: int, shifts: Sequence[ShiftTimes]) -> list[int]:
    """When the early classes begin that most people have on a day, at most two."""
    early = Counter(
        one.early_class[0]
        for one in shifts
        if one.early_class and one.early_class[1] - one.early_class[0] >= minutes
    )
    return sorted(start for start, _ in early.most_common(2))


def _taken(
    rooms: Collection[Room], first: date, last: date
) -> list[tuple[int, datetime, datetime]]:
    """When the rooms are not to be had: classes and blocks."""
    ids = [one.id for one in rooms]
    classes = select(
        TrainingSession.room_id, TrainingSession.starts_at, TrainingSession.ends_at
    ).where(
        TrainingSession.room_id.in_(ids),
        TrainingSession.state.in_(TO_COME),
        TrainingSession.on.between(first - _DAY, last + _DAY),
    )
    zone = ZoneInfo(next(iter(rooms)).site.time_zone)
    begins = datetime(first.year, first.month, first.day, tzinfo=zone)
    ends = begins + (last - first + 2 * _DAY)
    blocks = select(RoomBlock.room_id, RoomBlock.starts_at, RoomBlock.ends_at).where(
        RoomBlock.room_id.in_(ids), RoomBlock.starts_at < ends, RoomBlock.ends_at > begins
    )
    return [tuple(row) for query in (classes, blocks) for row in db.session.execute(query)]  # type: ignore[misc]  # rows of three columns


def _is_free(taken: Sequence[tuple[int, datetime, datetime]], room: Room, slot: Slot) -> bool:
    return not any(
        room_id == room.id and starts_at < slot.ends_at and slot.starts_at < ends_at
        for room_id, starts_at, ends_at in taken
    )
