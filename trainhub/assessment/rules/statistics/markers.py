"""How far two markers of the same answers agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from trainhub.assessment.rules.statistics.values import (
    FEWEST_SHOWN,
    Figure,
    Hidden,
    Number,
    Reason,
)

CLOSE_WITHIN = 10  # points of 100
CLOSE_SHARE_TARGET = 85.0  # per cent of double-marked answers
KAPPA_ACT_BELOW = 0.6
KAPPA_GOOD_FROM = 0.7


@dataclass(frozen=True)
class Agreement:
    """Two markers over n answers marked twice, marks in points of 100.

    `within_ten` is per cent, `mean_gap` in points, `kappa` that of pass and fail (1 is full
    agreement, 0 what chance alone would give).
    """

    n: int
    within_ten: Figure
    mean_gap: Figure
    kappa: Figure

    @property
    def is_close(self) -> bool | None:
        """Enough marks lie within ten points, or None while there is too little to say."""
        if isinstance(self.within_ten, Hidden):
            return None
        return self.within_ten >= CLOSE_SHARE_TARGET

    @property
    def kappa_level(self) -> str | None:
        """`good`, `between`, or `act` (calibrate first); None while there is none."""
        if isinstance(self.kappa, Hidden):
            return None
        return (
            "good" if self.kappa >= KAPPA_GOOD_FROM else "act" if self.needs_action else "between"
        )

    @property
    def needs_action(self) -> bool:
        """Kappa under 0.6: calibrate the markers before results are released."""
        return not isinstance(self.kappa, Hidden) and self.kappa < KAPPA_ACT_BELOW


def marker_agreement(marks: Sequence[tuple[Number, Number]], *, pass_mark: Number) -> Agreement:
    """The agreement over pairs of marks of 100. Pass a criterion's marks, scaled to 100, to
    see it by criterion. Nothing is shown under ten pairs.
    """
    n = len(marks)
    if n < FEWEST_SHOWN:
        few = Hidden(Reason.TOO_FEW)
        return Agreement(n, few, few, few)
    gaps = [abs(Fraction(one) - Fraction(other)) for one, other in marks]
    close = sum(gap <= CLOSE_WITHIN for gap in gaps)
    passed = [(one >= pass_mark, other >= pass_mark) for one, other in marks]
    return Agreement(n, 100 * close / n, float(sum(gaps) / n), kappa(passed))


def kappa(ratings: Sequence[tuple[Hashable, Hashable]]) -> Figure:
    """Cohen's kappa (po - pe) / (1 - pe) of two raters' categories.

    `po` is the share of equal ratings, `pe` the share expected from how often each rater uses
    each category. Without ratings, or where both use one and the same category only, there is
    nothing that chance could not give.
    """
    n = len(ratings)
    if n == 0:
        return Hidden(Reason.TOO_FEW)
    first, second = Counter(one for one, _ in ratings), Counter(other for _, other in ratings)
    observed = Fraction(sum(one == other for one, other in ratings), n)
    expected = Fraction(sum(first[category] * second[category] for category in first), n * n)
    if expected == 1:
        return Hidden(Reason.NO_SPREAD)
    return float((observed - expected) / (1 - expected))
