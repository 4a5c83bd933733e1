"""The doors of the exchange formats: bytes in, questions out, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from trainhub.assessment.rules.bank import BankQuestion
from trainhub.assessment.rules.exchange.aiken import read_aiken
from trainhub.assessment.rules.exchange.gathering import MAX_QUESTIONS, Reading
from trainhub.assessment.rules.exchange.gift_reading import read_gift
from trainhub.assessment.rules.exchange.gift_writing import write_gift
from trainhub.assessment.rules.exchange.moodle_reading import read_moodle
from trainhub.assessment.rules.exchange.moodle_writing import write_moodle
from trainhub.assessment.rules.exchange.table_reading import read_questions_table
from trainhub.assessment.rules.exchange.table_writing import write_questions_table
from trainhub.catalogue.rules.storable import unstorable
from trainhub.errors import N_, InputError, InputErrors
from trainhub.tables.encodings import decode_text

MIB = 1024 * 1024


class Format(StrEnum):
    """The formats questions are exchanged in."""

    GIFT = "gift"
    AIKEN = "aiken"
    MOODLE_XML = "moodle-xml"
    CSV = "csv"
    XLSX = "xlsx"


FORMATS = tuple(form.value for form in Format)
EXPORT_FORMATS = tuple(form for form in FORMATS if form != Format.AIKEN)
ENDINGS: Mapping[str, str] = {
    Format.GIFT: ".gift.txt",
    Format.AIKEN: ".txt",
    Format.MOODLE_XML: ".xml",
    Format.CSV: ".csv",
    Format.XLSX: ".xlsx",
}
MAX_BYTES: Mapping[str, int] = {
    Format.GIFT: 2 * MIB,
    Format.AIKEN: 2 * MIB,
    Format.MOODLE_XML: 20 * MIB,
    Format.CSV: 5 * MIB,
    Format.XLSX: 5 * MIB,
}
_ZIP, _ANSWER_LINE = (
    b"PK\x03\x04",
    re.compile(rb"(?im)^\s*(?:ANSWER|\xe7\xad\x94\xe6\xa1\x88)\s*(?::|\xef\xbc\x9a)"),
)
# What a file of a format can never look like.
_CLASHES: Mapping[str, frozenset[str]] = {
    Format.GIFT: frozenset((Format.AIKEN, Format.MOODLE_XML, Format.XLSX)),
    Format.AIKEN: frozenset((Format.GIFT, Format.MOODLE_XML, Format.XLSX)),
    Format.MOODLE_XML: frozenset((Format.AIKEN, Format.GIFT, Format.XLSX)),
    Format.CSV: frozenset((Format.MOODLE_XML,)),
    Format.XLSX: frozenset((Format.MOODLE_XML,)),
}
_TEXTS = {Format.GIFT: read_gift, Format.AIKEN: read_aiken, Format.MOODLE_XML: read_moodle}

_MESSAGES = {
    "file_empty": N_("The file is empty."),
    "file_too_large": N_("The file is larger than %(most)s MB."),
    "format_differs": N_("This looks like %(found)s, not like %(asked)s. Choose that format."),
    "format_unknown": N_("Questions cannot be written in this format."),
    "text_characters": N_("This holds a character that cannot be stored (U+%(code_point)s)."),
    "export_large": N_(
        "That is more than can be read back in this format (%(most)s MB, %(count)s questions). "
        "Choose fewer questions, or another format."
    ),
}


def read_questions(
    data: bytes,
    fmt: str,
    *,
    language: str,
    topic: str | None = None,
    file: str | None = None,
    encoding: str | None = None,
) -> Reading:
    """The questions of a file: all of them, or `InputErrors` with every error and its place.

    `language` is that of questions that name none; of texts in several languages it chooses
    one. `topic` is for questions that name none of their own: it wins over the file's
    categories. `encoding` is what the person says, where it had to be asked.
    """
    fmt = Format(fmt)
    _check_form(data, fmt, file)
    if fmt in (Format.CSV, Format.XLSX):
        return read_questions_table(
            data, file=file, language=language, topic=topic, encoding=encoding
        )
    text = decode_text(data, file or "", encoding)
    if bad := unstorable(text):
        line = text.count("\n", 0, bad.start()) + 1
        _refuse("text_characters", file, line=line, code_point=f"{ord(bad[0]):04X}")
    return _TEXTS[fmt](text, file=file, language=language, topic=topic)


def _check_form(data: bytes, fmt: Format, file: str | None) -> None:
    if not data.strip():
        _refuse("file_empty", file)
    if len(data) > MAX_BYTES[fmt]:
        _refuse("file_too_large", file, most=MAX_BYTES[fmt] // MIB)
    found = guess_format("", data)
    if found == Format.GIFT and _ANSWER_LINE.search(data):
        found = None  # Aiken, with braces in a question
    if found in _CLASHES[fmt]:
        _refuse("format_differs", file, found=found, asked=fmt)


def _refuse(code: str, file: str | None, *, line: int | None = None, **params: Any) -> None:
    raise InputErrors([InputError(code, _MESSAGES[code], params, file=file, line=line)])


def write_questions(questions: Sequence[BankQuestion], fmt: str) -> bytes:
    """The questions as a file; `read_questions` of it gives the same questions.

    Tables leave pictures behind. Raises `InputErrors` for what could not be read back.
    """
    fmt = Format(fmt)
    if fmt not in EXPORT_FORMATS:
        _refuse("format_unknown", None)
    if fmt == Format.GIFT:
        data = write_gift(questions).encode("utf-8")
    elif fmt == Format.MOODLE_XML:
        data = write_moodle(questions).encode("utf-8")
    else:
        data = write_questions_table(questions, form=fmt.value)
    if len(data) > MAX_BYTES[fmt] or len(questions) > MAX_QUESTIONS:
        _refuse("export_large", None, most=MAX_BYTES[fmt] // MIB, count=MAX_QUESTIONS)
    return data


def guess_format(filename: str, data: bytes) -> str | None:
    """The format a file seems to be in, by its content first; None where nothing tells."""
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if data.startswith(_ZIP):
        return Format.XLSX
    if start.startswith((b"<?xml", b"<quiz")):
        return Format.MOODLE_XML
    by_ending = {".csv": Format.CSV, ".gift": Format.GIFT, ".xml": Format.MOODLE_XML}
    for ending, form in by_ending.items():
        if filename.lower().endswith(ending):
            return form
    sample = data[:65_536]
    if _ANSWER_LINE.search(sample) and b"{" not in sample:
        return Format.AIKEN
    if b"{" in sample and (b"::" in sample or re.search(rb"\{[^{}]*[=~#TF}]", sample)):
        return Format.GIFT
    return None
