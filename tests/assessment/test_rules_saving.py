"""One save of one response: what it comes to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainhub.assessment.rules.saving import (
    GRACE,
    Decision,
    Outcome,
    Save,
    Stored,
    Why,
    decide,
)

WALL = datetime(2026, 11, 23, 4, 45, tzinfo=UTC)
EARLIER = WALL - timedelta(minutes=1)
NOTHING = Stored(None, 0, "", "")
FIRST = Save(1, "one", 1, "key-1", "a")


def outcome(
    save: Save,
    stored: Stored = NOTHING,
    *,
    is_running: bool = True,
    is_open: bool = True,
    now: datetime = EARLIER,
) -> Outcome:
    return decide(save, stored, is_running=is_running, is_open=is_open, closes_at=WALL, now=now)


@pytest.mark.parametrize(
    ("seconds", "is_running", "decision"),
    [
        (-60, True, Decision.SAVED),
        (-0.000001, True, Decision.SAVED),
        (0, True, Decision.LATE),
        (59.999999, True, Decision.LATE),
        (60, True, Decision.CLOSED),
        (86_400, True, Decision.CLOSED),
        (-60, False, Decision.LATE),  # handed in a moment ago
        (59, False, Decision.LATE),
        (60, False, Decision.CLOSED),
    ],
)
def test_saves_count_to_the_last_instant_and_are_evidence_for_a_minute(
    seconds: float, is_running: bool, decision: Decision
) -> None:
    found = outcome(FIRST, is_running=is_running, now=WALL + timedelta(seconds=seconds))
    assert found.decision is decision
    assert (found.keep, found.why) == (
        (FIRST, Why.LATE) if decision is Decision.LATE else (None,) * 2
    )


@given(st.timedeltas(timedelta(-2), timedelta(2)), st.booleans(), st.booleans())
def test_a_repeat_is_acknowledged_whenever_it_comes(
    shift: timedelta, is_running: bool, is_open: bool
) -> None:
    stored = Stored("one", 1, "key-1", "a")
    found = outcome(FIRST, stored, is_running=is_running, is_open=is_open, now=WALL + shift)
    assert found == Outcome(Decision.REPEATED)


def test_an_answer_to_a_question_left_behind_is_evidence() -> None:
    assert outcome(FIRST, is_open=False) == Outcome(Decision.CLOSED, FIRST, Why.LATE)


@pytest.mark.parametrize(
    ("seq", "device", "response", "decision", "why"),
    [
        (6, "a", "new", Decision.SAVED, None),
        (6, "b", "new", Decision.SAVED, Why.OVERWRITTEN),
        (6, "b", "old", Decision.SAVED, None),
        (5, "a", "new", Decision.SUPERSEDED, None),
        (5, "b", "new", Decision.SUPERSEDED, Why.SUPERSEDED),
        (4, "a", "new", Decision.SUPERSEDED, None),
        (4, "b", "new", Decision.SUPERSEDED, Why.SUPERSEDED),
        (4, "b", "old", Decision.SUPERSEDED, None),
    ],
)
def test_the_higher_number_stands_and_another_device_s_text_is_kept(
    seq: int, device: str, response: str, decision: Decision, why: Why | None
) -> None:
    save = Save(1, response, seq, "key-new", device)
    found = outcome(save, Stored("old", 5, "key-old", "a"))
    assert (found.decision, found.why) == (decision, why)
    if why is Why.OVERWRITTEN:
        assert found.keep == Save(1, "old", 5, "key-old", "a")
    elif why is Why.SUPERSEDED:
        assert found.keep == save


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from("ab")), min_size=1, max_size=4))
def test_whatever_order_saves_arrive_in_the_same_one_stands(rows: list[tuple[int, str]]) -> None:
    """Reordered, late and repeated messages of one device leave what sending in order leaves."""
    saves = [Save(1, f"{device}{seq}", seq, f"{device}-{seq}-key", device) for seq, device in rows]
    stand = set()
    for order in permutations(saves):
        stored = NOTHING
        for save in (*order, *order):
            found = outcome(save, stored)
            if found.decision is Decision.SAVED:
                stored = Stored(save.response, save.seq, save.key, save.device)
        stand.add(stored.seq)
    assert stand == {max(seq for seq, _ in rows)}


def test_the_grace_is_a_minute() -> None:
    assert GRACE.total_seconds() == 60
