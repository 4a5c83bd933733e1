"""Making the classes and bookings of a campaign equal an agreed plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from trainhub.db import db
from trainhub.delivery.models import Booking, Campaign, Room, TrainingSession
from trainhub.delivery.queries.moving import MoveEffect, slot_for
from trainhub.delivery.rules.class_plan import ClassPlan
from trainhub.delivery.rules.debts import Cause
from trainhub.delivery.services import debts
from trainhub.delivery.services.classes import apply_move, booked_of, call_off, facts_of_class
from trainhub.delivery.services.history import note_class, turn
from trainhub.delivery.services.placing_seats import Seat, seat_many
from trainhub.delivery.services.seats import give_back_seats, hold, take_seats
from trainhub.errors import N_, Conflict
from trainhub.rota.rules.windows import Window


class PlanOutdated(Conflict):
    """Something a plan builds upon is not as it was."""

    code = "plan_outdated"
    message = N_("Classes or bookings have changed since this plan was made. Plan again.")


@dataclass(frozen=True)
class PlannedSeat:
    """A person in a planned class, and what their shift calls that time."""

    person_id: int
    window_kind: str
    is_on_phones: bool


@dataclass(frozen=True)
class PlannedClass:
    """A class of a plan; `session_id` where it is one that exists already.

    `starts_min` counts from midnight of `on` by the site's clock.
    """

    session_id: int | None
    course_id: int
    room_id: int
    trainer_id: int
    on: date
    starts_min: int
    duration_min: int
    seats: int
    min_seats: int
    people: Sequence[PlannedSeat]

    @property
    def windows(self) -> dict[int, Window]:
        """What each person's shift calls the time of the class."""
        ends_min = self.starts_min + self.duration_min
        return {
            one.person_id: Window(one.window_kind, self.starts_min, ends_min, one.is_on_phones)
            for one in self.people
        }

    @property
    def plan(self) -> ClassPlan:
        """Where and when it is held."""
        return ClassPlan(
            self.on, self.starts_min, self.duration_min, self.room_id, self.trainer_id,
            self.seats, self.min_seats,
        )  # fmt: skip


@dataclass(frozen=True)
class Placed:
    """What came of placing a plan: the ids of sessions, and how many bookings changed."""

    created: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()
    cancelled: tuple[int, ...] = ()
    kept: tuple[int, ...] = ()
    booked: int = 0
    rebooked: int = 0
    released: int = 0


@dataclass
class _Act:
    """When and by whom a plan is placed, and what has been done so far."""

    campaign: Campaign
    now: datetime
    by_id: int | None
    created: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)


def place(
    campaign: Campaign, planned: Sequence[PlannedClass], *, now: datetime, by_id: int | None
) -> Placed:
    """Make the campaign's coming classes and bookings equal the plan.

    Classes the plan names by `session_id` are moved and filled, the others are made (not
    published); coming classes of the campaign it does not name are called off by the planner.
    Held and running classes are left alone. Seats are given back before any are taken, so that
    people may change places. Raises `PlanOutdated` where a class of the plan has begun or is
    gone, or somebody sits in the same course elsewhere by now.
    """
    act = _Act(campaign, now, by_id)
    held = _hold(campaign, planned, now)
    wanted = {one.session_id: one for one in planned if one.session_id is not None}
    if not wanted.keys() <= held.keys():
        raise PlanOutdated()
    seats_of = {(person.person_id, one.course_id): one for one in planned for person in one.people}
    gone = [session for session_id, session in held.items() if session_id not in wanted]
    released = _release(held.values(), wanted, seats_of, act)
    for session in gone:
        call_off(session, Cause.PLANNER, "", now=now, by_id=by_id)
    places = [(one, _place_class(one, held, act)) for one in planned]
    fresh = _seats_to_write(places)
    _refuse_doubles(fresh)
    for session, people in fresh.items():
        take_seats(session, len(people))
    booked = seat_many(fresh, now=now, by_id=by_id)
    moved_seats = {(one.person_id, one.course_id) for one in released} & {
        (seat.person_id, session.course_id) for session, people in fresh.items() for seat in people
    }
    return Placed(
        tuple(act.created), tuple(act.moved), tuple(one.id for one in gone), tuple(act.kept),
        booked - len(moved_seats), len(moved_seats), len(released) - len(moved_seats),
    )  # fmt: skip


def hold_all(campaign: Campaign, planned: Sequence[PlannedClass], *, now: datetime) -> None:
    """Hold every class, person, room and queue that placing the plan would touch.

    What is read afterwards is what the plan is placed upon: nobody else books or makes a class
    there until the transaction ends.
    """
    _hold(campaign, planned, now)


def _hold(
    campaign: Campaign, planned: Sequence[PlannedClass], now: datetime
) -> dict[int, TrainingSession]:
    coming = select(TrainingSession.id).where(
        TrainingSession.campaign_id == campaign.id,
        TrainingSession.state == "scheduled",
        TrainingSession.starts_at > now,
    )
    ids = set(db.session.scalars(coming))
    people = {seat.person_id for one in planned for seat in one.people}
    booked = select(Booking.person_id).where(
        Booking.training_session_id.in_(ids), Booking.state == "booked"
    )
    people |= set(db.session.scalars(booked)) | {one.trainer_id for one in planned}
    held = hold(ids, people, {one.room_id for one in planned})
    # What has begun while we waited for our turn is not the plan's any more.
    return {key: one for key, one in held.items() if one.state == "scheduled"}


def _release(
    sessions: Iterable[TrainingSession],
    wanted: Mapping[int, PlannedClass],
    seats_of: Mapping[tuple[int, int], PlannedClass],
    act: _Act,
) -> list[Booking]:
    """Give back the seats of everybody whom the plan does not keep where they are."""
    released = []
    for session in sessions:
        plan = wanted.get(session.id)
        staying = plan.windows if plan else {}
        leaving = [one for one in booked_of(session) if one.person_id not in staying]
        for booking in leaving:
            elsewhere = (booking.person_id, booking.course_id) in seats_of
            turn(
                booking, "moved" if elsewhere else "cancelled",
                "moved" if elsewhere else "cancelled", now=act.now, by_id=act.by_id,
            )  # fmt: skip
        if leaving:
            give_back_seats(session, len(leaving))
        released += leaving
    for booking in released:
        if booking.state == "cancelled":
            debts.lost(booking, cause=Cause.PLANNER, now=act.now, by_id=act.by_id)
    return released


def _place_class(
    planned: PlannedClass, held: Mapping[int, TrainingSession], act: _Act
) -> TrainingSession:
    """Make or move one class; nobody new sits in it yet."""
    room = db.session.get(Room, planned.room_id)
    if room is None:
        raise PlanOutdated()
    slot = slot_for(planned.plan, planned.course_id, room)
    if planned.session_id is not None:
        session = held[planned.session_id]
        before = facts_of_class(session)
        # The plan keeps every rule; what it says of seats stands in its windows.
        effect = MoveEffect(slot, (), (), planned.windows, frozenset())
        apply_move(session, effect, planned.plan, now=act.now, by_id=act.by_id)
        (act.kept if before == facts_of_class(session) else act.moved).append(session.id)
        return session
    kinds = [one.window_kind for one in planned.people]
    values: dict[str, Any] = {
        "on": slot.on, "starts_min": slot.starts_min, "ends_min": slot.ends_min,
        "starts_at": slot.starts_at, "ends_at": slot.ends_at, "site_id": slot.site_id,
    }  # fmt: skip
    session = TrainingSession(
        campaign_id=act.campaign.id,
        request_id=act.campaign.request_id,
        course_id=planned.course_id,
        room_id=planned.room_id,
        trainer_id=planned.trainer_id,
        seats=planned.seats,
        min_seats=min(planned.min_seats, planned.seats),
        window_kind=max(sorted(set(kinds)), key=kinds.count) if kinds else "early",
        taken=0,
        **values,
    )
    db.session.add(session)
    db.session.flush()
    note_class(session, "created", now=act.now, by_id=act.by_id, new=facts_of_class(session))
    act.created.append(session.id)
    return session


def _seats_to_write(
    places: Sequence[tuple[PlannedClass, TrainingSession]],
) -> dict[TrainingSession, list[Seat]]:
    """Whoever does not sit in their class yet, by class."""
    found: dict[TrainingSession, list[Seat]] = {}
    for planned, session in places:
        there = {one.person_id for one in booked_of(session)} if planned.session_id else set()
        coming = [
            Seat(one.person_id, one.window_kind, one.is_on_phones)
            for one in planned.people
            if one.person_id not in there
        ]
        if coming:
            found[session] = coming
    return found


def _refuse_doubles(fresh: Mapping[TrainingSession, Sequence[Seat]]) -> None:
    """Nobody of the plan sits in the same course elsewhere by now."""
    people = {seat.person_id for seats in fresh.values() for seat in seats}
    courses = {session.course_id for session in fresh}
    wanted = {(seat.person_id, one.course_id) for one, seats in fresh.items() for seat in seats}
    rows = db.session.execute(
        select(Booking.person_id, Booking.course_id).where(
            Booking.person_id.in_(people),
            Booking.course_id.in_(courses),
            Booking.state == "booked",
        )
    )
    if wanted & {(row.person_id, row.course_id) for row in rows}:
        raise PlanOutdated()
