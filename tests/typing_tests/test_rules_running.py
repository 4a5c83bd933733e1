"""The pure rules of a run: when it begins, what a chunk comes to, how it ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import NOON
from trainhub.people.rules.codes import is_code_right
from trainhub.typing_tests.rules.ending import SLACK_MS, is_finished, is_used
from trainhub.typing_tests.rules.receiving import (
    Chunk,
    ChunkDecision,
    Standing,
    as_stored,
    decide,
    hash_of,
    since_start_ms,
)
from trainhub.typing_tests.rules.settings import (
    Counting,
    Mode,
    PassageKind,
    RunRules,
    TestSettings,
)
from trainhub.typing_tests.rules.starting import (
    Choice,
    StartRefusal,
    Tries,
    attempts_left,
    begun,
    in_turn,
    next_start,
    of_one_sort,
    refusal_to_start,
    wall_of,
)
from trainhub.typing_tests.rules.states import EndedBy
from trainhub.typing_tests.rules.wire import MOST_EVENTS, Event

TEST = TestSettings(attempts=2, pause_minutes=30)
ROOM = replace(TEST, counting=Counting.MEDIAN_OF_THREE_SUPERVISED)
ENDED = NOON - timedelta(minutes=30)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("settings", "tries", "facts", "expected"),
    [
        (TEST, Tries(), (False, True, None), None),
        (TEST, Tries(), (True, True, None), StartRefusal.RETIRED),
        (TEST, Tries(), (False, False, None), StartRefusal.NOT_ASSIGNED),
        (TEST, Tries(), (False, False, True), None),
        (TEST, Tries(), (False, True, False), StartRefusal.ROOM_CODE),
        (ROOM, Tries(), (False, True, None), StartRefusal.ROOM_CODE_NEEDED),
        (ROOM, Tries(), (False, True, True), None),
        (TEST, Tries(2), (False, True, None), StartRefusal.NO_ATTEMPTS_LEFT),
        (TEST, Tries(2, granted=1), (False, True, None), None),
        (replace(TEST, attempts=0), Tries(99), (False, True, None), None),
        (TEST, Tries(1, last_ended_at=ENDED), (False, True, None), None),
        (TEST, Tries(1, last_ended_at=ENDED + MOMENT), (False, True, None), StartRefusal.PAUSE),
    ],
)
def test_who_may_begin(
    settings: TestSettings,
    tries: Tries,
    facts: tuple[bool, bool, bool | None],
    expected: StartRefusal | None,
) -> None:
    is_retired, is_assigned, is_code = facts
    found = refusal_to_start(
        settings, tries, is_retired=is_retired, is_assigned=is_assigned, is_code_right=is_code,
        now=NOON,
    )  # fmt: skip
    assert found is expected


def test_what_is_left_and_from_when_on() -> None:
    assert attempts_left(TEST, Tries(1)) == 1
    assert attempts_left(TEST, Tries(5)) == 0
    assert attempts_left(replace(TEST, attempts=0), Tries(5)) is None
    assert next_start(TEST, Tries(1, last_ended_at=NOON)) == NOON + timedelta(minutes=30)
    assert next_start(TEST, Tries()) is None
    assert next_start(replace(TEST, pause_minutes=0), Tries(1, last_ended_at=NOON)) is None
    assert wall_of(NOON, 180) == NOON + timedelta(seconds=60 + 180 + 30)


@pytest.mark.parametrize(
    ("given_code", "is_right"),
    [("ROOM 4", True), ("room4", True), ("ＲＯＯＭ４", True), (" r o o m 4\n", True),
     ("room5", False), ("", False), ("\ud800", False)],
)  # fmt: skip
def test_a_room_code_is_read_as_people_type_it(given_code: str, is_right: bool) -> None:
    assert is_code_right(given_code, "Room 4") is is_right


def choice(number: int, seen_days_ago: int | None = None, kind: str = "prose") -> Choice:
    seen = None if seen_days_ago is None else NOON - timedelta(days=seen_days_ago)
    return Choice(number, "zh", kind, False, "字" * number, 3 * number, seen)


@given(st.lists(st.none() | st.integers(0, 9), max_size=12), st.text(max_size=5))
def test_unseen_passages_come_first_then_the_longest_not_seen(
    days: list[int | None], seed: str
) -> None:
    choices = [choice(number, one) for number, one in enumerate(days, 1)]
    found = in_turn(choices, seed)
    assert sorted(one.version_id for one in found) == [one.version_id for one in choices]
    assert found == in_turn(choices[::-1], seed), "the seed decides, not the order of reading"
    order = [(one.seen_at is not None, one.seen_at or NOON) for one in found]
    assert order == sorted(order)


def test_the_order_of_unseen_passages_differs_with_the_seed() -> None:
    choices = [choice(number) for number in range(1, 9)]
    assert len({in_turn(choices, str(seed))[0].version_id for seed in range(40)}) > 4


def test_only_passages_of_one_sort_are_typed_together() -> None:
    turn = [choice(3), choice(1, kind="digits"), choice(2), replace(choice(4), language="en")]
    assert [one.version_id for one in of_one_sort(turn)] == [3, 2]


@pytest.mark.parametrize(
    ("typed", "expected"), [(0, 1), (9, 1), (10, 1), (11, 1), (12, 2), (31, 2), (32, 2), (33, 3),
                            (99, 3)],
)  # fmt: skip
def test_a_passage_is_begun_by_its_first_character(typed: int, expected: int) -> None:
    assert begun([10, 20, 30], typed) == expected
    assert begun([], typed) == 1


TOKEN = hash_of("token")
STORED = Standing("open", NOON, TOKEN, next_chunk=3, events=10, digest=None)
EARLY = NOON - MOMENT


def chunk(no: int, token: str = TOKEN, count: int = 1) -> Chunk:
    return Chunk(no, count, as_stored([[1.0, "d", "a"]]), token)


SAME = replace(STORED, digest=chunk(2).digest)


@pytest.mark.parametrize(
    ("sent", "stored", "now", "expected"),
    [
        (chunk(3), STORED, EARLY, ChunkDecision.STORED),
        (chunk(3), STORED, NOON, ChunkDecision.CLOSED),
        (chunk(4), STORED, EARLY, ChunkDecision.MISSING),
        (chunk(4), STORED, NOON, ChunkDecision.CLOSED),
        (chunk(3), replace(STORED, state="closed"), EARLY, ChunkDecision.CLOSED),
        (chunk(3), replace(STORED, state="voided"), EARLY, ChunkDecision.CLOSED),
        (chunk(2), SAME, EARLY, ChunkDecision.REPEATED),
        (chunk(2), replace(SAME, state="closed"), NOON, ChunkDecision.REPEATED),
        (chunk(2), replace(SAME, digest="other"), EARLY, ChunkDecision.MISMATCH),
        (chunk(2), STORED, EARLY, ChunkDecision.CLOSED),
        (chunk(3, "wrong"), STORED, EARLY, ChunkDecision.STALE_TOKEN),
        (chunk(2, "wrong"), SAME, EARLY, ChunkDecision.STALE_TOKEN),
        (chunk(3, count=MOST_EVENTS - 10), STORED, EARLY, ChunkDecision.STORED),
        (chunk(3, count=MOST_EVENTS - 9), STORED, EARLY, ChunkDecision.TOO_MANY),
    ],
)
def test_what_a_chunk_comes_to(
    sent: Chunk, stored: Standing, now: object, expected: ChunkDecision
) -> None:
    assert decide(sent, stored, now) is expected  # type: ignore[arg-type]


def test_arrivals_are_whole_milliseconds_of_the_servers_clock() -> None:
    assert since_start_ms(NOON, NOON + timedelta(milliseconds=1500, microseconds=999)) == 1500
    assert since_start_ms(NOON, NOON - timedelta(seconds=1)) == 0


RULES = RunRules("zh", PassageKind.PROSE, Mode.TIMED, duration_s=60, extra_s=30)
KEYS = [Event(0.0, "f"), Event(5_000.0, "d", "a"), Event(5_001.0, "i", "a")]


@pytest.mark.parametrize(
    ("rules", "by", "ended_ms", "expected"),
    [
        (RULES, EndedBy.TYPIST, 95_000 - SLACK_MS - 1, True),
        (RULES, EndedBy.TYPIST, 95_000 - SLACK_MS, False),
        (RULES, EndedBy.DEADLINE, 20_000, False),
        (replace(RULES, mode=Mode.WHOLE, min_speed=40), EndedBy.DEADLINE, 999_000, True),
        (replace(RULES, mode=Mode.WHOLE), EndedBy.TYPIST, 20_000, False),
    ],
)
def test_who_ended_a_run_its_typist_or_its_time(
    rules: RunRules, by: EndedBy, ended_ms: int, expected: bool
) -> None:
    assert is_finished(rules, KEYS, by, ended_ms) is expected


@pytest.mark.parametrize(("kinds", "expected"), [
    ("", False), ("xf", False), ("um", False), ("d", True), ("i", True), ("p", True), ("xb", True),
])  # fmt: skip
def test_a_run_is_used_once_something_is_typed(kinds: str, expected: bool) -> None:
    assert is_used([Event(1.0, kind) for kind in kinds]) is expected
