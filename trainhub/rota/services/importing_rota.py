"""Importing a rota: planned against what is stored, then stored as a whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.exc import IntegrityError

from trainhub.db import db
from trainhub.errors import N_, Conflict, InputError, InputErrors
from trainhub.people.models import Person
from trainhub.rota.models import RotaChange, Shift, ShiftCode, TableImport
from trainhub.rota.queries.pending_tables import find_latest, find_remembered
from trainhub.rota.queries.rota_rows import list_known_people, stored_codes
from trainhub.rota.queries.shift_codes import list_codes, words_of_codes
from trainhub.rota.rules.changing import ShortRest
from trainhub.rota.rules.tables.mapping import (
    NOTHING,
    Lines,
    RotaMapping,
    find_mapping,
    mapping_from,
    signature,
)
from trainhub.rota.rules.tables.rota_diff import CellChange, RotaDiff, compare, list_short_rests
from trainhub.rota.rules.tables.rota_import import PeopleIndex, ReadRota, read_rota
from trainhub.rota.services.changed import RotaChanged, by_person, tell
from trainhub.rota.services.first_fills import keep_first_fills
from trainhub.rota.services.table_imports import ImportedTable, record_import
from trainhub.tables import TableLimits, read_lines

KIND = "rota"
# A year of 20,000 people as a long table does not fit, a quarter of 5,000 as a grid does twice.
ROTA_LIMITS = TableLimits(
    packed_bytes=25 * 1024 * 1024,
    unpacked_bytes=500 * 1024 * 1024,
    rows=600_000,
    columns=400,
    formulas=True,
)
_BATCH = 20_000  # rows a statement


@dataclass(frozen=True)
class RotaPlan:
    """What an import would do, and everything in its way."""

    file: str
    file_hash: str
    read: ReadRota
    diff: RotaDiff
    short_rests: list[ShortRest]

    @property
    def errors(self) -> list[InputError]:
        """The faults that are told one by one."""
        return self.read.faults.told

    @property
    def error_count(self) -> int:
        """How many faults there are, told or not."""
        return self.read.faults.count

    @property
    def counts(self) -> dict[str, Any]:
        """What the import is put on record with."""
        days = {"first": self.read.first, "last": self.read.last}
        return {
            "people": self.read.people,
            **self.diff.counts,
            "skipped": self.read.skipped,
            "short_rests": len(self.short_rests),
            **{name: day.isoformat() if day else None for name, day in days.items()},
        }


def read_file(data: bytes, file: str, encoding: str | None = None) -> list[list[str]]:
    """The lines of a rota file. Raises `InputErrors` by row and column."""
    return read_lines(data, file, limits=ROTA_LIMITS, encoding=encoding)


def mapping_for(lines: Lines, file: str, today: date) -> tuple[RotaMapping, bool]:
    """How this table is to be read, and whether the centre has said so before.

    What is remembered for these heads counts, but for the month, which is the table's own. Words
    for codes said for other tables hold too.
    """
    found = find_mapping(lines, file, today)
    remembered = find_remembered(KIND, signature(lines))
    if remembered is None:
        codes = mapping_from(find_latest(KIND) or {}).codes
        return replace(found, codes=in_use(codes)), False
    said = mapping_from(remembered)
    mapping = replace(
        said,
        head_row=max(1, said.head_row + found.head_row - said.found_row),
        found_row=found.head_row,
        month=found.month,
        day_first=said.day_first or found.day_first,
        codes=in_use(said.codes),
    )
    return mapping, True


def in_use(codes: Mapping[str, int]) -> dict[str, int]:
    """The words whose codes are still in use."""
    known = {code.id for code in list_codes()} | {NOTHING}
    return {word: code_id for word, code_id in codes.items() if code_id in known}


def plan_import(lines: Lines, mapping: RotaMapping, *, file: str, file_hash: str) -> RotaPlan:
    """Look at every cell against what is stored; changes nothing."""
    people = PeopleIndex(list_known_people())
    read = read_rota(lines, mapping, file=file, people=people, index=words_of_codes())
    stored: dict[tuple[int, date], int] = {}
    if read.first and read.last:
        day = timedelta(days=1)
        stored = stored_codes(read.cells.keys(), read.first - day, read.last + day)
    times = {code.id: code.times for code in list_codes(retired=True)}
    after = read.cells
    if mapping.empty == "keep":
        after = {
            person_id: {
                on: code or stored.get((person_id, on), NOTHING) for on, code in row.items()
            }
            for person_id, row in read.cells.items()
        }
    return RotaPlan(
        file,
        file_hash,
        read,
        compare(read.cells, stored, empty=mapping.empty),
        list_short_rests(after, stored, times),
    )


def import_rota(
    lines: Lines,
    mapping: RotaMapping,
    *,
    file: str,
    file_hash: str,
    actor: Person | None,
    now: datetime,
) -> tuple[RotaPlan, TableImport]:
    """Store a rota, all of it or nothing, with the history of every date that said something.

    Remembers the mapping. Raises `InputErrors` with every fault told, `Conflict` if somebody
    else is storing the same dates.
    """
    plan = plan_import(lines, mapping, file=file, file_hash=file_hash)
    if plan.error_count:
        raise InputErrors(plan.errors)
    if not plan.read.cells:
        message = N_("The table holds nobody's shifts.")
        raise InputErrors([InputError("rota_empty", message, file=file)])
    table = ImportedTable(KIND, file, file_hash, plan.counts, signature(lines), mapping.as_json())
    record = record_import(table, actor=actor, now=now)
    with _dates_still_free():
        _store(plan.diff, record.id, actor, now)
    return plan, record


def _store(diff: RotaDiff, import_id: int, actor: Person | None, now: datetime) -> None:
    keep_first_fills([(person, on) for person, on, *_ in diff.changed + diff.removed])
    _execute(
        insert(Shift),
        (
            {"person_id": person, "on": on, "shift_code_id": new, "import_id": import_id}
            for person, on, _old, new in diff.new
        ),
    )
    table = Shift.__table__
    one = (table.c.person_id == bindparam("of")) & (table.c.on == bindparam("day"))
    _execute(
        update(table).where(one).values(shift_code_id=bindparam("new"), import_id=import_id),
        ({"of": person, "day": on, "new": new} for person, on, _old, new in diff.changed),
    )
    _execute(
        delete(table).where(one), ({"of": person, "day": on} for person, on, *_ in diff.removed)
    )
    _execute(insert(RotaChange), _history(diff.changed + diff.removed, import_id, actor, now))
    everything = diff.new + diff.changed + diff.removed
    tell(RotaChanged(now, days=by_person((person, on) for person, on, *_ in everything)))


def _execute(statement: Any, rows: Iterator[dict[str, Any]]) -> None:
    while batch := list(islice(rows, _BATCH)):
        db.session.connection().execute(statement, batch)


def _history(
    changes: Sequence[CellChange], import_id: int, actor: Person | None, now: datetime
) -> Iterator[dict[str, Any]]:
    codes = {code.id: code.code for code in list_codes(retired=True)} | {NOTHING: ""}
    for person_id, on, old, new in changes:
        yield {
            "person_id": person_id,
            "on": on,
            "old_code": codes[old],
            "new_code": codes[new],
            "kind": "import",
            "reason": "",
            "import_id": import_id,
            "changed_at": now,
            "changed_by_id": actor.id if actor else None,
        }


@contextmanager
def _dates_still_free() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:  # another import has just filled the same dates
        message = N_("Somebody else has just stored some of these dates. Look at it once more.")
        raise Conflict(message, code="dates_taken") from error


def codes_by_id() -> dict[int, ShiftCode]:
    """Every code by its id, for showing a plan."""
    return {code.id: code for code in list_codes(retired=True)}
