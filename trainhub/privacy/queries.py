"""Reading what is kept of whom, by the declarations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Table, false, func, literal, or_, select
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.people.models import Person
from trainhub.privacy.models import Erasure, LegalHold
from trainhub.privacy.rules import Personal

SPEAKING = ("key", "name", "code")  # what a row of the centre's is called by
GATE = "gate_is_open"


def table_of(declaration: Personal) -> Table:
    """The table a declaration is about."""
    return db.metadata.tables[declaration.table]


def leading(
    table: Table, path: str, test: Callable[[ColumnElement[Any]], ColumnElement[bool]]
) -> ColumnElement[bool]:
    """The condition that the path from a row ends at a column that passes the test."""
    name, _, rest = path.partition(".")
    column = table.c[name]
    if not rest:
        return test(column)
    key = next(iter(column.foreign_keys)).column
    return column.in_(select(key).where(leading(key.table, rest, test)))


def about(declaration: Personal, person: Person) -> ColumnElement[bool]:
    """The condition that a row is about the person; never for tables that tell of no one."""
    if not declaration.path:
        return false()
    table = table_of(declaration)
    found = leading(table, declaration.path, lambda column: column == person.id)
    if declaration.table == "audit_entry":  # acts on the account, whoever did them
        is_person = table.c.object_type == "person"
        return or_(found, is_person & (table.c.object_key == person.username))
    return found


def count_rows(declaration: Personal, person: Person) -> int:
    """How many rows are about the person."""
    query = select(func.count()).select_from(table_of(declaration))
    return db.session.scalar(query.where(about(declaration, person))) or 0


def stream_rows(declaration: Personal, person: Person) -> Iterator[dict[str, Any]]:
    """The rows about the person, told columns and those who acted; sealed ones are None."""
    table = table_of(declaration)
    names = [*declaration.told.split(), *declaration.others.split()]
    gate: ColumnElement[bool] = literal(True)
    if declaration.gate:
        gate = leading(table, declaration.gate, lambda column: column.is_not(None))
    query = (
        select(*(table.c[name] for name in names), gate.label(GATE))
        .where(about(declaration, person))
        .order_by(*table.primary_key.columns)
        .execution_options(yield_per=500)
    )
    sealed = set(declaration.sealed.split())
    for row in db.session.execute(query):
        found = dict(zip([*names, GATE], row, strict=True))
        is_open = found.pop(GATE)
        yield {n: v if is_open or n not in sealed else None for n, v in found.items()}


@lru_cache(maxsize=1024)
def _speaking_column(table: str, column: str) -> tuple[Table, str, str] | None:
    for reference in db.metadata.tables[table].c[column].foreign_keys:
        target = reference.column.table
        for name in SPEAKING:
            if name in target.c and reference.column.name == "id":
                return target, reference.column.name, name
    return None


def find_name_of(table: str, column: str, number: int) -> str | None:
    """What the row that a column refers to is called; None where it has no name."""
    found = _speaking_column(table, column)
    if found is None:
        return None
    target, key, name = found
    return db.session.scalar(select(target.c[name]).where(target.c[key] == number))


def count_named(person: Person, declared: Iterator[tuple[str, str]]) -> dict[str, int]:
    """In how many rows of each (table, column) the person is named as the one who acted."""
    counts = {}
    for table, column in declared:
        source = db.metadata.tables[table]
        query = select(func.count()).select_from(source).where(source.c[column] == person.id)
        counts[f"{table}.{column}"] = db.session.scalar(query) or 0
    return {name: count for name, count in counts.items() if count}


def get_person(person_id: int) -> Person:
    """Somebody, disabled and erased or not. Raises `NotFound`."""
    found = db.session.get(Person, person_id)
    if found is None:
        raise NotFound()
    return found


def find_erasure(person_id: int) -> Erasure | None:
    """The erasure of somebody, if there was one."""
    return db.session.get(Erasure, person_id)


def find_hold(person_id: int) -> LegalHold | None:
    """The legal hold in force for somebody, if any."""
    query = select(LegalHold).where(LegalHold.person_id == person_id, LegalHold.ended_at.is_(None))
    return db.session.scalars(query).one_or_none()


def list_holds(person_id: int) -> list[LegalHold]:
    """All holds of somebody, newest first."""
    query = (
        select(LegalHold)
        .where(LegalHold.person_id == person_id)
        .order_by(LegalHold.id.desc())
        .options(joinedload(LegalHold.set_by))
    )
    return list(db.session.scalars(query))


def held_ids() -> set[int]:
    """The ids of everybody under a legal hold."""
    return set(db.session.scalars(select(LegalHold.person_id).where(LegalHold.ended_at.is_(None))))


def list_erasures() -> list[tuple[Erasure, datetime]]:
    """Every erasure with the time its account was made, which tells two databases apart."""
    query = select(Erasure, Person.created_at).join(Person, Person.id == Erasure.person_id)
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(Erasure.person_id))]


def list_all_holds() -> list[tuple[LegalHold, datetime]]:
    """Every legal hold with the time its account was made, which tells two databases apart."""
    query = select(LegalHold, Person.created_at).join(Person, Person.id == LegalHold.person_id)
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(LegalHold.id))]


def list_over(disabled_before: datetime, *, limit: int = 200) -> list[int]:
    """The ids of those not yet erased whose accounts were disabled so long ago, holds aside."""
    held = select(LegalHold.person_id).where(LegalHold.ended_at.is_(None))
    query = (
        select(Person.id)
        .where(
            Person.disabled_at < disabled_before, Person.erased_at.is_(None), Person.id.not_in(held)
        )
        .order_by(Person.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def find_to_erase_again(person_id: Any, account_since: Any) -> Person | None:
    """The person of an erasure made before, if it is the same account and not erased."""
    person = db.session.get(Person, int(person_id))
    if person is None or person.erased_at is not None:
        return None
    return person if person.created_at == datetime.fromisoformat(str(account_since)) else None
