"""Who is off the phones for classes: people in seats, and trainers in a shift of their own.

Every place that counts such heads asks here, so that cover, checks and records agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, literal, select

from trainhub.db import db
from trainhub.delivery.models import Booking, TrainingSession
from trainhub.delivery.queries.seats.seat_facts import shifts_of
from trainhub.delivery.rules.classes.off_phones import Span, while_teaching
from trainhub.delivery.rules.seats.booking import Slot
from trainhub.delivery.rules.states import HOLD_A_SEAT
from trainhub.people.models import Person
from trainhub.rota.models import Queue, Site, TeamPlace
from trainhub.rota.queries.away import AwayGroup

_A_DAY = timedelta(days=1)
_PLACE = (
    TeamPlace.queue_id, TeamPlace.team_id, TrainingSession.starts_at, TrainingSession.ends_at,
)  # fmt: skip
Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Teacher:
    """Somebody whom the rota may count on the phones of their team's queue."""

    id: int
    queue_id: int
    team_id: int
    interval_min: int
    time_zone: str


@dataclass(frozen=True)
class Taught:
    """A class of a teacher, or one they are to have (`session_id` 0)."""

    session_id: int
    teacher: Teacher
    span: Span


@dataclass(frozen=True)
class ClassAway:
    """Who is off the phones for a class: people in seats, by team, and its trainer."""

    seated: tuple[AwayGroup, ...] = ()
    teaching: tuple[AwayGroup, ...] = ()

    @property
    def groups(self) -> tuple[AwayGroup, ...]:
        """All of them."""
        return self.seated + self.teaching


def list_groups(queue_ids: Collection[int], first: date, last: date) -> Iterable[AwayGroup]:
    """People in classes and trainers of classes whom the rota counts on the phones.

    A class that is planned takes its people away whether it is published or not.
    """
    begins = datetime.combine(first - _A_DAY, time.min, tzinfo=UTC)
    ends = datetime.combine(last + 2 * _A_DAY, time.min, tzinfo=UTC)
    there = TeamPlace.queue_id.in_(queue_ids), TrainingSession.starts_at.between(begins, ends)
    return [*chain.from_iterable(seated(*there).values()), *off_to_teach(taught(*there))]


def by_class(*conditions: Condition) -> dict[int, ClassAway]:
    """Who is off the phones for each class, under conditions on `TrainingSession`.

    Classes that cost nothing are left out.
    """
    people, trainers = seated(*conditions), _off(taught(*conditions), lambda one: one.session_id)
    return {
        session_id: ClassAway(
            tuple(people.get(session_id, ())), tuple(trainers.get(session_id, ()))
        )
        for session_id in {*people, *trainers}
    }


def seated(*conditions: Condition) -> dict[int, list[AwayGroup]]:
    """People who hold a seat and are on the phones then, by class and team.

    Under conditions on `TrainingSession`, `TeamPlace` and `Booking`.
    """
    query = _seats(TrainingSession.id, *_PLACE, func.count()).where(*conditions)
    query = query.group_by(TrainingSession.id, *_PLACE)
    found: dict[int, list[AwayGroup]] = defaultdict(list)
    for row in db.session.execute(query):
        found[row[0]].append(AwayGroup(*row[1:]))
    return found


def by_booking(booking_ids: Collection[int]) -> dict[int, AwayGroup]:
    """Whom these bookings take off the phones, by booking; those that take nobody are left out."""
    if not booking_ids:
        return {}
    query = _seats(Booking.id, *_PLACE, literal(1)).where(Booking.id.in_(booking_ids))
    return {row[0]: AwayGroup(*row[1:]) for row in db.session.execute(query)}


def _seats(*columns: Any) -> Select[Any]:
    """Seats that take somebody off the phones, each with the place of their team."""
    return (
        select(*columns)
        .select_from(Booking)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .join(Person, Person.id == Booking.person_id)
        .join(TeamPlace, TeamPlace.team_id == Person.team_id)
        .where(
            TrainingSession.state != "cancelled", Booking.state.in_(HOLD_A_SEAT),
            Booking.is_on_phones, Person.disabled_at.is_(None),
        )
    )  # fmt: skip


def taught(*conditions: Condition) -> list[Taught]:
    """Classes whose trainer belongs to a queue, on a shift or not.

    Under conditions on `TrainingSession` and `TeamPlace`.
    """
    query = _teachers(TrainingSession.id, TrainingSession.starts_at, TrainingSession.ends_at).join(
        TrainingSession, TrainingSession.trainer_id == Person.id
    )
    rows = db.session.execute(query.where(TrainingSession.state != "cancelled", *conditions))
    return [Taught(row[5], Teacher(*row[:5]), (row[6], row[7])) for row in rows]


def find_teachers(person_ids: Collection[int]) -> dict[int, Teacher]:
    """Those of these people who belong to a queue."""
    rows = db.session.execute(_teachers().where(Person.id.in_(person_ids)))
    return {row[0]: Teacher(*row) for row in rows}


def _teachers(*columns: Any) -> Select[Any]:
    place = Person.id, TeamPlace.queue_id, TeamPlace.team_id, Queue.interval_min, Site.time_zone
    return (
        select(*place, *columns)
        .select_from(Person)
        .join(TeamPlace, TeamPlace.team_id == Person.team_id)
        .join(Queue, Queue.id == TeamPlace.queue_id)
        .join(Site, Site.id == TeamPlace.site_id)
        .where(Person.disabled_at.is_(None))
    )


def off_to_teach(classes: Iterable[Taught]) -> list[AwayGroup]:
    """Trainers whom the rota counts on the phones while they teach.

    Whoever teaches one class after the other is away once.
    """
    return [*chain.from_iterable(_off(classes, lambda one: one.teacher.id).values())]


def _off(classes: Iterable[Taught], key: Callable[[Taught], int]) -> dict[int, list[AwayGroup]]:
    spans: dict[tuple[int, Teacher], list[Span]] = defaultdict(list)
    for one in classes:
        spans[key(one), one.teacher].append(one.span)
    if not spans:
        return {}
    dates = [at.date() for mine in spans.values() for span in mine for at in span]
    ids = {teacher.id for _, teacher in spans}
    shifts = shifts_of(ids, min(dates) - 2 * _A_DAY, max(dates) + _A_DAY)
    found: dict[int, list[AwayGroup]] = defaultdict(list)
    for (name, teacher), mine in spans.items():
        off = while_teaching(
            shifts.get(teacher.id, {}), ZoneInfo(teacher.time_zone), mine,
            interval_min=teacher.interval_min,
        )  # fmt: skip
        found[name] += [AwayGroup(teacher.queue_id, teacher.team_id, *span, 1) for span in off]
    return {name: groups for name, groups in found.items() if groups}


def change_of_teaching(
    trainer_id: int, slot: Slot, moved: TrainingSession | None = None
) -> list[AwayGroup]:
    """Who goes from the phones to teach, and who comes back, when the trainer has a class then.

    `moved` is the class itself where it exists: its trainer, the same or another, has it no more.
    """
    trainer_ids = {trainer_id} if moved is None else {trainer_id, moved.trainer_id}
    instants = [slot.starts_at, slot.ends_at]
    instants += [moved.starts_at, moved.ends_at] if moved is not None else []
    now = taught(
        TrainingSession.trainer_id.in_(trainer_ids),
        TrainingSession.starts_at < max(instants) + _A_DAY,
        TrainingSession.ends_at > min(instants) - _A_DAY,
    )
    then = [one for one in now if moved is None or one.session_id != moved.id]
    teacher = find_teachers([trainer_id]).get(trainer_id)
    if teacher is not None:
        then.append(Taught(0, teacher, (slot.starts_at, slot.ends_at)))
    return [*off_to_teach(then), *turned(off_to_teach(now))]


def turned(groups: Iterable[AwayGroup]) -> list[AwayGroup]:
    """The same people coming back to the phones."""
    return [
        AwayGroup(one.queue_id, one.team_id, one.starts_at, one.ends_at, -one.heads)
        for one in groups
    ]
