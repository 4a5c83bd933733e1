"""How far raters agree, and whether one is stricter or more lenient than the others.

A case counts that two or more people rated apart from each other. Somebody's difference on a case
is their score less the mean of the others' scores of it (definitions, section 7).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import mean, stdev

from trainhub.certification.rules.competencies.raters import POINTS, WIDEST_GAP, Scores

LEAST_CASES = 10  # figures on fewer say more about the cases than about the rater
LEANING = 50  # thousandths: half of the gap that calls for a third rater
_WIDEST_STEP = (max(POINTS) - min(POINTS)) ** 2


@dataclass(frozen=True)
class OneRating:
    """A rating of a case: who gave it, and what it comes to in thousandths."""

    rater_id: int
    permille: int
    scores: Scores


@dataclass(frozen=True)
class RatedCase:
    """A settled case with its ratings in the order they were asked for."""

    ratings: tuple[OneRating, ...]
    least_permille: int


class Leaning(StrEnum):
    """How somebody rates beside the others."""

    TOO_FEW = "too_few"
    STRICT = "strict"
    LENIENT = "lenient"
    IN_LINE = "in_line"


@dataclass(frozen=True)
class RaterFigures:
    """One rater beside the others; figures are None below `LEAST_CASES`.

    `mean_permille` is above 0 where the rater gives more than the others, `margin_permille` twice
    its standard error. `kappa` weighs the marks by the square of the steps between them.
    """

    rater_id: int
    cases: int
    mean_permille: int | None = None
    margin_permille: int | None = None
    within_permille: int | None = None
    kappa: float | None = None
    leaning: Leaning = Leaning.TOO_FEW


def weighted_kappa(pairs: Sequence[tuple[int, int]]) -> float | None:
    """Agreement of marks from 1 to 5 beyond chance, a miss weighing by the square of its steps.

    1 is full agreement, 0 what chance would bring; None where chance alone agrees fully.
    """
    if not pairs:
        return None
    seen = mean(_step(one, other) for one, other in pairs)
    firsts, seconds = [one for one, _other in pairs], [other for _one, other in pairs]
    shares = [
        (firsts.count(one) * seconds.count(other), _step(one, other))
        for one in POINTS
        for other in POINTS
    ]
    by_chance = sum(times * step for times, step in shares) / len(pairs) ** 2
    return None if by_chance == 0 else 1 - seen / by_chance


def _step(one: int, other: int) -> float:
    return (one - other) ** 2 / _WIDEST_STEP


def marks_of_pairs(cases: Collection[RatedCase]) -> list[tuple[int, int]]:
    """The marks of the first two raters of each case, indicator by indicator both have rated."""
    return [
        pair for case in cases for pair in _marks(case.ratings[0].scores, case.ratings[1].scores)
    ]


def _marks(one: Scores, other: Scores) -> list[tuple[int, int]]:
    return [(mark, other.points[key]) for key, mark in one.points.items() if key in other.points]


def stand_rater(rater_id: int, cases: Collection[RatedCase]) -> RaterFigures:
    """How somebody rates beside the others who rated the same cases."""
    gaps: list[float] = []
    marks: list[tuple[int, int]] = []
    for case in cases:
        own = [one for one in case.ratings if one.rater_id == rater_id]
        others = [one for one in case.ratings if one.rater_id != rater_id]
        if own and others:
            gaps.append(own[0].permille - mean(one.permille for one in others))
            marks += [pair for one in others for pair in _marks(own[0].scores, one.scores)]
    if len(gaps) < LEAST_CASES:
        return RaterFigures(rater_id, len(gaps))
    middle, margin = mean(gaps), 2 * stdev(gaps) / sqrt(len(gaps))
    within = sum(abs(one) <= WIDEST_GAP for one in gaps)
    return RaterFigures(
        rater_id,
        len(gaps),
        round(middle),
        round(margin),
        1000 * within // len(gaps),
        weighted_kappa(marks),
        _leaning(middle, margin),
    )


def _leaning(middle: float, margin: float) -> Leaning:
    """Strict or lenient where the mean is far from the others', and not by chance alone."""
    if abs(middle) < LEANING or abs(middle) <= margin:
        return Leaning.IN_LINE
    return Leaning.LENIENT if middle > 0 else Leaning.STRICT


def stand_raters(cases: Collection[RatedCase]) -> list[RaterFigures]:
    """Every rater of these cases: those who lean furthest first, then by how many they rated."""
    ids = dict.fromkeys(one.rater_id for case in cases for one in case.ratings)
    found = [stand_rater(one, cases) for one in ids]
    return sorted(found, key=lambda one: (-abs(one.mean_permille or 0), -one.cases, one.rater_id))
