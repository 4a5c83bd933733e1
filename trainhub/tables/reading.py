"""Reading a table somebody hands in, by its content and not by its name."""

from __future__ import annotations

import csv
import io

from trainhub.errors import N_
from trainhub.tables.encodings import decode_text
from trainhub.tables.values import (
    MIB,
    STANDARD_LIMITS,
    Table,
    TableLimits,
    check_lines,
    refuse,
    table_of,
)
from trainhub.tables.workbooks import read_workbook

_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DELIMITERS = ",\t;，"


def read_table(
    data: bytes,
    file: str = "",
    *,
    limits: TableLimits = STANDARD_LIMITS,
    encoding: str | None = None,
) -> Table:
    """The first sheet of an XLSX workbook, or a CSV file, as text.

    `encoding` is for a CSV file whose encoding had to be asked for. Whole numbers of a
    workbook come as digits, dates as ISO. Raises `InputErrors` with file, row and column.
    """
    return table_of(_lines(data, file, limits, encoding), file, limits)


def read_lines(
    data: bytes,
    file: str = "",
    *,
    limits: TableLimits = STANDARD_LIMITS,
    encoding: str | None = None,
) -> list[list[str]]:
    """The same file as lines of cells, for tables whose heading has to be looked for.

    Line 0 is the file's first row. Raises `InputErrors` with file, row and column.
    """
    lines = _lines(data, file, limits, encoding)
    check_lines(lines, file, limits)
    return lines


def _lines(data: bytes, file: str, limits: TableLimits, encoding: str | None) -> list[list[str]]:
    if len(data) > limits.packed_bytes:
        message = N_("The file is larger than %(most)s MB.")
        refuse("file_too_large", message, file=file, most=limits.packed_bytes // MIB)
    if data.startswith(_OLD_OFFICE):
        message = N_("This is an old or encrypted Excel file. Save it as .xlsx or CSV.")
        refuse("file_type_not_allowed", message, file=file)
    if data.startswith(_ZIP):
        return read_workbook(data, file, limits)
    return _read_csv(decode_text(data, file, encoding), file, limits)


def _read_csv(text: str, file: str, limits: TableLimits) -> list[list[str]]:
    lines: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for line in reader:
            if len(lines) > limits.rows * 2:
                message = N_("The file has more than %(rows)s rows. Divide it.")
                refuse("too_many_rows", message, file=file, rows=limits.rows)
            lines.append([_without_guard(cell.strip()) for cell in line])
    except csv.Error:
        message = N_("The quotation marks in this row do not match.")
        refuse("csv_invalid", message, file=file, row=len(lines) + 1)
    return lines


def _delimiter(text: str) -> str:
    # A title alone on its line has none of the signs: the next line tells.
    first = next((line for line in text.splitlines() if set(line) & set(_DELIMITERS)), "")
    return max(_DELIMITERS, key=lambda sign: (first.count(sign), -_DELIMITERS.index(sign)))


def _without_guard(cell: str) -> str:
    """The cell without the apostrophe that `writing.neutral` puts before formula signs."""
    from_us = len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@＝＋－＠"
    return cell[1:] if from_us else cell
