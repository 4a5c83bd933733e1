"""Reading the rota's history: changes of dates, and the tables brought in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.people.models import Person
from trainhub.rota.models import RotaChange, TableImport
from trainhub.rota.queries.scope import people_in_sight

PAGE = 50


@dataclass(frozen=True)
class ChangeCriteria:
    """Which changes are asked for; None and "" ask for all."""

    team_id: int | None = None
    person_id: int | None = None
    import_id: int | None = None
    kind: str = ""
    first: date | None = None
    last: date | None = None


def list_changes(
    viewer: Person, criteria: ChangeCriteria, *, page: int = 1
) -> tuple[list[RotaChange], int]:
    """One page of the changes in the reader's sight, the latest first, and how many there are."""
    query = _matching(select(RotaChange), viewer, criteria)
    count = db.session.scalar(_matching(select(func.count(RotaChange.id)), viewer, criteria)) or 0
    query = (
        query.options(
            joinedload(RotaChange.person).joinedload(Person.team),
            joinedload(RotaChange.changed_by),
            joinedload(RotaChange.table_import),
        )
        .order_by(RotaChange.changed_at.desc(), RotaChange.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return list(db.session.scalars(query)), count


def _matching(query: Select[Any], viewer: Person, criteria: ChangeCriteria) -> Select[Any]:
    query = query.join(Person, Person.id == RotaChange.person_id)
    query = query.where(people_in_sight(viewer))
    for column, value in (
        (Person.team_id, criteria.team_id),
        (RotaChange.person_id, criteria.person_id),
        (RotaChange.import_id, criteria.import_id),
        (RotaChange.kind, criteria.kind or None),
    ):
        if value is not None:
            query = query.where(column == value)
    if criteria.first:
        query = query.where(RotaChange.on >= criteria.first)
    if criteria.last:
        query = query.where(RotaChange.on <= criteria.last)
    return query


def list_changes_of(person: Person, first: date, last: date) -> list[RotaChange]:
    """The changes of one person's dates from `first` to `last`, the latest first."""
    query = (
        select(RotaChange)
        .where(RotaChange.person_id == person.id, RotaChange.on.between(first, last))
        .options(joinedload(RotaChange.changed_by), joinedload(RotaChange.table_import))
        .order_by(RotaChange.changed_at.desc(), RotaChange.id.desc())
    )
    return list(db.session.scalars(query))


def list_rota_imports(limit: int = 20) -> list[TableImport]:
    """The rota tables brought in, the latest first."""
    query = (
        select(TableImport)
        .where(TableImport.kind == "rota")
        .options(joinedload(TableImport.imported_by))
        .order_by(TableImport.imported_at.desc(), TableImport.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))
