"""Hours at which the people of a training request could come together: tried, best first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
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
from trainhub.delivery.queries.request_people import list_asked_for
from trainhub.delivery.queries.seats.seat_book import Joining, SeatBook, SeatCheck
from trainhub.delivery.queries.seats.seat_facts import shifts_of
from trainhub.delivery.rules.classes.class_plan import ClassPlan
from trainhub.delivery.rules.classes.conflicts import Conflict
from trainhub.delivery.rules.seats.booking import Slot
from trainhub.delivery.rules.states import TO_COME
from trainhub.people.models import Person
from trainhub.rota.models import Site, TeamPlace
from trainhub.rota.rules.clock_times import instant, local
from trainhub.rota.rules.shift_times import ShiftTimes

MOST_TRIED = 60  # hours asked of the rules: some queries in all, whatever their number
MOST_PEOPLE = 60  # more than one class holds: a campaign plans those
LOOKED_AT = 10  # of the hours tried, those seated person by person
SHOWN = 5
MOST_DAYS = 60  # of a longer window the first
_STARTS = (600, 840)  # on a day without an early class that could be held
_DAY = timedelta(days=1)
Place = tuple[Slot, Room]


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
    to be had; on a day with none, ten and two o'clock. Every rule of seats and cover is asked, for
    each hour as if no other were tried.
    """
    people = list_asked_for(request)
    profile = db.session.get(TrainerProfile, request.trainer_id or 0)
    if not people or len(people) > MOST_PEOPLE or profile is None or request.course_id is None:
        return FittingHours((), None)
    minutes = request.course.minutes if request.course else 60
    rooms = _rooms(profile.site_id, len(people))
    hours: list[list[Place]] = []
    if rooms:
        hours += islice(_hours(request, people, minutes, rooms, now=now), MOST_TRIED)
    if not hours:
        return FittingHours((), 0)
    ids = [one.id for one in people]
    joinings = [[Joining(ids, slot, None) for slot, _ in hour] for hour in hours]
    book = SeatBook([each for hour in joinings for each in hour], language=language)
    tried = [
        [_Tried(*place, book.check([each])) for place, each in zip(hour, mine, strict=True)]
        for hour, mine in zip(hours, joinings, strict=True)
    ]
    if all(len(one.check.refused_ids) == len(ids) for hour in tried for one in hour):
        return FittingHours((), len(hours), _mostly([hour[-1].check for hour in tried]))
    chosen = [max(hour, key=lambda one: one.most_of(len(ids))) for hour in tried]
    promising = sorted(chosen, key=lambda one: (-one.most_of(len(ids)), one.slot.on))
    found = [_seated(book.copy(), one, ids) for one in promising[:LOOKED_AT]]
    best = sorted(found, key=lambda one: (-one.comes, one.conflict is not None, one.on))
    return FittingHours(tuple(one for one in best[:SHOWN] if one.comes), len(hours))


@dataclass(frozen=True)
class _Tried:
    """A place of an hour and what the rules say about everybody there."""

    slot: Slot
    room: Room
    check: SeatCheck

    def most_of(self, people: int) -> int:
        """How many of the people could come at best."""
        return min(people - len(self.check.refused_ids), self.room.seats)


def _mostly(checks: Sequence[SeatCheck]) -> Conflict | None:
    """The conflict people have most often."""
    personal = [one for check in checks for one in check.conflicts if one.is_of_person]
    common = Counter(one.code for one in personal).most_common(1)
    return next((one for one in personal if common and one.code == common[0][0]), None)


def _seated(book: SeatBook, tried: _Tried, ids: Sequence[int]) -> FittingHour:
    """Seat one after the other as the class would, as far as rules, cover and room go."""
    slot, room, people = tried.slot, tried.room, len(ids)
    comes, conflict = 0, None
    if not tried.check.conflicts and people <= room.seats:
        comes, ids = people, ()
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


def _hours(
    request: TrainingRequest,
    people: Sequence[Person],
    minutes: int,
    rooms: Sequence[Room],
    *,
    now: datetime,
) -> Iterator[list[Place]]:
    """Hours at which the trainer is free, each with the first room that is; where some of the
    people are of another site, with the first online one as well."""
    zone = ZoneInfo(rooms[0].site.time_zone)
    first = max(request.wished_from, now.astimezone(zone).date())
    last = min(request.wished_until, first + MOST_DAYS * _DAY)
    if first > last:
        return
    trainer_id, course_id = request.trainer_id or 0, request.course_id or 0
    homes = _homes(people)
    shifts = shifts_of([one.id for one in people], first, last)
    free = hours_of_trainers([trainer_id], first, last)[trainer_id].days
    taken, sorts = _taken(rooms, first, last), _sorts(rooms, homes)

    def found(on: date, start: int, sort: Sequence[Room]) -> Iterator[Place]:
        for room in sort:
            slot = slot_for(ClassPlan(on, start, minutes, room.id, trainer_id, 1), course_id, room)
            if slot.starts_at > now and _is_free(taken, room, slot):
                yield slot, room

    def held(on: date, starts: Sequence[int]) -> Iterator[list[Place]]:
        for start in starts:
            if not any(low <= start and start + minutes <= high for low, high in free[on]):
                continue
            places = [next(found(on, start, sort), None) for sort in sorts]
            if any(places):
                yield [one for one in places if one is not None]

    for number in range((last - first).days + 1):
        on = first + number * _DAY
        there = {key: rota[on] for key, rota in shifts.items() if on in rota}
        works = any(one.span is not None for one in there.values())
        early = _early(minutes, on, there, homes, zone)
        yield from list(held(on, early)) or held(on, _STARTS if works else ())


@dataclass(frozen=True)
class _Home:
    """Where somebody works, and by which clock."""

    site_id: int
    zone: ZoneInfo


def _early(
    minutes: int,
    on: date,
    shifts: Mapping[int, ShiftTimes],
    homes: Mapping[int, _Home],
    zone: ZoneInfo,
) -> list[int]:
    """When the early classes begin that most people have on a day, at most two; `zone` is the
    clock of the class, people's shifts are told by their own."""
    begins: Counter[int] = Counter()
    for person_id, one in shifts.items():
        if one.early_class is None or one.early_class[1] - one.early_class[0] < minutes:
            continue
        home = homes[person_id].zone if person_id in homes else zone
        day, start = local(zone, instant(home, on, one.early_class[0]))
        begins[start] += day == on
    return sorted(start for start, count in begins.most_common(2) if count)


def _homes(people: Sequence[Person]) -> dict[int, _Home]:
    """The sites of people whose teams have one."""
    query = (
        select(TeamPlace.team_id, TeamPlace.site_id, Site.time_zone)
        .join(Site, Site.id == TeamPlace.site_id)
        .where(TeamPlace.team_id.in_({one.team_id for one in people if one.team_id}))
    )
    places = {row[0]: _Home(row[1], ZoneInfo(row[2])) for row in db.session.execute(query)}
    return {one.id: places[one.team_id] for one in people if one.team_id in places}


def _sorts(rooms: Sequence[Room], homes: Mapping[int, _Home]) -> list[list[Room]]:
    """All rooms as one sort; walls and online rooms apart where some come from another site."""
    if all(one.site_id == rooms[0].site_id for one in homes.values()):
        return [list(rooms)]
    walls = [one for one in rooms if not one.is_online]
    return [walls, [one for one in rooms if one.is_online]]


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
