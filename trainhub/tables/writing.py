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
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import BinaryIO

Cell = str | int | float | date | None
# White space and signs without width are passed over, as spreadsheet programs do.
_COMMAND = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠﹢﹣﹦﹫|]|[\t\r\n]")


def neutral(cell: Cell) -> str | int | float:
    """The cell as a spreadsheet program may safely open it from CSV."""
    if cell is None:
        return ""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return cell
    text = cell.isoformat() if isinstance(cell, date) else str(cell)
    return f"'{text}" if _COMMAND.match(text) else text


def stream_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """CSV in UTF-8 with a BOM (without it spreadsheet programs take Chinese for another code),
    some hundred lines at a time, so that a long table never stands in memory as a whole.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL)
    writer.writerow([neutral(heading) for heading in headings])
    yield codecs.BOM_UTF8
    for row in rows:
        writer.writerow([neutral(cell) for cell in row])
        if out.tell() > _PIECE:
            yield out.getvalue().encode("utf-8")
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode("utf-8")


_PIECE = 64 * 1024  # characters
_FIRST_YEAR = 1900  # workbooks know no dates before


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The same as one piece."""
    return b"".join(stream_csv(headings, rows))


def write_xlsx(
    headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str = "Table"
) -> bytes:
    """A workbook of one sheet with a fixed heading row; text is text, whatever it begins with.

    Dates are dates, so that they sort and filter as such. What is given as text stays text.
    """
    out = io.BytesIO()
    _write_book(out, headings, rows, sheet, {"in_memory": True})
    return out.getvalue()


def write_long_xlsx(
    out: BinaryIO, headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str = "Table"
) -> None:
    """The same into a file, row by row through temporary files: memory does not grow with it."""
    _write_book(out, headings, rows, sheet, {"constant_memory": True})


def _write_book(
    out: BinaryIO,
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    sheet: str,
    memory: dict[str, bool],
) -> None:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options | memory) as book:
        page = book.add_worksheet(sheet[:31])
        bold = book.add_format({"bold": True})
        dates = book.add_format({"num_format": "yyyy-mm-dd"})
        page.freeze_panes(1, 0)
        for at, heading in enumerate(headings):
            page.set_column(at, at, max(16, min(40, len(heading) * 2)))
            page.write_string(0, at, heading, bold)
        for number, row in enumerate(rows, start=1):
            for at, cell in enumerate(row):
                _write_cell(page, number, at, cell, dates)


def _write_cell(page: object, row: int, column: int, cell: Cell, dates: object) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        page.write_number(row, column, cell)  # type: ignore[attr-defined]  # XlsxWriter is untyped
        return
    if isinstance(cell, date) and not isinstance(cell, datetime) and cell.year >= _FIRST_YEAR:
        page.write_datetime(row, column, cell, dates)  # type: ignore[attr-defined]  # as above
        return
    text = cell.isoformat() if isinstance(cell, date) else str(cell)
    page.write_string(row, column, text)  # type: ignore[attr-defined]  # XlsxWriter is untyped
