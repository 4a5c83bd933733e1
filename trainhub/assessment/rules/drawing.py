"""Drawing a paper: by quota, seeded, unseen questions first, then the least used; never two
enemies (definitions, 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256

from trainhub.assessment.rules.settings import Blueprint, Quota
from trainhub.errors import N_, DomainError


class BlueprintUnfillable(DomainError):
    """The bank has too few live questions for what the blueprint asks."""

    code = "blueprint_unfillable"
    message = N_(
        "The bank has too few live questions for the blueprint: %(count)s wanted of topic"
        " “%(topic)s”, level “%(level)s”, only %(found)s fit in this language."
    )


@dataclass(frozen=True)
class Drawable:
    """A live question that a paper may hold.

    `seen` is how often this person had it in a paper, `used` how often anybody had.
    """

    item_id: int
    version_id: int
    key: str
    topic: str
    level: str
    points: int
    tags: tuple[str, ...] = ()
    enemies: tuple[str, ...] = ()
    seen: int = 0
    used: int = 0


def matches(item: Drawable, quota: Quota) -> bool:
    """Whether an item counts towards a quota."""
    return (
        quota.topic in ("", item.topic)
        and quota.level in ("", item.level)
        and set(quota.tags) <= set(item.tags)
    )


def chance(seed: str, word: str | int) -> bytes:
    """A place among others that only the seed decides."""
    return sha256(f"{seed}\n{word}".encode()).digest()


def draw(
    blueprint: Blueprint, pool: Iterable[Drawable], seed: str, *, shuffle: bool
) -> list[Drawable]:
    """The questions of a paper, in its order. The same arguments give the same paper.

    Raises `BlueprintUnfillable`, naming the quota that cannot be met.
    """
    if blueprint.is_fixed:
        paper = _named(blueprint, pool)
    else:
        paper = _Draw(blueprint, pool, seed).fill()
    if shuffle:
        paper.sort(key=lambda item: chance(f"{seed}:order", item.key))
    return paper


def _named(blueprint: Blueprint, pool: Iterable[Drawable]) -> list[Drawable]:
    found = {item.key: item for item in pool}
    missing = [key for key in blueprint.items if key not in found]
    if missing:
        raise BlueprintUnfillable(
            topic=", ".join(missing[:5]),
            level="-",
            count=len(blueprint.items),
            found=len(blueprint.items) - len(missing),
        )
    return [found[key] for key in blueprint.items]


class _Draw:
    """Slots, one for each question asked for, filled one after another; a slot whose favourites
    are taken makes an earlier one move (augmenting paths, as in bipartite matching)."""

    def __init__(self, blueprint: Blueprint, pool: Iterable[Drawable], seed: str) -> None:
        items = sorted(pool, key=lambda one: (one.seen, one.used, chance(seed, one.key)))
        self.quotas = blueprint.quotas
        self.fitting = [[one for one in items if matches(one, quota)] for quota in self.quotas]
        self.slots = [n for n, quota in enumerate(self.quotas) for _ in range(quota.count)]
        self.chosen: dict[int, Drawable] = {}

    def fill(self) -> list[Drawable]:
        # Scarce quotas choose first, so that few have to move.
        order = sorted(range(len(self.slots)), key=lambda s: len(self.fitting[self.slots[s]]))
        for slot in order:
            if not self._place(slot, set()):
                self._refuse(self.slots[slot])
        return [self.chosen[slot] for slot in range(len(self.slots))]

    def _place(self, slot: int, tried: set[int]) -> bool:
        fitting = self.fitting[self.slots[slot]]
        for item in fitting:
            if not self._in_the_way(item, slot):
                self.chosen[slot] = item
                return True
        for item in fitting:
            ways = self._in_the_way(item, slot)
            if item.item_id in tried or len(ways) != 1:
                continue
            tried.add(item.item_id)
            other = ways[0]
            before = self.chosen.pop(other)
            self.chosen[slot] = item
            if self._place(other, tried):
                return True
            del self.chosen[slot]
            self.chosen[other] = before
        return False

    def _in_the_way(self, item: Drawable, slot: int) -> list[int]:
        """The other slots that hold this item or an enemy of it."""
        enemies = set(item.enemies)
        return [
            other
            for other, held in self.chosen.items()
            if other != slot
            and (held.item_id == item.item_id or not enemies.isdisjoint(held.enemies))
        ]

    def _refuse(self, number: int) -> None:
        quota = self.quotas[number]
        raise BlueprintUnfillable(
            topic=quota.topic or "*",
            level=quota.level or "*",
            count=quota.count,
            found=len(self.fitting[number]),
        )


def expected_overlap(blueprint: Blueprint, pool: Sequence[Drawable]) -> Fraction:
    """The share of a paper that two papers drawn independently have in common, on average.

    Of N fitting questions n are drawn: each of the first paper's n is in the second with
    chance n/N, so n²/N are shared (mean of the hypergeometric distribution). 1 for a fixed list.
    """
    if blueprint.is_fixed or not blueprint.length:
        return Fraction(1)
    shared = Fraction(0)
    for quota in blueprint.quotas:
        fitting = sum(matches(item, quota) for item in pool)
        if fitting:
            shared += Fraction(min(quota.count, fitting) ** 2, fitting)
    return shared / blueprint.length
