"""Reading what an import meets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.errors import N_, InputError
from trainhub.people.models import PendingImport, Person
from trainhub.people.rules import ExistingPerson, PersonEntry

_AT_ONCE = 500  # names in one IN (…): below every engine's limit of parameters


@dataclass(frozen=True)
class KnownAccounts:
    """The accounts that share a name of any kind with the rows of an import."""

    by_username: dict[str, ExistingPerson] = field(default_factory=dict)
    owners: dict[str, int] = field(default_factory=dict)

    def list_taken(self, entry: PersonEntry, *, but: int | None) -> list[InputError]:
        """Which names of the entry another account signs in with."""
        return [
            InputError(f"{name}_taken", N_("Somebody else already has this."), field=name)
            for name in ("username", "email", "employee_no")
            if (value := getattr(entry, name)) and self.owners.get(value.casefold(), but) != but
        ]


def find_accounts_like(entries: Sequence[PersonEntry]) -> KnownAccounts:
    """The accounts these entries could mean or collide with, in a few queries per 500 rows."""
    known = KnownAccounts()
    values = {
        value
        for entry in entries
        for value in (entry.username, entry.email, entry.employee_no)
        if value
    }
    # Each column as it is stored; user names and numbers hold no "@", addresses always do.
    plain = {value for value in values if "@" not in value}
    spellings = {
        Person.username: {value.casefold() for value in plain},
        Person.email: {value.casefold() for value in values - plain},
        Person.employee_no: {value.upper() for value in plain},
    }
    for column, wanted in spellings.items():
        for some in _batches(sorted(wanted)):
            query = select(Person).where(column.in_(some)).options(joinedload(Person.team))
            for person in db.session.scalars(query):
                _note(known, person)
    return known


def _note(known: KnownAccounts, person: Person) -> None:
    entry = PersonEntry(
        person.username, person.name, person.email, person.employee_no, None, person.start_on
    )
    team = person.team.name if person.team else None
    known.by_username[person.username] = ExistingPerson(person.id, entry, team, person.roles)
    for value in (person.username, person.email, person.employee_no):
        if value:
            known.owners[value.casefold()] = person.id


def find_people_by_usernames(usernames: Sequence[str]) -> dict[str, Person]:
    """The accounts of these user names, by user name."""
    found: dict[str, Person] = {}
    for some in _batches(usernames):
        query = select(Person).where(Person.username.in_(some)).options(joinedload(Person.team))
        found |= {person.username: person for person in db.session.scalars(query)}
    return found


def find_ids_by_usernames(usernames: Sequence[str]) -> dict[str, int]:
    """The ids of these accounts, by user name."""
    found: dict[str, int] = {}
    for some in _batches(usernames):
        query = select(Person.username, Person.id).where(Person.username.in_(some))
        found.update(db.session.execute(query).all())
    return found


def find_pending_import(person: Person, now: datetime, kept_for: timedelta) -> PendingImport | None:
    """The table the person has seen a preview of, unless that is too long ago."""
    pending = db.session.get(PendingImport, person.id)
    return pending if pending and pending.created_at > now - kept_for else None


def _batches(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
