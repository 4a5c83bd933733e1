"""How a table of demand is laid out: told from its heads, said by a person, remembered.

Three layouts: *long* (one row for a date and time, figures in columns), *days down* (a row for
each date, a column for each interval) and *days across* (a row for each interval, a column for
each date). Where a date could stand, a typical day may: Monday, 周一, holiday.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any

from trainhub.rota.rules.shift_codes import folded
from trainhub.rota.rules.tables.demand_cells import read_day, read_moment, read_time

LOOKED_AT = 20  # first rows among which the heads may stand
_ANY_YEAR = 2024  # a leap year, for telling whether a cell names a day at all

WORDS: dict[str, tuple[str, ...]] = {
    "date": ("日期", "统计日期", "日子", "星期", "date", "day", "weekday", "datetime", "date time",
             "日期时间", "时间戳", "timestamp"),
    "time": ("时间", "时段", "时间段", "统计时段", "开始时间", "区间", "time", "interval", "start",
             "start time", "from", "period"),
    "queue": ("队列", "技能组", "技能", "业务组", "业务线", "queue", "skill", "skill group",
              "line"),
    "contacts": ("来电量", "话务量", "来话量", "进线量", "呼入量", "接入量", "咨询量", "会话量",
                 "预测量", "预测话务量", "业务量", "contacts", "calls", "chats", "volume",
                 "offered", "call volume", "forecast"),
    "handling": ("平均处理时长", "处理时长", "平均通话时长", "平均处理时间", "处理时间", "通话时长",
                 "aht", "handling time", "average handling time", "handle time", "aht(s)",
                 "平均处理时长(秒)", "处理时长(秒)", "handling time (s)"),
    "minimum": ("最低人数", "最少人数", "需求人数", "所需人数", "最低在岗", "人力需求", "minimum",
                "minimum staff", "min staff", "required", "staff", "heads"),
}  # fmt: skip
FIGURES = ("contacts", "handling", "minimum")
_KINDS = {folded(word): kind for kind, words in WORDS.items() for word in words}


class Shape(StrEnum):
    """How days and intervals lie in a table."""

    LONG = "long"
    DAYS_DOWN = "days_down"
    DAYS_ACROSS = "days_across"


@dataclass(frozen=True)
class DemandMapping:
    """How one table is read. `head_row` counts from 1, columns from 0.

    In a wide table all figures are of one kind, `figure`. `queue_id` is the queue of rows that
    name none, `constant_handling_s` the handling time of contacts where the table has none,
    `year` that of dates without one.
    """

    shape: Shape
    head_row: int = 1
    date: int | None = None
    time: int | None = None
    queue: int | None = None
    contacts: int | None = None
    handling: int | None = None
    minimum: int | None = None
    figure: str = "contacts"
    in_minutes: bool = False
    constant_handling_s: float | None = None
    queue_id: int | None = None
    year: int = 0

    def as_json(self) -> dict[str, Any]:
        """The mapping as it is stored."""
        return asdict(self) | {"shape": self.shape.value}


def mapping_from(stored: Mapping[str, Any]) -> DemandMapping:
    """The mapping that was stored."""
    names = {one.name for one in fields(DemandMapping)}
    values = {name: value for name, value in stored.items() if name in names}
    return DemandMapping(**(values | {"shape": Shape(values["shape"])}))


def kind_of_head(text: str) -> str | None:
    """What a head means: one of the keys of `WORDS`."""
    return _KINDS.get(folded(text))


def recognise(lines: Sequence[Sequence[str]], *, year: int) -> DemandMapping | None:
    """The layout of a table by its own heads; None where it does not show."""
    for at, line in enumerate(lines[:LOOKED_AT]):
        found = _as_long(line, at) or _as_wide(lines, at)
        if found:
            above = [cell for row in lines[: at + 1] for cell in row]
            return replace(found, year=year, figure=_figure_named(above))
    return None


def _as_long(line: Sequence[str], at: int) -> DemandMapping | None:
    columns: dict[str, Any] = {}
    for number, cell in enumerate(line):
        kind = kind_of_head(cell)
        if kind and kind not in columns:
            columns[kind] = number
    has_figure = any(figure in columns for figure in FIGURES)
    if "date" not in columns or not has_figure:
        return None
    return DemandMapping(Shape.LONG, head_row=at + 1, **columns)


def _as_wide(lines: Sequence[Sequence[str]], at: int) -> DemandMapping | None:
    line = lines[at]
    queue = next((n for n, cell in enumerate(line) if kind_of_head(cell) == "queue"), None)
    if sum(read_time(cell) is not None for cell in line) >= 2:
        column = _column_of_days(lines, at)
        shape = Shape.DAYS_DOWN
        if column is None:
            return None
        return DemandMapping(shape, at + 1, date=column, queue=queue)
    if any(names_day(cell) for cell in line):
        column = _column_of_times(lines, at)
        shape = Shape.DAYS_ACROSS
        if column is None:
            return None
        return DemandMapping(shape, at + 1, time=column, queue=queue)
    return None


def names_day(cell: str) -> bool:
    """Whether a cell names a date or a typical day."""
    return read_day(cell, _ANY_YEAR) is not None


def _column_of_days(lines: Sequence[Sequence[str]], at: int) -> int | None:
    below = lines[at + 1 : at + 1 + LOOKED_AT]
    width = len(lines[at])
    return next((n for n in range(width) if any(names_day(_cell(row, n)) for row in below)), None)


def _column_of_times(lines: Sequence[Sequence[str]], at: int) -> int | None:
    below = lines[at + 1 : at + 1 + LOOKED_AT]
    width = len(lines[at])
    return next(
        (n for n in range(width) if any(read_time(_cell(row, n)) is not None for row in below)),
        None,
    )


def _cell(row: Sequence[str], number: int) -> str:
    return row[number] if number < len(row) else ""


def _figure_named(cells: Sequence[str]) -> str:
    """The figure that a title or a head names; contacts where none does."""
    for cell in cells:
        kind = kind_of_head(cell)
        if kind in FIGURES:
            return kind
    text = "".join(folded(cell) for cell in cells)
    for figure in ("handling", "minimum"):
        if any(folded(word) in text for word in WORDS[figure] if len(folded(word)) > 2):
            return figure
    return "contacts"


def signature_of(line: Sequence[str]) -> str:
    """What tables of the same making share: their heads, whichever days or times these name."""
    kinds: list[str] = []
    for cell in line:
        word = folded(cell)
        if read_time(cell) is not None:
            word = "<time>"
        elif names_day(cell) or read_moment(cell, _ANY_YEAR):
            word = "<day>"
        if not (kinds and kinds[-1] == word and word.startswith("<")):
            kinds.append(word)
    return hashlib.sha256("\x1f".join(kinds).encode()).hexdigest()
