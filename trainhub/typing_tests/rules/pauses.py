"""When the hands lay still."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from trainhub.typing_tests.rules.wire import Event

PAUSE_MS = 2_000.0
_SIGNS_OF_LIFE = frozenset({"d", "u", "cs", "cu", "ce", "i", "b"})


def pauses_of(
    events: Sequence[Event], first_ms: float, last_ms: float
) -> list[tuple[float, float]]:
    """The pauses between two moments of a run, each as its beginning and its length in ms.

    A pause is a gap of two seconds and more without a key, a step of a composition or a change of
    the text: with an input method the text stands still while the hands do not.
    """
    times = [
        event.t_ms
        for event in events
        if event.kind in _SIGNS_OF_LIFE
        and math.isfinite(event.t_ms)
        and first_ms <= event.t_ms <= last_ms
    ]
    gaps = ((before, after - before) for before, after in pairwise(times))
    return [(began, gap) for began, gap in gaps if gap >= PAUSE_MS]
