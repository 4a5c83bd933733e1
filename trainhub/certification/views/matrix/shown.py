"""How the matrix is shown: states of people, and cells with their picture, words and date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainhub.certification.queries.matrix import Cell, MatrixRow
from trainhub.certification.queries.matrix_choices import Column
from trainhub.certification.rules.standing.findings import SETTLED
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.wording import in_language, in_words
from trainhub.web.filters import show_date

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


@dataclass(frozen=True)
class ShownCell:
    """A cell: its state, a badge, one word, a date, and everything in one sentence."""

    key: str
    state: str
    kind: str
    picture: str
    words: str
    on: date | None
    title: str

    @property
    def is_settled(self) -> bool:
        """Whether nothing is asked of anybody here."""
        return self.state in ("met", "waived", "not_needed")


@dataclass(frozen=True)
class ShownRow:
    """One person's row; `pressing` is the requirement that most needs somebody, if any."""

    row: MatrixRow
    badge: tuple[str, str]
    risk: str
    cells: Sequence[ShownCell | None]
    pressing: ShownCell | None
    sign_off: str


def shown_rows(rows: Sequence[MatrixRow], columns: Sequence[Column], today: date) -> list[ShownRow]:
    """The rows of a page in the reader's language."""
    return [_shown(row, columns, today) for row in rows]


def _shown(row: MatrixRow, columns: Sequence[Column], today: date) -> ShownRow:
    kind, words = PEOPLE[row.state]
    cells = [
        shown_cell(row, column, row.cells[column.key], today) if column.key in row.cells else None
        for column in columns
    ]
    open_cells = [cell for cell in cells if cell is not None and not cell.is_settled]
    order = list(CELLS)
    pressing = min(
        open_cells, key=lambda cell: (order.index(cell.state), cell.on or date.max), default=None
    )
    signable = (
        column.key
        for column in columns
        if column.kind == "sign_off"
        and (cell := row.cells.get(column.key)) is not None
        and cell.state not in SETTLED
    )
    return ShownRow(row, (kind, str(words)), risk_words(row), cells, pressing, next(signable, ""))


def risk_words(row: MatrixRow) -> str:
    """Why somebody will probably be late, in words; empty where nothing says so."""
    return in_words(row.risk.get("reason")) if row.state == "at_risk" else ""


def shown_cell(row: MatrixRow, column: Column, cell: Cell, today: date) -> ShownCell:
    """One cell in words, with what it rests on."""
    state = _cell_state(row, column.key, cell, today)
    kind, picture, words = CELLS[state]
    on = _cell_date(state, cell)
    parts = [f"{row.name}, {in_language(column.titles)}: {words}"]
    if said := in_words(cell.said):
        parts.append(said)
    if state == "at_risk":
        parts.append(in_words(row.risk.get("reason")))
    if date_words := _date_words(state, on):
        parts.append(date_words)
    return ShownCell(column.key, state, kind, picture, str(words), on, " – ".join(parts))


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


def _date_words(state: str, on: date | None) -> str:
    if on is None:
        return ""
    if state == "met":
        words = _("on %(date)s", date=show_date(on))
    elif state in ("waived", "expiring"):
        words = _("until %(date)s", date=show_date(on))
    else:
        words = _("due %(date)s", date=show_date(on))
    return str(words)


def state_words(state: str) -> str:
    """What somebody's state is called."""
    return str(PEOPLE[state][1])


bp.add_app_template_filter(state_words, "certification_state")
