"""Charts of cover: steps over the intervals of a day, a heat map of what is left over.

Both tell their numbers in words too: a step chart through its titles and the table beside it, a
heat map by the number in every cell. Colour only repeats what stands there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

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

_TOP, _BOTTOM = 34.0, 250.0
_MINUTES_OF_DAY = 1440


@dataclass(frozen=True)
class Steps:
    """One line of heads, a number for each interval; `css` is its style's class."""

    name: str
    values: Sequence[float]
    css: str


@dataclass(frozen=True)
class Frame:
    """The stretch of a day that is drawn: the first interval, how many, and their length."""

    first: int
    count: int
    interval_min: int

    @property
    def end(self) -> int:
        """The interval after the last one drawn."""
        return self.first + self.count


def frame_of(rows: Sequence[Sequence[float]], interval_min: int) -> Frame:
    """The hours in which anything happens, with an hour before and after; all where nothing does.

    Whole hours, so that two charts of a page line up.
    """
    width = _MINUTES_OF_DAY // interval_min
    busy = [at for at in range(width) if any(row and row[at] for row in rows)]
    if not busy:
        return Frame(0, width, interval_min)
    hour = 60 // interval_min
    low = max(0, (busy[0] // hour - 1) * hour)
    high = min(width, (busy[-1] // hour + 2) * hour)
    return Frame(low, high - low, interval_min)


def clock_label(minute: int) -> str:
    """A time of day as 09:30."""
    return f"{minute // 60:02}:{minute % 60:02}"


def step_chart(
    lines: Sequence[Steps],
    short: Sequence[bool],
    frame: Frame,
    title: str,
    *,
    short_label: str,
    show: Callable[[float], str],
) -> Markup:
    """Lines that hold for a whole interval; the ground of short intervals is coloured.

    `short` has one entry for each interval of the day.
    """
    highest = max([value for one in lines for value in one.values[frame.first : frame.end]] or [1])
    ticks = nice_ticks(max(highest, 1))
    left = max(text_width(show(tick)) for tick in ticks) + 12
    right = WIDTH - 16.0
    step = (right - left) / frame.count
    scale = (_BOTTOM - _TOP) / ticks[-1]
    parts = [_ground(short, frame, left, step)]
    for tick in ticks:
        y = _BOTTOM - tick * scale
        parts += [
            stroke("th-chart-grid", left, y, right, y),
            letters(show(tick), left - 8, y + 4, "end"),
        ]
    parts += _hours(frame, left, step)
    parts += [_line(one, frame, left, step, scale) for one in lines]
    parts.append(_targets(lines, frame, left, step, show))
    parts += _legend(lines, left, short_label if any(short) else "")
    return picture(title, _BOTTOM + 28, parts)


def _ground(short: Sequence[bool], frame: Frame, left: float, step: float) -> Markup:
    boxes, begun = [], None
    for at in range(frame.first, frame.end + 1):
        is_short = at < frame.end and bool(short) and short[at]
        if is_short and begun is None:
            begun = at
        elif not is_short and begun is not None:
            x, width = left + (begun - frame.first) * step, (at - begun) * step
            boxes.append(
                Markup(
                    '<rect class="th-cover-short" x="{:.1f}" y="{}" width="{:.1f}" height="{}"/>'
                ).format(x, _TOP, width, _BOTTOM - _TOP)
            )
            begun = None
    return Markup("").join(boxes)


def _hours(frame: Frame, left: float, step: float) -> list[Markup]:
    per_hour = 60 // frame.interval_min
    hours = frame.count / per_hour
    every = next(number for number in (1, 2, 3, 4, 6) if hours / number <= 14 or number == 6)
    marks = []
    for at in range(0, frame.count + 1, per_hour * every):
        x = left + at * step
        marks += [
            stroke("th-chart-axis", x, _BOTTOM, x, _BOTTOM + 4),
            letters(
                clock_label((frame.first + at) * frame.interval_min), x, _BOTTOM + 19, "middle"
            ),
        ]
    return marks


def _line(one: Steps, frame: Frame, left: float, step: float, scale: float) -> Markup:
    points = []
    for number, value in enumerate(one.values[frame.first : frame.end]):
        x, y = left + number * step, _BOTTOM - value * scale
        points.append(f"{x:.1f},{y:.1f} {x + step:.1f},{y:.1f}")
    return Markup('<polyline class="th-cover-line {}" points="{}"/>').format(
        one.css, " ".join(points)
    )


def _targets(
    lines: Sequence[Steps],
    frame: Frame,
    left: float,
    step: float,
    show: Callable[[float], str],
) -> Markup:
    """Clear columns that tell all figures of their interval when pointed at."""
    columns = []
    for number in range(frame.count):
        at = frame.first + number
        words = [clock_label(at * frame.interval_min)]
        words += [f"{one.name} {show(one.values[at])}" for one in lines]
        columns.append(
            Markup(
                '<rect class="th-cover-column" x="{:.1f}" y="{}" width="{:.1f}" height="{}">'
                "<title>{}</title></rect>"
            ).format(left + number * step, _TOP, step, _BOTTOM - _TOP, " · ".join(words))
        )
    return Markup("").join(columns)


def _legend(lines: Sequence[Steps], left: float, short_label: str) -> list[Markup]:
    parts, x = [], left
    for one in lines:
        parts += [
            Markup('<polyline class="th-cover-line {}" points="{:.1f},12 {:.1f},12"/>').format(
                one.css, x, x + 26
            ),
            letters(one.name, x + 32, 16),
        ]
        x += 32 + text_width(one.name) + 20
    if short_label:
        parts += [
            Markup('<rect class="th-cover-short" x="{:.1f}" y="4" width="18" height="16"/>').format(
                x
            ),
            letters(short_label, x + 24, 16),
        ]
    return parts


def heat_level(left_over: int | None, top: int) -> str:
    """The class of a cell: `none` unknown, `short-2`, `short-1`, `even`, or 1 to 4 by its size.

    `top` is the most left over anywhere in the picture.
    """
    if left_over is None:
        return "none"
    if left_over < 0:
        return "short-2" if left_over <= -3 else "short-1"
    if left_over == 0:
        return "even"
    return amount_level(left_over, top)


def amount_level(amount: int | None, top: int) -> str:
    """The class of a cell that only counts: darker for more, `0` for nothing."""
    if amount is None:
        return "none"
    return str(min(4, ceil(amount / max(top, 1) * 4)))


def headroom_map(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[int | None]],
    title: str,
    *,
    show: Callable[[int], str],
    say: Callable[[int, int], str],
    level: Callable[[int | None, int], str] = heat_level,
) -> Markup:
    """What is left over, a row for each day and a column for each stretch of it.

    `say(row, column)` is what a cell tells when pointed at; `level` chooses its colour.
    """
    left = min(120.0, max((text_width(name) for name in rows), default=0)) + 10
    cell = (WIDTH - left - 2) / max(len(columns), 1)
    top = max((value for row in cells for value in row if value is not None), default=0)
    widest = max((text_width(name) for name in columns), default=0) + 6
    every = max(1, ceil(widest / cell))
    parts = [
        letters(name, left + index * cell + 1, 14)
        for index, name in enumerate(columns)
        if index % every == 0
    ]
    for line, (name, values) in enumerate(zip(rows, cells, strict=True)):
        y = 22 + line * 30.0
        parts.append(letters(shortened(name, 120), left - 10, y + 18, "end"))
        for index, value in enumerate(values):
            x = left + index * cell
            name_of_level = level(value, top)
            words = say(line, index)
            parts.append(_heat_cell(x, y, cell, value, name_of_level, show, words))
    return picture(title, 26 + len(rows) * 30, parts)


def _heat_cell(
    x: float,
    y: float,
    cell: float,
    value: int | None,
    level: str,
    show: Callable[[int], str],
    words: str,
) -> Markup:
    box = Markup(
        '<rect class="th-cover-{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="27" rx="2">'
        "<title>{}</title></rect>"
    ).format(level, x + 1, y, max(cell - 2, 1), words)
    if value is None:
        return box
    css = f"th-cover-figure th-cover-figure-{level}"
    return box + letters(show(value), x + cell / 2, y + 18, "middle", css)
