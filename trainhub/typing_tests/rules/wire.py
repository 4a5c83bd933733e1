"""Events as they travel: `[t_ms, kind, data]`, in chunks, in the API and in files.

`t_ms` counts from the start of the run on the client's monotonic clock. The kinds:

- `d`, `u`: key down, key up; data is the key, or "" where the device does not tell;
- `i`: text inserted at the caret; `ce`: a composition ended, data is what it put there;
- `b`: deleted backward; data is "" for one code point, or their number;
- `cs`, `cu`: a composition began or changed; they leave the text alone;
- `m`: caret or selection moved, data `[start, end]` in code points; the next insertion replaces
  the selection, the next deletion deletes it;
- `p`: a paste or drop was tried; `x`, `f`: the focus was lost, and came back.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from trainhub.errors import N_, InputError, InputErrors

KINDS = frozenset({"d", "u", "i", "b", "cs", "cu", "ce", "m", "p", "x", "f"})
MOST_EVENTS = 20_000  # a run of half an hour, every key with its two events
MOST_IN_CHUNK = 2_000
LONGEST_TEXT = 20_000  # code points of one insertion, and of a final text
LONGEST_KEY = 40
MOST_TYPED = 60_000  # characters in one run: half an hour at 400 words a minute
LATEST_MS = 24 * 3_600_000.0
MOST_ERRORS = 20

_TEXTS = frozenset({"i", "cs", "cu", "ce", "p"})
_KEYS = frozenset({"d", "u"})
_UNTYPABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `data` is a string; of `b` a number, of `m` a pair."""

    t_ms: float
    kind: str
    data: Any = ""

    def as_list(self) -> list[Any]:
        """The form in which it travels."""
        data = list(self.data) if self.kind == "m" else self.data
        return [self.t_ms, self.kind, data]


class _Bad(Exception):
    """One event is wrong: code, message and its values."""


def read_events(
    raw: object, at: str = "events", *, first: int = 0, judge_times: bool = True
) -> list[Event]:
    """The events of a chunk or a file; `first` is the number of the first one among the run's.

    With `judge_times` a time that is negative, not finite or beyond a day is refused here; a file
    to be verified leaves that to the verification. Raises InputErrors that name `events.17`.
    """
    if not isinstance(raw, list):
        raise InputErrors([_error("events_not_list", N_("The events must be a list."), at)])
    if first + len(raw) > MOST_EVENTS:
        message = N_("More than %(most)s events in one run.")
        raise InputErrors([InputError("events_too_many", message, {"most": MOST_EVENTS}, field=at)])
    events: list[Event] = []
    errors: list[InputError] = []
    for number, one in enumerate(raw, start=first):
        try:
            events.append(_read_event(one, judge_times))
        except _Bad as bad:
            code, message, params = bad.args
            errors.append(InputError(code, message, params, field=f"{at}.{number}"))
            if len(errors) == MOST_ERRORS:
                break
    if errors:
        raise InputErrors(errors)
    return events


def restored(stored: list[list[Any]]) -> list[Event]:
    """Events that `Event.as_list` gave, and that were read and judged before they were stored."""
    return [Event(t_ms, kind, tuple(data) if kind == "m" else data) for t_ms, kind, data in stored]


def bearable(events: Sequence[Event]) -> int:
    """How many events hold no more text than a computation can bear: text put before text takes
    a time that grows with the square of its length."""
    left = MOST_TYPED
    for number, event in enumerate(events):
        if event.kind in ("i", "ce", "p"):
            left -= len(event.data)
            if left < 0:
                return number
    return len(events)


def _error(code: str, message: str, at: str) -> InputError:
    return InputError(code, message, field=at)


def _read_event(raw: object, judge_times: bool) -> Event:
    if not isinstance(raw, list) or not 2 <= len(raw) <= 3:
        raise _Bad("event_shape", N_("An event is a list of time, kind and data."), {})
    kind = raw[1]
    if not isinstance(kind, str) or kind not in KINDS:
        raise _Bad("event_kind", N_("There is no kind of event “%(kind)s”."), {"kind": shown(kind)})
    data = raw[2] if len(raw) == 3 else ""
    return Event(_time(raw[0], judge_times), kind, _data(kind, data))


def shown(value: object, longest: int = 40) -> str:
    """What stands in a file or a request as a message may show it: no line ends or controls."""
    return _UNSHOWN.sub("?", str(value)[:longest])


def _time(raw: object, judged: bool) -> float:
    if raw is None:  # what JavaScript writes for NaN and Infinity
        t_ms = math.nan
    elif isinstance(raw, bool) or not isinstance(raw, int | float):
        raise _Bad("event_time", N_("The time of an event is a number of milliseconds."), {})
    else:
        try:
            t_ms = float(raw)
        except OverflowError:
            t_ms = math.inf
    if judged and not 0 <= t_ms <= LATEST_MS:
        raise _Bad("event_time", N_("The time of an event lies between 0 and a day."), {})
    return t_ms


def _data(kind: str, raw: object) -> Any:
    if kind in _TEXTS:
        return _text(raw, LONGEST_TEXT)
    if kind in _KEYS:
        return _text(raw, LONGEST_KEY)
    if kind == "b":
        return _deleted(raw)
    if kind == "m":
        return _selection(raw)
    return ""


def _text(raw: object, longest: int) -> str:
    if raw is None:
        return ""
    if not isinstance(raw, str):
        raise _Bad("event_data", N_("The data of this event must be text."), {})
    if len(raw) > longest:
        raise _Bad("event_long", N_("Longer than %(most)s characters."), {"most": longest})
    if raw.isascii() and raw.isprintable():
        return raw
    if _UNTYPABLE.search(raw):
        raise _Bad("event_sign", N_("The text holds a sign that cannot be typed."), {})
    return raw


def _deleted(raw: object) -> int:
    """How many code points; a text is what was deleted, or the key that did it."""
    if raw is None or raw in ("", "Backspace", "Delete"):
        return 1
    if isinstance(raw, str):
        return len(raw)
    if _is_count(raw) and raw >= 1:  # type: ignore[operator]  # a number, as just seen
        return int(raw)  # type: ignore[call-overload, no-any-return]
    raise _Bad("event_data", N_("The data of a deletion is how many characters it took."), {})


def _selection(raw: object) -> tuple[int, int]:
    if (
        isinstance(raw, list | tuple)
        and len(raw) == 2
        and all(_is_count(place) for place in raw)
        and 0 <= raw[0] <= raw[1]
    ):
        return int(raw[0]), int(raw[1])
    raise _Bad("event_data", N_("A selection is two places, the start before the end."), {})


def _is_count(raw: object) -> bool:
    return (
        isinstance(raw, int | float)
        and not isinstance(raw, bool)
        and 0 <= raw <= 10 * LONGEST_TEXT
        and raw == int(raw)
    )
