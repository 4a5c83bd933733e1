"""What becomes of a day when a table tells part of it: the rest stays as it was known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trainhub.rota.rules.requirement import Demand, intervals_of_day, regrid

Named = Mapping[str, frozenset[int]]  # minutes of the intervals a table names, by figure


@dataclass(frozen=True)
class Lost:
    """Intervals in a row that nobody would ask for any more, and what was known of them.

    Minutes from midnight; contacts are added up, of minimums it is the highest.
    """

    starts_min: int
    ends_min: int
    contacts: float
    minimum: int


def merged(known: Demand | None, read: Demand, named: Named) -> Demand:
    """A day after an import.

    Figures and intervals that the table does not name stay as they were. The day then has the
    finer of the two intervals, so that nothing kept is smoothed away.
    """
    if known is None:
        return read
    keeps = any(_kept_values(known, read, named))
    size = min(known.interval_min, read.interval_min) if keeps else read.interval_min
    kept, said = regrid(known, size), regrid(read, size)

    def row(figure: str, before: Sequence[Any], after: Sequence[Any]) -> tuple[Any, ...]:
        if not (before and after):
            return tuple(before or after)
        told = named.get(figure, frozenset())
        return tuple(
            after[at] if _start(at * size, read) in told else before[at]
            for at in range(intervals_of_day(size))
        )

    return Demand(
        size,
        row("contacts", kept.contacts, said.contacts),
        row("handling", kept.handling_s, said.handling_s),
        row("minimum", kept.minimum, said.minimum),
    )


def _start(minute: int, read: Demand) -> int:
    """When the table's interval begins in which a minute lies."""
    return minute - minute % read.interval_min


def _kept_values(known: Demand, read: Demand, named: Named) -> Iterator[bool]:
    rows = (
        ("contacts", known.contacts, read.contacts),
        ("handling", known.handling_s, read.handling_s),
        ("minimum", known.minimum, read.minimum),
    )
    for figure, before, after in rows:
        told = named.get(figure, frozenset()) if after else frozenset()
        for at, value in enumerate(before):
            yield bool(value) and _start(at * known.interval_min, read) not in told


def count_kept(after: Demand, read: Demand, named: Named) -> int:
    """Intervals that ask for somebody and of which the table says nothing."""
    told = frozenset().union(*named.values())
    return sum(
        _asks(after, at) and _start(at * after.interval_min, read) not in told
        for at in range(intervals_of_day(after.interval_min))
    )


def _asks(demand: Demand, at: int) -> bool:
    return any(row[at] for row in (demand.contacts, demand.minimum) if row)


def lost_by(known: Demand | None, after: Demand) -> tuple[Lost, ...]:
    """Where contacts or a minimum were known and are nought after the import."""
    if known is None:
        return ()
    size = after.interval_min
    before, found = regrid(known, size), list[Lost]()
    for at in range(intervals_of_day(size)):
        contacts = _gone(before.contacts, after.contacts, at)
        minimum = _gone(before.minimum, after.minimum, at)
        if not (contacts or minimum):
            continue
        one = Lost(at * size, (at + 1) * size, contacts, int(minimum))
        if found and found[-1].ends_min == one.starts_min:
            last = found.pop()
            one = Lost(last.starts_min, one.ends_min, last.contacts + contacts,
                       max(last.minimum, one.minimum))  # fmt: skip
        found.append(one)
    return tuple(found)


def _gone(before: Sequence[float], after: Sequence[float], at: int) -> float:
    return before[at] if before and after and not after[at] else 0
