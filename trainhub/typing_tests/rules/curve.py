"""How fast the text came in over the time of a run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from trainhub.typing_tests.rules.replay import Commit, Replayed

WINDOW_MS = 1_000.0
COMPOSITION_WINDOW_MS = 5_000.0  # an input method commits in bursts
MOST_POINTS = 120


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One window of time: its end since the first key, and the raw speed in it, in characters a
    minute."""

    until_ms: float
    cpm: float


def window_of(played: Replayed) -> float:
    """The width of a window: a second, or five where there were compositions."""
    return COMPOSITION_WINDOW_MS if played.compositions else WINDOW_MS


def speeds_per_window(
    commits: Sequence[Commit], start: float, duration_ms: float, window_ms: float
) -> list[float]:
    """Raw speed in each window, in characters a minute. A last window of less than half the width
    is left out, unless it is the only one."""
    whole = int(duration_ms // window_ms)
    rest = duration_ms - whole * window_ms
    has_rest = rest >= window_ms / 2 or not whole
    counts = [0] * (whole + has_rest)
    for commit in commits:
        since = commit.t_ms - start
        if not math.isfinite(since):
            continue
        number = int(since // window_ms)
        if number == whole and since == duration_ms and not has_rest:
            number -= 1  # the last change ends the last window
        if 0 <= number < len(counts):
            counts[number] += len(commit.text)
    widths = [window_ms] * whole + [rest] * has_rest
    return [count * 60_000 / width for count, width in zip(counts, widths, strict=True)]


def speed_curve(played: Replayed, start: float, duration_ms: float) -> list[CurvePoint]:
    """The curve for a page: windows wide enough to read, at most `MOST_POINTS` of them.

    One-second windows are too restless to look at, so no window is shorter than five seconds in
    runs of half a minute and more.
    """
    width = window_of(played)
    if duration_ms >= 30_000:
        width = max(width, COMPOSITION_WINDOW_MS)
    while duration_ms / width > MOST_POINTS:
        width *= 2
    speeds = speeds_per_window(played.commits, start, duration_ms, width)
    return [
        CurvePoint(min((number + 1) * width, duration_ms), cpm) for number, cpm in enumerate(speeds)
    ]
