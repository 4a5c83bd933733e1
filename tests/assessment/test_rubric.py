"""Points by criterion, disagreement, and what two or three markers come to."""

from __future__ import annotations

from fractions import Fraction

import pytest

from trainhub.assessment.rules.rubric import (
    Criterion,
    Judgement,
    judge,
    markers_needed,
    needs_third,
    settled_points,
    stored_judgement,
)
from trainhub.errors import InputErrors

RUBRIC = (
    Criterion("tone", "Tone", 4, False),
    Criterion("facts", "Facts", 14, False),
    Criterion("privacy", "Privacy", 2, True),
)


def given(tone: str = "4", facts: str = "14", privacy: str = "2") -> Judgement:
    return judge(RUBRIC, {"tone": tone, "facts": facts, "privacy": privacy})


def test_points_add_up_in_halves() -> None:
    assert given("2.5", "7", "1.5").total == 11


def test_a_fatal_criterion_that_earns_nothing_fails_the_whole_answer() -> None:
    failed = given(privacy="0")
    assert (failed.total, failed.is_fatal) == (0, True)
    assert given(privacy="0.5").total == Fraction(37, 2)


@pytest.mark.parametrize("text", ["4.5", "-1", "1.25", "two", "", "1e1", "٣", "1.", "NaN", "9" * 9])
def test_points_that_are_none_are_refused_by_name(text: str) -> None:
    if text == "1.":
        assert given(tone=text).points["tone"] == 1
        return
    with pytest.raises(InputErrors) as refused:
        given(tone=text)
    assert [error.field for error in refused.value.errors] == ["tone"]


def test_a_stored_judgement_comes_back_as_it_was() -> None:
    one = given("2.5", "7", "0")
    assert stored_judgement(RUBRIC, one.as_dict()) == one


@pytest.mark.parametrize(
    ("first", "second", "third"),
    [
        (given(facts="14"), given(facts="12"), False),  # 100 and 90 of 100: a gap of just 10
        (given(facts="14"), given(facts="11.5"), True),  # 12.5 of 100 apart
        (given(privacy="2"), given(privacy="0"), True),  # a fatal criterion seen differently
        (given(privacy="0", tone="0"), given(privacy="0", tone="4"), False),  # both fail it
        (given(facts="6.5", privacy="1.5"), given(facts="6", privacy="1.5"), True),  # 60 and 57.5
    ],
)
def test_a_third_marker_is_asked_where_two_disagree(
    first: Judgement, second: Judgement, third: bool
) -> None:
    assert needs_third(first, second, most=20, pass_mark=60) is third
    assert needs_third(second, first, most=20, pass_mark=60) is third
    needed = markers_needed([first, second], 2, most=20, pass_mark=60)
    assert needed == (3 if third else 2)


def test_one_marker_is_enough_where_one_is_asked() -> None:
    assert markers_needed([given()], 1, most=20, pass_mark=60) == 1
    assert markers_needed([given()], 2, most=20, pass_mark=60) == 2
    assert markers_needed([], 1, most=20, pass_mark=60) == 1


@pytest.mark.parametrize(
    ("facts", "points"),
    [
        (("10",), 16),
        (("10", "11"), Fraction(33, 2)),
        (("4", "12", "14"), 19),  # the two closest: 18 and 20
        (("4", "6", "14"), 11),
        (("4", "8", "12"), 14),  # both neighbours as close: the middle one
    ],
)
def test_the_mark_is_the_mean_of_the_two_closest(facts: tuple[str, ...], points: Fraction) -> None:
    assert settled_points([given(facts=one) for one in facts]) == points


def test_most_markers_decide_about_a_fatal_criterion() -> None:
    good, bad = given(), given(privacy="0")
    assert settled_points([bad]) == 0
    assert settled_points([good, bad, bad]) == 0
    assert settled_points([good, bad, given(tone="2")]) == 19
