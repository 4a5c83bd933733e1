"""Charts of horizontal bars, one drawing for screens and one for phones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from trainhub.web.charts import (
    GOAL_TEXT,
    WIDTH,
    Goal,
    Show,
    letters,
    picture,
    plain_number,
    shortened,
    stroke,
    text_width,
)

NARROW = 340


@dataclass(frozen=True)
class Bar:
    """One bar; `kind` may be `warning` or `danger`, said in words by `note`."""

    label: str
    value: float
    kind: str = ""
    note: str = ""


def bar_chart(
    bars: Sequence[Bar], title: str, *, goal: Goal | None = None, show: Show = plain_number
) -> Markup:
    """Horizontal bars, one below the other, with the value behind each.

    Drawn twice, and the style sheet shows one: on a phone the words stand above their bar.
    """
    values = [show(bar.value) + (f" {bar.note}" if bar.note else "") for bar in bars]
    top = max([bar.value for bar in bars] + ([goal.value] if goal else []), default=1) or 1
    wide = _wide_bars(bars, values, title, goal, top)
    return wide + _narrow_bars(bars, values, title, goal, top) if bars else wide


def _bar(bar: Bar, value: str, x: float, y: float, length: float, height: int) -> Markup:
    css = f"th-chart-bar th-chart-bar-{bar.kind}" if bar.kind else "th-chart-bar"
    return Markup(
        '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{}" rx="2">'
        "<title>{}: {}</title></rect>"
    ).format(css, x, y, max(length, 1), height, bar.label, value)


def _narrow_bars(
    bars: Sequence[Bar], values: Sequence[str], title: str, goal: Goal | None, top: float
) -> Markup:
    row, head, scale = 40.0, 20.0 if goal else 4.0, NARROW / top
    bottom, parts = head + len(bars) * row, []
    for index, (bar, value) in enumerate(zip(bars, values, strict=True)):
        y = head + index * row
        parts += [
            letters(shortened(bar.label, NARROW - text_width(value) - 12), 0, y + 16),
            letters(value, NARROW, y + 16, "end", "th-chart-value"),
            _bar(bar, value, 0, y + 22, bar.value * scale, 12),
        ]
    if goal:
        x, half = goal.value * scale, text_width(goal.label) / 2
        at = min(max(x, half), NARROW - half)
        parts.append(letters(goal.label, at, 12, "middle", GOAL_TEXT))
        for index in range(len(bars)):  # beside the bars, not through the words
            y = head + index * row
            parts.append(stroke("th-chart-goal", x, y + 20, x, y + 36))
    return picture(title, bottom + 6, parts, "th-chart-narrow", NARROW)


def _wide_bars(
    bars: Sequence[Bar], values: Sequence[str], title: str, goal: Goal | None, top: float
) -> Markup:
    row, left_limit = 28.0, 220.0
    left = min(left_limit, max((text_width(bar.label) for bar in bars), default=0)) + 10
    right = max((text_width(value) for value in values), default=0) + 14
    scale = (WIDTH - left - right) / top
    head = 20.0 if goal else 4.0
    parts = []
    for index, (bar, value) in enumerate(zip(bars, values, strict=True)):
        y = head + index * row
        length = max(bar.value * scale, 1)
        parts += [
            letters(shortened(bar.label, left_limit), left - 10, y + 18, "end"),
            _bar(bar, value, left, y + 4, length, 18),
            letters(value, left + length + 6, y + 18, css="th-chart-value"),
        ]
    bottom = head + len(bars) * row
    parts.append(stroke("th-chart-axis", left, head, left, bottom))
    if goal:
        x = left + goal.value * scale
        parts += [
            stroke("th-chart-goal", x, head - 4, x, bottom),
            letters(
                goal.label, min(x, WIDTH - text_width(goal.label) / 2), 12, "middle", GOAL_TEXT
            ),
        ]
    return picture(title, bottom + 6, parts, "th-chart-wide")
