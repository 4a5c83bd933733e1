"""The table of people as it leaves the house: the same columns that an import reads."""

from __future__ import annotations

from collections.abc import Sequence

from trainhub.people.models import Person
from trainhub.people.rules import CHINESE_HEADINGS, COLUMNS, ROLE_NAMES, Role
from trainhub.tables import write_csv, write_xlsx
from trainhub.tables.writing import Cell

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def table_of_people(people: Sequence[Person], *, form: str, chinese: bool = False) -> bytes:
    """The people as CSV or XLSX (`form`), with headings and roles in English or Chinese."""
    headings = CHINESE_HEADINGS if chinese else COLUMNS
    rows = [_row(person, chinese=chinese) for person in people]
    return write_xlsx(headings, rows) if form == "xlsx" else write_csv(headings, rows)


def _row(person: Person, *, chinese: bool) -> list[Cell]:
    roles = [role for role in Role if role in person.roles]
    names = [ROLE_NAMES[role] if chinese else role.value for role in roles]
    return [
        person.username,
        person.name,
        person.email,
        person.team.name if person.team else None,
        ("、" if chinese else ";").join(names),
        person.employee_no,
        person.start_on,
    ]
