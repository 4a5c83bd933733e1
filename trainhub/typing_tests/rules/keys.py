"""What the keys tell: whether a hand pressed them (rules S1, S2, S3 and S8)."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from trainhub.typing_tests.rules.metrics import MODIFIERS
from trainhub.typing_tests.rules.rhythm import key_times
from trainhub.typing_tests.rules.wire import Event

LEAST_GAPS = 50  # rule S1
EVEN = 0.20  # rule S1: standard deviation over mean
EVEN_USUAL = 0.15  # the same over gaps that are no pause
EQUAL_SHARE = 0.80  # rule S2
EQUAL_COARSE = 0.95  # the same on a clock that knows few times
LEAST_HOLDS = 30
SHORT_HOLD_MS = 12.0  # rule S3
EVEN_HOLD_MS = 3.0  # rule S3
KEYLESS_SHARE = 0.10  # rule S8
KEYLESS_LEAST = 5  # signs
_COARSE_MS = 7.9
_TICK_ERROR_MS = 1.1
_CREDIT = 10


def judge_keys(events: Sequence[Event]) -> list[str]:
    """The soft reasons that keys give."""
    soft = []
    gaps = key_gaps(events)
    coarse = is_coarse([event.t_ms for event in events if event.kind in ("d", "u", "i")])
    if len(gaps) >= LEAST_GAPS:
        if _is_even(gaps):
            soft.append("even_spacing")
        if equal_share(gaps) > (EQUAL_COARSE if coarse else EQUAL_SHARE):
            soft.append("equal_spacing")
    if _is_machine_hold(key_holds(events), coarse):
        soft.append("key_hold")
    if _is_keyless(events):
        soft.append("no_keys")
    return soft


def is_coarse(times: Sequence[float]) -> bool:
    """Whether the clock ticks in steps of eight milliseconds or more: nearly every step is then a
    multiple of the smallest, and there are several multiples."""
    steps = [after - before for before, after in pairwise(times) if after - before > 0.5]
    if len(steps) < LEAST_HOLDS or (tick := min(steps)) < _COARSE_MS:
        return False
    multiples = [round(step / tick) for step in steps]
    fitting = sum(
        abs(step - multiple * tick) <= _TICK_ERROR_MS * max(1, multiple**0.5)
        for step, multiple in zip(steps, multiples, strict=True)
    )
    return fitting >= 0.95 * len(steps) and len(set(multiples)) >= 3


def key_gaps(events: Sequence[Event]) -> list[float]:
    """Gaps between keys; between changes of the text where a device tells of few keys."""
    keys = key_times(e for e in events if not (e.kind == "d" and e.data in MODIFIERS))
    changes = [event.t_ms for event in events if event.kind in ("i", "ce", "b")]
    times = keys if 2 * len(keys) >= len(changes) else changes
    return [after - before for before, after in pairwise(times)]


def _is_even(gaps: Sequence[float]) -> bool:
    """Rule S1, and the same without the pauses, lest a few of them hide a robot."""
    limit = 3 * median(gaps)
    usual = [gap for gap in gaps if gap <= limit]
    return _variation(gaps) < EVEN or _variation(usual) < EVEN_USUAL


def _variation(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    if mean <= 0:
        return math.inf
    return math.sqrt(sum((value - mean) ** 2 for value in values) / len(values)) / mean


def equal_share(gaps: Sequence[float]) -> float:
    """The largest share of gaps within 1 ms of one length."""
    counts = Counter(round(gap) for gap in gaps)
    most = max(
        counts[value - 1] + counts[value] + counts[value + 1] for value in list(counts) if value > 1
    ) if any(value > 1 for value in counts) else 0  # fmt: skip
    return most / len(gaps)


def key_holds(events: Sequence[Event]) -> list[float]:
    """How long keys were down. Keys without a name come up in the order they went down; those that
    are held to repeat, and modifiers, say nothing."""
    down: dict[str, float] = {}
    nameless: deque[float] = deque(maxlen=_CREDIT)
    holds = []
    for event in events:
        if event.kind not in ("d", "u") or event.data in MODIFIERS or event.data == "Backspace":
            continue
        if event.kind == "d":
            if event.data:
                down.setdefault(event.data, event.t_ms)
            else:
                nameless.append(event.t_ms)
        elif event.data in down:
            holds.append(event.t_ms - down.pop(event.data))
        elif not event.data and nameless:
            holds.append(event.t_ms - nameless.popleft())
    return holds


def _is_machine_hold(holds: Sequence[float], coarse: bool) -> bool:
    """Rule S3. The spread is also taken from the middle of the holds, lest a few odd ones hide
    the rest, but not where the clock itself makes most of them equal."""
    if len(holds) < LEAST_HOLDS:
        return False
    middle = median(holds)
    if middle < SHORT_HOLD_MS and not coarse:
        return True
    mean = sum(holds) / len(holds)
    spread = math.sqrt(sum((hold - mean) ** 2 for hold in holds) / len(holds))
    if spread < EVEN_HOLD_MS:
        return True
    return not coarse and 1.4826 * median(abs(hold - middle) for hold in holds) < EVEN_HOLD_MS


def _is_keyless(events: Sequence[Event]) -> bool:
    """Rule S8: text came in, and no key went down for it."""
    signs = keyless = credit = 0
    for event in events:
        if event.kind == "d":
            credit = min(_CREDIT, credit + (event.data not in MODIFIERS))
        elif event.kind == "b":
            credit = max(0, credit - 1)
        elif event.kind in ("i", "ce"):
            size = len(event.data)
            signs += size
            keyless += 0 if credit else size
            # A composition has used up the keys that led to it; a sign uses its own.
            credit = 0 if event.kind == "ce" else max(0, credit - size)
    return keyless >= KEYLESS_LEAST and keyless > KEYLESS_SHARE * signs
