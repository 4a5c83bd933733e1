"""Attempts laid out as exact numbers: who had which items, and totals that can be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from trainhub.assessment.rules.statistics.sums import scale_of, whole
from trainhub.assessment.rules.statistics.values import Basis, ItemScores, Number


@dataclass(frozen=True)
class Compared:
    """One item's marks beside what they are compared with, in whole numbers.

    `marks` and `others` belong together place by place; `best` is the item's maximum in the unit
    of `marks`, of which `scale` make a point. `totals` rank the attempts; a paper without a
    mistake has `full_total`. `is_alone` says that some paper holds nothing but this item.
    """

    marks: Mapping[int, int]
    others: list[int]
    best: int
    scale: int
    totals: Mapping[int, int]
    full_total: int
    basis: Basis
    is_alone: bool


class Papers:
    """The marks of all attempts as whole numbers of one small unit.

    `totals` may be compared between attempts: points if all papers have the same maximum,
    otherwise the share of each paper's maximum (in one common unit, which cancels out of every
    correlation). A paper without a mistake has `full_total`.
    """

    def __init__(self, items: Sequence[ItemScores]) -> None:
        given = [answer.mark for item in items for answer in item.answers.values()]
        self.scale = scale_of([*given, *(item.maximum for item in items)])
        units = {mark: whole(mark, self.scale) for mark in set(given)}
        self.maxima = [whole(item.maximum, self.scale) for item in items]
        self.marks: list[Mapping[int, int]] = [
            {attempt: units[answer.mark] for attempt, answer in item.answers.items()}
            for item in items
        ]
        self.points: Counter[int] = Counter()
        self.best: Counter[int] = Counter()
        self.contents: dict[int, list[int]] = {}
        for place, marks in enumerate(self.marks):
            for attempt, mark in marks.items():
                self.points[attempt] += mark
                self.best[attempt] += self.maxima[place]
                self.contents.setdefault(attempt, []).append(place)
        self.totals, self.full_total = _comparable(self.points, self.best)

    def percentages(self) -> list[Fraction]:
        """All totals in per cent, exact."""
        return [Fraction(100 * total, self.full_total) for total in self.totals.values()]

    @property
    def n(self) -> int:
        """How many attempts there are."""
        return len(self.contents)

    def compared(self, place: int) -> Compared:
        """An item of every paper beside the rest, a drawn one beside the whole total."""
        marks = self.marks[place]
        drawn = len(marks) < self.n
        return _compared(
            marks,
            self.maxima[place],
            self.scale,
            {attempt: self.points[attempt] for attempt in marks},
            {attempt: self.best[attempt] for attempt in marks},
            Basis.TOTAL if drawn else Basis.REST,
        )

    def forms(self) -> list[tuple[tuple[int, ...], list[int]]]:
        """The distinct papers (places of their items) with their attempts, most frequent first."""
        forms: dict[tuple[int, ...], list[int]] = {}
        for attempt, places in self.contents.items():
            forms.setdefault(tuple(places), []).append(attempt)
        return sorted(forms.items(), key=lambda form: (-len(form[1]), form[0]))


def compare_alone(
    item: ItemScores, papers: Mapping[int, tuple[Number, Number]], basis: Basis
) -> Compared:
    """An item beside the (points earned, points possible) of the papers that held it."""
    given = [answer.mark for answer in item.answers.values()]
    held = {attempt: papers[attempt] for attempt in item.answers}
    scale = scale_of([item.maximum, *given, *(one for pair in held.values() for one in pair)])
    return _compared(
        {attempt: whole(answer.mark, scale) for attempt, answer in item.answers.items()},
        whole(item.maximum, scale),
        scale,
        {attempt: whole(earned, scale) for attempt, (earned, _) in held.items()},
        {attempt: whole(possible, scale) for attempt, (_, possible) in held.items()},
        basis,
    )


def _compared(
    marks: Mapping[int, int],
    best: int,
    scale: int,
    points: Mapping[int, int],
    possible: Mapping[int, int],
    basis: Basis,
) -> Compared:
    totals, full_total = _comparable(points, possible)
    others = totals
    if basis is Basis.REST:
        others, _ = _comparable(
            {attempt: points[attempt] - mark for attempt, mark in marks.items()},
            {attempt: possible[attempt] - best for attempt in marks},
        )
    return Compared(
        marks,
        [others[attempt] for attempt in marks],
        best,
        scale,
        totals,
        full_total,
        basis,
        is_alone=any(one == best for one in possible.values()),
    )


def _comparable(points: Mapping[int, int], best: Mapping[int, int]) -> tuple[dict[int, int], int]:
    """Points as they are if every maximum is the same, otherwise shares of the maximum; and
    what full marks are in that unit.
    """
    full = lcm(*{one for one in best.values() if one})
    shares = {
        attempt: points[attempt] * (full // maximum) if maximum else 0
        for attempt, maximum in best.items()
    }
    return shares, full
