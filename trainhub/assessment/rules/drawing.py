"""Drawing a paper: by quota, seeded, unseen questions first, then the least used; never two
enemies (definitions, 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import sha256

from trainhub.assessment.rules.filling import Shortfall, Task, fill
from trainhub.assessment.rules.settings import Blueprint, Quota
from trainhub.errors import N_, DomainError

SAMPLE = 100  # papers


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
        and all(tag in item.tags for tag in quota.tags)
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
        paper = _drawn(blueprint, pool, seed)
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


def _drawn(blueprint: Blueprint, pool: Iterable[Drawable], seed: str) -> list[Drawable]:
    """The quotas one after another: as few seen questions as can be, then the least seen, then the
    least used; among equals the seed decides."""
    priced = sorted(
        ((_price(one, seed), one.item_id, one) for one in pool), key=lambda row: row[:2]
    )
    items = [one for _, _, one in priced]
    task = Task(
        counts=[quota.count for quota in blueprint.quotas],
        fitting=[
            [place for place, one in enumerate(items) if matches(one, quota)]
            for quota in blueprint.quotas
        ],
        groups=[frozenset(one.enemies) for one in items],
        costs=[price for price, _, _ in priced],
    )
    filling = fill(task)
    if isinstance(filling, Shortfall):
        quota = blueprint.quotas[filling.quota]
        raise BlueprintUnfillable(
            topic=quota.topic or "*",
            level=quota.level or "*",
            count=quota.count,
            found=filling.found,
        )
    return [items[place] for held in filling for place in held]


def _price(item: Drawable, seed: str) -> int:
    """What it costs to put a question into a paper: in each field, from the left, no sum over a
    paper's questions reaches the next one."""
    price = int(item.seen > 0)
    for value, bits in ((item.seen, 40), (item.used, 40)):
        price = (price << bits) + min(value, 1 << 24)
    return (price << 64) + int.from_bytes(chance(seed, item.key)[:6])


def expected_overlap(blueprint: Blueprint, pool: Sequence[Drawable]) -> Fraction:
    """The share of a paper that two papers drawn independently have in common, on average.

    Of N fitting questions n are drawn: each of the first paper's n is in the second with
    chance n/N, so n²/N are shared (mean of the hypergeometric distribution). 1 for a fixed list.
    Where quotas share questions or the pool has enemies no formula holds: papers are drawn and
    compared, each with each other.
    """
    if blueprint.is_fixed or not blueprint.length:
        return Fraction(1)
    fitting = [[one for one in pool if matches(one, quota)] for quota in blueprint.quotas]
    drawn_from = [one for items in fitting for one in items]
    is_plain = len({one.item_id for one in drawn_from}) == len(drawn_from)
    if not is_plain or any(one.enemies for one in drawn_from):
        return _sampled_overlap(blueprint, drawn_from)
    shared = sum(
        (
            Fraction(min(quota.count, len(items)) ** 2, len(items))
            for quota, items in zip(blueprint.quotas, fitting, strict=True)
            if items
        ),
        Fraction(0),
    )
    return shared / blueprint.length


def _sampled_overlap(blueprint: Blueprint, pool: Sequence[Drawable]) -> Fraction:
    """The mean over all pairs of `SAMPLE` papers; what was seen and used counts for nothing."""
    fresh = {one.item_id: replace(one, seen=0, used=0) for one in pool}
    held: Counter[int] = Counter()
    try:
        for number in range(SAMPLE):
            paper = _drawn(blueprint, fresh.values(), f"overlap {number}")
            held.update(one.item_id for one in paper)
    except BlueprintUnfillable:  # as the page says beside it
        return Fraction(1)
    pairs = sum(times * (times - 1) for times in held.values())
    return Fraction(pairs, SAMPLE * (SAMPLE - 1) * blueprint.length)
