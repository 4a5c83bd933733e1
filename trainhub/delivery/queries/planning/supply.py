"""Rooms and trainers for the pages that keep them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.delivery.models import (
    Room,
    RoomBlock,
    TrainerCourse,
    TrainerProfile,
    TrainerTime,
    TrainingSession,
)
from trainhub.errors import NotFound
from trainhub.people.models import Person, PersonRole, Role
from trainhub.rota.models import Site


@dataclass(frozen=True)
class RoomRow:
    """A room with its coming classes and blocks counted."""

    room: Room
    classes: int
    blocks: int


@dataclass(frozen=True)
class TrainerRow:
    """A trainer, the profile if there is one, and counts.

    `weekly`: stretches of weekdays named, in place of the usual hours; `dates`: stretches of
    single dates, from this week on, that come on top.
    """

    person: Person
    profile: TrainerProfile | None
    courses: int
    weekly: int
    dates: int
    minutes: int


def list_sites() -> list[Site]:
    """Every site, by name."""
    return list(db.session.scalars(select(Site).order_by(Site.name)))


def list_room_rows(now: datetime, *, retired: bool = False) -> list[RoomRow]:
    """The rooms in use, or the retired ones, by site and name."""
    shown = Room.retired_at.is_not(None) if retired else Room.retired_at.is_(None)
    query = (
        select(Room)
        .join(Site, Site.id == Room.site_id)
        .where(shown)
        .options(joinedload(Room.site))
        .order_by(Site.name, Room.name)
    )
    classes = _counts(
        select(TrainingSession.room_id, func.count())
        .where(TrainingSession.starts_at > now, TrainingSession.state == "scheduled")
        .group_by(TrainingSession.room_id)
    )
    blocks = _counts(
        select(RoomBlock.room_id, func.count())
        .where(RoomBlock.ends_at > now)
        .group_by(RoomBlock.room_id)
    )
    return [
        RoomRow(room, classes.get(room.id, 0), blocks.get(room.id, 0))
        for room in db.session.scalars(query)
    ]


def list_room_choices(kept: Collection[int] = ()) -> list[Room]:
    """The rooms in use, and those chosen already whatever has become of them."""
    query = (
        select(Room)
        .join(Site, Site.id == Room.site_id)
        .where(Room.retired_at.is_(None) | Room.id.in_(kept))
        .options(joinedload(Room.site))
        .order_by(Site.name, Room.name)
    )
    return list(db.session.scalars(query))


def list_teachers(kept: Collection[int] = ()) -> list[Person]:
    """Active people who teach at a site, and those chosen already, by name."""
    teach = select(TrainerProfile.person_id)
    active = Person.id.in_(teach) & Person.disabled_at.is_(None)
    query = select(Person).where(active | Person.id.in_(kept))
    return list(db.session.scalars(query.order_by(Person.name_key, Person.id)))


def _counts(query: object) -> dict[int, int]:
    return {row[0]: row[1] for row in db.session.execute(query)}  # type: ignore[call-overload]  # a select of two columns


def get_room(room_id: int) -> Room:
    """The room. Raises `NotFound`."""
    room = db.session.get(Room, room_id)
    if room is None:
        raise NotFound()
    return room


def list_blocks(room_id: int, after: datetime) -> list[RoomBlock]:
    """The room's blocks that are not over yet, the next first."""
    query = select(RoomBlock).where(RoomBlock.room_id == room_id, RoomBlock.ends_at > after)
    return list(db.session.scalars(query.order_by(RoomBlock.starts_at)))


def in_blocked_room() -> ColumnElement[bool]:
    """The condition on `TrainingSession`: its room is not to be had at its time."""
    return exists().where(
        RoomBlock.room_id == TrainingSession.room_id,
        RoomBlock.starts_at < TrainingSession.ends_at,
        RoomBlock.ends_at > TrainingSession.starts_at,
    )


def list_classes_in_the_way(room_id: int, now: datetime) -> list[TrainingSession]:
    """Coming classes that stand in a room while it is not to be had, the next first."""
    query = (
        select(TrainingSession)
        .where(
            TrainingSession.room_id == room_id,
            TrainingSession.state == "scheduled",
            TrainingSession.starts_at > now,
            in_blocked_room(),
        )
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    return list(db.session.scalars(query))


def get_block(room_id: int, block_id: int) -> RoomBlock:
    """A block of this room. Raises `NotFound`."""
    query = select(RoomBlock).where(RoomBlock.room_id == room_id, RoomBlock.id == block_id)
    block = db.session.scalars(query).one_or_none()
    if block is None:
        raise NotFound()
    return block


def list_trainer_rows(first: date, last: date) -> list[TrainerRow]:
    """Everybody active who is a trainer or has a profile, with minutes of these dates."""
    holders = select(PersonRole.person_id).where(PersonRole.role == Role.TRAINER.value)
    profiles = {one.person_id: one for one in db.session.scalars(select(TrainerProfile))}
    people = db.session.scalars(
        select(Person)
        .where(Person.disabled_at.is_(None), Person.id.in_(holders) | Person.id.in_(list(profiles)))
        .order_by(Person.name_key, Person.id)
    )
    courses = _counts(
        select(TrainerCourse.person_id, func.count()).group_by(TrainerCourse.person_id)
    )
    times = select(TrainerTime.person_id, func.count()).group_by(TrainerTime.person_id)
    weekly = _counts(times.where(TrainerTime.weekday.is_not(None), TrainerTime.is_away.is_(False)))
    dates = _counts(times.where(TrainerTime.on >= first, TrainerTime.is_away.is_(False)))
    minutes = _counts(
        select(
            TrainingSession.trainer_id,
            func.sum(TrainingSession.ends_min - TrainingSession.starts_min),
        )
        .where(TrainingSession.on.between(first, last), TrainingSession.state != "cancelled")
        .group_by(TrainingSession.trainer_id)
    )
    return [
        TrainerRow(
            person,
            profiles.get(person.id),
            courses.get(person.id, 0),
            weekly.get(person.id, 0),
            dates.get(person.id, 0),
            int(minutes.get(person.id, 0)),
        )
        for person in people
    ]


def get_trainer(person_id: int) -> Person:
    """Somebody active who is a trainer or has a profile. Raises `NotFound`."""
    holders = select(PersonRole.person_id).where(PersonRole.role == Role.TRAINER.value)
    known = select(TrainerProfile.person_id)
    query = select(Person).where(
        Person.id == person_id,
        Person.disabled_at.is_(None),
        Person.id.in_(holders) | Person.id.in_(known),
    )
    person = db.session.scalars(query).one_or_none()
    if person is None:
        raise NotFound()
    return person


def find_profile(person_id: int) -> TrainerProfile | None:
    """Where and how much somebody teaches, if anybody has said so."""
    return db.session.get(TrainerProfile, person_id)


def certificates_of(person_id: int) -> dict[int, date]:
    """Course id → date of the certificate."""
    query = select(TrainerCourse.course_id, TrainerCourse.certified_on).where(
        TrainerCourse.person_id == person_id
    )
    return {course_id: on for course_id, on in db.session.execute(query)}  # noqa: C416 -- rows are not pairs to mypy


def trainers_for(course_id: int, site_id: int) -> list[Person]:
    """Active people certified for a course who teach at a site, by name."""
    query = (
        select(Person)
        .join(TrainerProfile, TrainerProfile.person_id == Person.id)
        .join(TrainerCourse, TrainerCourse.person_id == Person.id)
        .where(
            TrainerProfile.site_id == site_id,
            TrainerCourse.course_id == course_id,
            Person.disabled_at.is_(None),
        )
        .order_by(Person.name_key)
    )
    return list(db.session.scalars(query))


def room_names(ids: Collection[int]) -> dict[int, str]:
    """The names of rooms by id."""
    query = select(Room.id, Room.name).where(Room.id.in_(ids))
    return {room_id: name for room_id, name in db.session.execute(query)}  # noqa: C416 -- rows are not pairs to mypy
