"""What an author may expect of the papers that a blueprint draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trainhub.assessment.rules.drawing import (
    BlueprintUnfillable,
    Drawable,
    draw,
    expected_overlap,
    matches,
)
from trainhub.assessment.rules.settings import Blueprint

_TRIALS = 20


@dataclass(frozen=True)
class QuotaCount:
    """One quota: how many questions it wants and how many the bank has by language."""

    wanted: int
    available: Mapping[str, int]

    @property
    def is_short(self) -> bool:
        """Whether some language has too few."""
        return any(count < self.wanted for count in self.available.values())


def quota_counts(blueprint: Blueprint, pools: Mapping[str, Sequence[Drawable]]) -> list[QuotaCount]:
    """Wanted and available, quota by quota."""
    return [
        QuotaCount(
            quota.count,
            {name: sum(matches(one, quota) for one in pool) for name, pool in pools.items()},
        )
        for quota in blueprint.quotas
    ]


def missing_keys(blueprint: Blueprint, pool: Sequence[Drawable]) -> list[str]:
    """The keys of a fixed list that no paper could have: not live, or not in the language."""
    known = {one.key for one in pool}
    return [key for key in blueprint.items if key not in known]


def can_ask(blueprint: Blueprint, item: Drawable) -> bool:
    """Whether a paper of the blueprint may hold the question."""
    if blueprint.is_fixed:
        return item.key in blueprint.items
    return any(matches(item, quota) for quota in blueprint.quotas)


def common_pool(pools: Mapping[str, Sequence[Drawable]]) -> list[Drawable]:
    """The questions that every language has: what a form shared by all can hold."""
    first, *others = pools.values()
    keys = [{one.key for one in other} for other in others]
    return [one for one in first if all(one.key in known for known in keys)]


def refusal_to_fill(blueprint: Blueprint, pool: Sequence[Drawable]) -> BlueprintUnfillable | None:
    """Why no paper can be drawn, or None; enemies and questions that fit several quotas count."""
    try:
        draw(blueprint, pool, "trial", shuffle=False)
    except BlueprintUnfillable as refused:
        return refused
    return None


@dataclass(frozen=True)
class Expectation:
    """Of two papers of `length` questions about `shared` are the same. `mark` is the mean share
    of the points that candidates should get (0 to 1), None while too little is known; `known` of
    the papers' questions have a figure (a share). `seconds` is the time they should need."""

    length: int
    shared: float
    mark: float | None
    known: float
    seconds: int

    @property
    def words(self) -> tuple[int, float, int | None, int]:
        """What is told of it, rounded as it is told: languages that agree are told once."""
        mark = None if self.mark is None else round(100 * self.mark)
        return self.length, round(self.shared, 1), mark, round(self.seconds / 60)


def _fresh(blueprint: Blueprint, pool: Sequence[Drawable]) -> Sequence[Drawable]:
    """What papers are really drawn from: the questions that need no rest, where they suffice."""
    fresh = [one for one in pool if not one.used]
    return fresh if refusal_to_fill(blueprint, fresh) is None else pool


def expectation(
    blueprint: Blueprint,
    pool: Sequence[Drawable],
    facilities: Mapping[int, float],
    seconds: Mapping[int, int],
) -> Expectation:
    """What papers drawn from a pool will be like, over a number of trial papers.

    `facilities` are the mean shares of the points (0 to 1) by item id as far as known, `seconds`
    the expected times. The mark is told when at least half of the points have a figure. Raises
    `BlueprintUnfillable`.
    """
    papers = [
        draw(blueprint, pool, f"trial {number}", shuffle=False)
        for number in range(1 if blueprint.is_fixed else _TRIALS)
    ]
    asked = [one for paper in papers for one in paper]
    known = [one for one in asked if one.item_id in facilities]
    worth, known_worth = sum(one.points for one in asked), sum(one.points for one in known)
    earned = sum(one.points * facilities[one.item_id] for one in known)
    return Expectation(
        length=blueprint.length,
        shared=float(expected_overlap(blueprint, _fresh(blueprint, pool)) * blueprint.length),
        mark=earned / known_worth if worth and 2 * known_worth >= worth else None,
        known=known_worth / worth if worth else 0.0,
        seconds=sum(seconds.get(one.item_id, 60) for one in asked) // max(1, len(papers)),
    )
