"""How a run ended: was it used at all, and did it take all its time?"""

from __future__ import annotations

from collections.abc import Sequence

from trainhub.typing_tests.rules.settings import Mode, RunRules
from trainhub.typing_tests.rules.states import EndedBy
from trainhub.typing_tests.rules.wire import Event

SLACK_MS = 2_000  # a page ends a run by its own timer, and the request takes its time
_IDLE = frozenset({"u", "m", "x", "f"})
FIRST_KINDS = frozenset({"d", "cs", "cu", "ce", "i", "b"})


def is_used(events: Sequence[Event]) -> bool:
    """Whether anything was typed, or tried: a key let go or a lost focus is nothing."""
    return any(event.kind not in _IDLE for event in events)


def is_finished(rules: RunRules, events: Sequence[Event], by: EndedBy, ended_ms: int) -> bool:
    """Whether the typist ended the run, and not its time; `ended_ms` since the start.

    A passage to be typed whole is always judged as ended: what is missing at its end is missing.
    In practice one may stop anywhere, and only what was reached is judged.
    """
    if rules.mode is Mode.WHOLE:
        return not rules.is_practice
    if by is not EndedBy.TYPIST:
        return False
    began_ms = next((event.t_ms for event in events if event.kind in FIRST_KINDS), 0.0)
    return ended_ms < began_ms + rules.allowed_s * 1000 - SLACK_MS
