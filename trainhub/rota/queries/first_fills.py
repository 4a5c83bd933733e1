"""Which table filled a date for the first time, as long as nothing has changed it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from trainhub.db import db
from trainhub.people.models import Person
from trainhub.rota.models import RotaChange, Shift, ShiftCode, TableImport

_BATCH = 500  # people a statement


@dataclass(frozen=True)
class FirstFill:
    """A date that a table filled, and that still says what it said then."""

    person_id: int
    on: date
    code: str
    source: TableImport


def list_first_fills(person_ids: Collection[int], first: date, last: date) -> Iterator[FirstFill]:
    """The dates of these people from `first` to `last` that no change has touched since."""
    told = (
        select(RotaChange.id)
        .where(
            RotaChange.person_id == Shift.person_id,
            RotaChange.on == Shift.on,
            RotaChange.import_id == Shift.import_id,
        )
        .exists()
    )
    ids = sorted(person_ids)
    for at in range(0, len(ids), _BATCH):
        query = (
            select(Shift.person_id, Shift.on, ShiftCode.code, TableImport)
            .join(ShiftCode, ShiftCode.id == Shift.shift_code_id)
            .join(TableImport, TableImport.id == Shift.import_id)
            .where(Shift.person_id.in_(ids[at : at + _BATCH]), Shift.on.between(first, last), ~told)
        )
        for row in db.session.execute(query):
            yield FirstFill(*row)


def find_first_fill(person: Person, on: date) -> FirstFill | None:
    """The table that filled one date, if nothing has changed it since."""
    return next(list_first_fills([person.id], on, on), None)
