"""Making a class by hand, moving it, calling it off, pinning it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from trainhub.audit.services import append_entry
from trainhub.catalogue.models import Course
from trainhub.db import db
from trainhub.delivery.models import Booking, Campaign, TrainingSession
from trainhub.delivery.queries.classes.moving import (
    MoveEffect,
    effect_of_move,
    effect_of_new,
    own_window_kind,
)
from trainhub.delivery.rules.classes.class_plan import ClassPlan
from trainhub.delivery.rules.classes.conflicts import ClassConflicts
from trainhub.delivery.rules.seats.booking import Slot
from trainhub.delivery.rules.teaching.debts import Cause
from trainhub.delivery.services.classes.history import note_booking, note_class, turn
from trainhub.delivery.services.seats.booking import ReasonNeeded, fill_free_seats
from trainhub.delivery.services.seats.seats import ClassOver, give_back_seats, hold, hold_classes
from trainhub.delivery.services.teaching import debts
from trainhub.errors import Conflict, NotFound
from trainhub.people.models import Person
from trainhub.rota.rules.clock_times import clock_time

CAUSES = (Cause.OPERATIONS, Cause.TRAINER, Cause.ROOM, Cause.PLANNER)


def create_class(
    course_id: int,
    plan: ClassPlan,
    *,
    now: datetime,
    actor: Person,
    language: str = "en",
    campaign: Campaign | None = None,
    request_id: int | None = None,
) -> TrainingSession:
    """Make a class by hand, without people yet and not published.

    Raises `ClassConflicts`, `NotFound`.
    """
    if db.session.get(Course, course_id) is None:
        raise NotFound()
    hold([], [plan.trainer_id], [plan.room_id])
    found = effect_of_new(plan, course_id, campaign=campaign, now=now, language=language)
    if found.conflicts:
        raise ClassConflicts(found.conflicts)
    session = TrainingSession(
        campaign_id=campaign.id if campaign else None,
        request_id=request_id,
        course_id=course_id,
        seats=plan.seats,
        min_seats=min(plan.min_seats, plan.seats),
        is_pinned=True,  # what a planner makes by hand no planner run takes away
        taken=0,
        window_kind=own_window_kind({}, None),
        **_places(found.slot, plan),
    )
    db.session.add(session)
    db.session.flush()
    note_class(session, "created", now=now, by_id=actor.id, new=facts_of_class(session))
    _audit("delivery.class_created", session, actor, now)
    return session


def _places(slot: Slot, plan: ClassPlan) -> dict[str, Any]:
    return {
        "site_id": slot.site_id,
        "room_id": plan.room_id,
        "trainer_id": plan.trainer_id,
        "on": slot.on,
        "starts_min": slot.starts_min,
        "ends_min": slot.ends_min,
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
    }


def facts_of_class(session: TrainingSession) -> dict[str, Any]:
    """Where a class is, for its history."""
    return {
        "on": session.on.isoformat(),
        "starts_min": session.starts_min,
        "ends_min": session.ends_min,
        "room_id": session.room_id,
        "trainer_id": session.trainer_id,
        "seats": session.seats,
    }


def _told(session: TrainingSession) -> dict[str, Any]:
    """Where a class is, for the audit trail."""
    return {
        "on": session.on.isoformat(),
        "starts": clock_time(session.starts_min),
        "ends": clock_time(session.ends_min),
        "room": session.room.name,
        "trainer": session.trainer.name,
        "seats": session.seats,
    }


def _audit(
    action: str, session: TrainingSession, actor: Person, now: datetime, reason: str = "",
    **changes: Any,
) -> None:  # fmt: skip
    append_entry(
        action, actor=actor, object_type="training_session", object_key=str(session.id),
        now=now, changes=changes, reason=reason,
    )  # fmt: skip


def _hold_class(session_id: int, revision: int | None, plan: ClassPlan | None) -> TrainingSession:
    hold_classes([session_id])
    booked = select(Booking.person_id).where(
        Booking.training_session_id == session_id, Booking.state == "booked"
    )
    people = {*db.session.scalars(booked)} | ({plan.trainer_id} if plan else set())
    session = hold([session_id], people, [plan.room_id] if plan else [])[session_id]
    if revision is not None and session.revision != revision:
        raise Conflict()
    if session.state != "scheduled":
        raise ClassOver()
    return session


def move_class(
    session_id: int,
    plan: ClassPlan,
    *,
    revision: int | None,
    leaves_out: bool = False,
    reason: str = "",
    now: datetime,
    actor: Person,
    language: str = "en",
) -> MoveEffect:
    """Move a class with its people; who cannot come is left out where the planner says so.

    Everything is asked again now, and calendars follow. Raises `ClassConflicts`, `ClassOver`,
    `Conflict` where the class is not as the planner saw it.
    """
    session = _hold_class(session_id, revision, plan)
    if session.starts_at <= now:
        raise ClassOver()
    found = effect_of_move(session, plan, leaves_out=leaves_out, now=now, language=language)
    against = found.against_class if leaves_out else found.conflicts
    if against:
        raise ClassConflicts(against)
    before = _told(session)
    lost = _release_refused(session, found, now=now, by_id=actor.id) if leaves_out else []
    apply_move(session, found, plan, now=now, by_id=actor.id, reason=reason)
    db.session.expire(session, ["room", "trainer", "site"])
    after = _told(session)
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    _audit("delivery.class_moved", session, actor, now, reason, **changes)
    for booking in lost:
        debts.lost(booking, cause=Cause.PLANNER, now=now, by_id=actor.id, reason=reason)
    fill_free_seats(session, now=now)
    return found


def _release_refused(
    session: TrainingSession, found: MoveEffect, *, now: datetime, by_id: int
) -> list[Booking]:
    gone = [one for one in booked_of(session) if one.person_id in found.refused_ids]
    for booking in gone:
        turn(booking, "cancelled", "cancelled", now=now, by_id=by_id)
    if gone:
        give_back_seats(session, len(gone))
    return gone


def booked_of(session: TrainingSession) -> list[Booking]:
    """The bookings that hold a seat, as they are stored now."""
    query = select(Booking).where(
        Booking.training_session_id == session.id, Booking.state == "booked"
    )
    found = db.session.scalars(query.execution_options(populate_existing=True))
    return list(found)


def apply_move(
    session: TrainingSession,
    found: MoveEffect,
    plan: ClassPlan,
    *,
    now: datetime,
    by_id: int | None,
    reason: str = "",
) -> bool:
    """Write a move that is allowed; whether anything a calendar shows has changed."""
    change = rewrite(session, values_of(found.slot, plan, own_window_kind(found.windows, session)))
    for booking in booked_of(session):
        window = found.windows.get(booking.person_id)
        if window is not None:
            booking.window_kind, booking.is_on_phones = window.kind, window.on_phones
        if change.is_moved:
            booking.sequence += 1
            booking.changed_at = now
            note_booking(booking, "rescheduled", "booked", now=now, by_id=by_id, reason=reason)
    if change.old != change.new:
        note_class(session, "moved", now=now, by_id=by_id, old=change.old, new=change.new,
                   reason=reason)  # fmt: skip
    db.session.flush()
    return change.is_moved


@dataclass(frozen=True)
class Rewritten:
    """Where a class was and where it is now, for its history."""

    old: Mapping[str, Any]
    new: Mapping[str, Any]

    @property
    def is_moved(self) -> bool:
        """Whether anything a calendar shows has changed."""
        return {**self.old, "seats": 0} != {**self.new, "seats": 0}


def values_of(slot: Slot, plan: ClassPlan, window_kind: str) -> dict[str, Any]:
    """What the row of a class says when it follows this plan."""
    seats = {"seats": plan.seats, "min_seats": min(plan.min_seats, plan.seats)}
    return _places(slot, plan) | seats | {"window_kind": window_kind}


def rewrite(session: TrainingSession, values: Mapping[str, Any]) -> Rewritten:
    """Let a class follow another plan; its people and its history are the caller's."""
    old = facts_of_class(session)
    for name, value in values.items():
        setattr(session, name, value)
    session.revision += 1
    change = Rewritten(old, facts_of_class(session))
    if change.is_moved:
        session.sequence += 1
    return change


def cancel_class(
    session_id: int,
    *,
    cause: Cause | str,
    reason: str,
    now: datetime,
    actor: Person | None,
) -> TrainingSession:
    """Call a class off: everybody is told, and what they lose enters the account.

    Raises `ReasonNeeded`, `ClassOver`.
    """
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    session = _hold_class(session_id, None, None)
    call_off(session, Cause(cause), reason.strip(), now=now, by_id=actor.id if actor else None)
    if actor is not None:
        _audit("delivery.class_cancelled", session, actor, now, reason, cause=[None, str(cause)])
    return session


def call_off(
    session: TrainingSession,
    cause: Cause,
    reason: str,
    *,
    now: datetime,
    by_id: int | None,
) -> None:
    """Call off a class that is held still already."""
    gone = booked_of(session)
    for booking in gone:
        turn(booking, "cancelled", "cancelled", now=now, by_id=by_id, reason=reason)
    if gone:
        give_back_seats(session, len(gone))
    waiting = select(Booking).where(
        Booking.training_session_id == session.id, Booking.state == "waiting"
    )
    for booking in db.session.scalars(waiting):
        turn(booking, "cancelled", "line_ended", now=now, by_id=by_id, reason=reason)
    session.state, session.cancelled_cause = "cancelled", cause.value
    session.sequence += 1
    session.revision += 1
    note_class(session, "cancelled", now=now, by_id=by_id, new={"cause": cause.value},
               reason=reason)  # fmt: skip
    db.session.flush()
    for booking in gone:
        debts.lost(booking, cause=cause, now=now, by_id=by_id, reason=reason)


def pin_class(session_id: int, is_pinned: bool, *, now: datetime, actor: Person) -> TrainingSession:
    """Fix a class where it is, so that no planner run moves it; or let it go again."""
    session = _hold_class(session_id, None, None)
    if session.is_pinned != is_pinned:
        session.is_pinned = is_pinned
        note_class(session, "pinned" if is_pinned else "unpinned", now=now, by_id=actor.id)
    return session


def pin_seat(booking: Booking, is_pinned: bool, *, now: datetime, actor: Person) -> None:
    """Fix somebody in their class, or let them go again."""
    _hold_class(booking.training_session_id, None, None)
    db.session.refresh(booking)
    if booking.state == "booked" and booking.is_pinned != is_pinned:
        booking.is_pinned = is_pinned
        kind = "pinned" if is_pinned else "unpinned"
        note_booking(booking, kind, booking.state, now=now, by_id=actor.id)
