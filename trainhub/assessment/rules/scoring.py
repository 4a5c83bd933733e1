"""Points of a paper. Exact fractions inside, whole millionths of a point where they are stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

MILLION = 1_000_000


@dataclass(frozen=True)
class PaperMark:
    """The sum of a paper: points earned in millionths, of whole points, passed or not."""

    mark_millionths: int
    max_points: int
    is_passed: bool

    @property
    def per_cent(self) -> Fraction:
        """Points earned as a share of 100."""
        if not self.max_points:
            return Fraction(0)
        return Fraction(self.mark_millionths * 100, self.max_points * MILLION)


def as_millionths(points: Fraction) -> int:
    """Points as they are stored, rounded half to even."""
    return round(points * MILLION)


def sum_paper(marks: Iterable[tuple[int, int]], pass_mark: int) -> PaperMark:
    """The paper's mark from (millionths earned, whole points possible) of each question.

    Passed means at least `pass_mark` per cent of the points. Rounding a third of a point to
    millionths must not fail anybody: half a millionth a question is given back.
    """
    rows = list(marks)
    earned, possible = sum(mark for mark, _ in rows), sum(points for _, points in rows)
    needed = Fraction(pass_mark * possible * MILLION, 100)
    return PaperMark(earned, possible, earned + Fraction(len(rows), 2) >= needed)
