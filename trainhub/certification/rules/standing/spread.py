"""How long people take to be certified, when some are not yet: median and quartiles of everybody.

Counting only those who are through would flatter a cohort that is still on its way, so that
everybody who has not left counts; who is not certified yet takes longer than all who are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

LEAST_FOR_HALF = 3  # of fewer, the middle one could be told by who knows the other
LEAST_FOR_QUARTERS = 4  # a quarter of fewer is nobody


@dataclass(frozen=True)
class Spread:
    """Days after which a quarter, half and three quarters were certified; None: not yet.

    With fewer than `LEAST_FOR_QUARTERS` there is a median only, with fewer than
    `LEAST_FOR_HALF` nothing. `count` is everybody, `certified` those who are through.
    """

    count: int
    certified: int
    first_quarter: int | None
    median: int | None
    third_quarter: int | None


def spread(days: Sequence[int], count: int) -> Spread:
    """The spread of `count` people, of whom some were certified after so many `days` each."""
    ordered = sorted(days)

    def reached(share: float) -> int | None:
        place = ceil(share * count)
        return ordered[place - 1] if 0 < place <= len(ordered) else None

    has_quarters = count >= LEAST_FOR_QUARTERS
    return Spread(
        count=count,
        certified=len(ordered),
        first_quarter=reached(0.25) if has_quarters else None,
        median=reached(0.5) if count >= LEAST_FOR_HALF else None,
        third_quarter=reached(0.75) if has_quarters else None,
    )


def days_taken(starts_on: date, certified_on: date) -> int:
    """Days from the start to the day of being certified, the first day being day 1."""
    return (certified_on - starts_on).days + 1


def middle(values: Sequence[int]) -> int | None:
    """The lower median of some values; None of none."""
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2] if ordered else None
