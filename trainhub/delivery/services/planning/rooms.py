"""Rooms, when they are not to be had, and taking them out of use."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.delivery.models import Room, RoomBlock, TrainingSession
from trainhub.delivery.rules.planning.supply_checks import RoomPlan
from trainhub.delivery.rules.states import TO_COME
from trainhub.delivery.services.seats.seats import hold
from trainhub.errors import N_, DomainError
from trainhub.people.models import Person

LONGEST_BLOCK_DAYS = 400


class RoomNameTaken(DomainError):
    """One name, one room of a site."""

    code = "room_name_taken"
    message = N_("The site has a room of this name already.")


class RoomStays(DomainError):
    """Classes are still to be held in the room, at the hour and for the people of its site."""

    code = "room_stays"
    message = N_("Classes are still to come in this room, so it stays at its site. Move them to"
                 " another room first, or add a room at the other site.")  # fmt: skip


class BlockRefused(DomainError):
    """A block has a beginning and a later end."""

    code = "block_refused"
    message = N_("Give a start and a later end, at most %(days)s days apart.")


def create_room(plan: RoomPlan, *, actor: Person, now: datetime) -> Room:
    """A new room. Raises `RoomNameTaken`."""
    _refuse_taken(plan, None)
    room = Room(
        site_id=plan.site_id, name=plan.name, seats=plan.seats, is_online=plan.is_online,
        join_url=plan.join_url,
    )  # fmt: skip
    db.session.add(room)
    db.session.flush()
    _record("room.added", room, actor, now, {"name": [None, room.name]})
    return room


def change_room(room: Room, plan: RoomPlan, *, actor: Person, now: datetime) -> None:
    """Another name, site, address or number of seats; classes agreed to stay.

    Raises `RoomNameTaken`, and `RoomStays` where it would leave classes behind at another site.
    """
    _hold_room(room)
    _refuse_taken(plan, room.id)
    if plan.site_id != room.site_id and _has_classes_to_come(room, now):
        raise RoomStays(field="site_id")
    changes = {
        name: [getattr(room, name), getattr(plan, name)]
        for name in ("name", "site_id", "seats", "is_online", "join_url")
        if getattr(room, name) != getattr(plan, name)
    }
    for name, (_old, new) in changes.items():
        setattr(room, name, new)
    db.session.flush()
    if changes:
        _record("room.changed", room, actor, now, changes)


def retire_room(room: Room, *, actor: Person, now: datetime) -> None:
    """Plan no class in the room any more."""
    _hold_room(room)
    if room.retired_at is None:
        room.retired_at = now
        _record("room.retired", room, actor, now, {})


def restore_room(room: Room, *, actor: Person, now: datetime) -> None:
    """Take a room back into use."""
    if room.retired_at is not None:
        room.retired_at = None
        _record("room.restored", room, actor, now, {})


def block_room(
    room: Room,
    starts_at: datetime | None,
    ends_at: datetime | None,
    reason: str,
    *,
    actor: Person,
    now: datetime,
) -> RoomBlock:
    """Keep classes out of a room for a time; those that stand there already stay, and are named
    on its page and on the week board. Raises `BlockRefused`.
    """
    if starts_at is None or ends_at is None or not starts_at < ends_at:
        raise BlockRefused(field="ends_at", days=LONGEST_BLOCK_DAYS)
    if (ends_at - starts_at).days > LONGEST_BLOCK_DAYS:
        raise BlockRefused(field="ends_at", days=LONGEST_BLOCK_DAYS)
    _hold_room(room)
    block = RoomBlock(
        room_id=room.id, starts_at=starts_at, ends_at=ends_at, reason=reason.strip()[:200]
    )
    db.session.add(block)
    db.session.flush()
    times = f"{starts_at.isoformat()} – {ends_at.isoformat()}"
    _record("room.blocked", room, actor, now, {"blocked": [None, times]})
    return block


def unblock_room(block: RoomBlock, *, actor: Person, now: datetime) -> None:
    """Give the room free again for that time."""
    times = f"{block.starts_at.isoformat()} – {block.ends_at.isoformat()}"
    room = block.room
    db.session.delete(block)
    db.session.flush()
    _record("room.unblocked", room, actor, now, {"blocked": [times, None]})


def _hold_room(room: Room) -> None:
    """Who makes a class there at this moment is seen, or sees what becomes of the room."""
    hold([], [], [room.id])
    db.session.refresh(room)


def _has_classes_to_come(room: Room, now: datetime) -> bool:
    query = select(TrainingSession.id).where(
        TrainingSession.room_id == room.id,
        TrainingSession.state.in_(TO_COME),
        TrainingSession.ends_at > now,
    )
    return db.session.scalars(query.limit(1)).first() is not None


def _refuse_taken(plan: RoomPlan, room_id: int | None) -> None:
    query = select(Room.id).where(Room.site_id == plan.site_id, Room.name == plan.name)
    found = db.session.scalars(query).first()
    if found is not None and found != room_id:
        raise RoomNameTaken(field="name")


def _record(
    action: str, room: Room, actor: Person, now: datetime, changes: dict[str, list[object]]
) -> None:
    db.session.flush()
    append_entry(
        action, actor=actor, object_type="room", object_key=str(room.id), now=now, changes=changes
    )
