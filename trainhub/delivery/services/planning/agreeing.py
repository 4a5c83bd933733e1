"""Agreeing to a plan: its classes and bookings come to be, what was given way is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, not_, or_, select

from trainhub.audit.models import AuditEntry
from trainhub.db import db
from trainhub.delivery.models import (
    BookingEvent,
    Campaign,
    PlanRun,
    Room,
    TrainingSessionEvent,
)
from trainhub.delivery.queries.planning.plan_runs import RunResult, result_of
from trainhub.delivery.queries.planning.planning_facts import load_facts
from trainhub.delivery.rules.planning import agreement
from trainhub.delivery.rules.planning.agreement import Change
from trainhub.delivery.rules.planning.assembling import Assembled, assemble
from trainhub.delivery.rules.planning.assembling_classes import sort_classes
from trainhub.delivery.rules.planning.giving_way import give_way
from trainhub.delivery.rules.planning.plan_ids import class_name, row_of
from trainhub.delivery.rules.planning.planning_facts import ClassFacts, Facts, Period
from trainhub.delivery.rules.planning.settling import settle_in
from trainhub.delivery.rules.seats.fit import without_window
from trainhub.delivery.rules.seats.two_places import in_two_places
from trainhub.delivery.services.planning import plan_runs
from trainhub.delivery.services.planning.keeping_given_way import keep_given_way
from trainhub.delivery.services.planning.placing import (
    Held,
    Placed,
    PlannedClass,
    PlannedSeat,
    hold_all,
    place,
)
from trainhub.errors import N_, Conflict
from trainhub.people.models import Person
from trainhub.planner.problem import Course
from trainhub.planner.problem.duties import Duties, window_of_shift
from trainhub.planner.problem.plan import PlannedSession
from trainhub.rota.models import RotaChange, TableImport
from trainhub.rota.rules.clock_times import instant
from trainhub.rota.rules.windows import WINDOW_KINDS


class PlanStale(Conflict):
    """The rota, the cover or the bookings are no longer those the plan was made for."""

    code = "plan_stale"
    message = N_("This plan is out of date: plan again.")

    def __init__(self, changes: Sequence[Change]) -> None:
        super().__init__()
        self.changes = tuple(changes)


class Overtaken(Conflict):
    """Something was written while a plan was checked: check it once more."""

    code = "plan_overtaken"
    message = PlanStale.message


Seen = tuple[int, ...]


@dataclass(frozen=True)
class Prepared:
    """What agreeing to a plan would do, read and checked; `seen`: how far every book had come in
    which changes of what a plan stands on are written."""

    planned: Sequence[PlannedClass]
    changes: Sequence[Change]
    seen: Seen


def prepare(run: PlanRun, *, now: datetime) -> Prepared:
    """Read once more what the plan stands on and check it. Writes nothing.

    Takes seconds for thousands of people, so it is done before the database is held for writing.
    Raises `RunDecided` for a run that waits for no decision.
    """
    if run.state != "done":
        raise plan_runs.RunDecided()
    return _checked(run, now)


def _checked(run: PlanRun, now: datetime) -> Prepared:
    result = result_of(run)
    if result is None:
        raise plan_runs.RunDecided()
    seen = _seen()
    facts = facts_again(run)
    anew = assemble(facts, seed=run.seed)
    changes = [Change("CAMPAIGN", {})] if plan_runs.is_of_other_campaign(run) else []
    changes += whats_changed(result, anew, facts, now=now)
    planned = () if changes else _planned(result, facts, now)
    return Prepared(planned, changes, seen)


# What goes on all day in a centre at work and no plan stands on: subjects of the audit trail, and
# what happens to classes that have begun.
ELSEWHERE = (
    "access", "angoff", "bank", "bank_item", "exam", "learning", "quiz", "sitting",
    "training_request", "typing_passage", "typing_phrase", "typing_run", "typing_sitting",
    "typing_test",
)  # fmt: skip
OF_ACCOUNTS = (
    "person.invite_link_made", "person.password_changed", "person.reset_link_made",
    "person.token_issued", "person.token_revoked",
)  # fmt: skip
IN_CLASS = ("check_in_opened", "paused", "resumed")


def _seen() -> Seen:
    """How many rows the books have. Nothing is ever taken out of them, so equal is unchanged.

    Rows are numbered as they are written, and seen once their act has ended: the highest number
    would hide who began first and ended last. Entries of the audit trail alone wait for each
    other, so there the last number tells all.
    """
    elsewhere = [AuditEntry.action.startswith(f"{name}.", autoescape=True) for name in ELSEWHERE]
    acts = select(func.max(AuditEntry.number)).where(
        not_(or_(*elsewhere)), AuditEntry.action.not_in(OF_ACCOUNTS)
    )
    books = (
        acts,
        select(func.count(RotaChange.id)),
        select(func.count(TableImport.id)),
        select(func.count(TrainingSessionEvent.id)).where(
            TrainingSessionEvent.kind.not_in(IN_CLASS)
        ),
        select(func.count(BookingEvent.id)).where(BookingEvent.kind != "attendance"),
    )
    return tuple(db.session.scalar(book) or 0 for book in books)


def agree(
    run: PlanRun,
    *,
    actor: Person,
    now: datetime,
    prepared: Prepared | None = None,
    checks_held: bool = True,
) -> Placed:
    """Make the campaign's coming classes equal the plan.

    If a rule would be broken now, or bookings of the campaign have changed, nothing happens:
    `PlanStale` says what has changed. `prepared` spares checking while everything is held; where
    anything has been written since, it is checked again all the same: here, while nobody else
    can write, or by the caller where `checks_held` is off (`Overtaken` is raised). Raises
    `RunDecided` if somebody was first, `PlanOutdated` if a seat of the plan was given away
    meanwhile.
    """
    prepared = prepared or prepare(run, now=now)
    plan_runs.settle(run, actor=actor, now=now)
    if prepared.changes:
        raise PlanStale(prepared.changes)
    # Whoever makes a class of the campaign only refers to it, and does not wait for this.
    campaign = db.session.get_one(
        Campaign, run.campaign_id, with_for_update={"key_share": True}
    )  # fmt: skip
    prepared, held = _hold(run, campaign, prepared, now, checks_held=checks_held)
    keep_given_way(campaign, run.progress.get("given_way", []), actor=actor, now=now)
    placed = place(campaign, prepared.planned, now=now, by_id=actor.id, held=held)
    if campaign.state == "draft":
        campaign.state = "agreed"
    db.session.flush()
    counts = {
        "classes": [None, len(prepared.planned)],
        "booked": [None, placed.booked],
        "moved": [None, len(placed.moved)],
        "cancelled": [None, len(placed.cancelled)],
    }
    plan_runs.record_decision("campaign.plan_agreed", run, actor=actor, now=now, changes=counts)
    return placed


def _hold(
    run: PlanRun, campaign: Campaign, prepared: Prepared, now: datetime, *, checks_held: bool
) -> tuple[Prepared, Held]:
    """Hold all that the plan touches; what was written since it was checked is checked now."""
    held = hold_all(campaign, prepared.planned, now=now)
    if prepared.seen == _seen():
        return prepared, held
    if not checks_held:
        raise Overtaken()
    # Another plan, a booking or a swap came first. Nothing more can come now.
    db.session.expire_all()
    anew = _checked(run, now)
    if anew.changes:
        raise PlanStale(anew.changes)
    return anew, hold_all(campaign, anew.planned, now=now)


def facts_again(run: PlanRun) -> Facts:
    """The facts of a run as they stand now, for the dates it was planned for."""
    first, due, last = (date.fromisoformat(text) for text in run.progress["period"])
    given = run.progress.get("given_way", [])
    return give_way(load_facts(run.campaign, Period(first, due, last)), given)


def whats_changed(
    result: RunResult, anew: Assembled, facts: Facts, *, now: datetime
) -> list[Change]:
    """Why the plan does not hold any more; nothing if it does."""
    before = agreement.agreed_seats(result.problem, result.people)
    after = agreement.agreed_seats(anew.problem, anew.people)
    changes = agreement.changed_bookings(before, after)
    changes += _begun(result, facts, now)
    double = in_two_places(result.plan, result.problem, result.people, facts)
    named = {one.params["person"] for one in double}
    plan = agreement.renumbered(result.plan, result.people, anew.people)
    plan = agreement.beside_as_now(plan, anew.problem)
    broken = [
        one
        for one in agreement.broken_rules(anew.problem, plan, anew.people)
        if one.code != "TWO_PLACES" or one.params["person"] not in named
    ]
    return changes + double + broken


def _begun(result: RunResult, facts: Facts, now: datetime) -> list[Change]:
    """Classes of the plan whose hour has come in the meantime, unless they were kept anyway."""
    kept = {pin.id for pin in result.problem.pinned_sessions}
    sites = {room.id: room.site_id for room in facts.rooms}
    found = []
    for one in agreement.own_sessions(result.plan):
        site_id = sites.get(row_of(one.room) or 0)
        if one.id in kept or site_id is None:
            continue
        on = facts.period.date(one.day)
        if instant(facts.site_zones[site_id], on, one.start) <= now:
            what = {"course": row_of(one.course), "on": on, "start": one.start}
            found.append(Change("BEGUN", what))
    return found


def _planned(result: RunResult, facts: Facts, now: datetime) -> list[PlannedClass]:
    """The plan's classes as rows are made of them, without those that have begun already."""
    existing = sort_classes(facts)
    begun = {class_name(one.id) for one in existing.kept if _has_begun(one, facts, now)}
    dates = {day: facts.period.date(day) for day in range(facts.period.days)}
    sessions, known = settle_in(
        [one for one in agreement.own_sessions(result.plan) if one.id not in begun],
        existing.free, result.people, result.problem, dates,
    )  # fmt: skip
    names = agreement.match_sessions(sessions, existing.free, result.people, result.problem, known)
    courses = {course.id: course for course in result.problem.courses}
    rooms = {room.id: room.seats for room in db.session.scalars(select(Room))}
    seating = _Seats(result, existing.kept)
    found = []
    for one in sessions:
        course, room_id = courses[one.course], row_of(one.room) or 0
        people = [seating.seat(agent, one, course, names.get(one.id)) for agent in one.agents]
        found.append(
            PlannedClass(
                session_id=names.get(one.id),
                course_id=row_of(one.course) or 0,
                room_id=room_id,
                trainer_id=row_of(one.trainer) or 0,
                on=facts.period.date(one.day),
                starts_min=one.start,
                duration_min=course.duration_min,
                seats=max(len(people), min(course.seats, rooms[room_id])),
                min_seats=max(1, course.min_seats),
                people=people,
            )
        )
    return found


def _has_begun(one: ClassFacts, facts: Facts, now: datetime) -> bool:
    starts_at = instant(facts.site_zones[one.site_id], one.on, one.starts_min)
    return one.state != "scheduled" or starts_at <= now


class _Seats:
    """What a person's shift calls the time of a class.

    What a kept booking says that no window holds any more: `fit.without_window`.
    """

    def __init__(self, result: RunResult, kept: Iterable[ClassFacts]) -> None:
        self.people, self.duties = result.people, Duties(result.problem)
        self.kept = {(one.id, seat.person_id): seat for one in kept for seat in one.seats}

    def seat(
        self, agent: int, one: PlannedSession, course: Course, session_id: int | None
    ) -> PlannedSeat:
        person_id, shift = self.people[agent], self.duties.shift(agent, one.day)
        window = window_of_shift(shift, course, one.start) if shift else None
        if window is not None:
            return PlannedSeat(person_id, window.kind, window.on_phones)
        known = self.kept.get((session_id or 0, person_id))
        kind = known.window_kind if known else WINDOW_KINDS[0]
        works = known is None or known.is_on_phones
        return PlannedSeat(person_id, *without_window(kind, works=works))
