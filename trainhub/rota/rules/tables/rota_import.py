"""Reading a rota table by its mapping: people, dates and words, and every fault by its cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from trainhub.errors import N_, InputError
from trainhub.rota.rules.shift_codes import folded
from trainhub.rota.rules.tables.heads import dated, read_head
from trainhub.rota.rules.tables.mapping import (
    NOTHING,
    Lines,
    RotaMapping,
    body_start,
    broken_dates,
    column_of,
    date_columns,
    heads_of,
    month_of,
)
from trainhub.tables.values import column_letters

MOST_FAULTS = 500  # told one by one; beyond, only counted
DASHES = frozenset(("", "-", "--", "—", "——", "/", "\\"))


@dataclass(frozen=True)
class KnownPerson:
    """An account as a rota may name it."""

    id: int
    username: str
    employee_no: str | None
    name: str
    is_disabled: bool = False


class PeopleIndex:
    """Finds people by what a rota calls them."""

    def __init__(self, people: Iterable[KnownPerson]) -> None:
        self.by: dict[str, dict[str, list[KnownPerson]]] = {
            "employee_no": {},
            "username": {},
            "name": {},
        }
        for person in people:
            for kind, text in (
                ("employee_no", person.employee_no),
                ("username", person.username),
                ("name", person.name),
            ):
                if text:
                    self.by[kind].setdefault(folded(text), []).append(person)

    def find(self, text: str, by: str) -> list[KnownPerson]:
        """Everybody meant by `text`; `auto` takes the first of number, user name, name that fits.

        Of people with one name the disabled are left out while others are there.
        """
        word = folded(text)
        kinds = tuple(self.by) if by == "auto" else (by,)
        found = next((self.by[kind][word] for kind in kinds if word in self.by[kind]), [])
        there = [person for person in found if not person.is_disabled]
        return there or found


@dataclass
class Faults:
    """What is wrong with a table: told up to `MOST_FAULTS`, counted to the end."""

    file: str
    told: list[InputError] = field(default_factory=list)
    count: int = 0

    def add(
        self, code: str, message: str, row: int, column: str | None = None, **params: object
    ) -> None:
        """Note a fault at a row (from 1) and a column."""
        self.count += 1
        if len(self.told) < MOST_FAULTS:
            self.told.append(
                InputError(code, message, params, file=self.file, row=row, column=column)
            )


@dataclass(frozen=True)
class RotaRows:
    """What a table says: per row its number, its person's text, and texts by date."""

    rows: list[tuple[int, str, list[str]]]
    dates: list[date]
    columns: list[str]  # of each date, as the reader finds it: “D (12/1)”


@dataclass(frozen=True)
class ReadRota:
    """A table understood: per person and date a code's id, or `NOTHING` for an empty cell."""

    cells: dict[int, dict[date, int]]
    faults: Faults
    first: date | None
    last: date | None
    skipped: int  # rows of people nobody knows, passed over on request

    @property
    def people(self) -> int:
        """How many people the table is about."""
        return len(self.cells)


def words_of(lines: Lines, mapping: RotaMapping) -> Counter[str]:
    """Every word the table uses for a shift, as written, and how often."""
    found: Counter[str] = Counter()
    body = lines[body_start(lines, mapping) :]
    if mapping.shape == "long":
        at = column_of(heads_of(lines, mapping.head_row), mapping.code)
        if at is not None:
            found.update(line[at] for line in body if at < len(line))
    else:
        columns = [at for at, _ in date_columns(lines, mapping.head_row)]
        person = column_of(heads_of(lines, mapping.head_row), mapping.person)
        for line in body:
            if person is not None and person < len(line) and line[person]:
                found.update(line[at] for at in columns if at < len(line))
    for dash in DASHES:
        found.pop(dash, None)
    return found


def unknown_words(
    words: Iterable[str], mapping: RotaMapping, index: Mapping[str, int]
) -> list[str]:
    """The words that are neither a code nor mapped to one, each once, as first written."""
    unknown: dict[str, str] = {}
    for word in words:
        key = folded(word)
        if key not in index and key not in mapping.codes:
            unknown.setdefault(key, word)
    return list(unknown.values())


def read_rota(
    lines: Lines,
    mapping: RotaMapping,
    *,
    file: str,
    people: PeopleIndex,
    index: Mapping[str, int],
) -> ReadRota:
    """The table by its mapping: what it says, and every fault with row, column and value.

    `index` leads from folded words to codes; the mapping's own words go before it.
    """
    faults = Faults(file)
    shaped = _grid(lines, mapping, faults) if mapping.shape == "grid" else None
    reader = _Reader(mapping, people, {**index, **mapping.codes}, faults)
    if shaped is not None:
        reader.take_grid(shaped)
    elif mapping.shape == "long":
        reader.take_long(lines)
    if not (reader.cells or faults.count or reader.skipped):
        message = N_("The table holds nobody's shifts.")
        faults.add("rota_empty", message, mapping.head_row + 1)
    days = [day for row in reader.cells.values() if row for day in (min(row), max(row))]
    return ReadRota(
        reader.cells, faults, min(days, default=None), max(days, default=None), reader.skipped
    )


def _grid(lines: Lines, mapping: RotaMapping, faults: Faults) -> RotaRows | None:
    """A people × days table cut to the dates its heads name; None where they name none.

    Columns whose head is at fault are left out, so that the faults of the rows are found as well.
    """
    heads = heads_of(lines, mapping.head_row)
    person = column_of(heads, mapping.person)
    columns = date_columns(lines, mapping.head_row)
    month = month_of(mapping.month)
    row = mapping.head_row
    for at in broken_dates(lines, row):
        name = f"{column_letters(at)} ({lines[row - 1][at]})"
        faults.add("date_impossible", N_("There is no such date."), row, name)
    if person is None or month is None or not columns:
        message = N_("No column for the person, or no dates, are found in the heads of this row.")
        faults.add("heads_unclear", message, row)
        return None
    days = dated(
        [head for _, head in columns], year=month[0], month=month[1], day_first=mapping.day_first
    )
    names = [f"{column_letters(at)} ({lines[row - 1][at]})" for at, _ in columns]
    seen: dict[date, str] = {}
    read: list[tuple[int, date, str]] = []
    for (at, _), day, name in zip(columns, days, names, strict=True):
        if day is None:
            faults.add("date_impossible", N_("There is no such date."), row, name)
        elif day in seen:
            message = N_("Two columns are the same date, %(date)s: this one and %(other)s.")
            faults.add("date_twice", message, row, name, date=day.isoformat(), other=seen[day])
        else:
            seen[day] = name
            read.append((at, day, name))
    rows = []
    start = body_start(lines, mapping)
    for number, line in enumerate(lines[start:], start=start + 1):
        who = line[person] if person < len(line) else ""
        width = len(line)
        texts = [line[at] if at < width else "" for at, _, _ in read]
        rows.append((number, who, texts))
    return RotaRows(rows, [day for _, day, _ in read], [name for _, _, name in read])


class _Reader:
    """Turns texts into people and codes, remembering what it has looked up."""

    def __init__(
        self,
        mapping: RotaMapping,
        people: PeopleIndex,
        index: Mapping[str, int],
        faults: Faults,
    ) -> None:
        self.mapping, self.people, self.index, self.faults = mapping, people, index, faults
        self.cells: dict[int, dict[date, int]] = {}
        self.codes: dict[str, int | None] = dict.fromkeys(DASHES, NOTHING)
        self.skipped = 0

    def take_grid(self, table: RotaRows) -> None:
        """Read a people × days table."""
        rows_of: dict[int, int] = {}
        for number, who, texts in table.rows:
            if not who and not any(texts):
                continue
            person = self._person(who, number, self.mapping.person)
            if person is None:
                continue
            if person.id in rows_of:
                message = N_("%(value)s is already in row %(other)s.")
                self.faults.add(
                    "person_twice", message, number, self.mapping.person,
                    value=who, other=rows_of[person.id],
                )  # fmt: skip
                continue
            rows_of[person.id] = number
            row = self.cells[person.id] = {}
            for text, day, column in zip(texts, table.dates, table.columns, strict=True):
                code = self._code(text, number, column)
                if code is not None:
                    row[day] = code

    def take_long(self, lines: Lines) -> None:
        """Read a table of one row per person and date."""
        mapping = self.mapping
        heads = heads_of(lines, mapping.head_row)
        columns = [column_of(heads, name) for name in (mapping.person, mapping.date, mapping.code)]
        if None in columns:
            message = N_("The heads of this row lack the column for person, date or shift.")
            self.faults.add("heads_unclear", message, mapping.head_row)
            return
        at = [column for column in columns if column is not None]
        seen: dict[tuple[int, date], int] = {}
        days: dict[str, date | None] = {}
        for number, line in enumerate(lines[mapping.head_row :], start=mapping.head_row + 1):
            who, when, word = (line[column] if column < len(line) else "" for column in at)
            if not (who or when or word):
                continue
            person = self._person(who, number, mapping.person)
            if when not in days:
                days[when] = self._date(when)
            day = days[when]
            if day is None:
                message = N_("“%(value)s” is not a date with day and month.")
                self.faults.add("date_unreadable", message, number, mapping.date, value=when)
            code = self._code(word, number, mapping.code)
            if person is None or day is None or code is None:
                continue
            if (person.id, day) in seen:
                message = N_("%(value)s has a shift on %(date)s in row %(other)s already.")
                self.faults.add(
                    "day_twice", message, number, mapping.date,
                    value=who, date=day.isoformat(), other=seen[person.id, day],
                )  # fmt: skip
                continue
            seen[person.id, day] = number
            self.cells.setdefault(person.id, {})[day] = code

    def _date(self, text: str) -> date | None:
        head, month = read_head(text), month_of(self.mapping.month)
        if head is None or month is None or head.month is None:
            return None
        return dated([head], year=month[0], month=month[1], day_first=self.mapping.day_first)[0]

    def _person(self, text: str, row: int, column: str) -> KnownPerson | None:
        found = self.people.find(text, self.mapping.person_by) if text else []
        if len(found) == 1 and not found[0].is_disabled:
            return found[0]
        if not found and self.mapping.skip_unknown:
            self.skipped += 1
        elif not text:
            self.faults.add("person_missing", N_("This row names no person."), row, column)
        elif not found:
            message = N_("Nobody here is called “%(value)s”.")
            self.faults.add("person_unknown", message, row, column, value=text)
        elif len(found) > 1:
            message = N_(
                "“%(value)s” may be %(people)s. Name people by employee number or user name."
            )
            names = ", ".join(person.employee_no or person.username for person in found[:5])
            self.faults.add("person_ambiguous", message, row, column, value=text, people=names)
        else:
            message = N_("The account of “%(value)s” is disabled.")
            self.faults.add("person_disabled", message, row, column, value=text)
        return None

    def _code(self, text: str, row: int, column: str) -> int | None:
        if text not in self.codes:
            self.codes[text] = self.index.get(folded(text))
        code = self.codes[text]
        if code is None:
            message = N_("“%(value)s” is not a shift code.")
            self.faults.add("code_unknown", message, row, column, value=text)
        return code
