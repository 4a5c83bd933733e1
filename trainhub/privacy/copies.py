"""A copy of everything that is kept of one person: JSON and CSV in one ZIP.

Written row by row, so that a long history needs no more memory than a short one.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from io import TextIOWrapper
from typing import Any, BinaryIO

from trainhub.errors import N_
from trainhub.people.models import Person
from trainhub.privacy import queries
from trainhub.privacy.rules import DECLARATIONS, LENGTHS, PERSONAL, Personal
from trainhub.privacy.rules.column_words import COLUMN_WORDS
from trainhub.tables import stream_csv
from trainhub.tables.writing import Cell

YOU = N_("the person themselves")
ANOTHER = N_("somebody else")
YES, NO = N_("yes"), N_("no")
TITLE = N_("What %(centre)s keeps of %(name)s")
MADE_AT = N_("Made on %(when)s. Times are those of the zone %(zone)s.")
HOW = N_("Each part stands in json/ for programs and in csv/ for spreadsheets.")
ABOUT_PART = N_("%(rows)s rows. What for: %(purpose)s Kept: %(kept)s.")
NOT_HANDED_OUT = N_("Not handed out: %(column)s, because it is %(reason)s.")
# Under these names stored groups say who acted, or whom an act was about.
_WHO = frozenset(("by", "granted_by", "person", "raters"))
NAMED = N_("Rows about others in which the person is named as the one who acted")


@dataclass
class Copier:
    """One copy under way. `say` maps a msgid to the reader's language."""

    person: Person
    zone: tzinfo
    say: Callable[[str], str]
    _names: dict[tuple[str, str, int], Any] = field(default_factory=dict)

    def write(self, out: BinaryIO, *, centre: str, now: datetime) -> int:
        """Write the ZIP; how many rows are in it."""
        counts = {one.table: queries.count_rows(one, self.person) for one in PERSONAL}
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("contents.txt", "\n".join(self._contents(counts, centre, now)) + "\n")
            for one in PERSONAL:
                if counts[one.table]:
                    with archive.open(f"json/{one.table}.json", "w") as part:
                        self._write_json(TextIOWrapper(part, "utf-8"), one)
                    with archive.open(f"csv/{one.table}.csv", "w") as part:
                        for piece in stream_csv(self._headings(one), self._cells(one)):
                            part.write(piece)
        return sum(counts.values())

    def _contents(self, counts: dict[str, int], centre: str, now: datetime) -> Iterator[str]:
        when = now.astimezone(self.zone).isoformat(timespec="minutes")
        yield self.say(TITLE) % {"centre": centre, "name": self.person.name}
        yield self.say(MADE_AT) % {"when": when, "zone": str(self.zone)}
        yield self.say(HOW)
        for one in PERSONAL:
            if not counts[one.table]:
                continue
            kept = self.say(LENGTHS[one.period].words)
            facts = {"rows": counts[one.table], "purpose": self.say(one.purpose), "kept": kept}
            yield ""
            yield f"{self.say(one.title)} ({one.table})"
            yield "  " + self.say(ABOUT_PART) % facts
            for column, reason in one.withheld.items():
                yield "  " + self.say(NOT_HANDED_OUT) % {
                    "column": column, "reason": self.say(reason)
                }  # fmt: skip
        named = queries.count_named(self.person, _acting_columns())
        if named:
            yield ""
            yield self.say(NAMED)
            yield from (f"  {place}: {count}" for place, count in named.items())

    def _columns(self, one: Personal) -> list[str]:
        return [*one.told.split(), *one.others.split()]

    def _headings(self, one: Personal) -> list[str]:
        return [self.say(COLUMN_WORDS[name]) for name in self._columns(one)]

    def _write_json(self, out: TextIOWrapper, one: Personal) -> None:
        headings = self._headings(one)
        head = {
            "title": self.say(one.title),
            "table": one.table,
            "purpose": self.say(one.purpose),
            "kept": self.say(LENGTHS[one.period].words),
            "columns": dict(zip(headings, self._columns(one), strict=True)),
        }
        out.write(json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "rows": [')
        for number, row in enumerate(self._rows(one)):
            named = dict(zip(headings, row, strict=True))
            out.write(",\n" if number else "\n")
            out.write("  " + json.dumps(named, ensure_ascii=False, default=str))
        out.write("\n ]\n}\n")
        out.flush()
        out.detach()

    def _cells(self, one: Personal) -> Iterator[list[Cell]]:
        for row in self._rows(one):
            yield [self._cell(value) for value in row]

    def _cell(self, value: Any) -> Cell:
        if isinstance(value, bool):
            return self.say(YES if value else NO)
        if isinstance(value, (dict, list)):
            return json.dumps(value, ensure_ascii=False, default=str)
        return value  # type: ignore[no-any-return]  # text, a number or None by now

    def _rows(self, one: Personal) -> Iterator[list[Any]]:
        others = set(one.others.split())
        for row in queries.stream_rows(one, self.person):
            yield [
                self._value(one.table, name, value, name in others) for name, value in row.items()
            ]

    def _value(self, table: str, column: str, value: Any, is_actor: bool) -> Any:
        if value is None:
            return None
        if is_actor:
            return self.say(YOU if value == self.person.id else ANOTHER)
        if isinstance(value, datetime):
            return value.astimezone(self.zone).isoformat()
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, int) and not isinstance(value, bool):
            key = (table, column, value)
            if key not in self._names:
                self._names[key] = queries.find_name_of(table, column, value)
            return self._names[key] or value
        return self._nameless(value)

    def _nameless(self, value: Any) -> Any:
        """A stored group without the names of others: they are their data."""
        if isinstance(value, list):
            return [self._nameless(one) for one in value]
        if not isinstance(value, dict):
            return value
        is_said = set(value) == {"message", "params"}
        return {
            name: self._who(one) if name in _WHO else self._said(one) if is_said else
            self._nameless(one)
            for name, one in value.items()
        }  # fmt: skip

    def _said(self, params: Any) -> Any:
        """The parts of a stored sentence: `name` is a person's."""
        if isinstance(params, dict) and "name" in params:
            return params | {"name": self._who(params["name"])}
        return params

    def _who(self, name: Any) -> Any:
        if isinstance(name, list):
            return [self._who(one) for one in name]
        if not isinstance(name, str) or not name:
            return name
        return self.say(YOU if name == self.person.name else ANOTHER)


def _acting_columns() -> Iterator[tuple[str, str]]:
    """Every (table, column) that names somebody who acted."""
    for one in DECLARATIONS.values():
        for column in one.others.split():
            if isinstance(one, Personal) and one.path == column:
                continue
            yield one.table, column
