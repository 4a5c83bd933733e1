"""Reading a table of demand by its mapping: days of queues, and every fault by its cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from trainhub.errors import N_, InputError
from trainhub.rota.rules.requirement import INTERVALS, Demand
from trainhub.rota.rules.tables.demand_cells import Day
from trainhub.rota.rules.tables.demand_merging import Named
from trainhub.rota.rules.tables.demand_reader import TableReader
from trainhub.rota.rules.tables.demand_tables import FIGURES, DemandMapping, Shape
from trainhub.tables.values import column_letters

MOST_BUSY = 5_000  # people busy at once, the load in erlangs


@dataclass(frozen=True)
class ReadDay:
    """One day of one queue as the table tells it; figures it does not have are empty.

    `named` tells by figure which intervals the table speaks of, by their first minute; the
    others are nought in `demand`. `cells` are the rows and columns they stand in, from 0.
    """

    queue_id: int
    day: Day
    demand: Demand
    named: Named = field(default_factory=dict)
    cells: Mapping[int, tuple[int, int]] = field(default_factory=dict)


@dataclass
class ReadTable:
    """What came of reading: the days in order, or the faults."""

    days: list[ReadDay] = field(default_factory=list)
    errors: list[InputError] = field(default_factory=list)


def read_demand(
    lines: Sequence[Sequence[str]],
    mapping: DemandMapping,
    queues: Mapping[str, int],
    file: str = "",
    usual: Mapping[int, int] | None = None,
) -> ReadTable:
    """The days of a table. `queues` gives ids by folded name or key of the queues in use.

    `usual` are the interval lengths of queues in minutes: a table of which no two rows follow
    each other does not show its own.
    """
    table = ReadTable()
    incomplete = missing_columns(mapping)
    if incomplete:
        table.errors = [InputError("mapping_incomplete", incomplete, file=file)]
        return table
    reader = TableReader(lines, mapping, queues, file)
    found: dict[tuple[int, Day], dict[str, dict[int, float]]] = defaultdict(dict)
    cells: dict[tuple[int, Day], dict[int, tuple[int, int]]] = defaultdict(dict)
    for one in reader.figures():
        found[one.queue_id, one.day].setdefault(one.figure, {})[one.minute] = one.value
        cells[one.queue_id, one.day].setdefault(one.minute, (one.row, one.column))
    table.errors = reader.errors
    table.errors.sort(key=_place)
    if not found and not table.errors:
        message = N_("No row of this table holds demand as it is read now.")
        table.errors = [InputError("demand_empty", message, file=file)]
    if table.errors:
        return table
    known = {usual[queue_id] for queue_id, _day in found if usual and queue_id in usual}
    interval_min = interval_of(_minutes(found), reader.lengths, known)
    for (queue_id, day), figures in found.items():
        demand, named = _demand(figures, interval_min, mapping)
        told = ReadDay(queue_id, day, demand, named, cells[queue_id, day])
        table.days.append(told)
        table.errors += faults_in(told, demand, file)
    table.days.sort(key=lambda one: (one.queue_id, isinstance(one.day, int), str(one.day)))
    return table


def _place(error: InputError) -> tuple[int, int, str]:
    """Row by row, in a row from left to right: B before AA."""
    return error.row or 0, len(error.column or ""), error.column or ""


def _minutes(found: Mapping[tuple[int, Day], Mapping[str, Mapping[int, float]]]) -> set[int]:
    return {minute for figures in found.values() for row in figures.values() for minute in row}


def missing_columns(mapping: DemandMapping) -> str | None:
    """What a mapping still lacks before anything can be read; None where it is whole."""
    if mapping.shape is Shape.LONG:
        if mapping.date is None:
            return N_("Say which column holds the date.")
        if all(getattr(mapping, figure) is None for figure in FIGURES):
            return N_("Say which column holds contacts, handling time or the minimum.")
    if mapping.shape is Shape.DAYS_DOWN and mapping.date is None:
        return N_("Say which columns hold the dates.")
    if mapping.shape is Shape.DAYS_ACROSS and mapping.time is None:
        return N_("Say which column holds the times.")
    if mapping.queue is None and mapping.queue_id is None:
        return N_("Say which queue the table is about, or which column names it.")
    return None


def interval_of(minutes: set[int], said: Collection[int] = (), usual: Collection[int] = ()) -> int:
    """The longest interval on whose grid all starts lie, or the one the table itself says.

    Where no start follows another by just that much, the `usual` one counts if it is finer.
    """
    longest = next(size for size in (60, 30, 15) if all(minute % size == 0 for minute in minutes))
    lengths = [size for size in said if size in INTERVALS]
    is_shown = any(minute + longest in minutes for minute in minutes)
    return min([longest, *lengths, *(() if lengths or is_shown else usual)])


def _demand(
    figures: Mapping[str, Mapping[int, float]], interval_min: int, mapping: DemandMapping
) -> tuple[Demand, Named]:
    starts = range(0, 1440, interval_min)

    def row(figure: str) -> tuple[float, ...]:
        known = figures.get(figure)
        return tuple(known.get(minute, 0.0) for minute in starts) if known else ()

    named = {figure: frozenset(known) for figure, known in figures.items()}
    contacts, handling = row("contacts"), row("handling")
    if contacts and not handling and mapping.constant_handling_s:
        handling = (mapping.constant_handling_s,) * len(contacts)
        named["handling"] = named["contacts"]
    minimum = tuple(int(value) for value in row("minimum"))
    return Demand(interval_min, contacts, handling, minimum), named


def faults_in(one: ReadDay, demand: Demand, file: str) -> list[InputError]:
    """What is wrong with a day of a table as it would be stored (`demand`), by its cells.

    Where the table does not speak of the interval, the fault stands at the day's first cell.
    """
    first = min(one.cells.values())
    errors = []
    known = N_("At %(time)s contacts are known already; they need a handling time.")
    for at, fault in day_faults(demand):
        minute = at * demand.interval_min
        cell = one.cells.get(minute - minute % one.demand.interval_min)
        message = known if cell is None else fault
        row, column = cell or first
        params = {"most": MOST_BUSY, "time": f"{minute // 60:02d}:{minute % 60:02d}"}
        errors.append(InputError("demand_refused", message, params, file, row + 1,
                                 column=column_letters(column)))  # fmt: skip
    return errors


def day_faults(demand: Demand) -> list[tuple[int, str]]:
    """What is wrong with a day, by number of interval: contacts that take no time, or too many."""
    if not (demand.contacts and demand.handling_s):
        return []
    faults = []
    pairs = zip(demand.contacts, demand.handling_s, strict=True)
    for at, (contacts, handling) in enumerate(pairs):
        if contacts and not handling:
            faults.append((at, N_("There are contacts here but no handling time.")))
        elif contacts * handling > MOST_BUSY * demand.interval_min * 60:
            message = N_("This would keep more than %(most)s people busy at once.")
            faults.append((at, message))
    return faults
