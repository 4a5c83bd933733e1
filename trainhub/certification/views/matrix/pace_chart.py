"""The picture of how long cohorts take: from a quarter to three quarters, the median as a dot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from trainhub.web.bars import NARROW
from trainhub.web.charts import (
    WIDTH,
    letters,
    nice_ticks,
    picture,
    shortened,
    stroke,
    text_width,
)
from trainhub.web.filters import show_number

ROW, NARROW_ROW, HEAD, NAME_WIDTH = 34.0, 46.0, 10.0, 180.0


@dataclass(frozen=True)
class PaceBar:
    """One cohort; days are None while so many are not through yet. `note` says how many are."""

    label: str
    first_quarter: int | None
    median: int | None
    third_quarter: int | None
    is_chosen: bool
    note: str


def pace_chart(bars: Sequence[PaceBar], title: str) -> Markup:
    """A line from the first to the third quarter, open to the right where that is not reached.

    Drawn twice, and the style sheet shows one: on a phone the words stand above their line.
    """
    top = max(
        (day for bar in bars for day in (bar.first_quarter, bar.median, bar.third_quarter) if day),
        default=1,
    )
    ticks = nice_ticks(top)
    return _wide(bars, title, ticks) + _narrow(bars, title, ticks)


def _wide(bars: Sequence[PaceBar], title: str, ticks: Sequence[float]) -> Markup:
    left = min(NAME_WIDTH, max(text_width(bar.label) for bar in bars)) + 14
    right = WIDTH - max(text_width(bar.note) for bar in bars) - 18
    bottom = HEAD + len(bars) * ROW

    def at(days: float) -> float:
        return left + days / ticks[-1] * (right - left)

    parts = _scale(ticks, at, bottom)
    for number, bar in enumerate(bars):
        y = HEAD + number * ROW + ROW / 2
        words = [
            letters(shortened(bar.label, NAME_WIDTH), left - 12, y + 4, "end", _name_css(bar)),
            letters(bar.note, right + 12, y + 4),
        ]
        parts.append(_series(bar, words + _line(bar, y, at, right)))
    return picture(title, bottom + 28, parts, "th-chart-wide")


def _narrow(bars: Sequence[PaceBar], title: str, ticks: Sequence[float]) -> Markup:
    left, right = 8.0, NARROW - 14.0
    bottom = HEAD + len(bars) * NARROW_ROW

    def at(days: float) -> float:
        return left + days / ticks[-1] * (right - left)

    parts = _scale(ticks, at, bottom)
    for number, bar in enumerate(bars):
        y = HEAD + number * NARROW_ROW
        room = NARROW - text_width(bar.note) - 12
        words = [
            letters(shortened(bar.label, room), 0, y + 14, "start", _name_css(bar)),
            letters(bar.note, NARROW, y + 14, "end"),
        ]
        parts.append(_series(bar, words + _line(bar, y + 30, at, right)))
    return picture(title, bottom + 28, parts, "th-chart-narrow", NARROW)


def _scale(ticks: Sequence[float], at: Callable[[float], float], bottom: float) -> list[Markup]:
    parts: list[Markup] = []
    for tick in ticks:
        parts.append(stroke("th-chart-grid", at(tick), HEAD, at(tick), bottom))
        parts.append(letters(show_number(tick, 0), at(tick), bottom + 18, "middle"))
    return parts


def _name_css(bar: PaceBar) -> str:
    return "th-chart-value" if bar.is_chosen else ""


def _series(bar: PaceBar, parts: Sequence[Markup]) -> Markup:
    css = "th-series-0" if bar.is_chosen else "th-series-1"
    return Markup('<g class="{}">{}</g>').format(css, Markup("").join(parts))


def _line(bar: PaceBar, y: float, at: Callable[[float], float], right: float) -> list[Markup]:
    begins = bar.first_quarter or bar.median
    if begins is None:
        return []
    ends = at(bar.third_quarter) if bar.third_quarter else right
    line = "th-chart-line" if bar.third_quarter else "th-chart-line th-pace-open"
    parts = [stroke(line, at(begins), y, ends, y)]
    if bar.median:
        parts.append(
            Markup('<circle class="th-chart-dot" cx="{:.1f}" cy="{:.1f}" r="5">'
                   "<title>{}: {}</title></circle>")
            .format(at(bar.median), y, bar.label, show_number(bar.median))
        )  # fmt: skip
    return parts
