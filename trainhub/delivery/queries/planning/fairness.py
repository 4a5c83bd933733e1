"""Who gets the dawn, who keeps being cancelled, who teaches how much, planned and delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, case, func, select, true

from trainhub.db import db
from trainhub.delivery.models import Booking, DebtEntry, TrainerProfile, TrainingSession
from trainhub.delivery.queries.scope import classes_in_sight
from trainhub.people.models import Person, Role, Team
from trainhub.rota.rules.clock_times import monday_of

SEES_ALL = (Role.PLANNER, Role.ADMINISTRATOR)
DAWN_BEFORE_MIN = 480
SHOWN = 50


@dataclass(frozen=True)
class PersonRow:
    """One person's classes of a period: seats held, those at dawn, those called off."""

    name: str
    team: str
    classes: int
    dawns: int
    cancelled: int


@dataclass(frozen=True)
class TeamRow:
    """Minutes of a team by what became of them."""

    team: str
    planned_min: int
    delivered_min: int
    cancelled_min: int
    owed_min: int


@dataclass(frozen=True)
class TrainerRow:
    """What a trainer taught or will teach in a period, and the most of a week."""

    name: str
    classes: int
    minutes: int
    busiest_week_min: int
    limit_min: int | None


@dataclass(frozen=True)
class Hours:
    """Person minutes of a week (its Monday): planned and delivered."""

    monday: date
    planned_min: int
    delivered_min: int


def in_sight(viewer: Person) -> ColumnElement[bool]:
    """The condition on `Person`: planners and administrators see all, supervisors their teams."""
    if viewer.has_role(*SEES_ALL):
        return true()
    return Person.team_id.in_(viewer.supervised_team_ids)


def list_people(viewer: Person, first: date, last: date) -> list[PersonRow]:
    """Everybody with a class in the period, the most dawns first, then the most called off."""
    dawn = case((TrainingSession.starts_min < DAWN_BEFORE_MIN, 1), else_=0)
    held = case((Booking.state.in_(("booked", "attended", "missed")), 1), else_=0)
    off = case(
        (Booking.state.in_(("cancelled",)) & TrainingSession.published_at.is_not(None), 1), else_=0
    )
    dawns, cancelled = func.sum(dawn * held), func.sum(off)
    query = (
        select(Person.name, Team.name, func.sum(held), dawns, cancelled)
        .select_from(Booking)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .join(Person, Person.id == Booking.person_id)
        .outerjoin(Team, Team.id == Person.team_id)
        .where(TrainingSession.on.between(first, last), in_sight(viewer))
        .group_by(Person.id, Person.name, Person.name_key, Team.name)
        .having(func.sum(held) + func.sum(off) > 0)
        .order_by(dawns.desc(), cancelled.desc(), Person.name_key)
        .limit(SHOWN)
    )
    return [
        PersonRow(name, team or "", int(classes), int(dawn_count), int(off_count))
        for name, team, classes, dawn_count, off_count in db.session.execute(query)
    ]


def count_dawns(viewer: Person, first: date, last: date) -> list[int]:
    """How many people have had 0, 1, 2 … dawn classes in the period, of those with any class."""
    dawn = case((TrainingSession.starts_min < DAWN_BEFORE_MIN, 1), else_=0)
    each = (
        select(func.sum(dawn).label("dawns"))
        .select_from(Booking)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .join(Person, Person.id == Booking.person_id)
        .where(
            TrainingSession.on.between(first, last),
            Booking.state.in_(("booked", "attended", "missed")),
            in_sight(viewer),
        )
        .group_by(Person.id)
        .subquery()
    )
    rows = db.session.execute(select(each.c.dawns, func.count()).group_by(each.c.dawns)).all()
    counts = {int(row[0]): row[1] for row in rows}
    return [counts.get(number, 0) for number in range(max(counts, default=-1) + 1)]


def list_team_minutes(viewer: Person, first: date, last: date) -> list[TeamRow]:
    """The training-debt account of the period by team, the most called off first."""

    def total(kind: str) -> ColumnElement[int]:
        return func.sum(case((DebtEntry.kind == kind, DebtEntry.minutes), else_=0))

    owed = total("owed") - total("repaid") - total("waived")
    query = (
        select(Team.name, total("planned"), total("delivered"), total("cancelled"), owed)
        .select_from(DebtEntry)
        .join(Team, Team.id == DebtEntry.team_id)
        .where(DebtEntry.on.between(first, last), _teams_in_sight(viewer))
        .group_by(Team.id, Team.name)
        .order_by(total("cancelled").desc(), Team.name)
    )
    return [
        TeamRow(row[0], *(int(value or 0) for value in row[1:]))
        for row in db.session.execute(query)
    ]


def _teams_in_sight(viewer: Person) -> ColumnElement[bool]:
    if viewer.has_role(*SEES_ALL):
        return true()
    return Team.id.in_(viewer.supervised_team_ids)


def list_hours(viewer: Person, first: date, last: date) -> list[Hours]:
    """Minutes planned and delivered per week of the period."""
    query = (
        select(DebtEntry.on, DebtEntry.kind, func.sum(DebtEntry.minutes))
        .where(
            DebtEntry.on.between(first, last),
            DebtEntry.kind.in_(("planned", "delivered")),
            _entries_in_sight(viewer),
        )
        .group_by(DebtEntry.on, DebtEntry.kind)
    )
    weeks: dict[date, dict[str, int]] = {}
    for on, kind, minutes in db.session.execute(query):
        week = weeks.setdefault(monday_of(on), {})
        week[kind] = week.get(kind, 0) + int(minutes)
    return [
        Hours(monday, week.get("planned", 0), week.get("delivered", 0))
        for monday, week in sorted(weeks.items())
    ]


def _entries_in_sight(viewer: Person) -> ColumnElement[bool]:
    if viewer.has_role(*SEES_ALL):
        return true()
    return DebtEntry.team_id.in_(viewer.supervised_team_ids)


def list_trainers(viewer: Person, first: date, last: date) -> list[TrainerRow]:
    """Who teaches how much in the period, the most first.

    Planners and administrators see every class and what is agreed with a trainer; supervisors
    the classes their own people sit in, and no agreement.
    """
    sees_all = viewer.has_role(*SEES_ALL)
    rows: Select[int, str, date, int] = (
        select(
            Person.id,
            Person.name,
            TrainingSession.on,
            TrainingSession.ends_min - TrainingSession.starts_min,
        )
        .select_from(TrainingSession)
        .join(Person, Person.id == TrainingSession.trainer_id)
        .where(
            TrainingSession.on.between(first, last),
            TrainingSession.state != "cancelled",
            classes_in_sight(viewer),
        )
    )
    limits = {
        row.person_id: row.max_min_per_week for row in db.session.scalars(select(TrainerProfile))
    }
    taught: dict[int, list[tuple[date, int]]] = {}
    names: dict[int, str] = {}
    for person_id, name, on, minutes in db.session.execute(rows):
        names[person_id] = name
        taught.setdefault(person_id, []).append((on, minutes))
    found = [
        TrainerRow(
            names[person_id],
            len(classes),
            sum(minutes for _on, minutes in classes),
            _busiest(classes),
            limits.get(person_id) if sees_all else None,
        )
        for person_id, classes in taught.items()
    ]
    return sorted(found, key=lambda row: (-row.minutes, row.name))


def _busiest(classes: Sequence[tuple[date, int]]) -> int:
    weeks: dict[date, int] = {}
    for on, minutes in classes:
        monday = monday_of(on)
        weeks[monday] = weeks.get(monday, 0) + minutes
    return max(weeks.values(), default=0)
