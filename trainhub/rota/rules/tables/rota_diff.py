"""What a rota table would change beside what is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from trainhub.rota.rules.changing import LEAST_REST_MIN, ShortRest, rest_between
from trainhub.rota.rules.shift_times import ShiftTimes
from trainhub.rota.rules.tables.mapping import NOTHING

CellChange = tuple[int, date, int, int]  # person id, date, old code id, new code id


@dataclass(frozen=True)
class RotaDiff:
    """What a table would change, beside what is stored.

    Each list holds (person id, date, old code id or `NOTHING`, new code id or `NOTHING`).
    """

    new: list[CellChange]
    changed: list[CellChange]
    removed: list[CellChange]
    unchanged: int

    @property
    def counts(self) -> dict[str, int]:
        """How many dates are new, changed, removed and as they were."""
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "removed": len(self.removed),
            "unchanged": self.unchanged,
        }


def compare(
    cells: Mapping[int, Mapping[date, int]],
    stored: Mapping[tuple[int, date], int],
    *,
    empty: str,
) -> RotaDiff:
    """Set what the table says against what is stored. `empty` as in `RotaMapping`."""
    diff = RotaDiff([], [], [], 0)
    unchanged = 0
    for person_id, row in cells.items():
        for day, code in row.items():
            old = stored.get((person_id, day), NOTHING)
            if old == code or (code == NOTHING and empty == "keep"):
                unchanged += old != NOTHING
            elif old == NOTHING:
                diff.new.append((person_id, day, old, code))
            elif code == NOTHING:
                diff.removed.append((person_id, day, old, code))
            else:
                diff.changed.append((person_id, day, old, code))
    return RotaDiff(diff.new, diff.changed, diff.removed, unchanged)


def list_short_rests(
    cells: Mapping[int, Mapping[date, int]],
    stored: Mapping[tuple[int, date], int],
    times: Mapping[int, ShiftTimes],
) -> list[ShortRest]:
    """Every rest under eleven hours that a table asks for, with the days stored around it.

    `times`: code id → its times. Planners decide: an import is warned of, not refused.
    """
    short: dict[tuple[int, int], int] = {}
    for one, earlier in times.items():
        for other, later in times.items():
            rest = rest_between(earlier, later)
            if rest is not None and rest < LEAST_REST_MIN:
                short[one, other] = rest
    day = timedelta(days=1)
    found = []
    for person_id, row in cells.items():
        before = min(row, default=date.min + day) - day
        if before not in row:
            pair = stored.get((person_id, before), NOTHING), row.get(before + day, NOTHING)
            if pair in short:
                found.append(ShortRest(person_id, before, short[pair]))
        for on, code in row.items():
            after = row[on + day] if on + day in row else stored.get((person_id, on + day), NOTHING)
            if (code, after) in short:
                found.append(ShortRest(person_id, on, short[code, after]))
    return found
