"""The picture of how long cohorts take: from a quarter to three quarters, the median as a dot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

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

ROW, HEAD, NAME_WIDTH = 34.0, 10.0, 180.0


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
    """A line from the first to the third quarter, open to the right where that is not reached."""
    top = max(
        (day for bar in bars for day in (bar.first_quarter, bar.median, bar.third_quarter) if day),
        default=1,
    )
    ticks = nice_ticks(top)
    left = min(NAME_WIDTH, max(text_width(bar.label) for bar in bars)) + 14
    right = WIDTH - max(text_width(bar.note) for bar in bars) - 18
    bottom = HEAD + len(bars) * ROW

    def at(days: float) -> float:
        return left + days / ticks[-1] * (right - left)

    parts: list[Markup] = []
    for tick in ticks:
        parts.append(stroke("th-chart-grid", at(tick), HEAD, at(tick), bottom))
        parts.append(letters(show_number(tick, 0), at(tick), bottom + 18, "middle"))
    for number, bar in enumerate(bars):
        parts += _bar(bar, HEAD + number * ROW + ROW / 2, at, left, right)
    return picture(title, bottom + 28, parts)


def _bar(
    bar: PaceBar, y: float, at: Callable[[float], float], left: float, right: float
) -> list[Markup]:
    css = "th-chart-value" if bar.is_chosen else ""
    parts = [
        letters(shortened(bar.label, NAME_WIDTH), left - 12, y + 4, "end", css),
        letters(bar.note, right + 12, y + 4),
    ]
    begins = bar.first_quarter or bar.median
    if begins is None:
        return parts
    ends = at(bar.third_quarter) if bar.third_quarter else right
    line = "th-chart-line" if bar.third_quarter else "th-chart-line th-pace-open"
    parts.append(stroke(line, at(begins), y, ends, y))
    if bar.median:
        parts.append(
            Markup('<circle class="th-chart-dot" cx="{:.1f}" cy="{:.1f}" r="5">'
                   "<title>{}: {}</title></circle>")
            .format(at(bar.median), y, bar.label, show_number(bar.median))
        )  # fmt: skip
    css = "th-series-0" if bar.is_chosen else "th-series-1"
    return [Markup('<g class="{}">{}</g>').format(css, Markup("").join(parts))]
