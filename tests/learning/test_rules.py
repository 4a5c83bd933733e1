"""What is done, what is late, and what may be said about few answers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainhub.learning import rules
from trainhub.learning.rules import (
    AskedItem,
    Change,
    FirstTries,
    LessonPlan,
    Standing,
    changed_lessons,
    checkpoint_marks,
    course_mark,
    is_stuck,
    lesson_is_done,
    lesson_to_resume,
    lessons_done,
    median_minutes,
    minutes_left,
    standing,
    week_of,
)

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("completed", "started", "days", "expected"),
    [
        (True, True, -5, Standing.COMPLETED),
        (True, True, None, Standing.COMPLETED),
        (False, True, -1, Standing.OVERDUE),
        (False, False, -1, Standing.OVERDUE),
        (False, False, 0, Standing.DUE_SOON),
        (False, True, 7, Standing.DUE_SOON),
        (False, True, 8, Standing.IN_PROGRESS),
        (False, True, None, Standing.IN_PROGRESS),
        (False, False, 8, Standing.NOT_STARTED),
        (False, False, None, Standing.NOT_STARTED),
    ],
)
def test_a_standing_follows_from_dates(completed, started, days, expected) -> None:
    due = None if days is None else TODAY + timedelta(days=days)
    assert standing(completed=completed, started=started, due_on=due, today=TODAY) is expected


def plan(*points: int, pass_mark: int = 80) -> LessonPlan:
    items = tuple(AskedItem("quiz", f"i{n}", worth, pass_mark) for n, worth in enumerate(points))
    return LessonPlan("lesson", 10, items)


def scores(*values: int) -> dict[tuple[str, str], int]:
    return {("quiz", f"i{n}"): value for n, value in enumerate(values)}


def test_a_lesson_without_questions_is_done_when_read() -> None:
    assert lesson_is_done(plan(), True, {})
    assert not lesson_is_done(plan(), False, {})


def test_every_question_must_be_answered_even_if_the_mark_is_reached() -> None:
    assert not lesson_is_done(plan(9, 1), True, {("quiz", "i0"): 1000})
    assert lesson_is_done(plan(9, 1), True, scores(1000, 0))


@pytest.mark.parametrize(
    ("marks", "passed"), [((800, 800), True), ((799, 800), False), ((1000, 599), False)]
)
def test_a_near_miss_is_a_miss(marks, passed) -> None:
    assert checkpoint_marks(plan(1, 1), scores(*marks))["quiz"].passed is passed


def test_a_mark_is_weighted_by_points() -> None:
    assert checkpoint_marks(plan(3, 1), scores(1000, 0))["quiz"].mark_permille == 750
    assert course_mark([plan(3, 1)], scores(1000, 0)) == 750
    assert course_mark([plan(3, 1)], scores(0)) == 0
    assert course_mark([plan()], {}) is None


score_sets = st.lists(st.integers(0, 1000), min_size=3, max_size=3)


@given(before=score_sets, after=score_sets, read=st.booleans())
def test_a_better_score_never_undoes_a_lesson(before, after, read) -> None:
    best = [max(pair) for pair in zip(before, after, strict=True)]
    lessons = [plan(1, 2, 3)]
    keys = frozenset({"lesson"} if read else ())
    done = lessons_done(lessons, keys, scores(*before))
    assert done <= lessons_done(lessons, keys, scores(*best))


@given(values=score_sets)
def test_a_mark_lies_between_nothing_and_all(values) -> None:
    mark = course_mark([plan(1, 5, 20)], scores(*values))
    assert mark is not None
    assert min(values) <= mark <= max(values)


@pytest.mark.parametrize(
    ("done", "last", "expected"),
    [
        (set(), "", "a"),
        (set(), "b", "b"),
        ({"a"}, "a", "b"),
        ({"b", "c"}, "c", "a"),
        ({"a", "b", "c"}, "b", "c"),
        ({"a"}, "gone", "b"),
    ],
)
def test_one_goes_on_where_one_left_off(done, last, expected) -> None:
    assert lesson_to_resume(["a", "b", "c"], frozenset(done), last) == expected


@given(st.integers(1, 180), st.integers(0, 12), st.integers(0, 12))
def test_minutes_left_fall_to_nothing(minutes, done, more) -> None:
    total = done + more
    left = minutes_left(minutes, done, total)
    assert 0 <= left <= minutes
    if total and not more:
        assert left == 0
    if not done:
        assert left == minutes


def test_few_answers_say_nothing() -> None:
    assert FirstTries(4, 4).share is None
    assert FirstTries(1, 5).share == 0.2
    assert median_minutes([600] * 4) is None
    assert median_minutes([600, 600, 1200, 1200, 1200]) == 20


def test_somebody_is_stuck_after_a_week() -> None:
    week = timedelta(days=rules.STUCK_DAYS)
    assert is_stuck(completed=False, last_active_at=NOW - week, now=NOW)
    assert not is_stuck(completed=False, last_active_at=NOW - week + timedelta(1), now=NOW)
    assert not is_stuck(completed=True, last_active_at=NOW - week, now=NOW)
    assert not is_stuck(completed=False, last_active_at=None, now=NOW)


@given(st.dates())
def test_a_week_begins_on_monday(day) -> None:
    assert week_of(day).weekday() == 0
    assert 0 <= (day - week_of(day)).days < 7


def test_what_has_changed_is_told_by_lesson() -> None:
    old = {"a": ("A", "x"), "b": ("B", "y"), "c": ("C", "z")}
    new = {"a": ("A", "x"), "c": ("C", "z!"), "d": ("D", "")}
    found = [(one.title, one.change) for one in changed_lessons(old, new)]
    assert found == [("C", Change.CHANGED), ("D", Change.NEW), ("B", Change.REMOVED)]


def test_a_changed_note_for_trainers_is_no_change_for_learners() -> None:
    old = {"a": ("A", "text\n\n::: trainer\nold\n:::\n")}
    new = {"a": ("A", "text\n\n::: trainer\nnew\n:::\n")}
    assert changed_lessons(old, new) == []
