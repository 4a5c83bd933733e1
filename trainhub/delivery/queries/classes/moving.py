"""What would come of a class at another time, in another room or with another trainer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from trainhub.db import db
from trainhub.delivery.models import Booking, Campaign, Room, TrainingSession
from trainhub.delivery.queries.classes.class_checks import class_conflicts
from trainhub.delivery.queries.classes.limits import limits_of
from trainhub.delivery.queries.seats.away import change_of_teaching
from trainhub.delivery.queries.seats.seat_book import Joining, Teaching
from trainhub.delivery.queries.seats.seat_checks import check_seats
from trainhub.delivery.rules.classes.class_plan import ClassPlan
from trainhub.delivery.rules.classes.conflicts import Conflict
from trainhub.delivery.rules.classes.moving import QueueEffect
from trainhub.delivery.rules.seats.booking import Slot
from trainhub.errors import NotFound
from trainhub.people.models import Person
from trainhub.rota.rules.clock_times import instant
from trainhub.rota.rules.windows import Window


@dataclass(frozen=True)
class MoveEffect:
    """What a plan does: where it lies, what stands against it, the cover before and after.

    `windows` are those of the people who can come along; `refused_ids` of those who cannot.
    """

    slot: Slot
    conflicts: tuple[Conflict, ...]
    effects: tuple[QueueEffect, ...]
    windows: Mapping[int, Window]
    refused_ids: frozenset[int]

    @property
    def against_class(self) -> tuple[Conflict, ...]:
        """What stands against it whoever is left out."""
        return tuple(one for one in self.conflicts if not one.is_of_person)

    @property
    def against_people(self) -> tuple[Conflict, ...]:
        """What stands against single people."""
        return tuple(one for one in self.conflicts if one.is_of_person)


def slot_for(plan: ClassPlan, course_id: int, room: Room) -> Slot:
    """The time of a plan by the clock of the room's site."""
    zone, ends_min = ZoneInfo(room.site.time_zone), plan.starts_min + plan.duration_min
    return Slot(
        course_id, room.site_id, plan.on, plan.starts_min, ends_min,
        instant(zone, plan.on, plan.starts_min), instant(zone, plan.on, ends_min),
        room.is_online,
    )  # fmt: skip


def places_of(plan: ClassPlan) -> tuple[Room, Person]:
    """The room and the trainer of a plan. Raises `NotFound`."""
    room, trainer = db.session.get(Room, plan.room_id), db.session.get(Person, plan.trainer_id)
    if room is None or trainer is None:
        raise NotFound()
    return room, trainer


def effect_of_new(
    plan: ClassPlan,
    course_id: int,
    *,
    campaign: Campaign | None = None,
    now: datetime,
    language: str,
) -> MoveEffect:
    """What stands against a new class without people."""
    room, trainer = places_of(plan)
    slot = slot_for(plan, course_id, room)
    conflicts = class_conflicts(
        slot, room, trainer, campaign=campaign, taken=plan.seats, now=now, language=language
    )
    teaching = Teaching(trainer.name, change_of_teaching(trainer.id, slot))
    nobody = Joining([], slot, campaign)
    found = check_seats([nobody], teaching=teaching, language=language)
    return MoveEffect(slot, (*conflicts, *found.conflicts), found.effects, {}, frozenset())


def effect_of_move(
    session: TrainingSession,
    plan: ClassPlan,
    *,
    leaves_out: bool = False,
    now: datetime,
    language: str,
) -> MoveEffect:
    """What moving a class with its people does; reads only.

    `leaves_out`: people who cannot come along are left out, and the rest is asked again.
    """
    room, trainer = places_of(plan)
    slot = slot_for(plan, session.course_id, room)
    booked = select(Booking.id, Booking.person_id).where(
        Booking.training_session_id == session.id, Booking.state == "booked"
    )
    rows = db.session.execute(booked).all()
    against = tuple(
        class_conflicts(
            slot,
            room,
            trainer,
            campaign=session.campaign,
            taken=plan.seats,
            but_id=session.id,
            now=now,
            language=language,
        )
    )
    leaving = [row.id for row in rows]
    joining = Joining([row.person_id for row in rows], slot, session.campaign, (session.id,))
    teaching = Teaching(trainer.name, change_of_teaching(trainer.id, slot, session))
    found = check_seats([joining], leaving, teaching=teaching, language=language)
    refused = found.refused_ids
    heads = len(rows) - (len(refused) if leaves_out else 0)
    if plan.seats < heads:
        against += (Conflict("TOO_FEW_SEATS", {"seats": plan.seats, "taken": heads}),)
    if refused and leaves_out:
        stay = [row.person_id for row in rows if row.person_id not in refused]
        rest = check_seats([Joining(stay, slot, session.campaign, (session.id,))], leaving,
                           teaching=teaching, language=language)  # fmt: skip
        people = tuple(one for one in found.conflicts if one.is_of_person)
        return MoveEffect(
            slot, against + people + rest.conflicts, rest.effects, rest.windows, refused
        )
    return MoveEffect(slot, against + found.conflicts, found.effects, found.windows, refused)


def own_window_kind(windows: Mapping[int, Window], session: TrainingSession | None) -> str:
    """The kind of window most people of a class sit in; as before where nobody sits there."""
    kinds = [window.kind for window in windows.values()]
    if kinds:
        return max(sorted(set(kinds)), key=kinds.count)
    if session is not None:
        return session.window_kind
    return limits_of(None).kinds[0]
