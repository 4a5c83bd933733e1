"""The class's states, its clock, and what the tick makes of one nobody ended."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.delivery.classrooms import NINE, at
from trainhub.delivery.rules.teaching.classroom import (
    HELD,
    OVERRUN,
    ClassClock,
    Refusal,
    State,
    Step,
    Timetable,
    clock_of,
    counts_as_held,
    lesson_at,
    next_state,
    overdue_step,
    refusal_to_step,
    was_never_begun,
)

START, END = at(NINE), at(NINE + 60)
TIMES = Timetable(START, END, at(1440))
HOUR_S = 3_600


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.mark.parametrize(
    ("state", "step", "leads_to"),
    [
        (State.SCHEDULED, Step.BEGIN, State.RUNNING),
        (State.RUNNING, Step.PAUSE, State.PAUSED),
        (State.PAUSED, Step.RESUME, State.RUNNING),
        (State.RUNNING, Step.END, State.COMPLETED),
        (State.PAUSED, Step.END, State.COMPLETED),
        (State.RUNNING, Step.BREAK_OFF, State.COMPLETED),
        (State.PAUSED, Step.BREAK_OFF, State.COMPLETED),
        (State.SCHEDULED, Step.RECORD, State.COMPLETED),
        (State.SCHEDULED, Step.END, None),
        (State.SCHEDULED, Step.PAUSE, None),
        (State.RUNNING, Step.BEGIN, None),
        (State.RUNNING, Step.RECORD, None),
        (State.PAUSED, Step.PAUSE, None),
    ],
)
def test_a_step_leads_where_the_table_says(state: State, step: Step, leads_to: State) -> None:
    assert next_state(state, step) is leads_to


@pytest.mark.parametrize("state", [State.COMPLETED, State.CANCELLED])
@pytest.mark.parametrize("step", list(Step))
def test_nothing_follows_an_end(state: State, step: Step) -> None:
    assert next_state(state, step) is None


@pytest.mark.parametrize(
    ("state", "step", "now", "refusal"),
    [
        (State.SCHEDULED, Step.BEGIN, START - minutes(31), Refusal.TOO_EARLY),
        (State.SCHEDULED, Step.BEGIN, START - minutes(30), None),
        (State.SCHEDULED, Step.BEGIN, END + minutes(5), None),
        (State.SCHEDULED, Step.BEGIN, at(1440), Refusal.DAY_OVER),
        (State.PAUSED, Step.RESUME, at(1439), None),
        (State.PAUSED, Step.RESUME, at(1440), Refusal.DAY_OVER),
        (State.PAUSED, Step.BREAK_OFF, at(1440 + 60), None),
        (State.SCHEDULED, Step.RECORD, END - minutes(1), Refusal.NOT_OVER),
        (State.SCHEDULED, Step.RECORD, END, None),
        (State.COMPLETED, Step.BEGIN, START, Refusal.WRONG_STATE),
    ],
)
def test_a_step_is_taken_in_its_time(
    state: State, step: Step, now: datetime, refusal: Refusal | None
) -> None:
    assert refusal_to_step(state, step, TIMES, is_published=True, now=now) is refusal


def test_a_class_nobody_was_told_of_cannot_begin() -> None:
    refusal = refusal_to_step(State.SCHEDULED, Step.BEGIN, TIMES, is_published=False, now=START)
    assert refusal is Refusal.NOT_PUBLISHED


def test_a_pause_keeps_the_minutes_that_remain() -> None:
    clock = clock_of(
        HOUR_S, [("begun", START), ("paused", START + minutes(20)), ("resumed", END)]
    )  # fmt: skip
    assert clock.remaining_s(START + minutes(40)) == 40 * 60
    assert clock.remaining_s(END + minutes(10)) == 30 * 60
    assert clock.runs_out_at(END) == END + minutes(40)


def test_minutes_count_from_when_somebody_came() -> None:
    clock = clock_of(
        HOUR_S,
        [
            ("begun", START),
            ("paused", START + minutes(20)),
            ("resumed", START + minutes(30)),
            ("ended", START + minutes(70)),
        ],
    )
    assert clock.taught_s(START + minutes(70)) == HOUR_S
    assert clock.taught_s(START + minutes(70), since=START + minutes(25)) == 40 * 60
    assert clock.taught_s(START + minutes(70), since=START + minutes(10)) == 50 * 60


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["begun", "paused", "resumed", "check_in_opened", "ended"]),
            st.integers(0, 30_000),
        ),
        max_size=12,
    ),
    st.integers(0, 40_000),
)
def test_a_clock_never_tells_more_than_has_passed(steps: list[tuple[str, int]], until: int) -> None:
    events = [(kind, START + timedelta(seconds=s)) for kind, s in sorted(steps, key=lambda e: e[1])]
    clock, now = clock_of(HOUR_S, events), START + timedelta(seconds=until)
    assert 0 <= clock.taught_s(now) <= until
    assert 0 <= clock.remaining_s(now) <= HOUR_S
    assert clock.remaining_s(now) == max(0, HOUR_S - clock.taught_s(now))
    later = now + minutes(3)
    assert clock.taught_s(now) <= clock.taught_s(later) <= clock.taught_s(now) + 180


@pytest.mark.parametrize(
    ("taught_min", "is_broken_off", "counts"),
    [(60, False, True), (40, False, True), (54, True, True), (53, True, False), (0, True, False)],
)
def test_a_class_broken_off_early_does_not_count(
    taught_min: int, is_broken_off: bool, counts: bool
) -> None:
    assert counts_as_held(taught_min * 60, HOUR_S, is_broken_off=is_broken_off) is counts


def test_a_forgotten_class_ends_when_its_time_was_up() -> None:
    clock = ClassClock(HOUR_S, ((START + minutes(5), None),))
    due = START + minutes(65) + OVERRUN
    assert overdue_step(State.RUNNING, TIMES, clock, due - minutes(1)) is None
    left = overdue_step(State.RUNNING, TIMES, clock, due)
    assert left is not None
    assert (left.step, left.at) == (Step.END, START + minutes(65))


def test_a_forgotten_pause_ends_with_the_day() -> None:
    clock = clock_of(HOUR_S, [("begun", START), ("paused", START + minutes(20))])
    assert overdue_step(State.PAUSED, TIMES, clock, at(1439)) is None
    left = overdue_step(State.PAUSED, TIMES, clock, at(1440))
    assert left is not None and left.step is Step.BREAK_OFF


def test_a_class_nobody_began_waits_a_day_to_be_recorded() -> None:
    assert not was_never_begun(State.SCHEDULED, TIMES, END + timedelta(hours=23))
    assert was_never_begun(State.SCHEDULED, TIMES, END + timedelta(hours=24))
    assert not any(was_never_begun(state, TIMES, END + timedelta(days=3)) for state in HELD)


@pytest.mark.parametrize(
    ("taught_min", "lesson", "left_min"),
    [(0, 0, 10), (9, 0, 1), (10, 1, 20), (59, 2, 1), (60, 2, 0), (90, 2, 0)],
)
def test_the_plan_says_which_lesson_should_be_on(
    taught_min: int, lesson: int, left_min: int
) -> None:
    assert lesson_at([5, 10, 15], taught_min * 60, HOUR_S) == (lesson, left_min * 60)


def test_lessons_without_minutes_take_the_whole_class() -> None:
    assert lesson_at([0, 0], 60, HOUR_S) == (0, HOUR_S - 60)
