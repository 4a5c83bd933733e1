"""Figures of the survey: what they say, and that they give nobody away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.delivery.classrooms import MONDAY
from trainhub.delivery.rules.teaching.survey import (
    LEAST_ANSWERS,
    Tally,
    blocks_of,
    check_points,
    satisfaction_of,
)


def tally(number: int, answers: int, points: int = 5, course: int = 1) -> Tally:
    on = MONDAY + timedelta(days=number)
    return Tally(number, course, on, answers, (points * answers,) * 4, answers)


tallies = st.lists(
    st.builds(tally, st.integers(0, 60), st.integers(0, 9), st.integers(1, 5), st.integers(1, 3)),
    max_size=20,
    unique_by=lambda one: one.session_id,
)


@given(tallies)
def test_every_block_has_five_answers(rows: list[Tally]) -> None:
    assert all(block.answers >= LEAST_ANSWERS for block in blocks_of(rows))


@given(tallies, st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_two_periods_never_differ_by_fewer_than_five_answers(
    rows: list[Tally], a: int, b: int, c: int, d: int
) -> None:
    blocks = blocks_of(rows)
    one, other = (
        {
            session
            for block in blocks
            if block.lies_in(MONDAY + timedelta(days=low), MONDAY + timedelta(days=high))
            for session in block.session_ids
        }
        for low, high in ((a, b), (c, d))
    )
    answers = {row.session_id: row.answers for row in rows}
    for only in (one - other, other - one):
        assert not only or sum(answers[session] for session in only) >= LEAST_ANSWERS


@given(tallies, st.integers(0, 20))
def test_blocks_stay_what_they_are_when_more_surveys_close(rows: list[Tally], then: int) -> None:
    earlier = blocks_of(rows[:then])
    assert blocks_of(rows)[: len(earlier)] == earlier or set(earlier) <= set(blocks_of(rows))


def test_small_classes_wait_for_the_next_ones_of_their_course() -> None:
    rows = [tally(1, 3), tally(2, 4, course=2), tally(3, 1), tally(4, 2), tally(5, 2)]
    assert [sorted(block.session_ids) for block in blocks_of(rows)] == [[1, 3, 4]]


@pytest.mark.parametrize("answers", [0, 1, 4])
def test_nothing_is_shown_under_five_answers(answers: int) -> None:
    assert satisfaction_of(blocks_of([tally(1, answers)])) is None


def test_the_figure_is_points_over_full_marks() -> None:
    rows = [Tally(1, 1, MONDAY, 20, (97, 96, 98, 97), 20)]
    found = satisfaction_of(blocks_of(rows))
    assert found is not None
    assert found.answers == 20
    assert found.share == pytest.approx(0.97)
    assert found.by_question == pytest.approx((0.97, 0.96, 0.98, 0.97))
    assert found.is_few


def test_each_question_needs_one_of_five_points() -> None:
    assert check_points([1, 2, 5, 3]) == []
    wrong = check_points([None, 0, 6, 3])
    assert [one.field for one in wrong] == ["content", "trainer", "usefulness"]
