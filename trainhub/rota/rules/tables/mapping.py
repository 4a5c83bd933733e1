"""How a centre's rota table is read: found in the table itself, said on a screen, remembered."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from trainhub.rota.rules.shift_codes import folded
from trainhub.rota.rules.tables.heads import (
    HeadDate,
    is_broken_date,
    is_weekday,
    kind_of_head,
    read_head,
    read_month,
)
from trainhub.tables.values import column_letters

SHAPES = ("grid", "long")
PERSON_BY = ("auto", "employee_no", "username", "name")
EMPTY = ("clear", "keep")
HEAD_ROWS = 15  # so deep below titles the heads are looked for
NOTHING = 0  # what a word of the table may stand for besides a code: nothing rostered

Lines = Sequence[Sequence[str]]


@dataclass(frozen=True)
class RotaMapping:
    """How a table is to be read.

    `head_row` counts from 1; `found_row` is where the heads seemed to stand, so that titles may
    grow from month to month. Columns are named by their heads, those without one by their
    letters (“#C”). `month` (“2026-12”) dates heads that do not name theirs. `codes` says for
    folded words of the table which code (by id) they are; `NOTHING` for none. `empty`: what an
    empty cell does to a date that says something already.
    """

    shape: str = "grid"
    head_row: int = 1
    found_row: int = 1
    person: str = ""
    person_by: str = "auto"
    date: str = ""
    code: str = ""
    month: str = ""
    day_first: bool = False
    empty: str = "clear"
    skip_unknown: bool = False
    codes: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The mapping as it is stored."""
        return asdict(self) | {"codes": dict(self.codes)}


def mapping_from(stored: Mapping[str, Any]) -> RotaMapping:
    """A stored mapping; what it lacks or holds wrongly has its ordinary value."""
    plain = RotaMapping()
    known = {
        name: stored[name]
        for name, value in asdict(plain).items()
        if isinstance(stored.get(name), type(value))
    }
    mapping = replace(plain, **known)
    for name, allowed in (("shape", SHAPES), ("person_by", PERSON_BY), ("empty", EMPTY)):
        if getattr(mapping, name) not in allowed:
            mapping = replace(mapping, **{name: getattr(plain, name)})
    return mapping


def heads_of(lines: Lines, head_row: int) -> list[str]:
    """The heads of that row, each different: one without text or said twice has its letters."""
    texts = list(lines[head_row - 1]) if 0 < head_row <= len(lines) else []
    found: list[str] = []
    seen: set[str] = set()
    for at, text in enumerate(texts):
        name = text if text and text not in seen else f"#{column_letters(at)}"
        found.append(name)
        seen.add(name)
    return found


def column_of(heads: Sequence[str], name: str) -> int | None:
    """Where the column of this name stands; None if it does not."""
    return heads.index(name) if name in heads else None


def date_columns(lines: Lines, head_row: int) -> list[tuple[int, HeadDate]]:
    """The columns whose heads name dates, with what they say, in their order.

    A month in the row above, as a merged head over its days, counts for all below it.
    """
    if not 0 < head_row <= len(lines):
        return []
    above = lines[head_row - 2] if head_row > 1 else []
    found, over = [], None
    for at, text in enumerate(lines[head_row - 1]):
        over = (read_month(above[at]) if at < len(above) else None) or over
        head = read_head(text)
        if head is None:
            continue
        if head.month is None and over is not None:
            head = HeadDate(head.day, over[1], over[0])
        found.append((at, head))
    return found


def broken_dates(lines: Lines, head_row: int) -> list[int]:
    """The columns whose heads are written as dates that do not exist."""
    if not 0 < head_row <= len(lines):
        return []
    return [at for at, text in enumerate(lines[head_row - 1]) if is_broken_date(text)]


def unread_heads(lines: Lines, mapping: RotaMapping) -> list[str]:
    """The heads of a people × days table of which nothing is read: neither person nor date.

    A head that is a date that does not exist is no such head: it is a fault.
    """
    read = {at for at, _ in date_columns(lines, mapping.head_row)}
    read.update(broken_dates(lines, mapping.head_row))
    heads = heads_of(lines, mapping.head_row)
    row = lines[mapping.head_row - 1] if 0 < mapping.head_row <= len(lines) else ()
    return [
        text
        for at, text in enumerate(row)
        if text and at not in read and heads[at] != mapping.person
    ]


def body_start(lines: Lines, mapping: RotaMapping) -> int:
    """How many rows stand above the people: the heads, and a row of weekdays below them."""
    row = mapping.head_row
    if mapping.shape == "grid" and row < len(lines):
        below = lines[row]
        cells = [below[at] for at, _ in date_columns(lines, row) if at < len(below) and below[at]]
        # Two different ones: a column of people may well have a shift called 日.
        if len(set(cells)) > 1 and all(is_weekday(cell) for cell in cells):
            return row + 1
    return row


def signature(lines: Lines) -> str:
    """What makes two tables of one kind: their heads, but for those that name dates."""
    heads = [folded(text) for text in lines[find_head_row(lines) - 1] if text]
    text = "\n".join(head for head in heads if read_head(head) is None)
    return hashlib.sha256(f"rota\n{text}".encode()).hexdigest()


def find_head_row(lines: Lines) -> int:
    """The row (from 1) that looks most like heads: dates, or words for the columns."""
    top = range(1, min(len(lines), HEAD_ROWS) + 1)
    return max(top, key=lambda number: (_weight(lines, number), -number), default=1)


def find_mapping(lines: Lines, file: str, today: date) -> RotaMapping:
    """How the table seems to be meant; the screen shows it for a yes."""
    row = find_head_row(lines)
    heads = heads_of(lines, row)
    kinds = {name: kind_of_head(name) for name in heads}
    dates = date_columns(lines, row)
    is_long = len(dates) < 2 and {"date", "code"} <= set(kinds.values())
    mapping = RotaMapping(
        shape="long" if is_long else "grid",
        head_row=row,
        found_row=row,
        month=_month(lines, row, file, today, [head for _, head in dates]),
        day_first=_is_day_first([head for _, head in dates]),
    )
    date_names = {heads[at] for at, _ in dates}
    first = next((name for name in heads if name not in date_names), heads[0] if heads else "")
    person, kind = _person(kinds) or (first, "auto")
    mapping = replace(mapping, person=person, person_by=kind)
    if is_long:
        by_kind = {kind: name for name, kind in reversed(kinds.items()) if kind}
        mapping = replace(mapping, date=by_kind["date"], code=by_kind["code"], empty="keep")
    return mapping


def _weight(lines: Lines, number: int) -> int:
    """How much a row looks like the heads."""
    line = lines[number - 1]
    dates = sum(1 for text in line if read_head(text))
    words = len({kind_of_head(text) for text in line} - {None})
    return dates + 3 * words if dates > 1 or words > 1 else 0


def _person(kinds: Mapping[str, str | None]) -> tuple[str, str] | None:
    for wanted in ("employee_no", "username", "name"):
        for name, kind in kinds.items():
            if kind == wanted:
                return name, wanted
    return None


def _month(lines: Lines, row: int, file: str, today: date, heads: Sequence[HeadDate]) -> str:
    """The month of the first date: said by a title, by the file's name, or near to today."""
    named = heads[0].month if heads else None
    titles = [text for line in lines[: row - 1] for text in line if text]
    for text in (*titles, file):
        said = read_month(text)
        if said and said[0] and (named is None or named == said[1]):
            return f"{said[0]}-{said[1]:02}"
    if named is None:
        said = next((said for text in (*titles, file) if (said := read_month(text))), None)
        named = said[1] if said else (today.replace(day=1) + timedelta(days=32)).month
    year = min(
        (today.year - 1, today.year, today.year + 1),
        key=lambda year: abs((date(year, named, 15) - today).days),
    )
    return f"{year}-{named:02}"


def _is_day_first(heads: Sequence[HeadDate]) -> bool:
    """Whether two bare numbers are meant as day/month: then days run on, months stay."""
    pairs = [(head.month, head.swapped[0]) for head in heads if head.swapped]
    if len(pairs) < 2:
        return False
    as_read = Counter(month for month, _ in pairs)
    swapped = Counter(month for _, month in pairs)
    return len(swapped) < len(as_read)


def month_of(text: str) -> tuple[int, int] | None:
    """(year, month) of “2026-12”; None for anything else."""
    year, dash, month = text.partition("-")
    if not (dash and year.isascii() and year.isdecimal() and month.isdecimal()):
        return None
    if not (2000 <= int(year) <= 2100 and 1 <= int(month) <= 12):
        return None
    return int(year), int(month)
