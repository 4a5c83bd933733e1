"""Charts as SVG, drawn by hand: values in, markup out; colours come from the style sheet.

Each is one picture to a screen reader (`role="img"` with a title); `_charts.html` puts the
same numbers beside it as a table. Texts arrive in the reader's language.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10, pi
from unicodedata import east_asian_width

from flask import Flask
from markupsafe import Markup

WIDTH = 720
LETTER = 12.0  # font size of the charts in px
Show = Callable[[float], str]


@dataclass(frozen=True)
class Series:
    """One line; None is a gap."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Goal:
    """A level to reach, drawn dashed across the chart."""

    value: float
    label: str


def text_width(text: str) -> float:
    """Estimated width in px at the charts' font size: a wide (Chinese) letter is one em."""
    return LETTER * sum(
        1 if east_asian_width(sign) in "WF" else 0.78 if sign.isupper() else 0.6 for sign in text
    )


def shortened(text: str, width: float) -> str:
    """`text`, cut with an ellipsis to fit `width` px."""
    if text_width(text) <= width:
        return text
    while text and text_width(text) > width - LETTER:
        text = text[:-1]
    return text.rstrip() + "…"


def nice_ticks(top: float, count: int = 4) -> list[float]:
    """Round steps from 0 to at least `top`: 1, 2 or 5 times a power of ten."""
    if top <= 0:
        return [0.0, 1.0]
    raw = top / count
    power = 10.0 ** floor(log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * 0.9999)
    return [step * index for index in range(ceil(top / step - 1e-9) + 1)]


def plain_number(value: float) -> str:
    return f"{value:g}"


def picture(
    title: str, height: float, parts: Sequence[Markup], css: str = "", width: float = WIDTH
) -> Markup:
    """A whole chart of this width and height."""
    return Markup(
        '<svg class="th-chart {}" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        "<title>{}</title>{}</svg>"
    ).format(css, round(width), round(height), title, title, Markup("").join(parts))


def stroke(css: str, x1: float, y1: float, x2: float, y2: float) -> Markup:
    """A straight line."""
    return Markup('<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>').format(
        css, x1, y1, x2, y2
    )


def letters(words: str, x: float, y: float, anchor: str = "start", css: str = "") -> Markup:
    """A text that starts, ends or has its middle at a place."""
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}" class="{}">{}</text>').format(
        x, y, anchor, css, words
    )


GOAL_TEXT = "th-chart-goal-text"


def line_chart(
    labels: Sequence[str],
    series: Sequence[Series],
    title: str,
    *,
    goal: Goal | None = None,
    show: Show = plain_number,
) -> Markup:
    """Lines over equally spaced `labels`, from zero; each line has its own stroke and legend."""
    top_y, bottom_y = (34.0 if len(series) > 1 else 16.0), 236.0
    highest = max([v for one in series for v in one.values if v is not None] or [1])
    ticks = nice_ticks(max(highest, goal.value if goal else 0))
    left = max(text_width(show(tick)) for tick in ticks) + 12
    right = WIDTH - max(14.0, text_width(labels[-1]) / 2 + 4 if labels else 14.0)
    step = (right - left) / max(len(labels) - 1, 1)

    def place(index: int, value: float) -> tuple[float, float]:
        return left + index * step, bottom_y - value / ticks[-1] * (bottom_y - top_y)

    parts = []
    for tick in ticks:
        y = place(0, tick)[1]
        parts += [
            stroke("th-chart-grid", left, y, right, y),
            letters(show(tick), left - 8, y + 4, "end"),
        ]
    parts += _label_axis(labels, left, step, bottom_y + 20)
    for number, one in enumerate(series):
        parts += _draw_series(one, number, place, show, labels)
    if goal:
        y = place(0, goal.value)[1]
        parts += [
            stroke("th-chart-goal", left, y, right, y),
            letters(goal.label, left + 4, y - 5, css=GOAL_TEXT),
        ]
    if len(series) > 1:
        parts += _legend(series, left)
    return picture(title, bottom_y + 30, parts)


def _label_axis(labels: Sequence[str], left: float, step: float, y: float) -> list[Markup]:
    widest = max((text_width(label) for label in labels), default=1) + 10
    every = max(1, ceil(widest / step)) if step else 1
    return [
        letters(label, left + index * step, y, "middle")
        for index, label in enumerate(labels)
        if index % every == 0
    ]


def _draw_series(
    one: Series,
    number: int,
    place: Callable[[int, float], tuple[float, float]],
    show: Show,
    labels: Sequence[str],
) -> list[Markup]:
    parts: list[Markup] = []
    run: list[str] = []
    for index, value in enumerate([*one.values, None]):
        if value is not None:
            x, y = place(index, value)
            run.append(f"{x:.1f},{y:.1f}")
            parts.append(
                Markup('<circle class="th-chart-dot" cx="{:.1f}" cy="{:.1f}" r="3.5">'
                       "<title>{} {}: {}</title></circle>")
                .format(x, y, one.name, labels[index], show(value))
            )  # fmt: skip
        elif run:
            line = Markup('<polyline class="th-chart-line" points="{}"/>').format(" ".join(run))
            parts.insert(0, line)
            run = []
    return [Markup('<g class="th-series-{}">{}</g>').format(number % 4, Markup("").join(parts))]


def _legend(series: Sequence[Series], left: float) -> list[Markup]:
    parts, x = [], left
    for number, one in enumerate(series):
        parts.append(
            Markup('<g class="th-series-{}"><line class="th-chart-line" x1="{:.1f}" y1="12" '
                   'x2="{:.1f}" y2="12"/></g>').format(number % 4, x, x + 26)
        )  # fmt: skip
        parts.append(letters(one.name, x + 32, 16))
        x += 32 + text_width(one.name) + 22
    return parts


def histogram(
    counts: Sequence[int],
    edges: Sequence[str],
    title: str,
    *,
    goal: tuple[float, str] | None = None,
) -> Markup:
    """Upright bars side by side; `edges` label the borders between them, one more than bars.

    `goal` is a place along the axis, 0 at the left and 1 at the right end, with its label; bars
    that end before it are drawn as a warning.
    """
    top_y, bottom_y, left, right = 34.0, 236.0, 24.0, WIDTH - 24.0
    step = (right - left) / max(len(counts), 1)
    scale = (bottom_y - top_y) / (max(counts, default=0) or 1)
    parts = []
    for index, count in enumerate(counts):
        x, height = left + index * step, count * scale
        is_below = goal is not None and (index + 1) / len(counts) <= goal[0] + 1e-9
        css = "th-chart-bar th-chart-bar-warning" if is_below else "th-chart-bar"
        parts.append(
            Markup(
                '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}">'
                "<title>{}–{}: {}</title></rect>"
            ).format(
                css, x + 1, bottom_y - height, max(step - 2, 1), height,
                edges[index], edges[index + 1], count,
            )
        )  # fmt: skip
        if count:
            middle = x + step / 2
            parts.append(letters(str(count), middle, bottom_y - height - 5, "middle", _VALUE_TEXT))
    parts.append(stroke("th-chart-axis", left, bottom_y, right, bottom_y))
    parts += _label_axis(edges, left, step, bottom_y + 18)
    if goal:
        x = left + goal[0] * (right - left)
        half = text_width(goal[1]) / 2
        parts += [
            stroke("th-chart-goal", x, 18, x, bottom_y),
            letters(goal[1], min(max(x, half), WIDTH - half), 12, "middle", GOAL_TEXT),
        ]
    return picture(title, bottom_y + 28, parts)


_VALUE_TEXT = "th-chart-value"


def heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    shares: Sequence[Sequence[float | None]],
    title: str,
    *,
    show: Show = plain_number,
) -> Markup:
    """A grid of shares between 0 and 1, darker for more, with the value written in each cell."""
    left = min(160.0, max((text_width(name) for name in rows), default=0)) + 10
    cell = (WIDTH - left - 2) / max(len(columns), 1)
    parts = [
        letters(shortened(name, cell - 4), left + (index + 0.5) * cell, 14, "middle")
        for index, name in enumerate(columns)
    ]
    for line, (name, values) in enumerate(zip(rows, shares, strict=True)):
        y = 22 + line * 28.0
        parts.append(letters(shortened(name, 160), left - 10, y + 18, "end"))
        for index, share in enumerate(values):
            parts.append(_heat_cell(left + index * cell, y, cell, share, show))
    return picture(title, 24 + len(rows) * 28, parts)


def _heat_cell(x: float, y: float, cell: float, share: float | None, show: Show) -> Markup:
    level = "none" if share is None else str(min(4, max(0, ceil(share * 4 - 1e-9))))
    box = Markup(
        '<rect class="th-heat-{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="25" rx="2"/>'
    ).format(level, x + 1, y, cell - 2)
    if share is None:
        return box
    css = "th-heat-text-high" if level == "4" else "th-heat-text-low"
    return box + letters(show(share), x + cell / 2, y + 17, "middle", css)


def sparkline(values: Sequence[float], label: str) -> Markup:
    """A word-sized line; the last value carries a dot."""
    if not values:
        return Markup("")
    low, high = min(values), max(values)
    spread, step = (high - low) or 1, 92 / max(len(values) - 1, 1)
    points = [(2 + i * step, 21 - (value - low) / spread * 18) for i, value in enumerate(values)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return Markup(
        '<svg class="th-spark" viewBox="0 0 96 24" role="img" aria-label="{}"><title>{}</title>'
        '<polyline points="{}"/><circle cx="{:.1f}" cy="{:.1f}" r="2.5"/></svg>'
    ).format(label, label, path, *points[-1])


def progress_ring(share: float, label: str, words: str) -> Markup:
    """A ring filled to `share` (0 to 1) with `words` in its middle."""
    share = min(1.0, max(0.0, share))
    around = 2 * pi * 20
    css = "th-ring-value th-ring-full" if share >= 1 else "th-ring-value"
    arc = Markup("")
    if share > 0:
        arc = Markup(
            '<circle class="{}" cx="24" cy="24" r="20" transform="rotate(-90 24 24)" '
            'stroke-dasharray="{:.2f} {:.2f}"/>'
        ).format(css, around * share, around)
    return Markup(
        '<svg class="th-ring" viewBox="0 0 48 48" role="img" aria-label="{}: {}">'
        '<circle class="th-ring-track" cx="24" cy="24" r="20"/>{}'
        '<text x="24" y="28.5" text-anchor="middle">{}</text></svg>'
    ).format(label, words, arc, words)


def init_app(app: Flask) -> None:
    """Offer the two word-sized pictures to `_charts.html`."""
    app.jinja_env.globals.update(progress_ring=progress_ring, draw_sparkline=sparkline)
