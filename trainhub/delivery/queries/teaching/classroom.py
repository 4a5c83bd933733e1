"""A class as its trainer and its people meet it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.delivery.models import Attendance, Booking, TrainingSession, TrainingSessionEvent
from trainhub.delivery.rules.states import WERE_MEANT
from trainhub.delivery.rules.teaching.attendance import OPENS_BEFORE, AttendanceState, Held
from trainhub.delivery.rules.teaching.classroom import (
    HELD,
    NOBODY_BEGAN,
    ClassClock,
    State,
    Step,
    Timetable,
    clock_of,
    counts_as_held,
)
from trainhub.delivery.rules.teaching.debts import Cause
from trainhub.errors import NotFound
from trainhub.people.models import Person
from trainhub.rota.queries.scope import sees_all
from trainhub.rota.rules.clock_times import instant


def own_classes(viewer: Person) -> ColumnElement[bool]:
    """The condition on `TrainingSession`: planners and administrators all, trainers their own."""
    if sees_all(viewer):
        return true()
    return TrainingSession.trainer_id == viewer.id


def _with_names(query: Select[Any]) -> Select[Any]:
    return query.options(
        joinedload(TrainingSession.course),
        joinedload(TrainingSession.site),
        joinedload(TrainingSession.room),
        joinedload(TrainingSession.trainer).lazyload(Person.role_rows),
    )


def get_class(session_id: int, viewer: Person) -> TrainingSession:
    """A class its trainer (or a planner) opens. Raises `NotFound` for others'."""
    query = _with_names(select(TrainingSession)).where(
        TrainingSession.id == session_id, own_classes(viewer)
    )
    found: TrainingSession | None = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def lock_class(session_id: int) -> TrainingSession:
    """A class with its row held until the end of the transaction: whoever marks attendance
    and whoever ends the class come one after the other. Raises `NotFound`.
    """
    query = (
        select(TrainingSession)
        .where(TrainingSession.id == session_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def zone_of(session: TrainingSession) -> ZoneInfo:
    """The clock of the class's site."""
    return ZoneInfo(session.site.time_zone)


def timetable_of(session: TrainingSession) -> Timetable:
    """When the class is planned."""
    midnight = instant(zone_of(session), session.on + timedelta(days=1), 0)
    return Timetable(session.starts_at, session.ends_at, max(midnight, session.ends_at))


def list_events(session_id: int) -> list[TrainingSessionEvent]:
    """What happened to a class, in order."""
    query = (
        select(TrainingSessionEvent)
        .where(TrainingSessionEvent.training_session_id == session_id)
        .order_by(TrainingSessionEvent.id)
    )
    return list(db.session.scalars(query))


def class_clock(
    session: TrainingSession, events: Sequence[TrainingSessionEvent] | None = None
) -> ClassClock:
    """How much of the class has been taught; that of a class recorded afterwards is its plan."""
    events = list_events(session.id) if events is None else events
    planned_s = timetable_of(session).planned_s
    if any(one.kind == Step.RECORD for one in events):
        return ClassClock(planned_s, ((session.starts_at, session.ends_at),))
    return clock_of(planned_s, [(one.kind, one.occurred_at) for one in events])


def held_class(session: TrainingSession) -> Held:
    """What became of a class that has ended."""
    assert session.ended_at is not None
    events = list_events(session.id)
    watch = class_clock(session, events)
    taught_s = watch.taught_s(session.ended_at)
    is_broken_off = any(one.kind == Step.BREAK_OFF for one in events)
    return Held(
        watch.planned_s,
        taught_s,
        counts_as_held(taught_s, watch.planned_s, is_broken_off=is_broken_off),
        Cause(session.cancelled_cause or Cause.OPERATIONS),
    )


@dataclass(frozen=True)
class Seat:
    """Somebody on the roster; `attendance` is None until they are marked."""

    booking: Booking
    attendance: Attendance | None

    @property
    def state(self) -> AttendanceState | None:
        """Their attendance."""
        return AttendanceState(self.attendance.state) if self.attendance else None


def list_roster(session_id: int) -> list[Seat]:
    """Everybody who holds, or held at the end, a seat in the class, by name."""
    query = (
        select(Booking, Attendance)
        .outerjoin(Attendance, Attendance.booking_id == Booking.id)
        .join(Person, Person.id == Booking.person_id)
        .where(Booking.training_session_id == session_id, Booking.state.in_(WERE_MEANT))
        .options(joinedload(Booking.person).joinedload(Person.team))
        .order_by(Person.name_key, Person.name, Booking.id)
    )
    return [Seat(booking, attendance) for booking, attendance in db.session.execute(query)]


def get_seat(session_id: int, booking_id: int) -> Booking:
    """A booking of this class. Raises `NotFound`."""
    query = select(Booking).where(
        Booking.id == booking_id, Booking.training_session_id == session_id
    )
    booking = db.session.scalars(query).one_or_none()
    if booking is None:
        raise NotFound()
    return booking


def list_open_for_check_in(person_id: int, now: datetime) -> list[Booking]:
    """The seats somebody holds in classes whose check-in is open now."""
    query = (
        select(Booking)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .where(
            Booking.person_id == person_id,
            Booking.state == "booked",
            TrainingSession.published_at.is_not(None),
            TrainingSession.check_in_nonce != "",
            TrainingSession.state.in_([State.SCHEDULED.value, *(one.value for one in HELD)]),
            TrainingSession.starts_at <= now + OPENS_BEFORE,
            TrainingSession.starts_at > now - timedelta(days=2),
        )
        .options(joinedload(Booking.training_session))
        .order_by(TrainingSession.starts_at)
    )
    return list(db.session.scalars(query))


def list_to_teach(viewer: Person, first: datetime, last: datetime) -> list[TrainingSession]:
    """The classes somebody teaches themselves that lie between two instants, in order of time;
    called-off ones are left out.
    """
    query = (
        _with_names(select(TrainingSession))
        .where(
            TrainingSession.trainer_id == viewer.id,
            TrainingSession.state != State.CANCELLED.value,
            TrainingSession.published_at.is_not(None),
            TrainingSession.ends_at > first,
            TrainingSession.starts_at < last,
        )
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    )
    return list(db.session.scalars(query))


def list_unended_ids(now: datetime) -> list[int]:
    """Classes the tick has to look at: running or paused past their time, or never begun."""
    held = [state.value for state in HELD]
    query = (
        select(TrainingSession.id)
        .where(
            TrainingSession.published_at.is_not(None),
            (TrainingSession.state.in_(held) & (TrainingSession.ends_at <= now))
            | (
                (TrainingSession.state == State.SCHEDULED.value)
                & (TrainingSession.ends_at <= now - NOBODY_BEGAN)
            ),
        )
        .order_by(TrainingSession.ends_at)
    )
    return list(db.session.scalars(query))
