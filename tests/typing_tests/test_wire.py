"""Events as they travel: what is read, and how a wrong one is named."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from trainhub.errors import InputErrors
from trainhub.typing_tests.rules.wire import LONGEST_TEXT, MOST_EVENTS, Event, read_events, restored


def refused(raw: object, **options: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(InputErrors) as caught:
        read_events(raw, **options)
    return [(error.code, error.field) for error in caught.value.errors]


def test_every_kind_is_read() -> None:
    raw = [
        [0, "d", "a"], [1.5, "i", "你"], [80, "u"], [90, "b", ""], [91, "b", 3], [92, "b"],
        [93, "b", "ab"], [94, "cs", None], [95, "cu", "ni"], [96, "ce", "你"], [97, "m", [0, 2]],
        [98, "p", "x"], [99, "x", ""], [100, "f", {"any": "thing"}],
    ]  # fmt: skip
    events = read_events(raw)
    assert [event.kind for event in events] == [one[1] for one in raw]
    assert [event.data for event in events if event.kind == "b"] == [1, 3, 1, 2]
    assert events[10] == Event(97.0, "m", (0, 2))
    assert events[10].as_list() == [97.0, "m", [0, 2]]


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ("text", "event_shape"),
        ([1], "event_shape"),
        ([1, "i", "a", "b"], "event_shape"),
        ([1, "q", "a"], "event_kind"),
        ([1, ["i"], "a"], "event_kind"),
        (["1", "i", "a"], "event_time"),
        ([True, "i", "a"], "event_time"),
        ([-1, "i", "a"], "event_time"),
        ([math.nan, "i", "a"], "event_time"),
        ([None, "i", "a"], "event_time"),
        ([10**400, "i", "a"], "event_time"),
        ([9e7, "i", "a"], "event_time"),
        ([1, "i", 5], "event_data"),
        ([1, "i", "a" * (LONGEST_TEXT + 1)], "event_long"),
        ([1, "i", "\ud83d"], "event_sign"),
        ([1, "i", "a\x00"], "event_sign"),
        ([1, "b", 0], "event_data"),
        ([1, "b", 1.5], "event_data"),
        ([1, "b", True], "event_data"),
        ([1, "b", math.inf], "event_data"),
        ([1, "m", [2, 1]], "event_data"),
        ([1, "m", [1]], "event_data"),
        ([1, "m", "here"], "event_data"),
    ],
)
def test_a_wrong_event_is_named_by_its_number(event: object, code: str) -> None:
    good = [5, "i", "a"]
    assert refused([good, event, good]) == [(code, "events.1")]
    assert refused([good, event], first=40, at="chunk") == [(code, "chunk.41")]


def test_all_wrong_events_are_named_at_once_but_not_without_end() -> None:
    assert len(refused([[1, "q"]] * 3)) == 3
    assert len(refused([[1, "q"]] * 500)) == 20


def test_what_is_no_list_or_too_long_is_refused() -> None:
    assert refused({"0": "a"}) == [("events_not_list", "events")]
    assert refused([[1, "x"]] * (MOST_EVENTS + 1)) == [("events_too_many", "events")]
    assert refused([[1, "x"]] * 2, first=MOST_EVENTS - 1) == [("events_too_many", "events")]


def test_a_file_to_be_verified_may_hold_impossible_times() -> None:
    read = read_events(
        [[math.nan, "i", "a"], [-5, "i", "b"], [10**400, "i", "c"]], judge_times=False
    )
    assert math.isnan(read[0].t_ms)
    assert [event.t_ms for event in read[1:]] == [-5, math.inf]


def test_events_come_back_as_they_were_stored() -> None:
    raw = [[0, "d", "a"], [1.5, "b"], [2, "m", [3, 4]], [3, "ce", "您"], [4, "x", ""]]
    events = read_events(raw)
    assert restored(json.loads(json.dumps([event.as_list() for event in events]))) == events
