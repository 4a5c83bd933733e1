"""By its rhythm a timeline is known that is played again."""

from __future__ import annotations

from itertools import combinations

import pytest

from tests.typing_tests.timelines import PLAIN, REPLAYED, Run, replayed, seeded
from trainhub.typing_tests.rules.rhythm import Rhythm, is_replay, pack_rhythm
from trainhub.typing_tests.rules.wire import Event, read_events


def rhythm_of(run: Run) -> bytes:
    return pack_rhythm(read_events(run["events"]))


@pytest.mark.parametrize("kind", REPLAYED)
def test_a_copied_timeline_is_known(kind: str) -> None:
    for number in range(6):
        first, copy = replayed(seeded(kind, number), kind)
        assert is_replay(rhythm_of(copy), rhythm_of(first)), number


def test_honest_runs_are_never_taken_for_each_other() -> None:
    """Neither different people nor one person at one passage."""
    runs = [rhythm_of(make(seeded(kind, n))) for kind, make in PLAIN.items() for n in range(6)]
    assert [pair for pair in combinations(range(len(runs)), 2)
            if is_replay(runs[pair[0]], runs[pair[1]])] == []  # fmt: skip


@pytest.mark.parametrize("noise", [0.12, 0.2, 0.3])
def test_a_person_at_the_same_passage_again_is_no_replay(noise: float) -> None:
    """Somebody whose hands know the words: most of each gap belongs to the passage."""
    rng = seeded("again", 1)
    usual = [170 * rng.lognormvariate(0, 0.35) for _ in range(400)]
    runs = [
        Rhythm(tuple(round(gap * rng.lognormvariate(0, noise)) for gap in usual)) for _ in range(8)
    ]
    assert not any(one.repeats(other) for one, other in combinations(runs, 2))


def test_it_is_packed_to_two_bytes_a_gap() -> None:
    events = [Event(t_ms, "d", key) for t_ms, key in [(0, "a"), (100.4, "b"), (99_999, "c")]]
    packed = pack_rhythm(events)
    assert packed == bytes([100, 0, 255, 255])
    assert Rhythm.unpack(packed).gaps == (100, 65_535)
    assert Rhythm.unpack(packed + b"\x00").pack() == packed


def test_repeats_of_a_held_key_are_no_rhythm() -> None:
    held = [Event(0, "d", "a"), Event(500, "d", "Backspace"), Event(533, "d", "Backspace"),
            Event(566, "d", "Backspace"), Event(600, "u", "Backspace"), Event(700, "d", "b"),
            *(Event(1, "i", "x") for _ in range(4))]  # fmt: skip
    assert Rhythm.of(held).gaps == (500, 200)


def test_too_little_is_never_a_replay() -> None:
    few = Rhythm(tuple(range(80, 100)))
    assert not few.repeats(few)
