"""The slowest and most mistaken signs and pairs."""

from __future__ import annotations

from typing import Any

from trainhub.typing_tests.rules.weak_points import WeakPoints, weak_points, weak_points_of
from trainhub.typing_tests.rules.wire import read_events


def typed(text: str, gaps: dict[str, float] | None = None) -> list[list[Any]]:
    events, now = [], 0.0
    for sign in text:
        now += (gaps or {}).get(sign, 200.0)
        events.append([now, "b", ""] if sign == "<" else [now, "i", sign])
    return events


def weak(text: str, passage: str, gaps: dict[str, float] | None = None) -> WeakPoints:
    return weak_points(read_events(typed(text, gaps)), passage)


def test_the_slowest_sign_and_pair_stand_first() -> None:
    found = weak("abcabcabc", "abcabcabc", {"c": 700.0})
    assert (found.slow_characters[0].text, found.slow_characters[0].mean_ms) == ("c", 700)
    assert found.slow_pairs[0].text == "bc"
    assert found.mistaken_characters == []


def test_a_mistake_counts_even_if_it_was_taken_back() -> None:
    found = weak("tje cat tj<he", "the cat the")
    assert [(one.text, one.seen, one.mistakes) for one in found.mistaken_characters] == [
        ("h", 3, 2)
    ]
    assert found.mistaken_pairs[0].text == "th"
    assert found.mistaken_characters[0].error_rate == 2 / 3


def test_pauses_and_corrections_make_no_sign_slow() -> None:
    found = weak("abx<cab", "abcab", {"c": 1_500.0, "x": 2_500.0})
    assert "c" not in [point.text for point in found.slow_characters]


def test_a_commit_shares_its_time_among_its_characters() -> None:
    events = read_events([[0, "ce", "您好"], [900, "ce", "请稍等"], [1_800, "ce", "请稍等"]])
    found = weak_points(events, "您好请稍等请稍等")
    assert {point.text: point.mean_ms for point in found.slow_characters} == {
        "请": 300, "稍": 300, "等": 300,
    }  # fmt: skip


def test_several_runs_are_taken_together() -> None:
    run = (read_events(typed("ab")), "ab", False)
    assert weak_points_of([run]).slow_characters == []
    found = weak_points_of([run, run]).as_dict()
    assert found["slow_characters"] == [{"text": "b", "seen": 2, "mistakes": 0, "mean_ms": 200.0}]
