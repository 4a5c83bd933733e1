"""The training-debt account added up: per team, per person, per month, line by line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased, joinedload

from trainhub.db import db
from trainhub.delivery.models import DebtEntry, MakeUp, TrainingSession
from trainhub.delivery.rules.teaching.debts import Account, add_up
from trainhub.errors import NotFound
from trainhub.people.models import Person, Team
from trainhub.rota.queries.scope import people_in_sight, team_in

PAGE_SIZE = 50


@dataclass(frozen=True)
class Period:
    """Dates of classes, both included; None is open."""

    first: date | None = None
    last: date | None = None

    def holds(self) -> list[ColumnElement[bool]]:
        """The condition on `DebtEntry`."""
        found: list[ColumnElement[bool]] = []
        if self.first is not None:
            found.append(DebtEntry.on >= self.first)
        if self.last is not None:
            found.append(DebtEntry.on <= self.last)
        return found


@dataclass(frozen=True)
class Row:
    """An account with its owner; `open_min` is what is owed today, whatever the period."""

    id: int | None
    name: str
    account: Account
    open_min: int
    waiting: int = 0
    note: str = ""


def _sums(key: Any, viewer: Person, period: Period, *more: ColumnElement[bool]) -> dict[Any, Any]:
    """Accounts by `key` (a column of `Person`) of people in the viewer's sight."""
    query = (
        select(key, DebtEntry.kind, DebtEntry.cause, func.sum(DebtEntry.minutes))
        .join(Person, Person.id == DebtEntry.person_id)
        .where(people_in_sight(viewer), *period.holds(), *more)
        .group_by(key, DebtEntry.kind, DebtEntry.cause)
    )
    found: dict[Any, list[tuple[str, str, int]]] = defaultdict(list)
    for owner, kind, cause, minutes in db.session.execute(query):
        found[owner].append((kind, cause, int(minutes)))
    return {owner: add_up(entries) for owner, entries in found.items()}


def _open(key: Any, viewer: Person, *more: ColumnElement[bool]) -> dict[Any, tuple[int, int]]:
    """Minutes owed now and how many make-ups wait without an offer, by `key`."""
    query = (
        select(
            key,
            func.sum(MakeUp.minutes),
            func.count() - func.count(MakeUp.offered_session_id),
        )
        .join(Person, Person.id == MakeUp.person_id)
        .where(MakeUp.settled_at.is_(None), people_in_sight(viewer), *more)
        .group_by(key)
    )
    return {owner: (int(sum_), int(count)) for owner, sum_, count in db.session.execute(query)}


def list_owing_teams(viewer: Person) -> list[Row]:
    """The teams in sight to whom anything is owed now, most first; without their accounts, which
    take longer to add up.
    """
    return _of_teams({}, _open(Person.team_id, viewer))


def list_team_accounts(viewer: Person, period: Period) -> list[Row]:
    """Every team in sight with anything in its account, most owed first."""
    return _of_teams(_sums(Person.team_id, viewer, period), _open(Person.team_id, viewer))


def _of_teams(
    sums: dict[int | None, Account], owed: dict[int | None, tuple[int, int]]
) -> list[Row]:
    names: dict[int | None, str] = {one.id: one.name for one in db.session.scalars(select(Team))}
    return _ranked(
        Row(team_id, names.get(team_id, ""), sums.get(team_id, Account()),
            *owed.get(team_id, (0, 0)))
        for team_id in {*sums, *owed}
    )  # fmt: skip


def list_people_accounts(viewer: Person, team_id: int, period: Period) -> list[Row]:
    """Everybody of a team with anything in their account, most owed first."""
    of_team = Person.team_id == team_id
    sums, owed = _sums(Person.id, viewer, period, of_team), _open(Person.id, viewer, of_team)
    query = select(Person).where(Person.id.in_({*sums, *owed}))
    return _ranked(
        Row(one.id, one.name, sums.get(one.id, Account()), *owed.get(one.id, (0, 0)),
            note=one.employee_no or "")
        for one in db.session.scalars(query)
    )  # fmt: skip


def _ranked(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row.open_min, row.name, row.id or 0))


def together(rows: Iterable[Row]) -> Row:
    """The sum of several accounts."""
    entries: list[tuple[str, str, int]] = []
    open_min = waiting = 0
    for row in rows:
        one = row.account
        entries += [
            ("planned", "", one.planned), ("delivered", "", one.delivered),
            ("owed", "", one.owed), ("repaid", "", one.repaid), ("waived", "", one.waived),
            *(("cancelled", cause, minutes) for cause, minutes in one.by_cause),
        ]  # fmt: skip
        open_min += row.open_min
        waiting += row.waiting
    return Row(None, "", add_up(entries), open_min, waiting)


def list_months(
    viewer: Person, period: Period, team_id: int | None = None
) -> list[tuple[str, Account]]:
    """Accounts month by month (YYYY-MM), of one team or all in sight."""
    more = [Person.team_id == team_id] if team_id is not None else []
    found: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    query = (
        select(DebtEntry.on, DebtEntry.kind, DebtEntry.cause, func.sum(DebtEntry.minutes))
        .join(Person, Person.id == DebtEntry.person_id)
        .where(people_in_sight(viewer), *period.holds(), *more)
        .group_by(DebtEntry.on, DebtEntry.kind, DebtEntry.cause)
    )
    for on, kind, cause, minutes in db.session.execute(query):
        found[f"{on:%Y-%m}"].append((kind, cause, int(minutes)))
    return [(month, add_up(found[month])) for month in sorted(found)]


def get_team_in_sight(team_id: int, viewer: Person) -> Team:
    """A team whose account the viewer may see. Raises `NotFound`."""
    query = select(Team).where(Team.id == team_id, team_in(viewer, Team.id))
    team = db.session.scalars(query).one_or_none()
    if team is None:
        raise NotFound()
    return team


def get_debtor(person_id: int, viewer: Person) -> Person:
    """Somebody whose account the viewer may see. Raises `NotFound`."""
    query = select(Person).where(Person.id == person_id, people_in_sight(viewer))
    person = db.session.scalars(query.options(joinedload(Person.team))).one_or_none()
    if person is None:
        raise NotFound()
    return person


def account_of(person_id: int) -> Account:
    """One person's whole account."""
    query = (
        select(DebtEntry.kind, DebtEntry.cause, func.sum(DebtEntry.minutes))
        .where(DebtEntry.person_id == person_id)
        .group_by(DebtEntry.kind, DebtEntry.cause)
    )
    return add_up((kind, cause, int(sum_)) for kind, cause, sum_ in db.session.execute(query))


def list_entries_of(person_id: int, limit: int = 200) -> list[tuple[DebtEntry, str | None]]:
    """The lines of one person's account, newest first, each with who wrote it."""
    author = aliased(Person)
    query = (
        select(DebtEntry, author.name)
        .outerjoin(author, author.id == DebtEntry.by_id)
        .where(DebtEntry.person_id == person_id)
        .order_by(DebtEntry.on.desc(), DebtEntry.id.desc())
        .limit(limit)
    )
    return [(entry, name) for entry, name in db.session.execute(query)]


def list_make_ups_of(person_id: int) -> list[MakeUp]:
    """What one person was ever owed, the open ones first."""
    query = (
        select(MakeUp)
        .where(MakeUp.person_id == person_id)
        .options(
            joinedload(MakeUp.offered_session).joinedload(TrainingSession.site),
            joinedload(MakeUp.missed_booking),
        )
        .order_by(MakeUp.settled_at.is_not(None), MakeUp.owed_at.desc(), MakeUp.id.desc())
    )
    return list(db.session.scalars(query))


def stream_entries(viewer: Person, period: Period) -> Iterator[tuple[DebtEntry, Person, str]]:
    """Every line in sight, by date, with whose it is and their team."""
    query: Any = (
        select(DebtEntry, Person, Team.name)
        .join(Person, Person.id == DebtEntry.person_id)
        .outerjoin(Team, Team.id == Person.team_id)
        .where(people_in_sight(viewer), *period.holds())
        .order_by(DebtEntry.on, DebtEntry.id)
        .execution_options(yield_per=500)
    )
    for entry, person, team in db.session.execute(query):
        yield entry, person, team or ""
