"""Where the pass mark comes from: judges (modified Angoff), or two groups of people."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from trainhub.assessment.rules.statistics.sums import standard_deviation, whole_numbers
from trainhub.assessment.rules.statistics.values import (
    FEWEST_SHOWN,
    Figure,
    Hidden,
    Number,
    Reason,
)

DISCUSS_FROM = 30  # per cent between the lowest and the highest judge

Judgements = Mapping[Hashable, Mapping[Hashable, Number]]


@dataclass(frozen=True)
class JudgedItem:
    """What the judges think of one item, in per cent: mean, highest minus lowest, SD."""

    item: Hashable
    judges: int
    mean: float
    spread: float
    sd: Figure

    @property
    def needs_discussion(self) -> bool:
        """The judges are 30 points or more apart: they see different candidates or questions."""
        return self.spread >= DISCUSS_FROM


@dataclass(frozen=True)
class AngoffResult:
    """The cut score in points and in per cent of `maximum`, with its standard error.

    The error is the spread of the judges' own cut scores (SD / √judges): what other judges
    would have moved. It needs two judges who judged every item.
    """

    items: tuple[JudgedItem, ...]
    judges: int
    maximum: float
    cut_points: float
    cut_percent: float
    error_points: Figure
    error_percent: Figure

    @property
    def to_discuss(self) -> tuple[JudgedItem, ...]:
        """Items on which the judges differ, the widest spread first."""
        return tuple(sorted((i for i in self.items if i.needs_discussion), key=lambda i: -i.spread))


def angoff(
    judgements: Judgements, points: Mapping[Hashable, Number] | None = None
) -> AngoffResult | None:
    """The modified Angoff cut score: the sum over items of points times the mean judgement.

    `judgements[judge][item]` is the chance, in per cent, that a just-competent person answers
    right. `points` are the items' points (1 each if left out). None if nobody judged anything.
    Raises `ValueError` for a judgement outside 0 … 100.
    """
    by_item: dict[Hashable, list[Fraction]] = {}
    for judge, chances in judgements.items():
        for item, chance in chances.items():
            if not 0 <= chance <= 100:
                raise ValueError(f"{judge!r} gives {item!r} {chance} per cent")
            by_item.setdefault(item, []).append(Fraction(chance))
    if not by_item:
        return None
    worth = {item: Fraction(points[item] if points else 1) for item in by_item}
    maximum = sum(worth.values())
    means = {item: sum(chances) / len(chances) for item, chances in by_item.items()}
    cut = sum(worth[item] * mean for item, mean in means.items()) / 100
    error = _error_of_the_cut(judgements, worth)
    return AngoffResult(
        items=tuple(_judged(item, chances) for item, chances in by_item.items()),
        judges=sum(bool(chances) for chances in judgements.values()),
        maximum=float(maximum),
        cut_points=float(cut),
        cut_percent=float(100 * cut / maximum),
        error_points=error,
        error_percent=error if isinstance(error, Hidden) else 100 * error / float(maximum),
    )


def _judged(item: Hashable, chances: list[Fraction]) -> JudgedItem:
    return JudgedItem(
        item=item,
        judges=len(chances),
        mean=float(sum(chances) / len(chances)),
        spread=float(max(chances) - min(chances)),
        sd=Hidden(Reason.ONE_JUDGE)
        if len(chances) < 2
        else standard_deviation(*whole_numbers(chances)),
    )


def _error_of_the_cut(judgements: Judgements, worth: Mapping[Hashable, Fraction]) -> Figure:
    sheets = [chances for chances in judgements.values() if chances]
    if len(sheets) < 2:
        return Hidden(Reason.ONE_JUDGE)
    if any(chances.keys() != worth.keys() for chances in sheets):
        return Hidden(Reason.INCOMPLETE)
    cuts = [sum(worth[i] * Fraction(c) for i, c in chances.items()) / 100 for chances in sheets]
    deviation = standard_deviation(*whole_numbers(cuts))
    return deviation if isinstance(deviation, Hidden) else deviation / sqrt(len(cuts))


@dataclass(frozen=True)
class ContrastingGroups:
    """A cut score that parts two groups. Numbers are of people, the cut as the scores given.

    `competent_failing` and `others_passing` are whom this cut would judge wrongly.
    """

    competent: int
    others: int
    cut: Figure
    competent_failing: int
    others_passing: int


def contrasting_groups(competent: Sequence[Number], others: Sequence[Number]) -> ContrastingGroups:
    """The cut (passed from it on) that misjudges the fewest people of two known groups.

    The fallback after the first cohort: supervisors say who is competent, the scores say where
    the groups part. Of several equally good cuts the one nearest the middle between the two
    means is taken, the lower of two equally near. Needs ten people in each group.
    """
    if min(len(competent), len(others)) < FEWEST_SHOWN:
        return ContrastingGroups(len(competent), len(others), Hidden(Reason.TOO_FEW), 0, 0)
    able, rest = [Fraction(s) for s in competent], [Fraction(s) for s in others]
    middle = (sum(able) / len(able) + sum(rest) / len(rest)) / 2

    def failing(cut: Fraction) -> int:
        return sum(score < cut for score in able)

    def passing(cut: Fraction) -> int:
        return sum(score >= cut for score in rest)

    best = min(
        sorted({*able, *rest}),
        key=lambda cut: (failing(cut) + passing(cut), abs(cut - middle), cut),
    )
    return ContrastingGroups(len(able), len(rest), float(best), failing(best), passing(best))
