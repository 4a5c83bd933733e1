"""Writing tables that no spreadsheet program takes for commands.

A cell that begins with a formula sign is run by spreadsheet programs, full-width signs by
some too (OWASP, CSV injection). In CSV such text gets an apostrophe before it; in XLSX text
is written as text, never as a formula. Numbers stay numbers.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date

Cell = str | int | float | date | None
_COMMAND = re.compile(r"\s*[=+\-@＝＋－＠﹢﹣﹦﹫|]|[\t\r\n]")


def neutral(cell: Cell) -> str | int | float:
    """The cell as a spreadsheet program may safely open it from CSV."""
    if cell is None:
        return ""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return cell
    text = cell.isoformat() if isinstance(cell, date) else str(cell)
    return f"'{text}" if _COMMAND.match(text) else text


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """CSV in UTF-8 with a BOM (without it spreadsheet programs take Chinese for another code)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL)
    writer.writerow([neutral(heading) for heading in headings])
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return codecs.BOM_UTF8 + out.getvalue().encode("utf-8")


def write_xlsx(
    headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str = "Table"
) -> bytes:
    """A workbook of one sheet with a fixed heading row; text is text, whatever it begins with."""
    import xlsxwriter

    out = io.BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
    }
    with xlsxwriter.Workbook(out, options) as book:
        page = book.add_worksheet(sheet[:31])
        bold = book.add_format({"bold": True})
        page.freeze_panes(1, 0)
        for at, heading in enumerate(headings):
            page.write_string(0, at, heading, bold)
            page.set_column(at, at, max(12, min(40, len(heading) * 2)))
        for number, row in enumerate(rows, start=1):
            for at, cell in enumerate(row):
                _write_cell(page, number, at, cell)
    return out.getvalue()


def _write_cell(page: object, row: int, column: int, cell: Cell) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        page.write_number(row, column, cell)  # type: ignore[attr-defined]  # XlsxWriter is untyped
        return
    text = cell.isoformat() if isinstance(cell, date) else str(cell)
    page.write_string(row, column, text)  # type: ignore[attr-defined]  # XlsxWriter is untyped
