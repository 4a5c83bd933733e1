"""The figures: check values of the definitions, shared cases, properties."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.typing_tests.timelines import PLAIN, seeded
from trainhub.typing_tests.rules.metrics import (
    Metrics,
    consistency,
    consistency_of,
    measure,
    penalty_speed,
    unit_of,
)
from trainhub.typing_tests.rules.wire import Event, read_events

CASES = json.loads((Path(__file__).parent / "cases.json").read_text("utf-8"))
MINUTE = 60_000


def figures(*events: list[Any], passage: str, **options: Any) -> Metrics:
    options = {"language": "en", "allowed_ms": MINUTE} | options
    return measure(read_events(list(events)), passage, **options)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_shared_case(case: dict[str, Any]) -> None:
    found = measure(
        read_events(case["events"]),
        case["passage"],
        language=case["language"],
        kind=case["kind"],
        tests_width=case["tests_width"],
        allowed_ms=case["allowed_ms"],
        finished=case["finished"],
    )
    assert found.duration_ms == case["duration_ms"]
    expected = case["expected"]
    assert {name: getattr(found, name) for name in expected} == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("variation", "expected"), [(0, 100), (0.1, 90), (0.2, 80), (0.3, 70), (0.5, 50.1), (1, 8.9)]
)
def test_consistency_has_its_check_values(variation: float, expected: float) -> None:
    assert consistency_of(variation) == pytest.approx(
        expected, abs=0.06 if variation > 0.3 else 0.15
    )


def test_consistency_of_speeds() -> None:
    assert consistency([50, 50, 50]) == 100
    assert consistency([90, 110]) == pytest.approx(90, abs=0.1)
    assert consistency([]) == consistency([0, 0]) == 0


def test_the_penalty_form_has_its_check_values() -> None:
    gross, net, accuracy = penalty_speed(1750, 5, 5 * MINUTE)
    assert (gross, net) == (70.0, 69.0)
    assert accuracy == pytest.approx(0.9857, abs=5e-5)


def test_the_unit_follows_language_and_kind() -> None:
    assert unit_of("zh", "prose") == unit_of("en", "mixed") == unit_of("en", "digits") == "cpm"
    assert unit_of("en", "prose") == unit_of("en", "phrases") == "wpm"


def test_chinese_is_never_divided_by_five() -> None:
    found = figures([0, "ce", "您好请稍等"], passage="您好请稍等", language="zh")
    assert (found.net_speed, found.cpm, found.gross_speed, found.wpm) == (5, 5, 5, None)


def test_the_clock_starts_with_the_first_key_or_composition() -> None:
    for kind in ("d", "cs"):
        events = [[500, "m", [0, 0]], [3_000, kind, ""], [6_000, "i", "a"], [13_000, "i", "b"]]
        found = figures(*events, passage="ab", allowed_ms=None)
        assert found.duration_ms == 10_000


def test_a_run_that_went_to_the_wall_took_all_its_time() -> None:
    events = [[0, "i", "a"], [9_000, "i", "b"]]
    assert figures(*events, passage="abc").duration_ms == MINUTE
    assert figures(*events, passage="abc", finished=True).duration_ms == 9_000


def test_the_longer_of_client_time_and_server_time_holds() -> None:
    events = [[0, "i", "a"], [9_000, "i", "b"]]
    for server_ms, expected in ((12_000, 12_000), (7_000, 9_000)):
        found = figures(*events, passage="ab", allowed_ms=None, server_ms=server_ms)
        assert found.duration_ms == expected


def test_keystrokes_leave_modifiers_out_and_are_counted_from_the_text_without_keys() -> None:
    keys = [[0, "d", "Shift"], [9, "d", "T"], [10, "i", "T"], [300, "d", "o"], [301, "i", "o"]]
    found = figures(*keys, passage="To")
    assert (found.keystrokes, found.keys_known, found.keystrokes_per_character) == (2, True, 1)
    found = figures([0, "i", "T"], [9, "i", "x"], [20, "b", ""], [30, "i", "o"], passage="To")
    assert (found.keystrokes, found.keys_known, found.kpm) == (4, False, 4)


def test_pauses_are_counted_from_two_seconds_on() -> None:
    found = figures([0, "i", "a"], [1_900, "i", "b"], [3_900, "i", "c"], [9_000, "i", "d"],
                    passage="abcd")  # fmt: skip
    assert (found.pauses, found.pause_ms, found.longest_pause_ms) == (2, 7_100, 5_100)


def test_an_input_method_at_work_is_no_pause() -> None:
    """Pinyin: the text stands still for four seconds, the hands do not."""
    steady = [
        [0, "d", "n"], [5, "cs", ""], [6, "cu", "n"], [900, "d", "i"], [901, "cu", "ni"],
        [1_900, "d", "h"], [1_901, "cu", "ni h"], [3_000, "d", "ao"], [3_001, "cu", "ni hao"],
        [4_000, "d", " "], [4_001, "ce", "你好"],
        [5_500, "cs", "t"], [7_000, "cu", "ti"], [8_000, "cu", "tian"], [8_500, "ce", "天"],
    ]  # fmt: skip
    found = figures(*steady, passage="你好天", language="zh")
    assert (found.pauses, found.pause_ms, found.longest_pause_ms) == (0, 0, 0)


def test_waiting_inside_a_composition_is_a_pause() -> None:
    found = figures([0, "cs", "n"], [400, "cu", "ni"], [3_400, "ce", "你"], [3_900, "u", " "],
                    [9_000, "u", "Shift"], passage="你", language="zh")  # fmt: skip
    assert (found.pauses, found.pause_ms) == (1, 3_000)


def test_figures_survive_storing() -> None:
    found = figures([0, "i", "ab"], passage="abc")
    stored = json.loads(json.dumps(found.as_dict()))
    assert Metrics.from_dict(stored | {"of_a_later_version": 1}) == found


WORDS = st.lists(st.sampled_from("the cat sat on a mat 你好 天气 很好".split()), max_size=8)


@st.composite
def typings(draw: st.DrawFn) -> tuple[str, str]:
    """A passage and what somebody made of its beginning."""
    passage = " ".join(draw(WORDS))
    typed = []
    for sign in passage[: draw(st.integers(0, len(passage)))]:
        what = draw(st.integers(0, 12))
        if what == 0:
            continue
        typed.append(draw(st.sampled_from("atx 你")) if what in (1, 2) else sign)
        if what == 2:
            typed.append(sign)
    return passage, "".join(typed)


def typed_figures(passage: str, typed: str, language: str = "en") -> Metrics:
    events = [Event(100.0 * number, "i", sign) for number, sign in enumerate(typed)]
    return measure(events, passage, language=language, allowed_ms=MINUTE)


@given(typings(), st.sampled_from(["en", "zh"]))
def test_one_more_right_sign_never_lowers_a_figure(typing: tuple[str, str], language: str) -> None:
    passage, typed = typing
    before = typed_figures(passage, typed, language)
    assume(before.reached < len(passage))
    after = typed_figures(passage, typed + passage[before.reached], language)
    for name in ("net_speed", "gross_speed", "cpm", "right", "final_accuracy", "reached"):
        assert getattr(after, name) >= getattr(before, name) - 1e-9, name


@given(typings(), st.sampled_from(["en", "zh"]))
def test_every_figure_stays_in_its_bounds(typing: tuple[str, str], language: str) -> None:
    passage, typed = typing
    found = typed_figures(passage, typed, language)
    assert 0 <= found.entry_accuracy <= 1
    assert 0 <= found.final_accuracy <= 1
    assert 0 <= found.consistency <= 100
    assert 0 <= found.net_speed <= found.gross_speed + 1e-9
    assert found.right + found.wrong + found.extra == found.characters == len(typed)
    assert found.right + found.wrong + found.missed == found.reached <= len(passage)
    assert found.right_commits <= found.commits
    assert found.right_word_characters <= found.right


@given(typings(), st.data())
def test_splitting_a_commit_changes_nothing(typing: tuple[str, str], data: st.DataObject) -> None:
    passage, typed = typing
    pieces, rest = [], typed
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        pieces.append(rest[:size])
        rest = rest[size:]
    at_once = [Event(500.0, "i", typed)] if typed else []
    in_pieces = [Event(500.0, "i", piece) for piece in pieces]
    assert measure(at_once, passage, language="zh", allowed_ms=MINUTE) == measure(
        in_pieces, passage, language="zh", allowed_ms=MINUTE
    )


@pytest.mark.parametrize("kind", PLAIN)
def test_reading_in_chunks_changes_nothing(kind: str) -> None:
    rng = seeded("chunks", 1)
    run = PLAIN[kind](rng)
    whole = read_events(run["events"])
    pieces: list[Event] = []
    while len(pieces) < len(whole):
        end = len(pieces) + rng.randint(1, 60)
        pieces += read_events(run["events"][len(pieces) : end], first=len(pieces))
    assert pieces == whole
    found = measure(pieces, run["text"], language=run["lang"])
    assert found == measure(whole, run["text"], language=run["lang"])
    assert found.keystrokes_per_character > (1.2 if run["lang"] == "zh" else 0.9)


def test_a_composition_typist_is_judged_by_windows_of_five_seconds() -> None:
    commits = [[5_000 * number + 3_000, "ce", "五个字一起"] for number in range(12)]
    found = figures([0, "cs", ""], *commits, passage="五个字一起" * 12, language="zh")
    assert found.consistency == 100
    direct = [[at, "i", text] for at, _, text in commits]
    found = figures([0, "d", ""], *direct, passage="五个字一起" * 12, language="zh")
    assert found.consistency < 5
