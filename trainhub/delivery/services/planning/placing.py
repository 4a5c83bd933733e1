"""Making the classes and bookings of a campaign equal an agreed plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.delivery.models import Booking, Campaign, Room, TrainingSession
from trainhub.delivery.queries.classes.moving import slot_for
from trainhub.delivery.rules.classes.class_plan import ClassPlan
from trainhub.delivery.rules.seats.booking import Slot
from trainhub.delivery.rules.teaching.debts import Cause
from trainhub.delivery.services.classes.classes import call_off, facts_of_class, rewrite, values_of
from trainhub.delivery.services.classes.history import note_classes, turn
from trainhub.delivery.services.planning.placing_seats import (
    PlannedSeat,
    Row,
    give_up,
    read_seats,
    seat_many,
    take_along,
    write_windows,
)
from trainhub.delivery.services.seats.seats import give_back_many, hold, hold_classes, take_many
from trainhub.delivery.services.teaching import debts
from trainhub.errors import N_, Conflict

__all__ = ["Placed", "PlanOutdated", "PlannedClass", "PlannedSeat", "hold_all", "place"]


class PlanOutdated(Conflict):
    """Something a plan builds upon is not as it was."""

    code = "plan_outdated"
    message = N_("Classes or bookings have changed since this plan was made. Plan again.")


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
    def window_kind(self) -> str | None:
        """The kind of window most of its people sit in; None where nobody does."""
        kinds = Counter(one.window_kind for one in self.people)
        return max(sorted(kinds), key=kinds.__getitem__) if kinds else None

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
    """When and by whom a plan is placed, what is known, and what has been done so far."""

    campaign: Campaign
    held: Mapping[int, TrainingSession]
    known: dict[int, dict[int, Row]]
    now: datetime
    by_id: int | None
    created: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)


Held = Mapping[int, TrainingSession]


def place(
    campaign: Campaign,
    planned: Sequence[PlannedClass],
    *,
    now: datetime,
    by_id: int | None,
    held: Held | None = None,
) -> Placed:
    """Make the campaign's coming classes and bookings equal the plan.

    Classes the plan names by `session_id` are moved and filled, the others are made (not
    published); coming classes of the campaign it does not name are called off by the planner.
    Held and running classes are left alone. Seats are given back before any are taken, so that
    people may change places. `held`: what `hold_all` gave for this plan, if it was called.
    Raises `PlanOutdated` where a class of the plan has begun or is gone, or somebody sits in the
    same course elsewhere by now.
    """
    held = hold_all(campaign, planned, now=now) if held is None else held
    wanted = {one.session_id: one for one in planned if one.session_id is not None}
    if not wanted.keys() <= held.keys():
        raise PlanOutdated()
    act = _Act(campaign, held, read_seats(held), now, by_id)
    gone = [session_id for session_id in held if session_id not in wanted]
    released = _release(planned, wanted, act)
    for session_id in gone:
        call_off(held[session_id], Cause.PLANNER, "", now=now, by_id=by_id)
    places = _place_classes(planned, act)
    fresh = _seats_to_write(places, released, act.known)
    _refuse_doubles(fresh)
    take_many({session: len(people) for session, people in fresh.items()})
    booked = seat_many(fresh, act.known, now=now, by_id=by_id)
    _take_back_losses(fresh, act)
    _leave_lines(fresh, act)
    moved_seats = {(one.person_id, one.course_id) for one in released} & {
        (seat.person_id, session.course_id) for session, people in fresh.items() for seat in people
    }
    db.session.flush()
    db.session.expire_all()  # much was written past what is in memory
    return Placed(
        tuple(act.created), tuple(act.moved), tuple(gone), tuple(act.kept),
        booked - len(moved_seats), len(moved_seats), len(released) - len(moved_seats),
    )  # fmt: skip


def hold_all(campaign: Campaign, planned: Sequence[PlannedClass], *, now: datetime) -> Held:
    """Hold every class, person, room and queue that placing the plan would touch.

    What is read afterwards is what the plan is placed upon: nobody else books or makes a class
    there until the transaction ends. Gives the coming classes of the campaign.
    """
    coming = select(TrainingSession.id).where(
        TrainingSession.campaign_id == campaign.id,
        TrainingSession.state == "scheduled",
        TrainingSession.starts_at > now,
    )
    ids = set(db.session.scalars(coming))
    hold_classes(ids)
    people = {seat.person_id for one in planned for seat in one.people}
    booked = select(Booking.person_id).where(
        Booking.training_session_id.in_(ids), Booking.state == "booked"
    )
    people |= set(db.session.scalars(booked.distinct())) | {one.trainer_id for one in planned}
    held = hold(ids, people, {one.room_id for one in planned})
    # What has begun while we waited for our turn is not the plan's any more.
    return {key: one for key, one in held.items() if one.state == "scheduled"}


def _release(
    planned: Sequence[PlannedClass], wanted: Mapping[int, PlannedClass], act: _Act
) -> list[Row]:
    """Give back the seats of everybody whom the plan does not keep where they are."""
    seats_of = {(person.person_id, one.course_id) for one in planned for person in one.people}
    moved: list[Row] = []
    cancelled: list[Row] = []
    heads: Counter[TrainingSession] = Counter()
    for session_id, rows in act.known.items():
        plan = wanted.get(session_id)
        staying = {one.person_id for one in plan.people} if plan else set()
        for row in rows.values():
            if row.state == "booked" and row.person_id not in staying:
                elsewhere = (row.person_id, row.course_id) in seats_of
                (moved if elsewhere else cancelled).append(row)
                heads[act.held[session_id]] += 1
    give_up(moved, "moved", now=act.now, by_id=act.by_id)
    give_up(cancelled, "cancelled", now=act.now, by_id=act.by_id)
    give_back_many(heads)
    _enter_losses(cancelled, act)
    return moved + cancelled


def _enter_losses(cancelled: Sequence[Row], act: _Act) -> None:
    """What people lose of published classes enters the account."""
    lost = [row.id for row in cancelled if act.held[row.session_id].published_at is not None]
    query = select(Booking).where(Booking.id.in_(lost)).order_by(Booking.id)
    query = query.options(joinedload(Booking.person), joinedload(Booking.training_session))
    for booking in db.session.scalars(query.execution_options(populate_existing=True)):
        debts.lost(booking, cause=Cause.PLANNER, now=act.now, by_id=act.by_id)


def _take_back_losses(fresh: Mapping[TrainingSession, Sequence[PlannedSeat]], act: _Act) -> None:
    """Who sits again in the very class that was lost has lost nothing."""
    again = [
        act.known[session.id][seat.person_id].id
        for session, people in fresh.items()
        if session.published_at is not None and session.id in act.known
        for seat in people
        if seat.person_id in act.known[session.id]
    ]
    query = select(Booking).where(Booking.id.in_(again)).order_by(Booking.id)
    query = query.options(joinedload(Booking.person), joinedload(Booking.training_session))
    for booking in db.session.scalars(query.execution_options(populate_existing=True)):
        debts.regained(booking, now=act.now, by_id=act.by_id)


def _leave_lines(fresh: Mapping[TrainingSession, Sequence[PlannedSeat]], act: _Act) -> None:
    """Who has got a seat waits for no other class of the course."""
    query = select(Booking).where(
        Booking.state == "waiting",
        Booking.person_id.in_({seat.person_id for seats in fresh.values() for seat in seats}),
        Booking.course_id.in_({session.course_id for session in fresh}),
    )
    given = {(seat.person_id, one.course_id) for one, seats in fresh.items() for seat in seats}
    for booking in db.session.scalars(query.execution_options(populate_existing=True)):
        if (booking.person_id, booking.course_id) in given:
            turn(booking, "cancelled", "left_line", now=act.now, by_id=act.by_id)


def _place_classes(
    planned: Sequence[PlannedClass], act: _Act
) -> list[tuple[PlannedClass, TrainingSession]]:
    """Make and move the classes; nobody new sits in them yet."""
    query = select(Room).where(Room.id.in_({one.room_id for one in planned}))
    rooms = {room.id: room for room in db.session.scalars(query.options(joinedload(Room.site)))}
    if not rooms.keys() >= {one.room_id for one in planned}:
        raise PlanOutdated()
    slots = [slot_for(one.plan, one.course_id, rooms[one.room_id]) for one in planned]
    places = [
        (one, _new_class(one, slot, act) if one.session_id is None else act.held[one.session_id])
        for one, slot in zip(planned, slots, strict=True)
    ]
    made = [session for one, session in places if one.session_id is None]
    db.session.add_all(made)
    db.session.flush()
    act.created += [session.id for session in made]
    note_classes(
        [(session.id, "created", {}, facts_of_class(session)) for session in made],
        now=act.now, by_id=act.by_id,
    )  # fmt: skip
    _move_classes(
        [(one, slot) for one, slot in zip(planned, slots, strict=True) if one.session_id], act
    )
    return places


def _new_class(planned: PlannedClass, slot: Slot, act: _Act) -> TrainingSession:
    return TrainingSession(
        campaign_id=act.campaign.id,
        request_id=act.campaign.request_id,
        course_id=planned.course_id,
        taken=0,
        **values_of(slot, planned.plan, planned.window_kind or "early"),
    )


def _move_classes(plans: Sequence[tuple[PlannedClass, Slot]], act: _Act) -> None:
    """Let classes follow their plan; those that do already are left alone."""
    events, along, windows = [], list[Row](), list[tuple[Row, PlannedSeat]]()
    for planned, slot in plans:
        session = act.held[planned.session_id or 0]
        seats = {one.person_id: one for one in planned.people}
        staying = [
            row for row in act.known[session.id].values()
            if row.state == "booked" and row.person_id in seats
        ]  # fmt: skip
        windows += (
            (row, seat) for row in staying
            if (seat := seats[row.person_id]).window != (row.window_kind, row.is_on_phones)
        )  # fmt: skip
        values = values_of(slot, planned.plan, planned.window_kind or session.window_kind)
        if all(getattr(session, name) == value for name, value in values.items()):
            act.kept.append(session.id)
            continue
        change = rewrite(session, values)
        along += staying if change.is_moved else ()
        (act.kept if change.old == change.new else act.moved).append(session.id)
        if change.old != change.new:
            events.append((session.id, "moved", change.old, change.new))
    db.session.flush()
    note_classes(events, now=act.now, by_id=act.by_id)
    take_along(along, now=act.now, by_id=act.by_id)
    write_windows(windows)


def _seats_to_write(
    places: Sequence[tuple[PlannedClass, TrainingSession]],
    released: Sequence[Row],
    known: Mapping[int, Mapping[int, Row]],
) -> dict[TrainingSession, list[PlannedSeat]]:
    """Whoever does not sit in their class yet, by class."""
    left = {row.id for row in released}
    found: dict[TrainingSession, list[PlannedSeat]] = {}
    for planned, session in places:
        there = {
            row.person_id for row in known.get(session.id, {}).values()
            if row.state == "booked" and row.id not in left
        }  # fmt: skip
        coming = [one for one in planned.people if one.person_id not in there]
        if coming:
            found[session] = coming
    return found


def _refuse_doubles(fresh: Mapping[TrainingSession, Sequence[PlannedSeat]]) -> None:
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
