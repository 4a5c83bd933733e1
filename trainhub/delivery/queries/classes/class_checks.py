"""What stands against a class at a time in a room with a trainer, whoever sits in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select

from trainhub.db import db
from trainhub.delivery.models import (
    Booking,
    Campaign,
    Room,
    RoomBlock,
    TrainerCourse,
    TrainerProfile,
    TrainingSession,
)
from trainhub.delivery.queries.classes.limits import limits_of
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.planning.supply_facts import times_of
from trainhub.delivery.queries.seats.seat_facts import shifts_of
from trainhub.delivery.rules.classes.conflicts import Conflict
from trainhub.delivery.rules.planning.teaching_times import can_teach, works_on
from trainhub.delivery.rules.seats.booking import Slot
from trainhub.delivery.rules.states import TO_COME
from trainhub.people.models import Person
from trainhub.rota.queries.calendar_days import kinds_of_days
from trainhub.rota.rules.clock_times import clock_time, local, monday_of
from trainhub.rota.rules.holidays_calendar import is_working_day


def class_conflicts(
    slot: Slot,
    room: Room,
    trainer: Person,
    *,
    campaign: Campaign | None,
    taken: int,
    but_id: int = 0,
    now: datetime,
    language: str,
) -> Iterator[Conflict]:
    """Everything against a class there (H1, H7); `but_id` is the class itself if it exists.

    `taken` seats have to fit into the room.
    """
    if slot.starts_at <= now:
        yield Conflict("PAST")
    limits = limits_of(campaign)
    if limits.first_on and limits.last_on and not limits.first_on <= slot.on <= limits.last_on:
        yield Conflict(
            "DATES",
            {"on": slot.on, "first": limits.first_on, "last": limits.last_on},
        )
    yield from _room(slot, room, taken, but_id, language)
    yield from _trainer(slot, trainer, but_id, language)


def _overlapping(slot: Slot, but_id: int) -> list[ColumnElement[bool]]:
    return [
        TrainingSession.id != but_id,
        TrainingSession.state.in_(TO_COME),
        TrainingSession.starts_at < slot.ends_at,
        TrainingSession.ends_at > slot.starts_at,
    ]


def _words(session: TrainingSession, language: str) -> dict[str, str]:
    title = titles_of([session.course_id], language).get(session.course_id, "")
    return {
        "course": title,
        "from": clock_time(session.starts_min),
        "to": clock_time(session.ends_min),
    }


def _room(slot: Slot, room: Room, taken: int, but_id: int, language: str) -> Iterator[Conflict]:
    name = {"room": room.name}
    if room.site_id != slot.site_id:
        yield Conflict("OTHER_SITE", name)
    if room.retired_at is not None:
        yield Conflict("ROOM_RETIRED", name)
    if room.seats < taken:
        yield Conflict("NO_ROOM", name | {"seats": room.seats, "taken": taken})
    others = select(TrainingSession).where(
        TrainingSession.room_id == room.id, *_overlapping(slot, but_id)
    )
    for session in db.session.scalars(others):
        yield Conflict("ROOM_BUSY", name | _words(session, language))
    blocks = select(RoomBlock).where(
        RoomBlock.room_id == room.id,
        RoomBlock.starts_at < slot.ends_at,
        RoomBlock.ends_at > slot.starts_at,
    )
    zone = ZoneInfo(room.site.time_zone)
    for block in db.session.scalars(blocks):
        times = {
            "from": clock_time(local(zone, block.starts_at)[1]),
            "to": clock_time(local(zone, block.ends_at)[1]),
        }
        yield Conflict("ROOM_BLOCKED", name | times | {"reason": block.reason or "–"})


def _trainer(slot: Slot, trainer: Person, but_id: int, language: str) -> Iterator[Conflict]:
    name = {"trainer": trainer.name}
    if trainer.disabled_at is not None:
        yield Conflict("DISABLED", {"name": trainer.name})
    if db.session.get(TrainerCourse, (trainer.id, slot.course_id)) is None:
        yield Conflict("NO_TRAINER", name)
    if not _is_free_to_teach(slot, trainer.id):
        yield Conflict("TRAINER_AWAY", name | slot.times)
    taught = select(TrainingSession).where(
        TrainingSession.trainer_id == trainer.id, *_overlapping(slot, but_id)
    )
    for session in db.session.scalars(taught):
        yield Conflict("TRAINER_BUSY", name | _words(session, language))
    sat = (
        select(TrainingSession)
        .join(Booking, Booking.training_session_id == TrainingSession.id)
        .where(Booking.person_id == trainer.id, Booking.state == "booked", *_overlapping(slot, 0))
    )
    for session in db.session.scalars(sat):
        yield Conflict("TRAINER_IN_CLASS", name | _words(session, language))
    yield from _hours(slot, trainer, but_id)


def _is_free_to_teach(slot: Slot, trainer_id: int) -> bool:
    """Whether the trainer's time holds the class, by the rules a plan asks too."""
    named = times_of([trainer_id]).get(trainer_id, ())
    monday = monday_of(slot.on)
    week = shifts_of([trainer_id], monday, monday + timedelta(days=6)).get(trainer_id, {})
    shift = week.get(slot.on)
    kind = None if week else kinds_of_days(slot.on, slot.on).get(slot.on)
    is_at_work = works_on(
        named, shift, has_rota=bool(week), is_working_day=is_working_day(slot.on, kind)
    )
    return can_teach(
        named, slot.on, slot.starts_min, slot.ends_min,
        is_at_work=is_at_work, is_on_leave=shift is not None and shift.kind == "leave",
    )  # fmt: skip


def _hours(slot: Slot, trainer: Person, but_id: int) -> Iterator[Conflict]:
    profile = db.session.get(TrainerProfile, trainer.id)
    if profile is None:
        return
    monday = monday_of(slot.on)
    minutes = slot.minutes + int(
        db.session.scalar(
            select(func.sum(TrainingSession.ends_min - TrainingSession.starts_min)).where(
                TrainingSession.trainer_id == trainer.id,
                TrainingSession.id != but_id,
                TrainingSession.state != "cancelled",
                TrainingSession.on.between(monday, monday + timedelta(days=6)),
            )
        )
        or 0
    )
    if minutes > profile.max_min_per_week:
        yield Conflict(
            "TRAINER_HOURS",
            {"trainer": trainer.name, "minutes": minutes, "limit": profile.max_min_per_week},
        )
