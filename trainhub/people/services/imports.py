"""Importing a table of people: planned first, then stored as a whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, Conflict, InputError, InputErrors
from trainhub.people import pinyin, queries
from trainhub.people.models import PendingImport, Person, PersonRole, Role, Team
from trainhub.people.rules import (
    ExistingPerson,
    ImportedPerson,
    changed_fields,
    column_of,
    list_change_refusals,
    list_heading_errors,
    list_new_refusals,
    list_repeats,
    placed,
    read_person,
)
from trainhub.tables import Table

KEPT_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class PlannedRow:
    """What a row would do: `add`, `change` (with the columns) or `keep`."""

    person: ImportedPerson
    act: str
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportPlan:
    """What an import would do, and everything that is in its way."""

    file: str
    rows: tuple[PlannedRow, ...]
    new_teams: tuple[str, ...]
    errors: tuple[InputError, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many people are added, changed and kept, and how many teams are new."""
        acts = [row.act for row in self.rows]
        return {
            "rows": len(acts),
            "added": acts.count("add"),
            "changed": acts.count("change"),
            "kept": acts.count("keep"),
            "teams_added": len(self.new_teams),
        }


def plan_import(table: Table, *, may_make_administrators: bool = False) -> ImportPlan:
    """Look at every row against the accounts there are; changes nothing."""
    errors = list_heading_errors(table.headings, table.file)
    if errors:
        return ImportPlan(table.file, (), (), tuple(errors))
    people = []
    for row in table.rows:
        cells = {str(column_of(heading)): text for heading, text in row.cells.items()}
        person, faults = read_person(cells, row.number, table.file)
        people.append(person)
        errors += faults
    errors += list_repeats(people, table.file)
    known = queries.find_accounts_like([person.entry for person in people])
    rows = []
    for person in people:
        existing = known.by_username.get(person.entry.username)
        if existing is None:
            faults = list_new_refusals(person, may_make_administrators=may_make_administrators)
        else:
            faults = list_change_refusals(person, existing)
        faults += known.list_taken(person.entry, but=existing.id if existing else None)
        errors += [placed(fault, person.row, table.file) for fault in faults]
        rows.append(_planned(person, existing))
    wanted = dict.fromkeys(person.team for person in people if person.team)
    teams = set(db.session.scalars(select(Team.name)))
    new_teams = tuple(name for name in wanted if name not in teams)
    errors.sort(key=lambda error: error.row or 0)
    return ImportPlan(table.file, tuple(rows), new_teams, tuple(errors))


def _planned(person: ImportedPerson, existing: ExistingPerson | None) -> PlannedRow:
    if existing is None:
        return PlannedRow(person, "add")
    changes = tuple(changed_fields(person, existing))
    return PlannedRow(person, "change" if changes else "keep", changes)


def import_people(
    table: Table,
    *,
    may_make_administrators: bool = False,
    actor: Person | None,
    now: datetime,
) -> ImportPlan:
    """Add and change the people of a table, all or none of them; what was done.

    Raises `InputErrors` with every error by row and column.
    """
    plan = plan_import(table, may_make_administrators=may_make_administrators)
    if plan.errors:
        raise InputErrors(plan.errors)
    _store(plan, now)
    append_entry(
        "people.imported",
        actor=actor,
        object_type="file",
        object_key=table.file[:120],
        now=now,
        changes=_account_of(plan),
    )
    return plan


def _store(plan: ImportPlan, now: datetime) -> None:
    with _names_still_free():
        db.session.add_all(Team(name=name) for name in plan.new_teams)
        db.session.flush()
    teams = {team.name: team for team in db.session.scalars(select(Team))}
    usernames = [row.person.entry.username for row in plan.rows if row.act == "change"]
    existing = queries.find_people_by_usernames(usernames)
    for row in plan.rows:
        if row.act == "change":
            _change(existing[row.person.entry.username], row, teams)
    with _names_still_free():
        _add_people([row.person for row in plan.rows if row.act == "add"], teams, now)
        db.session.flush()


def _add_people(people: Sequence[ImportedPerson], teams: dict[str, Team], now: datetime) -> None:
    """Insert new accounts and their roles in bulk: the write lock is held for all of it."""
    if not people:
        return
    db.session.execute(insert(Person), [_values(person, teams, now) for person in people])
    ids = queries.find_ids_by_usernames([person.entry.username for person in people])
    db.session.execute(
        insert(PersonRole),
        [
            {"person_id": ids[person.entry.username], "role": role.value}
            for person in people
            for role in sorted(person.roles or {Role.AGENT})
        ],
    )


def _values(imported: ImportedPerson, teams: dict[str, Team], now: datetime) -> dict[str, Any]:
    entry = imported.entry
    return {
        "username": entry.username,
        "name": entry.name,
        "name_key": pinyin.name_key(entry.name),
        "search_key": pinyin.search_key(entry.name, entry.username, entry.email, entry.employee_no),
        "email": entry.email,
        "employee_no": entry.employee_no,
        "start_on": entry.start_on,
        "team_id": teams[imported.team].id if imported.team else None,
        "created_at": now,
    }


def _change(person: Person, row: PlannedRow, teams: dict[str, Team]) -> None:
    if "name" in row.changes:
        person.name = row.person.entry.name
    if "team" in row.changes and row.person.team:
        person.team = teams[row.person.team]
    if "start_date" in row.changes:
        person.start_on = row.person.entry.start_on


def _account_of(plan: ImportPlan) -> dict[str, Any]:
    added = [row.person.entry.username for row in plan.rows if row.act == "add"]
    changed = {row.person.entry.username: list(row.changes) for row in plan.rows if row.changes}
    return {"added": [None, added], "changed": [None, changed], "teams": [None, plan.new_teams]}


@contextmanager
def _names_still_free() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:  # somebody added one of them meanwhile
        message = N_("Somebody else already has one of these names.")
        raise Conflict(message, code="name_taken") from error


def keep_upload(
    person: Person, file: str, data: bytes, encoding: str | None, *, now: datetime
) -> None:
    """Keep a table between its preview and the confirmation; one for each person."""
    drop_upload(person)
    db.session.execute(delete(PendingImport).where(PendingImport.created_at < now - KEPT_FOR))
    db.session.add(
        PendingImport(
            person_id=person.id, file=file[:200], data=data, encoding=encoding, created_at=now
        )
    )
    db.session.flush()


def drop_upload(person: Person) -> None:
    """Forget the table the person has been looking at."""
    db.session.execute(delete(PendingImport).where(PendingImport.person_id == person.id))


def note_export(count: int, form: str, *, actor: Person | None, now: datetime) -> None:
    """Put on record that so many people left the house as a table."""
    append_entry(
        "people.exported",
        actor=actor,
        object_type="file",
        object_key=f"people.{form}",
        now=now,
        changes={"count": [None, count]},
    )
