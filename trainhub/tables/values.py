"""What a table is once it has been read, and how large it may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from trainhub.errors import N_, InputError, InputErrors

MIB = 1024 * 1024


@dataclass(frozen=True)
class TableLimits:
    """How large a table may be; the standard values are those of an upload in the browser.

    `formulas`: a cell may be a formula whose result the workbook holds; it is read as that.
    """

    packed_bytes: int = 5 * MIB
    unpacked_bytes: int = 50 * MIB
    rows: int = 5_000
    columns: int = 50
    cell_characters: int = 200
    formulas: bool = False


STANDARD_LIMITS = TableLimits()


@dataclass(frozen=True)
class TableRow:
    """One row: its number in the file (the heading is row 1) and its text by heading."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """Headings as written, and the rows that hold anything."""

    file: str
    headings: tuple[str, ...]
    rows: tuple[TableRow, ...]


def refuse(
    code: str,
    message: str,
    *,
    file: str,
    row: int | None = None,
    column: str | None = None,
    **params: Any,
) -> NoReturn:
    """Give up the whole file with one error."""
    raise InputErrors([InputError(code, message, params, file=file, row=row, column=column)])


def table_of(lines: Sequence[Sequence[str]], file: str, limits: TableLimits) -> Table:
    """The table whose first filled line is the heading. Raises `InputErrors` with every fault."""
    start = next((at for at, line in enumerate(lines) if any(line)), None)
    if start is None:
        refuse("file_empty", N_("The file holds no rows."), file=file)
    headings = tuple(lines[start])
    _check_headings(headings, start + 1, file, limits)
    rows, errors = [], []
    for number, line in enumerate(lines[start + 1 :], start=start + 2):
        if not any(line):
            continue
        errors += _faults(line, headings, number, file, limits)
        rows.append(TableRow(number, dict(zip(headings, line, strict=False))))
    if len(rows) > limits.rows:
        refuse(
            "too_many_rows",
            N_("The file has more than %(rows)s rows. Divide it."),
            file=file,
            rows=limits.rows,
        )
    if errors:
        raise InputErrors(errors)
    complete = (TableRow(r.number, {h: r.cells.get(h, "") for h in headings if h}) for r in rows)
    return Table(file, tuple(h for h in headings if h), tuple(complete))


def check_lines(lines: Sequence[Sequence[str]], file: str, limits: TableLimits) -> None:
    """Hold lines without a known heading to the limits. Raises `InputErrors` with every fault."""
    if not any(any(line) for line in lines):
        refuse("file_empty", N_("The file holds no rows."), file=file)
    if len(lines) > limits.rows:
        message = N_("The file has more than %(rows)s rows. Divide it.")
        refuse("too_many_rows", message, file=file, rows=limits.rows)
    errors: list[InputError] = []
    for number, line in enumerate(lines, start=1):
        if len(line) > limits.columns:
            message = N_("The file has more than %(columns)s columns.")
            refuse("too_many_columns", message, file=file, row=number, columns=limits.columns)
        if max(map(len, line), default=0) > limits.cell_characters or not all(
            cell.isprintable() for cell in line
        ):
            letters = [column_letters(at) for at in range(len(line))]
            errors += _faults(line, letters, number, file, limits)
    if errors:
        raise InputErrors(errors)


def column_letters(at: int) -> str:
    """What a spreadsheet program calls the column: A for 0, AA for 26."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _check_headings(headings: Sequence[str], row: int, file: str, limits: TableLimits) -> None:
    named = [heading for heading in headings if heading]
    if len(headings) > limits.columns:
        message = N_("The file has more than %(columns)s columns.")
        refuse("too_many_columns", message, file=file, columns=limits.columns)
    for heading in named:
        if named.count(heading) > 1:
            message = N_("Two columns have the same heading.")
            refuse("heading_twice", message, file=file, row=row, column=heading)


def _faults(
    line: Sequence[str], headings: Sequence[str], number: int, file: str, limits: TableLimits
) -> list[InputError]:
    faults = []
    for at, cell in enumerate(line):
        column = headings[at] if at < len(headings) else ""
        if cell and not column:
            message = N_("There is text in a column without a heading.")
            faults.append(InputError("heading_missing", message, file=file, row=number))
            break
        if len(cell) > limits.cell_characters:
            message = N_("A cell holds more than %(most)s characters.")
            most = {"most": limits.cell_characters}
            faults.append(
                InputError("cell_too_long", message, most, file=file, row=number, column=column)
            )
        elif any(ord(sign) < 32 and sign not in "\n\t\r" for sign in cell):
            message = N_("A cell holds a control character.")
            faults.append(
                InputError("cell_unreadable", message, file=file, row=number, column=column)
            )
    return faults
