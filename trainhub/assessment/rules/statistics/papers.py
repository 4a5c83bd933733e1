"""Attempts laid out as exact numbers: who had which items, and totals that can be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from math import lcm

from trainhub.assessment.rules.statistics.sums import scale_of, whole
from trainhub.assessment.rules.statistics.values import Basis, ItemScores


def first_attempts(attempts: Iterable[tuple[int, int, datetime]]) -> set[int]:
    """The attempt each person finished first, of `(attempt, person, finished at)`.

    Only a first attempt measures the question; at the second it has been seen. Attempts that
    ended at the same instant go by their number.
    """
    first: dict[int, tuple[datetime, int]] = {}
    for attempt, person, finished_at in attempts:
        candidate = (finished_at, attempt)
        first[person] = min(first.get(person, candidate), candidate)
    return {attempt for _, attempt in first.values()}


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

    def basis_of(self, place: int) -> Basis:
        """An item of every paper is compared with the rest, a drawn one with the total."""
        return Basis.REST if len(self.marks[place]) == self.n else Basis.TOTAL

    def columns(self, place: int) -> tuple[list[int], list[int]]:
        """The item's marks and what they are compared with, attempt by attempt."""
        marks = self.marks[place]
        own = list(marks.values())
        if self.basis_of(place) is Basis.TOTAL:
            return own, [self.totals[attempt] for attempt in marks]
        points = {attempt: self.points[attempt] - mark for attempt, mark in marks.items()}
        best = {attempt: self.best[attempt] - self.maxima[place] for attempt in marks}
        rest, _ = _comparable(points, best)
        return own, [rest[attempt] for attempt in marks]

    def stands_alone(self, place: int) -> bool:
        """Whether some paper holds nothing but this item, so that there is no rest."""
        return any(len(self.contents[attempt]) == 1 for attempt in self.marks[place])

    def forms(self) -> list[tuple[tuple[int, ...], list[int]]]:
        """The distinct papers (places of their items) with their attempts, most frequent first."""
        forms: dict[tuple[int, ...], list[int]] = {}
        for attempt, places in self.contents.items():
            forms.setdefault(tuple(places), []).append(attempt)
        return sorted(forms.items(), key=lambda form: (-len(form[1]), form[0]))


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
