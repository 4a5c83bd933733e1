"""XLSX workbooks: looked through for tricks before the reader sees them.

A workbook is a ZIP of XML files, so it can hold bombs, entities, macros and references that
make a dense grid of a thousand million cells out of two. Everything is unpacked once here,
counted while it is read, and each XML part is walked with a parser that refuses any DTD.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from typing import Any, NoReturn
from xml.parsers import expat

from trainhub.errors import N_
from trainhub.tables.values import MIB, TableLimits, refuse

MOST_PARTS = 500
_CHUNK = 256 * 1024
_FORBIDDEN_PARTS = ("vbaproject", "macrosheets/", "externallinks/", "activex/", "embeddings/")
_EXACT = 2**53  # beyond it a spreadsheet's number has lost digits
# The reader lays out every cell between the corners. So many it may always; beyond them, one in
# so many must hold something.
_ALWAYS_LAID_OUT = 500_000
_MOST_EMPTY = 20


def read_workbook(data: bytes, file: str, limits: TableLimits) -> list[list[str]]:
    """The first sheet's cells as text, row by row from the first. Raises `InputErrors`."""
    _look_through(data, file, limits)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0)
        grid = sheet.to_python(skip_empty_area=False, nrows=_most_rows(limits))
    except (CalamineError, ValueError, IndexError, KeyError, OSError):
        _unreadable(file)
    return [
        [_text(cell, file, number) for cell in line[: limits.columns + 1]]
        for number, line in enumerate(grid, start=1)
    ]


def _most_rows(limits: TableLimits) -> int:
    """Rows looked at: beyond the allowed ones, formatted rows without values are passed over."""
    return limits.rows * 4 + 1_000


def _text(cell: Any, file: str, row: int) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        if abs(cell) >= _EXACT:
            message = N_("A number of more than 15 digits has lost digits. Write it as text.")
            refuse("number_imprecise", message, file=file, row=row)
        return str(int(cell))
    if isinstance(cell, datetime):
        whole_day = cell.time() == time(0)
        return cell.date().isoformat() if whole_day else cell.isoformat(" ", "minutes")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell).strip()


def _look_through(data: bytes, file: str, limits: TableLimits) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_list(archive, file)
            left = limits.unpacked_bytes
            for entry in archive.infolist():
                left = _look_at(archive, entry, left, file, limits)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, OSError):
        _unreadable(file)


def _check_list(archive: zipfile.ZipFile, file: str) -> None:
    names = [entry.filename.casefold() for entry in archive.infolist()]
    if len(names) > MOST_PARTS or len(set(names)) < len(names):
        _unreadable(file)
    if "xl/workbook.xml" not in names:
        message = N_("This is not an Excel workbook. Save the table as .xlsx or CSV.")
        refuse("file_type_not_allowed", message, file=file)
    if any(part in name for name in names for part in _FORBIDDEN_PARTS):
        _active(file)


def _look_at(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int, file: str, limits: TableLimits
) -> int:
    """Walk one part; how many unpacked bytes are still allowed after it."""
    is_xml = entry.filename.casefold().endswith((".xml", ".rels", ".vml"))
    walker = _Walker(file, limits) if is_xml else None
    with archive.open(entry) as part:
        while chunk := part.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                message = N_("The workbook unpacks to more than %(most)s MB.")
                refuse("file_too_large", message, file=file, most=limits.unpacked_bytes // MIB)
            if walker:
                walker.feed(chunk)
    if walker:
        walker.close()
    return left


class _Walker:
    """Walks one XML part and refuses what does not belong into a table of values."""

    def __init__(self, file: str, limits: TableLimits) -> None:
        self.file, self.limits = file, limits
        self.most_rows = _most_rows(limits)
        self.row = self.column = self.rows = self.text_length = 0
        self.filled = self.last_row = self.last_column = 0
        self.lacks_result = False
        self.parser = expat.ParserCreate(namespace_separator=None)
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def feed(self, chunk: bytes) -> None:
        """Walk on."""
        try:
            self.parser.Parse(chunk, False)
        except expat.ExpatError:
            _unreadable(self.file)

    def close(self) -> None:
        """Walk to the end."""
        try:
            self.parser.Parse(b"", True)
        except expat.ExpatError:
            _unreadable(self.file)
        laid_out = self.last_row * self.last_column
        if laid_out > max(_ALWAYS_LAID_OUT, _MOST_EMPTY * self.filled):
            message = N_(
                "The cells of this workbook lie so far apart that nearly all of it would be "
                "empty (last row %(row)s). Delete what stands far from the table, or save the "
                "table alone."
            )
            refuse("table_nearly_empty", message, file=self.file, row=self.last_row)

    def _doctype(self, *_: object) -> None:
        _active(self.file)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self._cell(attributes.get("r", ""))
        elif name == "row":
            self._next_row(attributes.get("r", ""))
        elif name in ("v", "is"):
            self._filled()
        elif name == "f":
            self._formula()
        elif name == "si":
            self.text_length = 0
        elif name == "Relationship":
            self._relationship(attributes)

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in ("si", "is", "v"):
            self.text_length = 0
        elif name == "c" and self.lacks_result:
            message = N_(
                "A formula in this row has no result. Open the workbook in a spreadsheet "
                "program and save it again, or paste the column as values."
            )
            refuse("formula_without_result", message, file=self.file, row=self.row or None)

    def _characters(self, text: str) -> None:
        self.text_length += len(text)
        # Twice, because phonetic readings and formatting repeat parts of a text.
        if self.text_length > max(2 * self.limits.cell_characters, 10_000):
            message = N_("A cell holds more than %(most)s characters.")
            refuse("cell_too_long", message, file=self.file, most=self.limits.cell_characters)

    def _next_row(self, reference: str) -> None:
        self.rows += 1
        self.row = int(reference) if reference.isdecimal() and len(reference) < 9 else self.row + 1
        self.column = 0
        if (
            self.rows > self.limits.rows * 4 + 1_000
        ):  # formatted rows without values are allowed for
            self._too_many_rows()

    def _cell(self, reference: str) -> None:
        letters = reference.rstrip("0123456789")
        self.column += 1
        if letters.isascii() and letters.isalpha() and len(letters) <= 3:
            self.column = 0
            for letter in letters.upper():
                self.column = self.column * 26 + ord(letter) - 64
        digits = reference[len(letters) :]
        if digits and len(digits) < 9:
            self.row = int(digits)

    def _filled(self) -> None:
        self.lacks_result = False
        self.filled += 1
        self.last_row = max(self.last_row, self.row)
        self.last_column = max(self.last_column, self.column)
        if self.row > self.most_rows:
            self._too_many_rows()
        if self.column > self.limits.columns:
            message = N_("The file has more than %(columns)s columns.")
            refuse("too_many_columns", message, file=self.file, columns=self.limits.columns)

    def _too_many_rows(self) -> NoReturn:
        message = N_("The file has more than %(rows)s rows. Divide it.")
        refuse("too_many_rows", message, file=self.file, rows=self.limits.rows)

    def _formula(self) -> None:
        if self.limits.formulas:
            self.lacks_result = True
            return
        message = N_("The workbook holds a formula. Copy the column and paste it as values.")
        refuse("spreadsheet_formula", message, file=self.file, row=self.row or None)

    def _relationship(self, attributes: dict[str, str]) -> None:
        kind = attributes.get("Type", "").rpartition("/")[2]
        is_outside = attributes.get("TargetMode") == "External" and kind != "hyperlink"
        is_hidden_sheet = kind == "worksheet" and not attributes.get("Target", "").endswith(".xml")
        if kind in ("externalLink", "vbaProject", "oleObject") or is_outside or is_hidden_sheet:
            _active(self.file)


def _active(file: str) -> NoReturn:
    message = N_(
        "The workbook holds macros, links to other files or hidden definitions. "
        "Save the values alone as .xlsx or CSV."
    )
    refuse("spreadsheet_unsafe", message, file=file)


def _unreadable(file: str) -> NoReturn:
    refuse("spreadsheet_invalid", N_("This workbook cannot be read."), file=file)
