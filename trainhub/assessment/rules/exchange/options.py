"""What a person says about a file of questions before it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from trainhub.assessment.rules.bank import BankQuestion, ItemStatus
from trainhub.assessment.rules.exchange.formats import Format, read_questions
from trainhub.assessment.rules.exchange.gathering import Reading
from trainhub.errors import InputError


@dataclass(frozen=True)
class ImportOptions:
    """`format` is one of `FORMATS`; `topic` "" leaves topics to the file, `status` "" too."""

    format: str
    language: str
    topic: str = ""
    status: str = ""
    encoding: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The options as JSON."""
        return asdict(self)

    @property
    def is_table(self) -> bool:
        """Whether places in the file are rows, not lines."""
        return self.format in (Format.CSV, Format.XLSX)


def options_from(values: Mapping[str, Any]) -> ImportOptions:
    """The options out of JSON."""
    return ImportOptions(**values)


def read_with(data: bytes, options: ImportOptions, *, file: str) -> Reading:
    """The questions of a file as the options say. Raises `InputErrors`."""
    reading = read_questions(
        data,
        options.format,
        language=options.language,
        topic=options.topic or None,
        file=file,
        encoding=options.encoding or None,
    )
    if not options.status:
        return reading
    status = ItemStatus(options.status)
    changed = tuple(replace(question, status=status) for question in reading.questions)
    return replace(reading, questions=changed)


def placed(
    errors: Sequence[InputError], options: ImportOptions, *, file: str
) -> tuple[InputError, ...]:
    """Errors that only know the number of a question's place, with file, row or line."""
    if not options.is_table:
        return tuple(replace(error, file=file) for error in errors)
    return tuple(
        replace(error, file=file, row=error.row or error.line, line=None) for error in errors
    )


def first_shown(questions: Sequence[BankQuestion], most: int) -> Sequence[BankQuestion]:
    """Some questions for a look: the first of each kind, then the first ones."""
    kinds = {question.item.kind: question for question in reversed(questions)}
    chosen = list(kinds.values())[::-1]
    chosen += [question for question in questions if question not in chosen]
    return sorted(chosen[:most], key=questions.index)
