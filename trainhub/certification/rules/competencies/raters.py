"""Two raters apart from each other, and a third where they disagree (definitions, section 7).

A rating gives each indicator 1 to 5; its score is the weighted mean of 100 / 80 / 60 / 40 / 20 %
(5 to 1). Indicators that could not be seen are left out and their weight with them; where too
much is left out, there is not enough evidence for a score.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from trainhub.certification.rules.competencies.model import Indicator, ModelContent

POINTS = {5: 1000, 4: 800, 3: 600, 2: 400, 1: 200}
WIDEST_GAP = 100  # thousandths; more calls for a third rater
GATE_PERMILLE = 600  # what a gate has to reach by itself: "3", or the level "developing"


@dataclass(frozen=True)
class Scores:
    """What one rater has handed in: points by indicator, fatal criteria seen."""

    rater: str
    points: Mapping[str, int]
    fatal: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Settled:
    """What a case has come to. `gap_permille` is between the two that count.

    `unseen_gates` are gates that none of them saw, `missed_gates` those seen below
    `GATE_PERMILLE`. `covered_permille` is the weight of what was seen, of the rating that saw less.
    """

    permille: int
    is_fatal: bool
    points: Mapping[str, int]
    raters: tuple[str, ...]
    gap_permille: int
    covered_permille: int = 1000
    unseen_gates: tuple[str, ...] = ()
    missed_gates: tuple[str, ...] = ()


def permille_of(model: ModelContent, scores: Scores) -> int | None:
    """The weighted score of one rating in thousandths; None where nothing was rated."""
    seen = [
        (weight, POINTS[scores.points[one.key]])
        for _area, one, weight in model.indicators()
        if one.key in scores.points
    ]
    weights = sum(weight for weight, _points in seen)
    if not weights:
        return None
    return (2 * sum(weight * points for weight, points in seen) + weights) // (2 * weights)


def covered_permille(model: ModelContent, seen: Collection[str]) -> int:
    """The share of the model's weight that these indicators carry, in thousandths, rounded down."""
    weights = {one.key: weight for _area, one, weight in model.indicators()}
    whole = sum(weights.values())
    return 1000 * sum(weights.get(key, 0) for key in set(seen)) // whole if whole else 0


def is_enough(model: ModelContent, scores: Scores) -> bool:
    """Whether a rating rests on enough to be handed in: the model's share of the weight.

    Less is enough beside a fatal criterion, which fails the work whatever else could be seen.
    """
    covered = covered_permille(model, scores.points)
    return bool(scores.fatal) or covered >= model.least_fresh_permille


def gates_of(model: ModelContent) -> list[Indicator]:
    """The indicators that have to be reached by themselves."""
    return [one for _area, one, _weight in model.indicators() if one.is_gate]


def needs_third(model: ModelContent, first: Scores, second: Scores, least_permille: int) -> bool:
    """Whether two ratings are too far apart to be settled without a third.

    More than ten points between them, another fatal criterion, or one passes and one does not.
    """
    one, other = permille_of(model, first) or 0, permille_of(model, second) or 0
    return (
        abs(one - other) > WIDEST_GAP
        or first.fatal != second.fatal
        or (one >= least_permille) != (other >= least_permille)
    )


def settle(model: ModelContent, handed_in: Sequence[Scores]) -> Settled:
    """The result of all ratings of a case: the one, or the mean of the two closest.

    A fatal criterion counts where the majority of all raters saw one.
    """
    scored = [(permille_of(model, one) or 0, one) for one in handed_in]
    if len(scored) == 1:
        counted = scored
    else:
        counted = list(min(combinations(scored, 2), key=lambda two: _gap(*two)))
    seen_fatal = sum(bool(one.fatal) for one in handed_in)
    total = sum(permille for permille, _one in counted)
    points, gates = _means([one for _permille, one in counted]), gates_of(model)
    return Settled(
        permille=(2 * total + len(counted)) // (2 * len(counted)),
        is_fatal=2 * seen_fatal > len(handed_in),
        points=points,
        raters=tuple(one.rater for _permille, one in counted),
        gap_permille=_gap(counted[0], counted[-1]),
        covered_permille=min(covered_permille(model, one.points) for _permille, one in counted),
        unseen_gates=tuple(one.key for one in gates if one.key not in points),
        missed_gates=tuple(
            one.key for one in gates if points.get(one.key, GATE_PERMILLE) < GATE_PERMILLE
        ),
    )


def _gap(one: tuple[int, Scores], other: tuple[int, Scores]) -> int:
    return abs(one[0] - other[0])


def _means(counted: Sequence[Scores]) -> dict[str, int]:
    """Points by indicator in thousandths, the mean of those who rated it."""
    keys = dict.fromkeys(key for one in counted for key in one.points)
    means = {}
    for key in keys:
        given = [POINTS[one.points[key]] for one in counted if key in one.points]
        means[key] = (2 * sum(given) + len(given)) // (2 * len(given))
    return means


@dataclass(frozen=True)
class Agreement:
    """How far raters agree over many cases rated twice.

    `within_permille` is the share of pairs within ten points of each other; `kappa` corrects the
    agreement on passing for chance (None where all say the same).
    """

    pairs: int
    within_permille: int | None
    kappa: float | None


def agreement(pairs: Sequence[tuple[int, int, int]]) -> Agreement:
    """Agreement of the first two raters of each case (definitions, section 7).

    Each with the score that its case had to reach, all in thousandths.
    """
    if not pairs:
        return Agreement(0, None, None)
    within = sum(abs(one - other) <= WIDEST_GAP for one, other, _least in pairs)
    passes = [(one >= least, other >= least) for one, other, least in pairs]
    observed = sum(one == other for one, other in passes) / len(passes)
    first = sum(one for one, _other in passes) / len(passes)
    second = sum(other for _one, other in passes) / len(passes)
    by_chance = first * second + (1 - first) * (1 - second)
    kappa = None if by_chance == 1 else (observed - by_chance) / (1 - by_chance)
    return Agreement(len(pairs), 1000 * within // len(pairs), kappa)
