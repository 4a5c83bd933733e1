"""The figures of exams and their questions: by hand, by property, and in the bad cases."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainhub.assessment.rules.statistics import (
    EXPLANATIONS,
    NO_ANSWER,
    REASONS,
    Answer,
    Basis,
    Flag,
    Hidden,
    ItemScores,
    Option,
    OptionFlag,
    Reason,
    exam_statistics,
    item_statistics,
)
from trainhub.assessment.rules.statistics.groups import THIRD, thirds, weights
from trainhub.assessment.rules.statistics.reliability import exact_alpha, kr20
from trainhub.assessment.rules.statistics.sums import (
    correlation,
    efficiency,
    shape,
    standard_deviation,
)


def scores(*rows: Sequence[Any], maximum: Any = 1, **more: Any) -> list[ItemScores]:
    """Items from rows of marks; None is an item that the attempt's paper did not hold."""
    return [
        ItemScores(
            item=place,
            maximum=maximum,
            answers={who: Answer(mark) for who, mark in enumerate(row) if mark is not None},
            **more,
        )
        for place, row in enumerate(rows)
    ]


def figures(value: Any) -> Iterator[float]:
    if isinstance(value, float):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from figures(one)
    elif is_dataclass(value):
        for one in fields(value):
            yield from figures(getattr(value, one.name))


# Ten people, three questions worth a point. Totals 3 3 3 2 2 2 1 1 0 0.
EASY = (1, 1, 1, 1, 1, 1, 1, 1, 0, 0)
MIDDLE = (1, 1, 1, 1, 1, 0, 0, 0, 0, 0)
HARD = (1, 1, 1, 0, 0, 1, 0, 0, 0, 0)


def test_ten_people_and_three_questions_by_hand() -> None:
    exam, (easy, middle, hard) = exam_statistics(scores(EASY, MIDDLE, HARD))
    assert (exam.n, exam.maximum) == (10, 3)
    # Totals add up to 17, their squares to 9·3 + 4·3 + 2 = 41: SD = √((41 - 28.9)/9).
    assert exam.mean == pytest.approx(100 * 17 / 30)
    assert exam.median == pytest.approx(100 * 2 / 3)
    assert exam.sd == pytest.approx(100 / 3 * math.sqrt(12.1 / 9))
    assert [item.facility for item in (easy, middle, hard)] == [80, 50, 40]
    # n²·var: easy 10·8 - 64 = 16, middle 25, hard 24, totals 10·41 - 289 = 121.
    assert exam.alpha == pytest.approx(100 * 1.5 * (1 - 65 / 121))
    assert exam.form.error_ratio == pytest.approx(100 * math.sqrt(1 - 1.5 * 56 / 121))
    # Rest of the easy one: 2 2 2 1 1 1 0 0 0 0, Σr 9, Σr² 15, Σxr 9: (90 - 72)/√(16·69).
    assert easy.discrimination == pytest.approx(100 * 18 / math.sqrt(16 * 69))
    assert easy.efficiency == 100
    # Rest of the hard one: 2 2 2 2 2 1 1 1 0 0, Σr 13, Σxr 7, sorted 2·4 = 8.
    assert hard.discrimination == pytest.approx(100 * (70 - 52) / math.sqrt(24 * (230 - 169)))
    assert hard.efficiency == pytest.approx(100 * 18 / 28)
    # cov(x, total)·n²: easy 170 - 136 = 34, middle 130 - 85 = 45, hard 110 - 68 = 42.
    roots = [math.sqrt(34), math.sqrt(45), math.sqrt(42)]
    assert [i.weight for i in (easy, middle, hard)] == [
        pytest.approx(100 * root / sum(roots)) for root in roots
    ]
    # 27 % of ten is 2.7: three people above; below two with 0 and half of the two with 1.
    assert easy.upper_lower == pytest.approx(100 * (1 - 1 / 3))
    assert hard.upper_lower == 100


def test_a_perfectly_ordered_question_discriminates_fully() -> None:
    steps = tuple(range(12))
    _, (one, other) = exam_statistics(scores(steps, steps, maximum=11))
    assert one.discrimination == other.discrimination == 100
    assert one.efficiency == other.efficiency == 100
    _, (up, down) = exam_statistics(scores(steps, steps[::-1], maximum=11))
    assert up.discrimination == down.discrimination == -100
    assert Flag.NEGATIVE_DISCRIMINATION in up.flags


def test_figures_of_a_few_people_are_withheld_and_of_a_few_more_grey() -> None:
    exam, (item, _) = exam_statistics(scores((0, 1) * 4 + (1,), (1, 0) * 4 + (1,)))
    assert exam.n == item.n == 9
    assert exam.mean == exam.alpha == item.facility == item.options == Hidden(Reason.TOO_FEW)
    assert item.weight == Hidden(Reason.TOO_FEW) and item.flags == ()
    assert not item.is_tentative
    exam, (item, _) = exam_statistics(scores((0, 1) * 5, (1, 0) * 5))
    assert item.facility == 50 and item.is_tentative and exam.is_tentative
    exam, (item, _) = exam_statistics(scores((0, 1) * 15, (1, 0) * 15))
    assert not item.is_tentative and not exam.is_tentative


def test_equal_marks_and_single_questions_give_a_reason_instead_of_a_figure() -> None:
    exam, (same, other) = exam_statistics(scores((1,) * 10, (1, 0) * 5))
    assert same.facility == 100 and same.sd == 0
    assert same.discrimination == same.efficiency == Hidden(Reason.NO_SPREAD)
    assert other.discrimination == Hidden(Reason.NO_SPREAD)
    assert exam.alpha == 0 and same.weight == 0 and other.weight == 100
    exam, (alone,) = exam_statistics(scores((1, 0) * 5))
    assert exam.alpha == alone.discrimination == Hidden(Reason.ONE_QUESTION)
    exam, items = exam_statistics(scores((1,) * 10, (1,) * 10))
    assert exam.alpha == exam.skewness == items[0].weight == Hidden(Reason.NO_SPREAD)
    exam, items = exam_statistics([])
    assert exam.n == 0 and items == () and exam.mean == Hidden(Reason.TOO_FEW)


def test_a_drawn_question_is_compared_with_the_whole_totals_of_its_papers() -> None:
    common = (1, 0) * 10
    first = (1, 1, 0, 0) * 3 + (None,) * 8
    second = (None,) * 12 + (0, 1) * 4
    exam, (fixed, drawn, _) = exam_statistics(scores(common, first, second))
    assert (fixed.basis, fixed.n) == (Basis.REST, 20)
    assert (drawn.basis, drawn.n) == (Basis.TOTAL, 12)
    totals = [one + other for one, other in zip(common[:12], first[:12], strict=True)]
    assert drawn.discrimination == correlation(list(first[:12]), totals)
    assert exam.alpha == Hidden(Reason.PAPERS_DIFFER)
    assert [(form.items, form.n) for form in exam.forms] == [((0, 1), 12), ((0, 2), 8)]
    assert exam.forms[0].alpha == 0 and exam.forms[1].alpha == Hidden(Reason.TOO_FEW)


def test_papers_worth_different_points_are_compared_by_their_share() -> None:
    small = ItemScores("small", 1, {who: Answer(who % 2) for who in range(20)})
    large = ItemScores("large", 4, {who: Answer(4 * (who % 2)) for who in range(10)})
    middling = ItemScores("middling", 2, {who: Answer(2 * (who % 2)) for who in range(10, 20)})
    exam, items = exam_statistics([small, large, middling])
    assert exam.maximum == Hidden(Reason.PAPERS_DIFFER)
    assert exam.mean == 50 and [item.discrimination for item in items] == [100, 100, 100]


def test_a_question_that_half_the_people_ponder_too_long_is_flagged() -> None:
    answers = {who: Answer(1, seconds=30 if who < 6 else 70) for who in range(12)}
    (item,) = exam_statistics([ItemScores(1, 1, answers, expected_seconds=20)])[1]
    assert (item.median_seconds, item.slow_share) == (50, 50)
    assert item.flags == (Flag.TOO_SLOW,)
    (item,) = exam_statistics([ItemScores(1, 1, answers)])[1]
    assert item.slow_share == Hidden(Reason.NO_EXPECTED_TIME) and item.flags == ()
    (item,) = exam_statistics(scores((1, 0) * 6))[1]
    assert item.median_seconds == Hidden(Reason.NO_TIMES)


def test_hard_questions_are_flagged_and_perfect_ones_only_with_thirty_answers() -> None:
    hard, perfect = (0,) * 8 + (1, 1), (1,) * 10
    _, (low, full) = exam_statistics(scores(hard, perfect))
    assert low.flags == (Flag.TOO_HARD,) and full.flags == ()
    _, (low, full) = exam_statistics(scores(hard * 3, perfect * 3))
    assert full.flags == (Flag.ALL_RIGHT,)


def test_the_distractor_table_tells_who_chose_what() -> None:
    # Nine points of other questions rank the twelve people: 0 (best) … 11 (poorest).
    chosen = ["a", "c", "c", "a", "a", "a", "b", "b", "a", "b", "b", ""]
    options = tuple(Option(name, name == "a") for name in "abcd")
    answers = {
        who: Answer(int(name == "a"), (name,) if name else ()) for who, name in enumerate(chosen)
    }
    item = ItemScores("x", 1, answers, options)
    rank = ItemScores("rest", 99, {who: Answer(99 - 9 * who) for who in range(12)})
    table = {row.option: row for row in exam_statistics([item, rank])[1][0].options}
    assert {name: row.chosen for name, row in table.items()} == {
        "a": 5, "b": 4, "c": 2, "d": 0, NO_ANSWER: 1,
    }  # fmt: skip
    assert (table["a"].upper, table["a"].middle, table["a"].lower) == (50, 50, 25)
    assert (table["c"].upper, table["c"].lower) == (50, 0)
    assert table["c"].flags == (OptionFlag.TEMPTS_THE_BEST,)
    assert table["d"].flags == (OptionFlag.NEVER_CHOSEN,)
    assert table["b"].flags == table["a"].flags == table[NO_ANSWER].flags == ()
    assert table["c"].mean_total == pytest.approx((90 + 81) / 2)
    assert table["d"].mean_total == Hidden(Reason.NOBODY)


def test_people_who_tie_at_the_border_count_in_equal_parts() -> None:
    totals = {1: 5, 2: 3, 3: 3, 4: 3, 5: 3, 6: 1}
    # Two of six belong: the one with 5, and a quarter of each of the four with 3.
    assert weights(totals, THIRD, upper=True) == {1: 4, 2: 1, 3: 1, 4: 1, 5: 1, 6: 0}
    upper, middle, lower = thirds(totals)
    assert (sum(upper.values()), sum(lower.values())) == (8, 8)
    assert middle == {1: 0, 2: 8, 3: 8, 4: 8, 5: 8, 6: 0}


def test_skewness_and_kurtosis_of_known_numbers() -> None:
    # Σd² 10, Σd³ 0, Σd⁴ 34 for 1 … 5: k₂ 2.5, k₄ (30·34 - 12·100)/24 = -7.5.
    skewness, kurtosis = shape([1, 2, 3, 4, 5])
    assert skewness == 0 and kurtosis == pytest.approx(-7.5 / 6.25)
    # 0 0 0 4: mean 1, Σd² 12, Σd³ 24: k₃ 4·24/6 = 16, k₂ 4, 16/8.
    assert shape([0, 0, 0, 4])[0] == pytest.approx(2)


def test_an_item_alone_has_the_figures_it_has_in_its_exam() -> None:
    exam = scores(EASY, MIDDLE, HARD)
    papers = {who: (EASY[who] + MIDDLE[who] + HARD[who], 3) for who in range(10)}
    inside, alone = exam_statistics(exam)[1][2], item_statistics(exam[2], papers, Basis.REST)
    assert replace(alone, weight=inside.weight) == inside
    doubled = {who: (Fraction(2 * mark), 6) for who, (mark, _) in papers.items()}
    drawn = item_statistics(exam[2], doubled, Basis.TOTAL)
    assert drawn.discrimination == correlation(list(HARD), [mark for mark, _ in papers.values()])


def test_every_reason_and_flag_is_explained() -> None:
    assert set(REASONS) == set(Reason)
    assert set(EXPLANATIONS) == {*Flag, *OptionFlag}


WHOLE = st.integers(0, 20)
COLUMNS = st.integers(2, 30).flatmap(
    lambda n: st.tuples(
        st.lists(WHOLE, min_size=n, max_size=n), st.lists(WHOLE, min_size=n, max_size=n)
    )
)


@given(COLUMNS)
def test_correlation_and_efficiency_stay_within_their_bounds(
    columns: tuple[list[int], list[int]],
) -> None:
    for figure in (correlation(*columns), efficiency(*columns)):
        assert isinstance(figure, Hidden) or figure <= 100
    index, effective = correlation(*columns), efficiency(*columns)
    assert isinstance(index, Hidden) == isinstance(effective, Hidden)
    if not isinstance(index, Hidden) and not isinstance(effective, Hidden):
        assert index >= -100
        assert (index > 0) == (effective > 0)
        assert abs(effective) >= abs(index) - 1e-9 or effective < 0


@given(st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=2, max_size=12))
def test_kr_20_is_alpha_for_right_and_wrong(columns: list[list[bool]]) -> None:
    rows = [[int(mark) for mark in row] for row in zip(*columns, strict=True)]
    assert exact_alpha(rows) == kr20(rows)


@st.composite
def exams(draw: st.DrawFn) -> list[ItemScores]:
    """Any exam: fixed and drawn items, thirds of points, times, ties, empty columns."""
    people = draw(st.integers(0, 24))
    items = []
    for place in range(draw(st.integers(0, 5))):
        maximum = draw(st.integers(1, 4))
        mark = st.fractions(0, maximum, max_denominator=6) | st.sampled_from([0.1, maximum])
        answer = st.builds(
            Answer,
            mark,
            st.sampled_from([(), ("a",), ("b",), ("a", "b")]),
            st.none() | st.floats(0, 600),
        )
        held = st.none() | answer if draw(st.booleans()) else answer
        given_ = [draw(held) for _ in range(people)]
        answers = {who: one for who, one in enumerate(given_) if one is not None}
        options = (Option("a", True), Option("b", False))
        items.append(ItemScores(place, maximum, answers, options, draw(st.none() | st.just(30.0))))
    return items


@settings(max_examples=150, deadline=None)
@given(exams(), st.randoms())
def test_any_exam_has_finite_figures_that_do_not_depend_on_the_order_of_people(
    items: list[ItemScores], random: Any
) -> None:
    exam, rows = exam_statistics(items)
    assert all(math.isfinite(figure) for figure in figures((exam, rows)))
    for row in rows:
        for share in (row.facility, row.slow_share, row.weight):
            assert isinstance(share, Hidden) or 0 <= share <= 100 + 1e-9
        assert isinstance(row.upper_lower, Hidden) or -100 <= row.upper_lower <= 100
        for option in () if isinstance(row.options, Hidden) else row.options:
            assert min(option.upper, option.middle, option.lower, option.share) >= 0
            assert max(option.upper, option.middle, option.lower, option.share) <= 100
    parts = [row.weight for row in rows if not isinstance(row.weight, Hidden)]
    assert not parts or math.fsum(parts) == pytest.approx(100)
    shuffled = []
    for item in items:
        order = list(item.answers)
        random.shuffle(order)
        answers = {who: item.answers[who] for who in order}
        shuffled.append(
            ItemScores(
                item.item, item.maximum, answers, item.options, item.expected_seconds, item.guess
            )
        )
    assert exam_statistics(shuffled) == (exam, rows)


@given(st.lists(st.integers(0, 10), max_size=1))
def test_one_number_has_no_spread_to_speak_of(numbers: list[int]) -> None:
    assert standard_deviation(numbers) == Hidden(Reason.TOO_FEW)
    assert shape(numbers) == (Hidden(Reason.TOO_FEW), Hidden(Reason.TOO_FEW))
