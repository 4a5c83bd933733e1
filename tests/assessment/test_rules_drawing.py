"""Drawing papers: quotas met whenever they can be, no enemies, unseen first, by chance else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainhub.assessment.rules import filling
from trainhub.assessment.rules.drawing import (
    BlueprintUnfillable,
    Drawable,
    draw,
    expected_overlap,
    matches,
)
from trainhub.assessment.rules.settings import Blueprint, Quota

TOPICS, LEVELS, GROUPS = ("a", "b"), ("basic", "hard"), ("x", "y", "z")


def drawable(number: int, topic: str = "a", level: str = "basic", **values: object) -> Drawable:
    return Drawable(number, 100 + number, f"item-{number}", topic, level, 1, **values)


@st.composite
def pools(draw_one: st.DrawFn, most: int = 7, groups_each: int = 2) -> list[Drawable]:
    rows = draw_one(
        st.lists(
            st.tuples(
                st.sampled_from(TOPICS),
                st.sampled_from(LEVELS),
                st.sets(st.sampled_from(GROUPS), max_size=groups_each),
                st.integers(0, 2),
                st.integers(0, 2),
                st.booleans(),
            ),
            max_size=most,
        )
    )
    return [
        drawable(
            number, topic, level, enemies=tuple(sorted(enemies)), seen=seen, used=used,
            tags=("core",) if is_core else (),
        )
        for number, (topic, level, enemies, seen, used, is_core) in enumerate(rows)
    ]  # fmt: skip


quotas = st.builds(
    Quota,
    count=st.integers(1, 2),
    topic=st.sampled_from(["", *TOPICS]),
    level=st.sampled_from(["", *LEVELS]),
    tags=st.sampled_from([(), (), ("core",)]),
)
blueprints = st.lists(quotas, min_size=1, max_size=3).map(lambda found: Blueprint(tuple(found)))


def is_without_enemies(paper: tuple[Drawable, ...]) -> bool:
    return all(not set(one.enemies) & set(other.enemies) for one, other in combinations(paper, 2))


def all_papers(blueprint: Blueprint, pool: list[Drawable]) -> Iterator[tuple[Drawable, ...]]:
    """Every paper there can be, found by trying everything."""
    slots = [quota for quota in blueprint.quotas for _ in range(quota.count)]
    for items in combinations(pool, len(slots)):
        if is_without_enemies(items) and any(
            all(matches(one, slot) for one, slot in zip(order, slots, strict=True))
            for order in permutations(items)
        ):
            yield items


def drawn(
    blueprint: Blueprint, pool: list[Drawable], seed: str, *, shuffle: bool = False
) -> list[Drawable] | None:
    """A paper, or None where there is none."""
    try:
        return draw(blueprint, pool, seed, shuffle=shuffle)
    except BlueprintUnfillable:
        return None


def price(paper: tuple[Drawable, ...] | list[Drawable]) -> tuple[int, int, int]:
    """How many were seen before, how often, and how often anybody had them."""
    return (
        sum(one.seen > 0 for one in paper),
        sum(one.seen for one in paper),
        sum(one.used for one in paper),
    )


@given(blueprints, pools(), st.text(max_size=4))
@settings(max_examples=60, deadline=None)
def test_a_paper_is_found_whenever_there_is_one_and_it_is_the_best(
    blueprint: Blueprint, pool: list[Drawable], seed: str
) -> None:
    papers = list(all_papers(blueprint, pool))
    if not papers:
        with pytest.raises(BlueprintUnfillable):
            draw(blueprint, pool, seed, shuffle=False)
        return
    paper = draw(blueprint, pool, seed, shuffle=False)
    assert len({one.item_id for one in paper}) == blueprint.length
    assert is_without_enemies(tuple(paper))
    slots = [quota for quota in blueprint.quotas for _ in range(quota.count)]
    assert all(matches(one, slot) for one, slot in zip(paper, slots, strict=True))
    assert price(paper) == min(map(price, papers))


def test_crowded_pools_are_drawn_from_as_well_as_can_be() -> None:
    """Small banks full of enemies and of what was seen: where drawing is hard."""
    dice, possible = Random(3), 0
    for number in range(300):
        pool = [
            drawable(
                item, dice.choice(TOPICS), dice.choice(LEVELS),
                enemies=tuple(sorted(dice.sample(GROUPS, dice.choice((0, 0, 1, 1, 2))))),
                seen=dice.randint(0, 2), used=dice.randint(0, 2),
            )
            for item in range(dice.randint(3, 8))
        ]  # fmt: skip
        blueprint = Blueprint(
            tuple(
                Quota(
                    dice.choice((1, 1, 2)), dice.choice(("", *TOPICS)), dice.choice(("", *LEVELS))
                )
                for _ in range(dice.randint(1, 3))
            )
        )
        if blueprint.length > 4:
            continue
        best = min(map(price, all_papers(blueprint, pool)), default=None)
        if best is not None:
            possible += 1
            assert price(draw(blueprint, pool, str(number), shuffle=False)) == best
    assert possible > 100


@given(blueprints, pools(most=10), st.text(max_size=4))
@settings(max_examples=60, deadline=None)
def test_a_seen_question_only_where_no_unseen_one_fits(
    blueprint: Blueprint, pool: list[Drawable], seed: str
) -> None:
    paper = drawn(blueprint, pool, seed) or []
    slots = [quota for quota in blueprint.quotas for _ in range(quota.count)]
    for held, slot in zip(paper, slots, strict=bool(paper)):
        others = tuple(one for one in paper if one is not held)
        for one in pool:
            if one not in paper and matches(one, slot) and is_without_enemies((*others, one)):
                assert (one.seen > 0, one.seen, one.used) >= (held.seen > 0, held.seen, held.used)


@given(blueprints, pools(), st.text(max_size=4), st.randoms(use_true_random=False), st.booleans())
@settings(max_examples=60, deadline=None)
def test_the_same_seed_gives_the_same_paper_whatever_order_the_pool_has(
    blueprint: Blueprint, pool: list[Drawable], seed: str, dice, shuffle: bool
) -> None:
    mixed = list(pool)
    dice.shuffle(mixed)
    paper = drawn(blueprint, pool, seed, shuffle=shuffle)
    assert drawn(blueprint, mixed, seed, shuffle=shuffle) == paper
    other_order = drawn(blueprint, pool, seed, shuffle=not shuffle)
    assert set(other_order or ()) == set(paper or ())


def test_quotas_that_share_questions_make_room_for_each_other() -> None:
    pool = [drawable(1, "a"), drawable(2, "b"), drawable(3, "a", "hard")]
    blueprint = Blueprint((Quota(1), Quota(1, "a"), Quota(1, "", "hard")))
    paper = draw(blueprint, pool, "seed", shuffle=False)
    assert [one.item_id for one in paper] == [2, 1, 3]


def test_two_enemies_may_have_to_leave_for_one_paper() -> None:
    """An item in the way of two others, each of which is needed: one way out only."""
    pool = [
        drawable(1, "a", enemies=("x", "y")),
        drawable(2, "a"),
        drawable(3, "b", enemies=("x",)),
        drawable(4, "b", enemies=("y",)),
    ]
    for seed in map(str, range(20)):
        paper = draw(Blueprint((Quota(1, "a"), Quota(2, "b"))), pool, seed, shuffle=False)
        assert {one.item_id for one in paper} == {2, 3, 4}


def test_unseen_questions_come_before_all_others_in_a_big_bank() -> None:
    pool = [drawable(number, seen=number % 3, used=number) for number in range(300)]
    paper = draw(Blueprint((Quota(40), Quota(30, "a"))), pool, "seed", shuffle=True)
    assert {one.item_id for one in paper} == set(range(0, 210, 3))


@pytest.mark.parametrize(
    ("quota", "found"),
    [(Quota(3, "b"), 2), (Quota(9), 5), (Quota(1, "c"), 0), (Quota(1, "a", "", ("new",)), 0)],
)
def test_a_refusal_names_the_quota_and_how_many_fit(quota: Quota, found: int) -> None:
    pool = [drawable(number, "a" if number < 3 else "b") for number in range(5)]
    with pytest.raises(BlueprintUnfillable) as refused:
        draw(Blueprint((quota,)), pool, "seed", shuffle=False)
    assert refused.value.params["found"] == found
    assert refused.value.params["topic"] == (quota.topic or "*")


def test_a_refusal_because_of_enemies_says_how_many_go_together() -> None:
    pool = [drawable(number, enemies=("x",)) for number in range(5)]
    with pytest.raises(BlueprintUnfillable) as refused:
        draw(Blueprint((Quota(3),)), pool, "seed", shuffle=False)
    assert (refused.value.params["count"], refused.value.params["found"]) == (3, 1)


def test_a_fixed_list_keeps_its_order_unless_shuffled() -> None:
    pool = [drawable(number) for number in range(30)]
    keys = tuple(f"item-{number}" for number in (5, 3, 29, 1, 17, 8))
    fixed = Blueprint(items=keys)
    assert tuple(one.key for one in draw(fixed, pool, "seed", shuffle=False)) == keys
    orders = {
        tuple(one.key for one in draw(fixed, pool, seed, shuffle=True))
        for seed in map(str, range(50))
    }
    assert len(orders) > 40
    with pytest.raises(BlueprintUnfillable, match=r".*") as refused:
        draw(Blueprint(items=("item-1", "gone")), pool, "seed", shuffle=False)
    assert refused.value.params["topic"] == "gone"


def test_every_question_is_drawn_about_as_often_as_every_other() -> None:
    """Chi-square of 2,000 papers of 5 of 20: 19 degrees of freedom, 43.8 at p = 0.001."""
    pool = [drawable(number) for number in range(20)]
    papers, size = 2_000, 5
    times: Counter[int] = Counter()
    for seed in range(papers):
        paper = draw(Blueprint((Quota(size),)), pool, f"seed {seed}", shuffle=False)
        times.update(one.item_id for one in paper)
    wanted = papers * size / len(pool)
    # Drawn without putting back, each count varies by N-n/(N-1) less than in the textbook.
    chi_square = sum((times[one.item_id] - wanted) ** 2 / wanted for one in pool)
    assert chi_square * (len(pool) - 1) / (len(pool) - size) < 43.8


def test_the_seed_decides_the_order_as_evenly() -> None:
    pool = [drawable(number) for number in range(4)]
    blueprint = Blueprint((Quota(4),))
    orders = Counter(
        tuple(one.item_id for one in draw(blueprint, pool, f"seed {seed}", shuffle=True))
        for seed in range(2_400)
    )
    assert len(orders) == 24
    assert 60 < min(orders.values()) <= max(orders.values()) < 145  # 100 each, 4.5 sigma


def simulated_overlap(blueprint: Blueprint, pool: list[Drawable], papers: int = 600) -> float:
    drawn = [
        {one.item_id for one in draw(blueprint, pool, f"paper {seed}", shuffle=False)}
        for seed in range(papers)
    ]
    pairs = zip(drawn[::2], drawn[1::2], strict=True)
    return sum(len(one & other) for one, other in pairs) / (papers / 2) / blueprint.length


@pytest.mark.parametrize(
    "blueprint",
    [
        Blueprint((Quota(5, "a"),)),
        Blueprint((Quota(5, "a"), Quota(3, "b"))),
        Blueprint((Quota(5, "a"), Quota(3))),
        Blueprint((Quota(4, "a", "hard"), Quota(4, "", "hard"))),
    ],
    ids=["one", "apart", "one within the other", "crossing"],
)
@pytest.mark.parametrize("enemies", [False, True])
def test_the_expected_overlap_is_what_papers_come_to(blueprint: Blueprint, enemies: bool) -> None:
    pool = [
        drawable(
            number, TOPICS[number % 2], LEVELS[number % 3 > 0],
            enemies=(f"group-{number // 8}",) if enemies and number % 8 < 4 else (),
        )
        for number in range(48)
    ]  # fmt: skip
    assert float(expected_overlap(blueprint, pool)) == pytest.approx(
        simulated_overlap(blueprint, pool), abs=0.035
    )


def test_the_expected_overlap_of_plain_quotas_is_exact() -> None:
    pool = [drawable(number, TOPICS[number % 2]) for number in range(40)]
    blueprint = Blueprint((Quota(5, "a"), Quota(10, "b")))
    assert expected_overlap(blueprint, pool) == Fraction(25 + 100, 20) / 15
    assert expected_overlap(Blueprint(items=("item-1",)), pool) == 1


@given(st.lists(st.integers(0, 30), min_size=1, max_size=9), st.data())
@settings(max_examples=80, deadline=None)
def test_a_filling_costs_the_least_there_is(costs: list[int], data: st.DataObject) -> None:
    """The flow and its branches against trying everything, with groups that overlap freely."""
    size = len(costs)
    groups = [data.draw(st.frozensets(st.sampled_from(GROUPS), max_size=3)) for _ in costs]
    order = sorted(range(size), key=lambda item: costs[item])
    fitting = [
        [item for item in order if data.draw(st.booleans())]
        for _ in range(data.draw(st.integers(1, 3)))
    ]
    counts = [data.draw(st.integers(1, 2)) for _ in fitting]
    found = filling.fill(filling.Task(counts, fitting, groups, costs))
    slots = [items for items, times in zip(fitting, counts, strict=True) for _ in range(times)]
    possible = [
        sum(costs[item] for item in items)
        for items in combinations(range(size), len(slots))
        if all(not groups[one] & groups[other] for one, other in combinations(items, 2))
        and any(
            all(item in slot for item, slot in zip(way, slots, strict=True))
            for way in permutations(items)
        )
    ]
    if possible:
        assert not isinstance(found, filling.Shortfall)
        assert sum(costs[item] for held in found for item in held) == min(possible)
    else:
        assert isinstance(found, filling.Shortfall)
        assert found.found < counts[found.quota]
