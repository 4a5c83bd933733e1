"""Reading the rota in bulk: what is stored of some people, and who a table may name."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from trainhub.db import db
from trainhub.people.models import Person
from trainhub.rota.models import Shift
from trainhub.rota.rules.tables.rota_import import KnownPerson

_FEW = 500  # ids that still fit well into one statement


def list_known_people() -> list[KnownPerson]:
    """Every account as a rota may name it."""
    columns = (Person.id, Person.username, Person.employee_no, Person.name, Person.disabled_at)
    return [
        KnownPerson(person_id, username, employee_no, name, disabled_at is not None)
        for person_id, username, employee_no, name, disabled_at in db.session.execute(
            select(*columns)
        )
    ]


def names_of(person_ids: Collection[int]) -> dict[int, str]:
    """Names by id."""
    if not person_ids:
        return {}
    query = select(Person.id, Person.name).where(Person.id.in_(person_ids))
    return dict(db.session.execute(query).all())


def stored_codes(
    person_ids: Collection[int], first: date, last: date
) -> dict[tuple[int, date], int]:
    """(person, date) → code id of these people from `first` to `last`."""
    query = select(Shift.person_id, Shift.on, Shift.shift_code_id).where(
        Shift.on.between(first, last)
    )
    if len(person_ids) <= _FEW:
        query = query.where(Shift.person_id.in_(person_ids))
    wanted = set(person_ids)
    return {
        (person_id, on): code_id
        for person_id, on, code_id in db.session.execute(query)
        if person_id in wanted
    }
