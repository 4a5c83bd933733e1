"""Points of a paper, and who has passed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainhub.assessment.rules.scoring import MILLION, PaperMark, as_millionths, sum_paper

shares = st.fractions(0, 1, max_denominator=60)
points = st.integers(1, 40)
papers = st.lists(st.tuples(shares, points), min_size=1, max_size=60)


def marked(paper: list[tuple[Fraction, int]]) -> list[tuple[int, int]]:
    return [(as_millionths(share * most), most) for share, most in paper]


@given(papers, st.integers(1, 100))
def test_rounding_never_decides(paper: list[tuple[Fraction, int]], pass_mark: int) -> None:
    """Whoever has passed by exact fractions has passed, and nobody else does by a thousandth."""
    earned = sum(share * most for share, most in paper)
    possible = sum(most for _, most in paper)
    found = sum_paper(marked(paper), pass_mark).is_passed
    if 100 * earned >= pass_mark * possible:
        assert found
    if 100 * earned < (pass_mark - Fraction(1, 1000)) * possible:
        assert not found


@given(papers, st.integers(1, 100), st.data())
def test_a_better_answer_never_costs(
    paper: list[tuple[Fraction, int]], pass_mark: int, data: st.DataObject
) -> None:
    before = sum_paper(marked(paper), pass_mark)
    place = data.draw(st.integers(0, len(paper) - 1))
    share, most = paper[place]
    paper[place] = (data.draw(st.fractions(share, 1, max_denominator=60)), most)
    after = sum_paper(marked(paper), pass_mark)
    assert after.mark_millionths >= before.mark_millionths
    assert after.is_passed >= before.is_passed
    assert 0 <= after.mark_millionths <= after.max_points * MILLION
    assert 0 <= after.per_cent <= 100


def test_three_thirds_are_a_whole() -> None:
    thirds = [(as_millionths(Fraction(1, 3)), 1)] * 3
    assert sum_paper(thirds, 33).is_passed
    assert sum_paper([(as_millionths(Fraction(2, 3)), 1)] * 3, 67).is_passed is False
    third = [(as_millionths(Fraction(1, 3) * 3), 3)]
    assert sum_paper(third, 33).mark_millionths == MILLION


@pytest.mark.parametrize(
    ("earned", "possible", "is_passed"),
    [
        (7_999_500, 10, False),  # 79.995 at 80: not rounded up
        (7_999_999, 10, False),
        (8_000_000, 10, True),
        (0, 10, False),
    ],
)
def test_just_below_the_pass_mark_is_below(earned: int, possible: int, is_passed: bool) -> None:
    assert sum_paper([(earned, possible)], 80).is_passed is is_passed


def test_nothing_asked_is_nothing_earned() -> None:
    assert PaperMark(0, 0, False).per_cent == 0
