"""What a text field holds after its events."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from trainhub.typing_tests.rules.replay import replay
from trainhub.typing_tests.rules.wire import read_events


def text_of(*events: list[Any], **options: bool) -> str:
    raw = [[10 * number, *event] for number, event in enumerate(events)]
    return replay(read_events(raw), **options).text


def test_text_is_inserted_and_deleted_by_code_points() -> None:
    assert text_of(["i", "a𠮷b"], ["b", ""], ["b", 1]) == "a"
    assert text_of(["i", "abc"], ["b", 2], ["i", "x"]) == "ax"
    assert text_of(["b", ""], ["i", "a"], ["b", 9]) == ""


def test_a_composition_changes_the_text_only_at_its_end() -> None:
    events = read_events(
        [[0, "cs"], [9, "cu", "ni"], [50, "ce", "你好"], [60, "cs"], [70, "ce", ""]]
    )
    played = replay(events)
    assert played.text == "你好"
    assert (played.compositions, played.cancelled) == (2, 1)
    assert [(one.text, one.is_composition, one.took_ms) for one in played.commits] == [
        ("你好", True, 50)
    ]


def test_caret_and_selection_are_followed() -> None:
    assert text_of(["i", "held"], ["m", [3, 3]], ["i", "lo wor"]) == "hello word"
    assert text_of(["i", "hello"], ["m", [1, 3]], ["i", "a"]) == "halo"
    assert text_of(["i", "hello"], ["m", [1, 3]], ["b", 9]) == "hlo"
    assert text_of(["i", "hello"], ["m", [90, 99]], ["i", "!"]) == "hello!"
    assert text_of(["i", "hello"], ["m", [0, 5]], ["ce", "你"], ["i", "好"]) == "你好"


def test_what_was_typed_over_is_a_deletion() -> None:
    played = replay(read_events([[0, "i", "cot"], [1, "m", [1, 2]], [2, "i", "a"]]))
    assert played.text == "cat"
    assert [(one.text, one.at) for one in played.deletions] == [("o", 1)]


def test_a_paste_is_played_only_on_demand() -> None:
    assert text_of(["i", "a"], ["p", "bc"]) == "a"
    assert text_of(["i", "a"], ["p", "bc"], with_pastes=True) == "abc"


CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("i"), st.text("ab你𠮷", max_size=3)),
        st.tuples(st.just("b"), st.integers(1, 4)),
        st.tuples(st.just("m"), st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted)),
    )
)


@given(CHANGES)
def test_it_agrees_with_plain_string_slicing(changes: list[tuple[str, Any]]) -> None:
    text, start, end = "", 0, 0
    for kind, data in changes:
        if kind == "m":
            start, end = min(data[0], len(text)), min(data[1], len(text))
        elif kind == "b":
            start = start if start < end else max(0, end - data)
            text, end = text[:start] + text[end:], start
        else:
            text = text[:start] + data + text[end:]
            start = end = start + len(data)
    assert text_of(*([kind, data] for kind, data in changes)) == text
