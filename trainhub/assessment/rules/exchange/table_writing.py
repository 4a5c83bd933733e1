"""Writing questions as a table that a trainer can go on with in a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from string import ascii_uppercase
from typing import Any

from trainhub.assessment.rules.bank import BankQuestion
from trainhub.assessment.rules.exchange import table_words as words
from trainhub.assessment.rules.exchange.exact import exact_line
from trainhub.assessment.rules.exchange.table_reading import (
    ARROW,
    CELL,
    read_questions_table,
    seen_text,
)
from trainhub.catalogue.rules.quiz_text import Kind
from trainhub.errors import N_, InputError, InputErrors
from trainhub.tables import write_csv, write_xlsx

_OTHERS = ("tolerance", "unit", "strict", "limit", "model_answer")
_TOO_LONG = N_("The question “%(key)s” is too long for a table. Take Moodle XML for it.")
Cells = dict[str, str]


def write_questions_table(questions: Sequence[BankQuestion], *, form: str) -> bytes:
    """The questions as CSV or XLSX (`form`); pictures stay behind.

    Heads are Chinese where every question is. Raises `InputErrors` for a question that fits
    into no row.
    """
    language = "zh" if all(question.language == "zh" for question in questions) else "en"
    rows = [_complete(question, language) for question in questions]
    columns = _columns(rows)
    headings = [words.head(column, language) for column in columns]
    lines = [[row.get(column, "") for column in columns] for row in rows]
    return write_csv(headings, lines) if form == "csv" else write_xlsx(headings, lines)


def _columns(rows: Sequence[Cells]) -> list[str]:
    used = {column for row in rows for column, cell in row.items() if cell}

    def most(name: str) -> int:
        places = [int(column.partition(".")[2]) for column in used if column.startswith(f"{name}.")]
        return max(places, default=0)

    others = [name for name in _OTHERS if name in used]
    return words.list_columns(
        max(4, most("option")), most("option_feedback"), others, most("exact")
    )


def _complete(question: BankQuestion, language: str) -> Cells:
    """The row of a question, and beside it what the row does not say."""
    cells = _row(question, language)
    exact = exact_line(question, _read_back(cells), seen_text(cells))
    chunks = [exact[at : at + CELL] for at in range(0, len(exact), CELL)]
    if len(chunks) > words.MOST_EXACT:
        key = {"key": question.item.key}
        raise InputErrors([InputError("table_too_long", _TOO_LONG, key)])
    return cells | {f"exact.{at}": f"#{chunk}#" for at, chunk in enumerate(chunks, start=1)}


def _read_back(cells: Cells) -> BankQuestion | None:
    """What the row alone gives."""
    headings = [words.head(column, "en") for column in cells]
    try:
        data = write_csv(headings, [list(cells.values())])
        reading = read_questions_table(data, file=None, language="en", topic=None)
    except InputErrors:
        return None
    return reading.questions[0]


def _row(question: BankQuestion, language: str) -> Cells:
    item = question.item
    cells = {
        "key": item.key,
        "kind": words.word("kind", item.kind.value, language),
        "stem": _safe(item.stem),
        "feedback": _safe(item.feedback),
        "points": str(item.points),
        "topic": question.topic,
        "level": words.word("level", question.level.value, language),
        "tags": "、".join(map(_safe, item.tags)),
        "objective": item.objective,
        "enemies": ", ".join(question.enemies),
        "status": words.word("status", question.status.value, language),
        "language": words.word("language", question.language, language),
    }
    content = _CONTENTS[item.kind](item.content, language)
    return cells | {column: _safe(text) for column, text in content.items()}


def _safe(text: str) -> str:
    """The text without what reading would take for damage; the line for programs has it."""
    return "".join("□" if _is_damage(ord(sign)) else sign for sign in text)


def _is_damage(code: int) -> bool:
    return code == 0xFFFD or 0xE000 <= code <= 0xF8FF or code >= 0xF0000


def _choice(content: Mapping[str, Any], language: str) -> Cells:
    options = list(enumerate(content["options"], start=1))
    letters = [ascii_uppercase[at - 1] for at, option in options if option["correct"]]
    cells = {f"option.{at}": option["text"] for at, option in options}
    cells |= {f"option_feedback.{at}": option["feedback"] for at, option in options}
    return cells | {"right": "、".join(letters)}


def _true_false(content: Mapping[str, Any], language: str) -> Cells:
    return {"right": words.word("truth", "yes" if content["answer"] else "no", language)}


def _short_answer(content: Mapping[str, Any], language: str) -> Cells:
    strict = words.word("strict", "yes", language) if content["strict"] else ""
    return {"right": "\n".join(content["answers"]), "strict": strict}


def _numeric(content: Mapping[str, Any], language: str) -> Cells:
    tolerance = "" if content["tolerance"] == "0" else content["tolerance"]
    return {"right": content["answer"], "tolerance": tolerance, "unit": content["unit"]}


def _ordering(content: Mapping[str, Any], language: str) -> Cells:
    return {f"option.{at}": step for at, step in enumerate(content["steps"], start=1)}


def _matching(content: Mapping[str, Any], language: str) -> Cells:
    sides = [f"{pair['left']} {ARROW} {pair['right']}" for pair in content["pairs"]]
    sides += [f"{ARROW} {text}" for text in content["extra"]]
    return {f"option.{at}": text for at, text in enumerate(sides, start=1)}


def _cloze(content: Mapping[str, Any], language: str) -> Cells:
    lines = []
    for name, gap in content["gaps"].items():
        if "options" in gap:
            wrong = [text for text in gap["options"] if text != gap["answer"]]
            lines.append(f"{name}? " + " | ".join([gap["answer"], *wrong]))
        else:
            lines.append(f"{name}: " + " | ".join(gap["answers"]))
    return {"right": "\n".join(lines)}


def _long_answer(content: Mapping[str, Any], language: str) -> Cells:
    cells = {
        f"option.{at}": f"{each['text']} | {each['points']}" + (" | !" if each["fatal"] else "")
        for at, each in enumerate(content["rubric"], start=1)
    }
    return cells | {"model_answer": content["model_answer"], "limit": str(content["limit"])}


_CONTENTS: Mapping[Kind, Callable[[Mapping[str, Any], str], Cells]] = {
    Kind.SINGLE: _choice,
    Kind.MULTIPLE: _choice,
    Kind.TRUE_FALSE: _true_false,
    Kind.SHORT_ANSWER: _short_answer,
    Kind.NUMERIC: _numeric,
    Kind.ORDERING: _ordering,
    Kind.MATCHING: _matching,
    Kind.CLOZE: _cloze,
    Kind.LONG_ANSWER: _long_answer,
}
