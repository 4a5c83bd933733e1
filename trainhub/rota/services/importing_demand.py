"""Importing demand: planned against what is stored, then stored as a whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from trainhub.errors import N_, InputError, InputErrors
from trainhub.people.models import Person
from trainhub.rota.queries.demand import DemandOfDay, DemandSource, demand_of_days, list_queues
from trainhub.rota.queries.pending_tables import find_remembered
from trainhub.rota.rules.requirement import Demand
from trainhub.rota.rules.shift_codes import folded
from trainhub.rota.rules.tables.demand_cells import Day
from trainhub.rota.rules.tables.demand_import import ReadDay, ReadTable, faults_in, read_demand
from trainhub.rota.rules.tables.demand_merging import Lost, count_kept, lost_by, merged
from trainhub.rota.rules.tables.demand_tables import (
    DemandMapping,
    Shape,
    mapping_from,
    recognise,
    signature_of,
)
from trainhub.rota.services.demand_days import hold_demand, store_days
from trainhub.rota.services.table_imports import ImportedTable, record_import
from trainhub.tables import TableLimits, read_lines

KIND = "demand"
Lines = Sequence[Sequence[str]]
# A quarter of twenty queues in half hours is 87,360 rows of a long table.
DEMAND_LIMITS = TableLimits(rows=100_000, columns=800, formulas=True)


@dataclass(frozen=True)
class PlannedDay:
    """What would become of one day: `add`, `change` or `keep`.

    `kept` counts the intervals the table does not name and that stay as known; `lost` are those
    where something was known and the table says nought.
    """

    queue_id: int
    day: Day
    demand: Demand
    act: str
    kept: int = 0
    lost: tuple[Lost, ...] = ()


@dataclass(frozen=True)
class DemandPlan:
    """What an import would do, and everything in its way.

    `unknown` days would still not have enough for a requirement: contacts without handling time.
    """

    file: str
    days: tuple[PlannedDay, ...]
    errors: tuple[InputError, ...]

    @property
    def unknown(self) -> int:
        """Days for which no requirement could be reckoned."""
        return sum(not one.demand.is_known for one in self.days)

    @property
    def lost(self) -> list[tuple[PlannedDay, Lost]]:
        """Every stretch of intervals that would lose what is known of it, by queue and day."""
        return [(one, gone) for one in self.days for gone in one.lost]

    @property
    def counts(self) -> dict[str, Any]:
        """What the import is put on record with."""
        acts = [one.act for one in self.days]
        dates = [one.day for one in self.days if isinstance(one.day, date)]
        return {
            "queues": len({one.queue_id for one in self.days}),
            "dates": len(dates),
            "typical_days": len(self.days) - len(dates),
            "added": acts.count("add"),
            "changed": acts.count("change"),
            "kept": acts.count("keep"),
            "first": min(dates).isoformat() if dates else None,
            "last": max(dates).isoformat() if dates else None,
            "intervals_kept": sum(one.kept for one in self.days),
            "contacts_lost": round(sum(gone.contacts for _, gone in self.lost)),
        }


def read_file(data: bytes, file: str, encoding: str | None = None) -> list[list[str]]:
    """The lines of a demand file. Raises `InputErrors` by row and column."""
    return read_lines(data, file, limits=DEMAND_LIMITS, encoding=encoding)


def mapping_for(lines: Lines, today: date) -> tuple[DemandMapping, bool]:
    """How this table is to be read, and whether the centre has said so before.

    Of what is remembered the year does not count, nor a queue that is out of use. With one queue
    in use it is that.
    """
    queues = [queue.id for queue in list_queues()]
    only = queues[0] if len(queues) == 1 else None
    found = recognise(lines, year=today.year) or DemandMapping(Shape.LONG, year=today.year)
    remembered = find_remembered(KIND, _signature(lines, found))
    if remembered is None:
        return replace(found, queue_id=only), False
    said = mapping_from(remembered)
    queue_id = said.queue_id if said.queue_id in queues else only
    return replace(said, head_row=found.head_row, year=today.year, queue_id=queue_id), True


def _signature(lines: Lines, mapping: DemandMapping) -> str:
    at = mapping.head_row - 1
    return signature_of(lines[at]) if at < len(lines) else ""


def plan_import(lines: Lines, mapping: DemandMapping, *, file: str) -> DemandPlan:
    """Look at every cell against the queues there are; changes nothing."""
    return _plan(_read(lines, mapping, file), file)


def _read(lines: Lines, mapping: DemandMapping, file: str) -> ReadTable:
    queues, usual = {}, {}
    for queue in list_queues():
        usual[queue.id] = queue.interval_min
        queues[folded(queue.name)] = queues[folded(queue.key)] = queue.id
    if mapping.queue_id is not None and mapping.queue_id not in queues.values():
        message = N_("The queue that was chosen is no longer in use.")
        return ReadTable(errors=[InputError("queue_retired", message, file=file)])
    return read_demand(lines, mapping, queues, file, usual)


def _plan(table: ReadTable, file: str) -> DemandPlan:
    if table.errors:
        return DemandPlan(file, (), tuple(table.errors))
    planned = _plan_days(table.days)
    errors = [
        error
        for one, what in zip(table.days, planned, strict=True)
        for error in faults_in(one, what.demand, file)
    ]
    return DemandPlan(file, () if errors else tuple(planned), tuple(errors))


def _plan_days(days: Sequence[ReadDay]) -> list[PlannedDay]:
    """Every day of a table beside what is known, its own typical days first."""
    keys = [(one.queue_id, one.day) for one in days]
    known = demand_of_days(keys)
    said = {
        (one.queue_id, one.day): _planned(one, known.get((one.queue_id, one.day))).demand
        for one in days
        if not isinstance(one.day, date)
    }
    if said:
        dates = [key for key in keys if isinstance(key[1], date)]
        known |= demand_of_days(dates, said)
    return [_planned(one, known.get((one.queue_id, one.day))) for one in days]


def _planned(one: ReadDay, known: DemandOfDay | None) -> PlannedDay:
    """A date that follows its typical day keeps that day's figures where the table says nothing."""
    before = known.demand if known else None
    demand = merged(before, one.demand, one.named)
    has_own = known is not None and not (
        isinstance(one.day, date) and known.source is DemandSource.TYPICAL
    )
    act = "add" if not has_own else "keep" if demand == before else "change"
    kept = count_kept(demand, one.demand, one.named)
    return PlannedDay(one.queue_id, one.day, demand, act, kept, lost_by(before, demand))


def import_demand(
    lines: Lines,
    mapping: DemandMapping,
    *,
    file: str,
    file_hash: str,
    actor: Person | None,
    now: datetime,
) -> DemandPlan:
    """Store a table of demand, all of it or nothing, and remember how it was read.

    Raises `InputErrors` with every fault by its cell.
    """
    read = _read(lines, mapping, file)
    hold_demand({one.queue_id for one in read.days})
    plan = _plan(read, file)
    if plan.errors:
        raise InputErrors(plan.errors)
    table = ImportedTable(
        KIND, file, file_hash, plan.counts, _signature(lines, mapping), mapping.as_json()
    )
    record = record_import(table, actor=actor, now=now)
    changed = [(one.queue_id, one.day, one.demand) for one in plan.days if one.act != "keep"]
    store_days(changed, import_id=record.id)
    return plan
