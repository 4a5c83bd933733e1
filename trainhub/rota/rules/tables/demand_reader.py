"""Going through the cells of a demand table: every figure in its place, every fault by its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trainhub.errors import N_, InputError
from trainhub.rota.rules.shift_codes import folded
from trainhub.rota.rules.tables.demand_cells import (
    Day,
    read_day,
    read_length,
    read_moment,
    read_number,
    read_range,
    read_time,
)
from trainhub.rota.rules.tables.demand_tables import FIGURES, DemandMapping, Shape
from trainhub.tables.values import column_letters

MOST_CONTACTS = 20_000  # in one interval
MOST_HANDLING_S = 4 * 3600
MOST_HEADS = 10_000
MOST_ERRORS = 500  # beyond it nobody reads on
QUARTER = 15
_LIMITS = {"contacts": MOST_CONTACTS, "handling": MOST_HANDLING_S, "minimum": MOST_HEADS}


@dataclass(frozen=True)
class Figure:
    """One number of the table and the cell it stands in."""

    queue_id: int
    day: Day
    minute: int
    figure: str
    value: float
    row: int
    column: int


class TableReader:
    """Goes through the lines once and collects figures and faults."""

    def __init__(
        self,
        lines: Sequence[Sequence[str]],
        mapping: DemandMapping,
        queues: Mapping[str, int],
        file: str,
    ) -> None:
        self.lines, self.mapping, self.queues, self.file = lines, mapping, queues, file
        self.errors: list[InputError] = []
        self.lengths: set[int] = set()  # of intervals, where the table says from when to when

    def fault(self, message: str, row: int, column: int | None, **params: Any) -> None:
        """Note what is wrong with a cell, by its place as spreadsheet programs name it."""
        place = None if column is None else column_letters(column)
        self.errors.append(
            InputError("demand_refused", message, params, self.file, row + 1, column=place)
        )

    def cell(self, row: int, column: int | None) -> str:
        """The text of a cell; nothing beyond the end of its line."""
        line = self.lines[row]
        return line[column] if column is not None and column < len(line) else ""

    def rows(self) -> Iterator[int]:
        """The rows below the heads that hold anything, until too much is wrong."""
        for row in range(self.mapping.head_row, len(self.lines)):
            if len(self.errors) >= MOST_ERRORS:
                return
            if any(self.lines[row]):
                yield row

    def queue_of(self, row: int) -> int | None:
        """The queue that a row is about."""
        text = self.cell(row, self.mapping.queue)
        if not text:
            if self.mapping.queue_id is None:
                message = N_("Which queue is this? Name it here or choose one for all rows.")
                self.fault(message, row, self.mapping.queue)
            return self.mapping.queue_id
        queue_id = self.queues.get(folded(text))
        if queue_id is None:
            message = N_("There is no queue “%(text)s” in use.")
            self.fault(message, row, self.mapping.queue, text=text[:40])
        return queue_id

    def time_at(self, row: int, column: int) -> int | None:
        """The start of an interval in a cell."""
        text = self.cell(row, column)
        minute = self.start_of(text)
        if minute is None:
            self.fault(
                N_("“%(text)s” is not a time of day; write it like 09:30."),
                row,
                column,
                text=text[:40],
            )
        elif minute % QUARTER:
            message = N_("Intervals begin on the quarter hour, not at %(text)s.")
            self.fault(message, row, column, text=text[:40])
            return None
        return minute

    def start_of(self, text: str) -> int | None:
        """When the interval of a cell begins; how long it lasts is noted where it says so."""
        length = read_range(text)
        if length:
            self.lengths.add(length)
        return read_time(text)

    def day_at(self, row: int, column: int) -> Day | None:
        """The date or typical day in a cell."""
        text = self.cell(row, column)
        day = read_day(text, self.mapping.year)
        if day is None:
            self.no_day(row, column, text)
        return day

    def no_day(self, row: int, column: int, text: str) -> None:
        """Note that a cell names no day."""
        message = N_(
            "“%(text)s” is not a date; write it like 2026-12-01, or a weekday, or holiday."
        )
        self.fault(message, row, column, text=text[:40])

    def value_at(self, row: int, column: int, figure: str) -> float | None:
        """The figure in a cell; 0 for an empty one."""
        text = self.cell(row, column)
        if not text or text in "-–—":
            return 0.0
        if figure == "handling":
            value = read_length(text, in_minutes=self.mapping.in_minutes)
        else:
            value = read_number(text)
        if value is None:
            self.fault(N_("“%(text)s” is not a number of at least 0."), row, column, text=text[:40])
        elif figure == "minimum" and value != int(value):
            message = N_("The minimum is a whole number of people, not %(text)s.")
            self.fault(message, row, column, text=text[:40])
            return None
        elif value > _LIMITS[figure]:
            message = N_("%(text)s is more than the most that is taken here, %(most)s.")
            self.fault(message, row, column, text=text[:40], most=_LIMITS[figure])
            return None
        return value

    def figures(self) -> Iterator[Figure]:
        """Every number of the table in its place."""
        seen: dict[tuple[int, Day, int, str], int] = {}
        readers = {
            Shape.LONG: self._long,
            Shape.DAYS_DOWN: self._days_down,
            Shape.DAYS_ACROSS: self._days_across,
        }
        for found in readers[self.mapping.shape]():
            key = found.queue_id, found.day, found.minute, found.figure
            if key in seen:
                message = N_("This interval is already in row %(first)s.")
                self.fault(message, found.row, found.column, first=seen[key] + 1)
                continue
            seen[key] = found.row
            yield found

    def _long(self) -> Iterator[Figure]:
        mapping = self.mapping
        assert mapping.date is not None
        columns = {figure: getattr(mapping, figure) for figure in FIGURES}
        for row in self.rows():
            queue_id, moment = self.queue_of(row), self._moment(row)
            for figure, column in columns.items():
                if column is None:
                    continue
                value = self.value_at(row, column, figure)
                if queue_id is not None and moment is not None and value is not None:
                    yield Figure(queue_id, *moment, figure, value, row, column)

    def _moment(self, row: int) -> tuple[Day, int] | None:
        mapping = self.mapping
        assert mapping.date is not None
        if mapping.time is None:
            text = self.cell(row, mapping.date)
            moment = read_moment(text, mapping.year)
            if moment is None:
                self.no_day(row, mapping.date, text)
            elif moment[1] % QUARTER:
                message = N_("Intervals begin on the quarter hour, not at %(text)s.")
                self.fault(message, row, mapping.date, text=text[:40])
                return None
            return moment
        day, minute = self.day_at(row, mapping.date), self.time_at(row, mapping.time)
        return None if day is None or minute is None else (day, minute)

    def _days_down(self) -> Iterator[Figure]:
        assert self.mapping.date is not None
        minutes, figure = self._heads(self.start_of), self.mapping.figure
        for row in self.rows():
            if is_total(self.cell(row, self.mapping.date)):
                continue
            queue_id, day = self.queue_of(row), self.day_at(row, self.mapping.date)
            for column, minute in minutes.items():
                value = self.value_at(row, column, figure)
                if queue_id is not None and day is not None and value is not None:
                    yield Figure(queue_id, day, minute, figure, value, row, column)

    def _days_across(self) -> Iterator[Figure]:
        assert self.mapping.time is not None
        figure = self.mapping.figure
        days = self._heads(lambda text: read_day(text, self.mapping.year))
        for row in self.rows():
            if is_total(self.cell(row, self.mapping.time)):
                continue
            queue_id, minute = self.queue_of(row), self.time_at(row, self.mapping.time)
            for column, day in days.items():
                value = self.value_at(row, column, figure)
                if queue_id is not None and minute is not None and value is not None:
                    yield Figure(queue_id, day, minute, figure, value, row, column)

    def _heads(self, read: Any) -> dict[int, Any]:
        """The columns whose heads can be read; those that say what they are are left out."""
        known = {self.mapping.date, self.mapping.time, self.mapping.queue}
        found: dict[int, Any] = {}
        at = self.mapping.head_row - 1
        for column, text in enumerate(self.lines[at]):
            if column in known or not text or is_total(text):
                continue
            value = read(text)
            if value is None:
                message = N_("The head “%(text)s” is neither a time nor a day of this table.")
                self.fault(message, at, column, text=text[:40])
            elif (
                isinstance(value, int)
                and self.mapping.shape is Shape.DAYS_DOWN
                and (value % QUARTER)
            ):
                message = N_("Intervals begin on the quarter hour, not at %(text)s.")
                self.fault(message, at, column, text=text[:40])
            else:
                found[column] = value
        return found


_TOTALS = {
    folded(word) for word in ("合计", "总计", "小计", "平均", "total", "sum", "average", "mean")
}


def is_total(text: str) -> bool:
    """Whether a head or a row's first cell says that sums stand there."""
    return folded(text) in _TOTALS
