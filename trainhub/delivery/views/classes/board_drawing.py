"""The strip of a day behind its classes: required, staffed, and where it is short."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from trainhub.rota.rules.cover import DayCover

HEIGHT = 48
Step = tuple[int, int, float]  # from and to in minutes, heads
_SHORT = Markup('<rect class="th-week-short" x="{}" y="0" width="{}" height="{}"/>')
_PATH = Markup('<path class="{}" d="{}"/>')


def strip(cover: DayCover | None, first_hour: int, last_hour: int, title: str) -> Markup:
    """An SVG as wide as the hours shown; empty where nothing is known of the day."""
    if cover is None or (not any(cover.rostered) and not cover.required):
        return Markup("")
    low, high = first_hour * 60, last_hour * 60
    size = cover.interval_min
    staffed = [have - gone for have, gone in zip(cover.rostered, cover.away, strict=True)]
    top = max([1, *cover.rostered, *cover.required]) * 1.1
    parts = [_PATH.format("th-week-staffed", _area(_steps(staffed, size, low, high), low, top))]
    if any(cover.away):
        rostered = _line(_steps(cover.rostered, size, low, high), low, top)
        parts.append(_PATH.format("th-week-rostered", rostered))
    if cover.required:
        required = _line(_steps(cover.required, size, low, high), low, top)
        parts.append(_PATH.format("th-week-required", required))
        for start, end, left in _steps(cover.headroom, size, low, high):
            if left < 0:
                parts.append(_SHORT.format(start - low, end - start, HEIGHT))
    return Markup(
        '<svg class="th-week-strip" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" '
        'aria-label="{}"><title>{}</title>{}</svg>'
    ).format(high - low, HEIGHT, title, title, Markup("").join(parts))


def _steps(values: Sequence[float], size: int, low: int, high: int) -> list[Step]:
    """Equal values in a row as one step, cut to the hours shown."""
    found: list[Step] = []
    for at, value in enumerate(values):
        start, end = max(low, at * size), min(high, (at + 1) * size)
        if start >= end:
            continue
        if found and found[-1][2] == value and found[-1][1] == start:
            found[-1] = found[-1][0], end, value
        else:
            found.append((start, end, value))
    return found


def _y(value: float, top: float) -> float:
    return round(HEIGHT - max(0.0, value) / top * HEIGHT, 1)


def _line(steps: Sequence[Step], low: int, top: float) -> str:
    words = [f"{start - low} {_y(v, top)}L{end - low} {_y(v, top)}" for start, end, v in steps]
    return "M" + "L".join(words) if words else ""


def _area(steps: Sequence[Step], low: int, top: float) -> str:
    line = _line(steps, low, top)
    if not steps:
        return ""
    return f"{line}L{steps[-1][1] - low} {HEIGHT}L{steps[0][0] - low} {HEIGHT}Z"
