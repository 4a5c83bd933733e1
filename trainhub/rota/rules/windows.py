"""The stretches of a shift in which a class may lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trainhub.rota.rules.shift_times import (
    WORKING_KINDS,
    ShiftTimes,
    Stretch,
    phone_stretches,
    without,
)

WINDOW_KINDS = ("early", "before", "after", "in_shift")


@dataclass(frozen=True)
class Window:
    """A stretch of a day (minutes from the shift's midnight) that a class may use.

    `on_phones`: the rota counts the person on the phones then, so the class costs cover.
    """

    kind: str
    starts_min: int
    ends_min: int
    on_phones: bool


def windows_of(
    times: ShiftTimes,
    *,
    before_min: int = 0,
    after_min: int = 0,
    in_shift: Sequence[Stretch] = (),
) -> list[Window]:
    """Every window of a shift, in order of time; none on a day off.

    `before_min` and `after_min`: so long before the start and after the end people may be asked
    in. `in_shift`: the stretches of the day a campaign allows, cut to what of the shift is
    neither a break nor its early class. A training shift is one window, off the phones.
    """
    span = times.span
    if span is None or times.kind in ("rest", "leave"):
        return []
    starts, ends = span
    found = []
    if before_min > 0 and starts > 0:
        found.append(Window("before", max(0, starts - before_min), starts, False))
    if times.early_class:
        counted = times.early_class_on_phones and times.kind in WORKING_KINDS
        found.append(Window("early", *times.early_class, counted))
    found += _within(times, in_shift)
    if after_min > 0:
        found.append(Window("after", ends, ends + after_min, False))
    return sorted(found, key=lambda window: (window.starts_min, window.kind))


def _within(times: ShiftTimes, allowed: Sequence[Stretch]) -> list[Window]:
    assert times.span is not None
    if times.kind == "training":
        free = without([times.span], times.breaks)
        return [Window("in_shift", start, end, False) for start, end in free]
    free = phone_stretches(times)
    if times.early_class:
        free = without(free, [times.early_class])
    cut = {
        (max(low, start), min(high, end))
        for low, high in free
        for start, end in allowed
        if max(low, start) < min(high, end)
    }
    return [Window("in_shift", start, end, True) for start, end in sorted(cut)]


def earliest_duty(times: ShiftTimes) -> int | None:
    """The first minute somebody is due on this day: start of shift or of its early class."""
    if times.span is None:
        return None
    return min(times.span[0], times.early_class[0] if times.early_class else times.span[0])
