"""Who gets the dawn, who keeps being cancelled, who teaches how much, planned and delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Select, case, func, literal, select

from trainhub.db import db
from trainhub.delivery.models import (
    Booking,
    Campaign,
    DebtEntry,
    TrainerProfile,
    TrainingSession,
)
from trainhub.delivery.queries.scope import classes_in_sight
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings
from trainhub.delivery.rules.states import WERE_MEANT
from trainhub.delivery.rules.teaching.debts import Cause
from trainhub.people.models import Person, Team
from trainhub.rota.queries.scope import people_in_sight, sees_all, team_in
from trainhub.rota.rules.clock_times import monday_of

USUAL_DAWN_MIN = CampaignSettings().dawn_before_min  # of a class that belongs to no campaign
SHOWN = 20
_MINUTES = TrainingSession.ends_min - TrainingSession.starts_min
OWN_CAUSES = (Cause.PERSONAL, Cause.ABSENT)


@dataclass(frozen=True)
class DawnRow:
    """One person's classes of a period: those held or to come, and how many of them at dawn."""

    name: str
    team: str
    classes: int
    dawns: int


@dataclass(frozen=True)
class CalledOffRow:
    """How often a person lost a class by the centre's doing, by cause, the most frequent first."""

    name: str
    team: str
    by_cause: tuple[tuple[str, int], ...]

    @property
    def times(self) -> int:
        """Whatever the cause."""
        return sum(count for _, count in self.by_cause)


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
    """What a trainer taught in a period and what is still to be held, and the most of a week,
    held or not."""

    name: str
    classes: int
    minutes: int
    to_come_min: int
    busiest_week_min: int
    limit_min: int | None


@dataclass(frozen=True)
class Hours:
    """Person minutes of a week (its Monday): planned and delivered."""

    monday: date
    planned_min: int
    delivered_min: int


def list_dawns(viewer: Person, first: date, last: date) -> list[DawnRow]:
    """Who sat at dawn in the period, the most often first. How early that is, the campaign of a
    class says.
    """
    dawns, held = func.sum(case((_is_dawn(first, last), 1), else_=0)), func.count()
    query = (
        _seats(viewer, first, last)
        .with_only_columns(Person.name, Team.name, held, dawns)
        .outerjoin(Team, Team.id == Person.team_id)
        .group_by(Person.id, Person.name, Person.name_key, Team.name)
        .having(dawns > 0)
        .order_by(dawns.desc(), held, Person.name_key)
        .limit(SHOWN)
    )
    return [
        DawnRow(name, team or "", classes, int(count))
        for name, team, classes, count in db.session.execute(query)
    ]


def count_dawns(viewer: Person, first: date, last: date) -> list[int]:
    """How many people have had 0, 1, 2 … dawn classes in the period, of those with any class."""
    dawns = func.sum(case((_is_dawn(first, last), 1), else_=0)).label("dawns")
    each = _seats(viewer, first, last).with_only_columns(dawns).group_by(Person.id).subquery()
    rows = db.session.execute(select(each.c.dawns, func.count()).group_by(each.c.dawns)).all()
    counts = {int(row[0]): row[1] for row in rows}
    return [counts.get(number, 0) for number in range(max(counts, default=-1) + 1)]


def _seats(viewer: Person, first: date, last: date) -> Select[int]:
    return (
        select(Booking.id)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .join(Person, Person.id == Booking.person_id)
        .where(
            TrainingSession.on.between(first, last),
            TrainingSession.state != "cancelled",
            Booking.state.in_(WERE_MEANT),
            people_in_sight(viewer),
        )
    )


def _is_dawn(first: date, last: date) -> ColumnElement[bool]:
    """Whether a class begins before its campaign's dawn ends; that of the house without one."""
    of_period = select(TrainingSession.campaign_id).where(TrainingSession.on.between(first, last))
    campaigns = select(Campaign.id, Campaign.settings).where(Campaign.id.in_(of_period))
    before = {
        key: CampaignSettings.from_dict(settings).dawn_before_min
        for key, settings in db.session.execute(campaigns)
    }
    ends: ColumnElement[int] = (
        case(before, value=TrainingSession.campaign_id, else_=USUAL_DAWN_MIN)
        if before
        else literal(USUAL_DAWN_MIN)
    )
    return TrainingSession.starts_min < ends


def list_called_off(viewer: Person, first: date, last: date) -> list[CalledOffRow]:
    """From whom the centre took classes in the period, the most often first.

    What they gave back themselves or did not come to is no fault of the centre, and neither is a
    place in a waiting line.
    """
    taken = (
        select(DebtEntry.person_id, DebtEntry.cause)
        .join(Person, Person.id == DebtEntry.person_id)
        .where(
            DebtEntry.on.between(first, last),
            DebtEntry.kind == "cancelled",
            DebtEntry.cause.not_in([cause.value for cause in OWN_CAUSES]),
            people_in_sight(viewer),
        )
        .group_by(DebtEntry.person_id, DebtEntry.cause, DebtEntry.training_session_id)
        .having(func.sum(DebtEntry.minutes) > 0)  # what was corrected away is not lost
        .subquery()
    )
    query = (
        select(Person.id, Person.name, Team.name, taken.c.cause, func.count())
        .join(taken, taken.c.person_id == Person.id)
        .outerjoin(Team, Team.id == Person.team_id)
        .group_by(Person.id, Person.name, Person.name_key, Team.name, taken.c.cause)
        .order_by(Person.name_key, Person.id, func.count().desc(), taken.c.cause)
    )
    found: dict[int, CalledOffRow] = {}
    for person_id, name, team, cause, count in db.session.execute(query):
        known = found.get(person_id) or CalledOffRow(name, team or "", ())
        found[person_id] = replace(known, by_cause=(*known.by_cause, (cause, count)))
    return sorted(found.values(), key=lambda row: -row.times)[:SHOWN]


def list_team_minutes(viewer: Person, first: date, last: date) -> list[TeamRow]:
    """The training-debt account of the period by team, the most called off first."""

    def total(kind: str) -> ColumnElement[int]:
        return func.sum(case((DebtEntry.kind == kind, DebtEntry.minutes), else_=0))

    owed = total("owed") - total("repaid") - total("waived")
    query = (
        select(Team.name, total("planned"), total("delivered"), total("cancelled"), owed)
        .select_from(DebtEntry)
        .join(Team, Team.id == DebtEntry.team_id)
        .where(DebtEntry.on.between(first, last), team_in(viewer, Team.id))
        .group_by(Team.id, Team.name)
        .order_by(total("cancelled").desc(), Team.name)
    )
    return [
        TeamRow(row[0], *(int(value or 0) for value in row[1:]))
        for row in db.session.execute(query)
    ]


def list_hours(viewer: Person, first: date, last: date) -> list[Hours]:
    """Minutes planned and delivered per week of the period."""
    query = (
        select(DebtEntry.on, DebtEntry.kind, func.sum(DebtEntry.minutes))
        .where(
            DebtEntry.on.between(first, last),
            DebtEntry.kind.in_(("planned", "delivered")),
            team_in(viewer, DebtEntry.team_id),
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


def list_trainers(viewer: Person, first: date, last: date) -> list[TrainerRow]:
    """Who teaches how much in the period, the most first.

    Planners and administrators see every class and what is agreed with a trainer; supervisors
    the classes their own people sit in, and no agreement.
    """
    shows_limits = sees_all(viewer)
    rows: Select[int, str, date, int, str] = (
        select(Person.id, Person.name, TrainingSession.on, _MINUTES, TrainingSession.state)
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
    classes: dict[tuple[int, str], list[tuple[date, int]]] = {}
    held: dict[tuple[int, str], list[int]] = {}
    for person_id, name, on, minutes, state in db.session.execute(rows):
        classes.setdefault((person_id, name), []).append((on, minutes))
        if state == "completed":
            held.setdefault((person_id, name), []).append(minutes)
    found = []
    for (person_id, name), all_of in classes.items():
        taught = held.get((person_id, name), [])
        found.append(
            TrainerRow(
                name,
                len(taught),
                sum(taught),
                sum(minutes for _on, minutes in all_of) - sum(taught),
                _busiest(all_of),
                limits.get(person_id) if shows_limits else None,
            )
        )
    return sorted(found, key=lambda row: (-row.minutes, -row.to_come_min, row.name))


def _busiest(classes: Sequence[tuple[date, int]]) -> int:
    weeks: dict[date, int] = {}
    for on, minutes in classes:
        monday = monday_of(on)
        weeks[monday] = weeks.get(monday, 0) + minutes
    return max(weeks.values(), default=0)
