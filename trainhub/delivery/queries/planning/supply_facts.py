"""Rooms and trainers that a campaign may use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, true

from trainhub.db import db
from trainhub.delivery.models import Room, RoomBlock, TrainerCourse, TrainerProfile, TrainerTime
from trainhub.delivery.rules.planning.planning_facts import (
    Period,
    RoomFacts,
    TimeFacts,
    TrainerFacts,
)
from trainhub.people.models import Person


def may_be_used(site_ids: Collection[int], chosen: Collection[int]) -> ColumnElement[bool]:
    """The condition on `Room`: in use at these sites or online; only those chosen, if any are."""
    there = or_(Room.site_id.in_(site_ids), Room.is_online)
    return and_(Room.retired_at.is_(None), there, Room.id.in_(chosen) if chosen else true())


def list_room_facts(
    site_ids: Collection[int], period: Period, chosen: Collection[int] = ()
) -> list[RoomFacts]:
    """The rooms people of these sites can come to, with the blocks that touch the period."""
    begins = datetime.combine(period.start - timedelta(days=1), time(), UTC)
    ends = datetime.combine(period.end + timedelta(days=2), time(), UTC)
    query = select(Room).where(may_be_used(site_ids, chosen))
    rooms = list(db.session.scalars(query.order_by(Room.id)))
    blocks: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    rows = select(RoomBlock.room_id, RoomBlock.starts_at, RoomBlock.ends_at).where(
        RoomBlock.room_id.in_([room.id for room in rooms]),
        RoomBlock.ends_at > begins,
        RoomBlock.starts_at < ends,
    )
    for room_id, starts_at, ends_at in db.session.execute(rows.order_by(RoomBlock.starts_at)):
        blocks[room_id].append((starts_at, ends_at))
    return [
        RoomFacts(room.id, room.site_id, room.seats, tuple(blocks[room.id]), room.is_online)
        for room in rooms
    ]


def list_trainer_facts(
    site_ids: Collection[int], course_ids: Collection[int]
) -> list[TrainerFacts]:
    """Active trainers at these sites who are certified for one of these courses at least."""
    certified: dict[int, list[int]] = defaultdict(list)
    pairs = select(TrainerCourse.person_id, TrainerCourse.course_id).where(
        TrainerCourse.course_id.in_(course_ids)
    )
    for person_id, course_id in db.session.execute(pairs.order_by(TrainerCourse.course_id)):
        certified[person_id].append(course_id)
    rows = (
        select(TrainerProfile, Person.team_id)
        .join(Person, Person.id == TrainerProfile.person_id)
        .where(
            TrainerProfile.site_id.in_(site_ids),
            TrainerProfile.person_id.in_(certified),
            Person.disabled_at.is_(None),
        )
        .order_by(TrainerProfile.person_id)
    )
    found = db.session.execute(rows).all()
    times = times_of([profile.person_id for profile, _ in found])
    return [
        TrainerFacts(
            profile.person_id,
            profile.site_id,
            profile.max_min_per_week,
            tuple(certified[profile.person_id]),
            times.get(profile.person_id, ()),
            team_id,
        )
        for profile, team_id in found
    ]


def times_of(person_ids: Collection[int]) -> dict[int, tuple[TimeFacts, ...]]:
    """What each of these people has said of when they can teach, in the order it was said."""
    times: dict[int, list[TimeFacts]] = defaultdict(list)
    query = select(TrainerTime).where(TrainerTime.person_id.in_(person_ids))
    for row in db.session.scalars(query.order_by(TrainerTime.id)):
        times[row.person_id].append(
            TimeFacts(row.weekday, row.on, row.starts_min, row.ends_min, row.is_away)
        )
    return {person_id: tuple(rows) for person_id, rows in times.items()}
