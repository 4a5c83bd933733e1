"""Gaps between keys and how long keys are held, for the eyes of a reviewer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median, pstdev

EDGES_MS = (0, 40, 80, 120, 160, 200, 250, 300, 400, 600, 1_000, 2_000)
"""Borders of the histogram; the last bar is open to the right."""


@dataclass(frozen=True)
class Spread:
    """What a list of times in ms looks like; `variation` is the deviation over the mean."""

    count: int
    mean: float
    median: float
    deviation: float

    @property
    def variation(self) -> float:
        """Standard deviation over mean; 0 without a mean."""
        return self.deviation / self.mean if self.mean else 0.0


def spread_of(values: Sequence[float]) -> Spread | None:
    """The spread of some times; None for fewer than two."""
    if len(values) < 2:
        return None
    return Spread(len(values), fmean(values), median(values), pstdev(values))


def shares_of(gaps: Iterable[float], edges: Sequence[float] = EDGES_MS) -> list[float]:
    """The share of gaps in each bar, 0 to 1; all 0 without any."""
    counts = [0] * len(edges)
    for gap in gaps:
        counts[max(0, sum(edge <= gap for edge in edges) - 1)] += 1
    total = sum(counts)
    return [count / total if total else 0.0 for count in counts]
