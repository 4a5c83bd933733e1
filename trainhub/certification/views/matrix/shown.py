"""How the matrix is shown: states of people, and cells with their picture, words and date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from trainhub.certification.queries.matrix import Cell, MatrixRow
from trainhub.certification.queries.matrix_choices import Column
from trainhub.certification.rules.standing.findings import SETTLED
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.wording import in_language, in_words, seat_words
from trainhub.errors import N_
from trainhub.web.filters import show_date
from trainhub.web.text import translated

_DUE = N_("“%(requirement)s” (due %(day)s)")
_LATE = N_("Late: %(first)s")
_LATE_BOTH = N_("Late: %(first)s, %(second)s")
_ALSO_AT_RISK = N_("%(late)s; at risk: “%(requirement)s” – %(reason)s")

# What somebody's state is called, and the badge it wears.
PEOPLE: Mapping[str, tuple[str, Any]] = {
    "late": ("danger", _l("Late")),
    "review": ("danger", _l("Award under review")),
    "at_risk": ("warning", _l("At risk")),
    "expired": ("warning", _l("No longer certified")),
    "expiring": ("warning", _l("Expiring")),
    "on_track": ("progress", _l("On track")),
    "certified": ("success", _l("Certified")),
    "left": ("neutral", _l("Left the programme")),
}
# The same for one requirement of somebody, with its picture.
CELLS: Mapping[str, tuple[str, str, Any]] = {
    "late": ("danger", "alarm", _l("Late")),
    "at_risk": ("warning", "exclamation-triangle-fill", _l("At risk")),
    "expiring": ("warning", "hourglass-split", _l("Expiring")),
    "failed": ("warning", "x-circle", _l("Not reached")),
    "awaited": ("info", "hourglass-split", _l("Waiting")),
    "open": ("neutral", "circle", _l("To do")),
    "met": ("success", "check-circle-fill", _l("Done")),
    "waived": ("info", "slash-circle", _l("Waived")),
    "not_needed": ("neutral", "dash-lg", _l("Not needed")),
}

# The pictures of what a row offers: the page holds each once, and its rows point there.
ROW_PICTURES = (
    "award", "bell", "calendar-check", "calendar-event", "card-checklist", "clipboard-check",
    "signpost-split",
)  # fmt: skip

_ORDER = {state: place for place, state in enumerate(CELLS)}


@dataclass(frozen=True)
class ShownCell:
    """A cell: its state, a badge, one word, a date in short, and everything in one sentence."""

    key: str
    requirement: str
    state: str
    kind: str
    picture: str
    words: str
    on: date | None
    short: str
    title: str

    @property
    def is_settled(self) -> bool:
        """Whether nothing is asked of anybody here."""
        return self.state in ("met", "waived", "not_needed")


@dataclass(frozen=True)
class ShownRow:
    """One person's row; `risk` says why they are late or at risk.

    `pressing` is the requirement that most needs somebody, if any;
    `nearest` is, by kind of requirement, the open one that most needs somebody.
    """

    row: MatrixRow
    badge: tuple[str, str]
    risk: str
    cells: Sequence[ShownCell | None]
    pressing: ShownCell | None
    nearest: Mapping[str, ShownCell]


class CellWords:
    """Cells in the reader's language; a page has a thousand, each word is looked up once.

    Without `sentences` cells have no title: a file of a hundred thousand has no room for one.
    """

    def __init__(self, columns: Sequence[Column], today: date, *, sentences: bool = True) -> None:
        self.today, self._sentences = today, sentences
        self.titles = {column.key: in_language(column.titles) for column in columns}
        self._states = {state: str(words) for state, (_kind, _picture, words) in CELLS.items()}
        self._dated = {
            "met": str(translated(N_("on %(date)s"))),
            "waived": str(translated(N_("until %(date)s"))),
            "": str(translated(N_("due %(date)s"))),
        }
        self._dated["expiring"] = self._dated["waived"]
        self._head = str(translated(N_("%(name)s, %(requirement)s: %(state)s")))
        self._dates: dict[tuple[date, str], str] = {}
        self._said: dict[str, str] = {}

    def cell(self, row: MatrixRow, key: str, cell: Cell) -> ShownCell:
        """One cell, with everything about it in one sentence."""
        state = _cell_state(row, key, cell, self.today)
        kind, picture, _words = CELLS[state]
        words, on = self._states[state], _cell_date(state, cell)
        short = self._date(on, "short") if on is not None else ""
        title = self._sentence(row, key, cell, state, on) if self._sentences else ""
        return ShownCell(key, self.titles[key], state, kind, picture, words, on, short, title)

    def reason(self, row: MatrixRow) -> str:
        """Why somebody is late, each requirement with its date, or will probably be.

        Two are named, the others counted. Empty where nothing says so.
        """
        keys = [key for key, cell in row.cells.items() if cell.shown(self.today) == "late"]
        late = self._late(row, keys) if row.state in ("late", "review") else ""
        risk = in_words(row.risk.get("reason"))
        if not late:
            return risk if row.state == "at_risk" else ""
        at_risk = row.risk.get("requirement_key")
        if not risk or at_risk in keys or at_risk not in self.titles:
            return late
        named = {"late": late, "requirement": self.titles[at_risk], "reason": risk}
        return str(translated(_ALSO_AT_RISK)) % named

    def _late(self, row: MatrixRow, keys: Sequence[str]) -> str:
        dated = sorted((row.cells[key].due_on or date.max, self.titles[key]) for key in keys)
        if not row.is_active or not dated:
            return ""
        one = str(translated(_DUE))
        named = [
            one % {"requirement": title, "day": self._date(on, self._form(on))}
            for on, title in dated[:2]
        ]
        values = dict(zip(("first", "second"), named, strict=False))
        if more := len(dated) - len(named):
            return str(ngettext("Late: %(first)s, %(second)s and %(num)d more",
                                "Late: %(first)s, %(second)s and %(num)d more",
                                more, **values))  # fmt: skip
        return str(translated(_LATE_BOTH if len(named) == 2 else _LATE)) % values

    def _form(self, on: date) -> str:
        return "short" if on.year == self.today.year else "medium"  # a year only where it differs

    def _sentence(self, row: MatrixRow, key: str, cell: Cell, state: str, on: date | None) -> str:
        words = self._states[state]
        named = {"name": row.name, "requirement": self.titles[key], "state": words}
        parts = [self._head % named]
        if cell.said and (found := self._found(cell.said)) != words:
            parts.append(found)
        if state == "at_risk":
            parts.append(in_words(row.risk.get("reason")))
        if key in row.seats and cell.state not in SETTLED:
            parts.append(seat_words(row.seats[key]))
        if on is not None:
            dated = self._dated.get(state, self._dated[""])
            parts.append(dated % {"date": self._date(on, "medium")})
        return " – ".join(parts)

    def _date(self, on: date, form: str) -> str:
        if (on, form) not in self._dates:
            self._dates[on, form] = show_date(on, form)
        return self._dates[on, form]

    def _found(self, said: dict[str, Any]) -> str:
        known = repr(said)
        if known not in self._said:
            self._said[known] = in_words(said)
        return self._said[known]


def shown_rows(
    rows: Iterable[MatrixRow], columns: Sequence[Column], today: date, *, sentences: bool = True
) -> list[ShownRow]:
    """The rows of a page in the reader's language; `sentences`: each cell has one as its title."""
    words = CellWords(columns, today, sentences=sentences)
    return [_shown(row, columns, words) for row in rows]


def _shown(row: MatrixRow, columns: Sequence[Column], words: CellWords) -> ShownRow:
    kind, state = PEOPLE[row.state]
    cells = [
        words.cell(row, column.key, row.cells[column.key]) if column.key in row.cells else None
        for column in columns
    ]
    open_cells = [
        (column.kind, cell)
        for column, cell in zip(columns, cells, strict=True)
        if cell is not None and not cell.is_settled
    ]
    open_cells.sort(key=lambda one: (_ORDER[one[1].state], one[1].on or date.max))
    nearest: dict[str, ShownCell] = {}
    for kind_of, cell in open_cells:
        if cell.key in row.seats:
            continue  # nothing has to be arranged
        nearest.setdefault(kind_of, cell)
    pressing = open_cells[0][1] if open_cells else None
    return ShownRow(row, (kind, str(state)), words.reason(row), cells, pressing, nearest)


def _cell_state(row: MatrixRow, key: str, cell: Cell, today: date) -> str:
    state = cell.shown(today)
    is_at_risk = row.risk.get("requirement_key") == key and cell.state not in SETTLED
    return "at_risk" if is_at_risk and state != "late" else state


def _cell_date(state: str, cell: Cell) -> date | None:
    if state == "met":
        return cell.met_on
    if state in ("waived", "expiring"):
        return cell.ends_on
    return None if state == "not_needed" else cell.due_on


def state_words(state: str) -> str:
    """What somebody's state is called."""
    return str(PEOPLE[state][1])


bp.add_app_template_filter(state_words, "certification_state")
