"""How well the questions of one paper hang together: alpha, KR-20, the standard error."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import sqrt

from trainhub.assessment.rules.statistics.papers import Papers
from trainhub.assessment.rules.statistics.sums import spread, standard_deviation
from trainhub.assessment.rules.statistics.values import (
    FEWEST_SHOWN,
    Figure,
    Form,
    Hidden,
    ItemScores,
    Reason,
)


def exact_alpha(rows: Sequence[Sequence[int]]) -> Fraction | Hidden:
    """Cronbach's alpha k/(k-1)·(1 - Σ var x / var total), 1 at the most, of one row per item.

    `rows` hold whole numbers, the same people in the same places. Needs two items and totals
    that differ.
    """
    if len(rows) < 2:
        return Hidden(Reason.ONE_QUESTION)
    totals = [sum(column) for column in zip(*rows, strict=True)]
    whole = spread(totals, totals)
    if whole == 0:
        return Hidden(Reason.NO_SPREAD)
    parts = sum(spread(row, row) for row in rows)
    return Fraction(len(rows), len(rows) - 1) * (1 - Fraction(parts, whole))


def kr20(rows: Sequence[Sequence[int]]) -> Fraction | Hidden:
    """Kuder and Richardson's formula 20, k/(k-1)·(1 - Σp(1-p) / var total), for marks 0 and 1.

    `p` is the share of people who were right, the variance that of the whole group (n). Equal
    to alpha, to the last digit; kept to prove it.
    """
    if len(rows) < 2:
        return Hidden(Reason.ONE_QUESTION)
    n = len(rows[0])
    shares = [Fraction(sum(row), n) for row in rows]
    totals = [sum(column) for column in zip(*rows, strict=True)]
    mean = Fraction(sum(totals), n)
    variance = sum(((total - mean) ** 2 for total in totals), Fraction(0)) / n
    if variance == 0:
        return Hidden(Reason.NO_SPREAD)
    parts = sum((share * (1 - share) for share in shares), Fraction(0))
    return Fraction(len(rows), len(rows) - 1) * (1 - parts / variance)


def form_of(
    items: Sequence[ItemScores], papers: Papers, places: tuple[int, ...], attempts: list[int]
) -> Form:
    """One form's alpha, error ratio √(1 - alpha) and standard error SD·√(1 - alpha)."""
    maximum = Fraction(sum(papers.maxima[place] for place in places), papers.scale)
    alpha: Fraction | Hidden = Hidden(Reason.TOO_FEW)
    if len(attempts) >= FEWEST_SHOWN:
        alpha = exact_alpha([[papers.marks[p][one] for one in attempts] for p in places])
    deviation = standard_deviation([papers.points[one] for one in attempts], papers.scale)
    figures = _error_figures(alpha, deviation, float(maximum))
    return Form(
        tuple(items[place].item for place in places), len(attempts), float(maximum), *figures
    )


def _error_figures(
    alpha: Fraction | Hidden, deviation: Figure, maximum: float
) -> tuple[Figure, Figure, Figure, Figure]:
    """Alpha and error ratio in per cent, the standard error in points and in per cent."""
    if isinstance(alpha, Hidden):
        return alpha, alpha, alpha, alpha
    ratio = sqrt(1 - alpha)
    assert not isinstance(deviation, Hidden), "alpha has seen two people"
    error = deviation * ratio
    return 100 * float(alpha), 100 * ratio, error, 100 * error / maximum
