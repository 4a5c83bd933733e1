"""The figures of each item and of the whole exam."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import fsum, sqrt
from statistics import median

from trainhub.assessment.rules.statistics.distractors import distractor_table
from trainhub.assessment.rules.statistics.flags import SLOW_FACTOR, mastery_flags
from trainhub.assessment.rules.statistics.groups import upper_minus_lower
from trainhub.assessment.rules.statistics.papers import Compared, Papers, compare_alone
from trainhub.assessment.rules.statistics.reliability import form_of
from trainhub.assessment.rules.statistics.sums import (
    correlation,
    covariance,
    efficiency,
    shape,
    standard_deviation,
    whole_numbers,
)
from trainhub.assessment.rules.statistics.values import (
    FEWEST_FIRM,
    FEWEST_SHOWN,
    Basis,
    Figure,
    Hidden,
    ItemScores,
    ItemStatistics,
    Number,
    Reason,
    TestStatistics,
)

_TOO_FEW = Hidden(Reason.TOO_FEW)


def exam_statistics(
    items: Sequence[ItemScores],
) -> tuple[TestStatistics, tuple[ItemStatistics, ...]]:
    """The figures of an exam and of its items, in the order given.

    The formulas are Moodle's (question and quiz statistics calculators), with sample variances;
    D is the classical upper-lower index with 27 %. Figures of fewer than 10 answers are
    `Hidden`, as is every figure that its data cannot give; nothing here raises or returns NaN.
    """
    papers = Papers(items)
    weights = _effective_weights(papers)
    figures = tuple(
        _figures_of(item, papers.compared(place), weights[place])
        for place, item in enumerate(items)
    )
    return _test_statistics(items, papers), figures


def _test_statistics(items: Sequence[ItemScores], papers: Papers) -> TestStatistics:
    forms = tuple(form_of(items, papers, *form) for form in papers.forms())
    maxima = {form.maximum for form in forms}
    maximum = maxima.pop() if len(maxima) == 1 else Hidden(Reason.PAPERS_DIFFER)
    if papers.n < FEWEST_SHOWN:
        few = dict.fromkeys(("mean", "median", "sd", "skewness", "kurtosis"), _TOO_FEW)
        return TestStatistics(n=papers.n, maximum=maximum, forms=forms, **few)
    marks = papers.percentages()
    skewness, kurtosis = shape(marks)
    return TestStatistics(
        n=papers.n,
        maximum=maximum,
        mean=float(sum(marks) / len(marks)),
        median=float(median(marks)),
        sd=standard_deviation(*whole_numbers(marks)),
        skewness=skewness,
        kurtosis=kurtosis,
        forms=forms,
    )


def _effective_weights(papers: Papers) -> list[Figure]:
    """100·√cov(x, total) / Σ√cov(x, total): how much of the ranking each item makes.

    The nominal weight of an item is its points; the effective one is what its marks do to the
    totals. An item with a negative covariance has none and adds nothing to the sum.
    """
    pulls: list[float | Hidden] = []
    for marks in papers.marks:
        if len(marks) < FEWEST_SHOWN:
            pulls.append(_TOO_FEW)
            continue
        pull = covariance(list(marks.values()), [papers.totals[one] for one in marks])
        pulls.append(Hidden(Reason.NEGATIVE) if pull < 0 else sqrt(pull))
    whole = fsum(pull for pull in pulls if isinstance(pull, float))
    if whole == 0:
        return [p if isinstance(p, Hidden) else Hidden(Reason.NO_SPREAD) for p in pulls]
    return [pull if isinstance(pull, Hidden) else 100 * pull / whole for pull in pulls]


def item_statistics(
    item: ItemScores, papers: Mapping[int, tuple[Number, Number]], basis: Basis
) -> ItemStatistics:
    """The figures of one item over papers of which only the totals are known.

    `papers` maps attempts to points earned and points possible; the papers may be of several
    exams, as shares of the possible points are compared. There is no effective weight, which
    only means something beside the other items of one exam.
    """
    return _figures_of(item, compare_alone(item, papers, basis), Hidden(Reason.ONE_QUESTION))


def _figures_of(item: ItemScores, data: Compared, weight: Figure) -> ItemStatistics:
    shown = len(item.answers) >= FEWEST_SHOWN
    figures = _figures(data) if shown else dict.fromkeys(_FIGURES, _TOO_FEW)
    seconds, slow = _times(item) if shown else (_TOO_FEW, _TOO_FEW)
    return ItemStatistics(
        item=item.item,
        n=len(item.answers),
        maximum=float(item.maximum),
        basis=data.basis,
        weight=weight,
        guess=None if item.guess is None else float(100 * item.guess),
        median_seconds=seconds,
        slow_share=slow,
        options=distractor_table(item, data.totals, data.full_total) if shown else _TOO_FEW,
        flags=mastery_flags(
            n=len(item.answers),
            facility=_known(figures["facility"]),
            discrimination=_known(figures["discrimination"]),
            is_slow=_is_slow(_known(seconds), item.expected_seconds),
            all_right_from=FEWEST_FIRM,
        ),
        **figures,
    )


_FIGURES = ("facility", "sd", "discrimination", "efficiency", "upper_lower")


def _figures(data: Compared) -> Mapping[str, Figure]:
    own = list(data.marks.values())
    alone = Hidden(Reason.ONE_QUESTION) if data.is_alone else None
    return {
        "facility": float(Fraction(100 * sum(own), len(own) * data.best)),
        "sd": standard_deviation(own, data.scale),
        "discrimination": alone or correlation(own, data.others),
        "efficiency": alone or efficiency(own, data.others),
        "upper_lower": alone or upper_minus_lower(data.marks, data.totals, data.best),
    }


def _is_slow(median_seconds: float | None, expected: float | None) -> bool:
    if median_seconds is None or expected is None:
        return False
    return median_seconds > SLOW_FACTOR * expected


def _times(item: ItemScores) -> tuple[Figure, Figure]:
    """The median of the recorded seconds and the share, in per cent, over twice the expected."""
    times = [one.seconds for one in item.answers.values() if one.seconds is not None]
    if len(times) < FEWEST_SHOWN:
        reason = Hidden(Reason.TOO_FEW if times else Reason.NO_TIMES)
        return reason, reason
    if item.expected_seconds is None:
        return float(median(times)), Hidden(Reason.NO_EXPECTED_TIME)
    slow = sum(one > SLOW_FACTOR * item.expected_seconds for one in times)
    return float(median(times)), 100 * slow / len(times)


def _known(figure: Figure) -> float | None:
    return None if isinstance(figure, Hidden) else figure
