"""Two markers, many judges, two groups, and somebody who guesses."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainhub.assessment.rules.statistics import (
    Hidden,
    Reason,
    angoff,
    contrasting_groups,
    kappa,
    marker_agreement,
    random_guess,
)
from trainhub.catalogue.rules.item_views import choice_id
from trainhub.catalogue.rules.marking import mark
from trainhub.catalogue.rules.quiz_text import make_item


def test_kappa_of_a_known_table() -> None:
    # 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: po 0.7, pe 0.5·0.6 + 0.5·0.4 = 0.5.
    ratings = [(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 1)] * 10 + [(0, 0)] * 15
    assert kappa(ratings) == pytest.approx(0.4)
    assert kappa([("a", "a"), ("b", "b")]) == 1
    assert kappa([("a", "b"), ("b", "a")]) == -1
    assert kappa([("a", "a")] * 3) == Hidden(Reason.NO_SPREAD)
    assert kappa([]) == Hidden(Reason.TOO_FEW)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1))
def test_kappa_is_the_same_whoever_is_named_first(ratings: list[tuple[int, int]]) -> None:
    figure = kappa(ratings)
    assert figure == kappa([(other, one) for one, other in ratings])
    assert isinstance(figure, Hidden) or -1 <= figure <= 1


def test_markers_within_ten_points_agree() -> None:
    close = [(60 + n, 70 + n) for n in range(9)]
    agreement = marker_agreement([*close, (90, 50)], pass_mark=60)
    assert (agreement.n, agreement.within_ten, agreement.mean_gap) == (10, 90, 13)
    # One of ten differs on passing; the first marker passes everybody: po = pe.
    assert agreement.kappa == 0 and agreement.kappa_level == "act"
    assert agreement.is_close, "close, whatever kappa is"
    few = marker_agreement(close, pass_mark=60)
    assert few.within_ten == Hidden(Reason.TOO_FEW)
    assert few.is_close is None and few.kappa_level is None


def test_the_angoff_cut_is_the_sum_of_the_means() -> None:
    result = angoff(
        {
            "alice": {"one": 80, "two": 60, "three": 90},
            "bob": {"one": 70, "two": 20, "three": 90},
            "charlie": {"one": 90, "two": 40, "three": 90},
        }
    )
    assert result is not None
    assert (result.judges, result.maximum) == (3, 3)
    assert result.cut_points == pytest.approx(0.8 + 0.4 + 0.9)
    assert result.cut_percent == pytest.approx(70)
    assert [(item.item, item.spread) for item in result.to_discuss] == [("two", 40)]
    assert result.items[0].sd == pytest.approx(10)
    # The judges' own cuts are 2.3, 1.8 and 2.2: SD √(0.14/2), over √3.
    assert result.error_points == pytest.approx(math.sqrt(0.07) / math.sqrt(3))
    assert result.error_percent == pytest.approx(100 * math.sqrt(0.07) / math.sqrt(3) / 3)


def test_angoff_weighs_by_points_and_says_what_it_cannot_tell() -> None:
    alone = angoff({"alice": {"one": 50, "two": 100}}, {"one": 1, "two": 3})
    assert alone is not None
    assert (alone.cut_points, alone.cut_percent) == (3.5, 87.5)
    assert alone.error_points == alone.items[0].sd == Hidden(Reason.ONE_JUDGE)
    partly = angoff({"alice": {"one": 50, "two": 100}, "bob": {"one": 60}})
    assert partly is not None and partly.error_points == Hidden(Reason.INCOMPLETE)
    assert partly.cut_points == pytest.approx(0.55 + 1)
    assert angoff({}) is None and angoff({"alice": {}}) is None
    with pytest.raises(ValueError):
        angoff({"alice": {"one": 101}})


def test_contrasting_groups_are_parted_where_fewest_are_misjudged() -> None:
    able, rest = [70, *[80] * 9], [*[50] * 9, 75]
    result = contrasting_groups(able, rest)
    assert result.cut == 70
    assert (result.competent_failing, result.others_passing) == (0, 1)
    few = contrasting_groups(able[:9], rest)
    assert few.cut == Hidden(Reason.TOO_FEW)


def option(text: str, *, correct: bool) -> dict[str, object]:
    return {"text": text, "correct": correct, "feedback": ""}


@given(st.integers(1, 4), st.integers(0, 4))
def test_a_blind_guess_earns_what_all_sets_of_ticks_earn_on_average(right: int, wrong: int) -> None:
    count = right + wrong
    if count < 2:
        return
    options = [option(str(n), correct=n < right) for n in range(count)]
    item = make_item(key="q", kind="multiple", stem="?", content={"options": options})
    ids = [choice_id(item, str(n)) for n in range(count)]
    ticks = [
        list(some) for size in range(1, count + 1) for some in itertools.combinations(ids, size)
    ]
    earned = sum((mark(item, some).score for some in ticks), Fraction(0))
    assert random_guess(item) == earned / len(ticks)


@pytest.mark.parametrize(
    ("kind", "content", "guess"),
    [
        ("single", {"options": [option(t, correct=t == "a") for t in "abcd"]}, Fraction(1, 4)),
        ("true_false", {"answer": True}, Fraction(1, 2)),
        ("short_answer", {"answers": ["refund"]}, Fraction(0)),
        ("numeric", {"answer": "80"}, Fraction(0)),
        ("ordering", {"steps": ["a", "b", "c"]}, Fraction(1, 2)),
        (
            "matching",
            {"pairs": [{"left": t, "right": t.upper()} for t in "ab"], "extra": ["C"]},
            Fraction(1, 3),
        ),
        (
            "cloze",
            {"gaps": {"x": {"options": ["1", "2"], "answer": "1"}, "y": {"answers": ["3"]}}},
            Fraction(1, 4),
        ),
    ],
)
def test_the_guess_of_each_kind(kind: str, content: dict[str, object], guess: Fraction) -> None:
    stem = "{{x}} and {{y}}" if kind == "cloze" else "?"
    item = make_item(key="q", kind=kind, stem=stem, content=content)
    assert random_guess(item) == guess
