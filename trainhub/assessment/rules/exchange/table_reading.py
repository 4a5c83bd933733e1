"""Reading a table of questions, one row each, as trainers keep them in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from trainhub.assessment.rules.exchange import table_words as words
from trainhub.assessment.rules.exchange.exact import says_body
from trainhub.assessment.rules.exchange.gathering import Draft, Gathering, Place, Reading
from trainhub.catalogue.rules.quiz_kinds import GAP
from trainhub.errors import N_
from trainhub.tables import Table, TableLimits, TableRow, read_table

MIB = 1024 * 1024
LIMITS = TableLimits(rows=2_000, columns=120, cell_characters=32_767)
CELL = 30_000  # characters of our line for programs in one cell
ARROW = "→"
_ARROWS = re.compile(r"→|->|=>|＝＞")
_LINES = re.compile(r"\s*[\n|｜]\s*")
_LETTERS = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ]")
_SPLIT = re.compile(r"\s*[,，、;；\n]\s*")

_MESSAGES = {
    "table_heads": N_("The table needs the columns %(columns)s."),
    "table_head_unknown": N_("The column “%(column)s” is not known; it was left out."),
    "table_word": N_("“%(value)s” is not one of: %(choices)s."),
    "table_letters": N_("The right answer must be letters of options, such as B or A、C."),
    "table_pair": N_("A pair is written “left → right”, a wrong right side “→ right”."),
    "table_gap": N_("A gap is written “name: answer | answer” or “name? right | wrong”."),
    "table_points": N_("“%(value)s” is no whole number."),
    "table_criterion": N_(
        "A criterion is written “text | points”, a fatal one “text | points | !”."
    ),
}


def read_questions_table(
    data: bytes, *, file: str | None, language: str, topic: str | None, encoding: str | None = None
) -> Reading:
    """The questions of a CSV or XLSX file. Raises `InputErrors` with row and column."""
    table = read_table(data, file or "", limits=LIMITS, encoding=encoding)
    gathering = Gathering(file=file, language=language, topic=topic)
    columns = _columns(table, gathering)
    for row in table.rows:
        _Row(row, columns, gathering).read()
    return gathering.reading()


def _columns(table: Table, gathering: Gathering) -> dict[str, str]:
    """Heading by column. Gives up where the necessary ones are missing."""
    columns: dict[str, str] = {}
    for heading in table.headings:
        column = words.column_of(heading)
        if column is None or column in columns:
            message = _MESSAGES["table_head_unknown"]
            place = Place(column=heading)
            gathering.note("table_head_unknown", message, place, column=heading[:80])
        else:
            columns[column] = heading
    missing = [name for name in ("kind", "stem") if name not in columns]
    if missing:
        shown = ", ".join(words.head(name, gathering.language) for name in missing)
        gathering.give_up("table_heads", _MESSAGES["table_heads"], Place(row=1), columns=shown)
    return columns


class _Row:
    """Reads one row."""

    def __init__(self, row: TableRow, columns: Mapping[str, str], gathering: Gathering) -> None:
        self.row, self.columns, self.gathering = row, columns, gathering
        self.draft = Draft("", Place(row=row.number))

    def cell(self, column: str) -> str:
        return self.row.cells.get(self.columns.get(column, ""), "")

    def place(self, column: str) -> Place:
        return Place(row=self.row.number, column=self.columns.get(column))

    def refuse(self, code: str, column: str, **params: Any) -> None:
        self.gathering.refuse(code, _MESSAGES[code], self.place(column), **params)

    def read(self) -> None:
        draft = self.draft
        draft.kind = self.kind()
        for name in ("key", "stem", "feedback", "topic", "objective"):
            setattr(draft, name, self.cell(name))
            draft.places[name] = self.place(name)
        for name in ("language", "level", "status"):
            given = self.cell(name)
            setattr(draft, name, (self.word(name, given) or "") if given else "")
        draft.tags = list(dict.fromkeys(part for part in _SPLIT.split(self.cell("tags")) if part))
        draft.enemies = [part for part in _SPLIT.split(self.cell("enemies")) if part]
        for name in ("tags", "enemies", "points"):
            draft.places[name] = self.place(name)
        draft.points = self.whole("points")
        draft.exact, draft.seen = self.exact(), self.seen()
        draft.places["exact"] = self.place("exact.1")
        if not draft.kind:
            return
        if not (draft.exact and says_body(draft.exact)):
            before = len(self.gathering.errors)
            draft.content = _CONTENTS[draft.kind](self)
            if len(self.gathering.errors) > before:
                return
        self.gathering.add(draft)

    def kind(self) -> str:
        """The kind; 填空 without a gap in the stem is a short answer, as people call it."""
        given = self.cell("kind")
        is_plain = given.startswith("填空") and not GAP.search(self.cell("stem"))
        return "short_answer" if is_plain else self.word("kind", given) or ""

    def exact(self) -> str:
        """Our line for programs, put together from its cells, each between two signs #."""
        cells = [self.cell(f"exact.{number}") for number in range(1, words.MOST_EXACT + 1)]
        return "".join(cell[1:-1] for cell in cells)

    def seen(self) -> str:
        """The visible cells that our line for programs belongs to."""
        return seen_text({column: self.cell(column) for column in self.columns})

    def word(self, column: str, given: str, group: str | None = None) -> str | None:
        found = words.value_of(group or column, given)
        if found is None:
            choices = words.known_words(group or column, self.gathering.language)
            self.refuse("table_word", column, value=given[:80], choices=choices)
        return found

    def whole(self, column: str) -> int | None:
        given = self.cell(column)
        if not given:
            return None
        if re.fullmatch(r"\d{1,6}(?:\.0+)?", given) and given.isascii():
            return int(given.partition(".")[0])
        self.refuse("table_points", column, value=given[:80])
        return None

    def options(self) -> list[tuple[int, str]]:
        """The filled option cells with their number."""
        numbers = range(1, 27)
        return [(number, text) for number in numbers if (text := self.cell(f"option.{number}"))]

    def named(self, field: str, place: int, column: str) -> None:
        self.draft.places[f"{field}.{place}"] = self.place(column)


def seen_text(cells: Mapping[str, str]) -> str:
    """The cells that say what a question asks, as one text.

    Apostrophes before a cell do not count: CSV puts them before what looks like a formula.
    """
    own = ("kind", "stem", "right", "feedback", "tolerance", "unit", "strict", "limit")
    names = [name for name in cells if name in (*own, "model_answer") or name.startswith("option")]
    said = {name: cells[name].strip().lstrip("'") for name in sorted(names)}
    return "\n".join(f"{name}={text}" for name, text in said.items() if text)


def _choice(row: _Row) -> dict[str, Any]:
    letters = {letter_place(letter) for letter in _LETTERS.findall(row.cell("right"))}
    rest = _LETTERS.sub("", row.cell("right"))
    filled = row.options()
    numbers = {number for number, _ in filled}
    if not letters or not letters <= numbers or re.search(r"[^\s,，、;；.。/&+]", rest):
        row.refuse("table_letters", "right")
    options = []
    for place, (number, text) in enumerate(filled, start=1):
        row.named("options", place, f"option.{number}")
        feedback = row.cell(f"option_feedback.{number}")
        options.append({"text": text, "correct": number in letters, "feedback": feedback})
    row.draft.places["options"] = row.place("option.1")
    return {"options": options}


def letter_place(letter: str) -> int:
    """A is 1; full-width letters count as well."""
    code = ord(letter)
    return ord(chr(code - 0xFEE0 if code > 0xFF00 else code).upper()) - 64


def _true_false(row: _Row) -> dict[str, Any]:
    given = row.cell("right")
    if given.upper() in ("A", "B") and len(row.options()) >= 2:
        given = row.cell(f"option.{letter_place(given)}")
    return {"answer": row.word("right", given, "truth") == "yes"}


def _short_answer(row: _Row) -> dict[str, Any]:
    answers = [part for part in _LINES.split(row.cell("right")) if part]
    strict = row.cell("strict")
    row.draft.places["answers"] = row.place("right")
    return {
        "answers": answers,
        "strict": bool(strict) and row.word("strict", strict) == "yes",
    }


def _numeric(row: _Row) -> dict[str, Any]:
    row.draft.places["answer"] = row.place("right")
    row.draft.places["tolerance"] = row.place("tolerance")
    return {
        "answer": row.cell("right"),
        "tolerance": row.cell("tolerance") or "0",
        "unit": row.cell("unit"),
    }


def _ordering(row: _Row) -> dict[str, Any]:
    row.draft.places["steps"] = row.place("option.1")
    return {"steps": [text for _, text in row.options()]}


def _matching(row: _Row) -> dict[str, Any]:
    pairs, extra = [], []
    for number, text in row.options():
        left, *right = _ARROWS.split(text, maxsplit=1)
        if not right or not right[0].strip():
            row.refuse("table_pair", f"option.{number}")
        elif left.strip():
            pairs.append({"left": left.strip(), "right": right[0].strip()})
            row.named("pairs", len(pairs), f"option.{number}")
        else:
            extra.append(right[0].strip())
    row.draft.places["pairs"] = row.draft.places["extra"] = row.place("option.1")
    return {"pairs": pairs, "extra": extra}


def _cloze(row: _Row) -> dict[str, Any]:
    gaps: dict[str, Any] = {}
    row.draft.places["gaps"] = row.place("right")
    for line in filter(None, (line.strip() for line in row.cell("right").split("\n"))):
        found = re.fullmatch(r"([a-z0-9-]{1,80})\s*([:：?？])\s*(.+)", line)
        texts = [part for part in re.split(r"\s*[|｜]\s*", found[3]) if part] if found else []
        if found is None or not texts:
            row.refuse("table_gap", "right")
        elif found[2] in ":：":
            gaps[found[1]] = {"answers": texts, "strict": False}
        else:
            gaps[found[1]] = {"options": texts, "answer": texts[0]}
    return {"gaps": gaps}


def _long_answer(row: _Row) -> dict[str, Any]:
    rubric = []
    for place, (number, text) in enumerate(row.options(), start=1):
        found = re.fullmatch(r"(.+?)\s*[|｜]\s*(\d{1,3})\s*([|｜]\s*[!！]\s*)?", text)
        if found is None:
            row.refuse("table_criterion", f"option.{number}")
            continue
        row.named("rubric", place, f"option.{number}")
        criterion = {"key": f"criterion-{place}", "text": found[1], "points": int(found[2])}
        rubric.append(criterion | {"fatal": bool(found[3])})
    row.draft.places["rubric"] = row.place("option.1")
    content: dict[str, Any] = {"rubric": rubric, "model_answer": row.cell("model_answer")}
    limit = row.whole("limit")
    return content | ({"limit": limit} if limit is not None else {})


_CONTENTS: Mapping[str, Callable[[_Row], dict[str, Any]]] = {
    "single": _choice,
    "multiple": _choice,
    "true_false": _true_false,
    "short_answer": _short_answer,
    "numeric": _numeric,
    "ordering": _ordering,
    "matching": _matching,
    "cloze": _cloze,
    "long_answer": _long_answer,
}
