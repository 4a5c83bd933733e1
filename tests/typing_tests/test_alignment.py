"""What was typed beside what was to be typed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from trainhub.typing_tests.rules.alignment import Follower, align, align_prefix, reached

SHORT = st.text("ab你 ", max_size=14)


def test_one_dropped_sign_is_one_missed_sign() -> None:
    kinds = [step.kind for step in align("今天下午三点", "今天下三点")]
    assert kinds == ["right", "missed", "right"]


def test_what_lies_beyond_the_typed_part_is_no_error() -> None:
    assert [step.kind for step in align_prefix("thank you", "thank")] == ["right"]
    assert reached("thank you very much", "thonk yu v") == 11
    assert reached("abcd", "abx") == 3


def test_a_far_sign_is_not_taken_for_a_near_one() -> None:
    steps = align_prefix("abcdefghijklmnopqrstuvwxyz", "abz")
    assert [(step.kind, step.end) for step in steps] == [("right", 2), ("wrong", 3)]


@given(SHORT, SHORT)
def test_the_part_reached_is_the_prefix_that_differs_least(reference: str, typed: str) -> None:
    distances = [Levenshtein.distance(reference[:end], typed) for end in range(len(reference) + 1)]
    assert distances[reached(reference, typed)] == min(distances)
    steps = align_prefix(reference, typed)
    errors = sum(
        max(step.end - step.at, step.typed_end - step.typed_at)
        for step in steps
        if step.kind != "right"
    )
    assert errors == min(distances)


@given(SHORT, SHORT)
def test_steps_cover_both_texts(reference: str, typed: str) -> None:
    steps = align(reference, typed)
    assert "".join(reference[step.at : step.end] for step in steps) == reference
    assert "".join(typed[step.typed_at : step.typed_end] for step in steps) == typed
    assert all(
        reference[step.at : step.end] == typed[step.typed_at : step.typed_end]
        for step in steps
        if step.kind == "right"
    )


def rights(passage: str, typed: str) -> str:
    follower = Follower(passage)
    follower.insert(0, typed, len(typed))
    return "".join("." if one.is_right else "x" for one in follower.judged)


def test_a_follower_survives_a_dropped_an_extra_and_a_swapped_sign() -> None:
    assert rights("hello there", "helo there") == ".........."
    assert rights("cat dog", "caat dog") == "..x....."
    assert rights("the cat", "teh cat").count("x") <= 2
    assert rights("the quick brown fox", "the brown fox") == "............."


def test_a_follower_goes_back_with_a_deletion() -> None:
    follower = Follower("cat")
    follower.insert(0, "co", 2)
    follower.delete(1, 1)
    follower.insert(1, "at", 2)
    assert [one.is_right for one in follower.judged] == [True, False, True, True]


@given(st.text("abc 你", max_size=40), st.data())
def test_a_follower_never_breaks(passage: str, data: st.DataObject) -> None:
    follower, length = Follower(passage), 0
    for _ in range(data.draw(st.integers(0, 8))):
        at = data.draw(st.integers(0, length))
        if data.draw(st.booleans()):
            text = data.draw(st.text("abc 你", min_size=1, max_size=9))
            follower.insert(at, text, len(text))
            length += len(text)
        else:
            count = data.draw(st.integers(0, length - at))
            follower.delete(at, count)
            length -= count
    assert all(one.wanted == one.typed for one in follower.judged if one.is_right)
