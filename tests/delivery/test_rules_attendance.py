"""The late rule, what an attendance means for the account, and the code on the screen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.delivery.classrooms import NINE, at
from trainhub.delivery.rules.teaching.attendance import (
    AttendanceState,
    Held,
    MarkRefusal,
    fate_of,
    is_open,
    may_arrive,
    refusal_to_correct,
    state_on_arrival,
)
from trainhub.delivery.rules.teaching.check_in import (
    STEP_S,
    code_at,
    is_code,
    read_code,
    seconds_left,
)
from trainhub.delivery.rules.teaching.debts import (
    Cause,
    Fate,
    add_up,
    corrections,
    is_owed,
    lines_of,
)

START = at(NINE)
SECRET = "a secret of the server"
HELD = Held(3_600, 3_600, is_held=True)
SHORT = Held(3_600, 360, is_held=True)  # its trainer says that all was taught
BROKEN = Held(3_600, 1_200, is_held=False)
S = AttendanceState


@pytest.mark.parametrize(
    ("minutes", "state"), [(-10, S.PRESENT), (0, S.PRESENT), (5, S.PRESENT), (5.1, S.LATE)]
)
def test_late_is_more_than_five_minutes(minutes: float, state: S) -> None:
    assert state_on_arrival(START + timedelta(minutes=minutes), START) is state


def test_the_code_lets_nobody_in_after_half_of_the_class() -> None:
    assert may_arrive(1_800, 3_600)
    assert not may_arrive(1_801, 3_600)


def test_attendance_opens_a_quarter_of_an_hour_before() -> None:
    assert not is_open(START, START - timedelta(minutes=16))
    assert is_open(START, START - timedelta(minutes=15))


@pytest.mark.parametrize(
    ("days", "by_planner", "reason", "refusal"),
    [
        (6, False, "they were there", None),
        (6, False, "  ", MarkRefusal.REASON_NEEDED),
        (8, False, "they were there", MarkRefusal.WINDOW_OVER),
        (8, True, "they were there", None),
        (61, True, "they were there", MarkRefusal.WINDOW_OVER),
    ],
)
def test_a_correction_has_a_window_and_a_reason(
    days: int, by_planner: bool, reason: str, refusal: MarkRefusal | None
) -> None:
    now = START + timedelta(days=days)
    assert refusal_to_correct(START, now, by_planner=by_planner, reason=reason) is refusal


@pytest.mark.parametrize(
    ("state", "minutes", "held", "fate"),
    [
        (S.PRESENT, 60, HELD, Fate(60, 60, True)),
        (S.LATE, 50, HELD, Fate(60, 60, True)),
        (S.PRESENT, 6, SHORT, Fate(60, 6, True, Cause.TRAINER)),
        (S.ABSENT, 0, HELD, Fate(60, 0, False, Cause.ABSENT)),
        (S.EXCUSED_OPERATIONS, 0, HELD, Fate(60, 0, False, Cause.OPERATIONS)),
        (S.EXCUSED_PERSONAL, 0, HELD, Fate(60, 0, False, Cause.PERSONAL)),
        (S.PRESENT, 20, BROKEN, Fate(60, 20, False, Cause.OPERATIONS)),
        (S.ABSENT, 0, BROKEN, Fate(60, 0, False, Cause.ABSENT)),
    ],
)
def test_what_an_attendance_means(state: S, minutes: int, held: Held, fate: Fate) -> None:
    assert fate_of(state, minutes, held) == fate


@pytest.mark.parametrize(
    ("cause", "was_asked_for", "owed"),
    [
        (Cause.ABSENT, True, True),
        (Cause.PERSONAL, True, True),
        (Cause.PERSONAL, False, False),
        (Cause.ABSENT, False, False),
        (Cause.OPERATIONS, False, True),
        (Cause.TRAINER, False, True),
    ],
)
def test_who_came_of_their_own_accord_is_owed_what_others_called_off(
    cause: Cause, was_asked_for: bool, owed: bool
) -> None:
    assert is_owed(Fate(60, 0, False, cause), was_asked_for=was_asked_for) is owed


fates = st.builds(
    Fate,
    planned=st.integers(5, 240),
    delivered=st.integers(0, 240),
    is_attended=st.booleans(),
    cause=st.sampled_from(list(Cause)),
)


@given(fates, st.integers(0, 240))
def test_what_is_over_was_delivered_or_cancelled(fate: Fate, owed: int) -> None:
    account = add_up((*line, minutes) for line, minutes in lines_of(fate, owed_min=owed).items())
    assert account.planned == account.delivered + account.cancelled == fate.planned
    assert account.open == owed
    assert sum(minutes for _cause, minutes in account.by_cause) == account.cancelled


@given(st.lists(fates, min_size=1, max_size=6))
def test_corrections_end_at_what_is_wanted_last(turns: list[Fate]) -> None:
    booked: dict[tuple[str, str], int] = {}
    for fate in turns:
        wanted = lines_of(fate, owed_min=0)
        for line, minutes in corrections(wanted, booked).items():
            booked[line] = booked.get(line, 0) + minutes
        assert {line: m for line, m in booked.items() if m} == wanted
        assert corrections(wanted, booked) == {}


@given(st.integers(0, 10_000_000), st.integers(-40, 40))
def test_a_code_holds_for_its_half_minute_and_the_neighbours(step: int, seconds: int) -> None:
    shown_at = START + timedelta(seconds=step * STEP_S)
    code = code_at(SECRET, 7, "nonce", int(shown_at.timestamp()) // STEP_S)
    typed_at = shown_at + timedelta(seconds=seconds)
    away = abs(int(typed_at.timestamp()) // STEP_S - int(shown_at.timestamp()) // STEP_S)
    if away <= 1:
        assert is_code(SECRET, 7, "nonce", code, typed_at)


def test_a_code_is_worth_nothing_elsewhere() -> None:
    code = code_at(SECRET, 7, "nonce", int(START.timestamp()) // STEP_S)
    assert is_code(SECRET, 7, "nonce", code, START)
    assert not is_code(SECRET, 8, "nonce", code, START)
    assert not is_code(SECRET, 7, "another", code, START)
    assert not is_code("another secret", 7, "nonce", code, START)
    assert not is_code(SECRET, 7, "nonce", code, START + timedelta(minutes=2))
    empty = code_at(SECRET, 7, "", int(START.timestamp()) // STEP_S)
    assert not is_code(SECRET, 7, "", empty, START)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("123 456", "123456"), ("１２３４５６", "123456"), ("123-456", "123456"), ("", "")],
)
def test_a_code_is_read_as_people_type_it(typed: str, code: str) -> None:
    assert read_code(typed) == code


def test_the_screen_counts_down_to_the_next_code() -> None:
    assert seconds_left(START) == STEP_S
    assert seconds_left(START + timedelta(seconds=29)) == 1
