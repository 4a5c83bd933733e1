"""The matrix as a file to take away: CSV and XLSX of everybody, PDF to print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import pgettext

from trainhub import clock
from trainhub.audit.services import append_entry
from trainhub.certification.certificates.table_document import TableCell, TableText, table_pdf
from trainhub.certification.queries.matrix import MatrixRow, find_matrix, stream_all
from trainhub.certification.queries.matrix_choices import Column, list_columns
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.matrix.asked import AskedMatrix, asked_matrix
from trainhub.certification.views.matrix.shown import (
    CellWords,
    ShownRow,
    shown_rows,
    state_words,
)
from trainhub.certification.views.wording import in_language
from trainhub.db import transaction
from trainhub.errors import NotFound
from trainhub.tables.writing import Cell as TableValue
from trainhub.web.access import current_person, requires
from trainhub.web.filters import show_date, show_number
from trainhub.web.locale import current_language
from trainhub.web.settings import current_settings
from trainhub.web.table_files import table_file

PRINTED = 500  # people on paper; files hold everybody


@bp.get("/certification/<any(csv, xlsx, pdf):kind>")
@requires("certification.view")
def export_matrix(kind: str) -> ResponseReturnValue:
    """The people of the matrix in the reader's sight; who took them is written down."""
    viewer, today = current_person(), clock.today(current_settings().zone)
    asked = asked_matrix(viewer)
    if asked is None:
        raise NotFound()
    columns = list_columns(asked.programme)
    if kind == "pdf":
        answer = _pdf(asked, columns, today)
    else:
        rows = stream_all(viewer, asked.criteria, today=today)
        answer = table_file(
            kind, f"certification-{asked.programme.key}", _headings(columns),
            _lines(rows, columns, today), sheet=_("Certification"),
        )  # fmt: skip
    with transaction():
        append_entry(
            "certification.standings_taken", actor=viewer, object_type="programme",
            object_key=asked.programme.key, now=clock.now(),
            changes={
                name: [None, value]
                for name, value in asked.filters.items()
                if name != "programme"  # it is what the entry is about
            },
        )  # fmt: skip
    return answer


def _headings(columns: Sequence[Column]) -> list[str]:
    found = [
        _("Name"), _("Employee number"), _("Team"), _("State"), _("Done"),
        pgettext("number of requirements", "Required"),
        _("Started"), _("Next due"), _("Why late or at risk"), _("Certified until"),
    ]  # fmt: skip
    for column in columns:
        title = in_language(column.titles)
        found += [title, _("%(requirement)s: date", requirement=title)]
    return found


def _lines(
    rows: Iterable[MatrixRow], columns: Sequence[Column], today: date
) -> Iterator[list[TableValue]]:
    words = CellWords(columns, today, sentences=False)
    for row in rows:
        line: list[TableValue] = [
            row.name, row.employee_no, row.team, state_words(row.state), row.done, row.needed,
            row.starts_on, row.next_due_on, words.reason(row), row.valid_until,
        ]  # fmt: skip
        for column in columns:
            cell = row.cells.get(column.key)
            shown = None if cell is None else words.cell(row, column.key, cell)
            line += ["", None] if shown is None else [shown.words, shown.on]
        yield line


def _pdf(asked: AskedMatrix, columns: Sequence[Column], today: date) -> Response:
    viewer = current_person()
    found = find_matrix(viewer, asked.criteria, today=today)
    rows = list(stream_all(viewer, asked.criteria, today=today, limit=PRINTED))
    title = f"{_('Certification')} – {in_language(asked.programme.titles)}"
    note = (
        _("%(shown)s of %(all)s people, those who need somebody first. The files CSV and XLSX hold"
          " everybody.", shown=show_number(len(rows)), all=show_number(found.shown))
        if found.shown > len(rows)
        else _("%(all)s people, those who need somebody first", all=show_number(found.shown))
    )  # fmt: skip
    text = TableText(
        language=current_language(),
        title=title,
        note=f"{show_date(today)} · {note}",
        heads=[_("Name"), _("State"), *(in_language(column.titles) for column in columns)],
        rows=[_printed(row) for row in shown_rows(rows, columns, today, sentences=False)],
    )
    answer = Response(table_pdf(text), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="certification-{asked.programme.key}.pdf"'
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _printed(one: ShownRow) -> list[TableCell]:
    row = one.row
    who = TableCell(row.name, " ".join(part for part in (row.employee_no, row.team) if part))
    done = _("%(done)s of %(needed)s done", done=row.done, needed=row.needed)
    state = TableCell(one.badge[1], one.risk or done, one.badge[0])
    cells = [
        TableCell("–") if cell is None else TableCell(cell.words, cell.short, cell.kind)
        for cell in one.cells
    ]
    return [who, state, *cells]
