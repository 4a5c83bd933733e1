"""A radar: one axis for each thing that is rated, the values joined into a shape."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from markupsafe import Markup

from trainhub.web.charts import LETTER, letters, picture, shortened, stroke, text_width

RADIUS, MARGIN, WIDTH = 130.0, 44.0, 720.0
NARROW = 340.0
RINGS = (0.25, 0.5, 0.75, 1.0)
LINE = 1.2 * LETTER
MOST_LINES = 3
_PIECES = re.compile(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+")
MOST_WORDED = 16  # with more axes than these the words would lie on each other


@dataclass(frozen=True)
class Axis:
    """One axis; `share` from 0 to 1, None where there is no value: the shape leaves it out."""

    label: str
    share: float | None
    value: str
    is_faint: bool = False


def radar_chart(axes: Sequence[Axis], title: str, *, goal: float | None = None) -> Markup:
    """The radar, drawn twice: with words around it, and with numbers for a phone.

    Beside it the caller shows a table that has the numbers.
    """
    if len(axes) < 3:
        return Markup("")
    numbers = [str(place) for place, _axis in enumerate(axes, start=1)]
    labels = [f"{axis.label} {axis.value}" for axis in axes]
    if len(axes) > MOST_WORDED:
        labels = numbers
    wide = _drawn(axes, labels, title, goal, WIDTH, "th-chart-wide th-radar")
    return wide + _drawn(axes, numbers, title, goal, NARROW, "th-chart-narrow th-radar")


def _drawn(
    axes: Sequence[Axis],
    labels: Sequence[str],
    title: str,
    goal: float | None,
    width: float,
    css: str,
) -> Markup:
    middle = (width / 2, RADIUS + MARGIN)
    corners = [_corner(place, len(axes)) for place in range(len(axes))]
    parts = [_ring(corners, middle, share, "th-radar-ring") for share in RINGS]
    parts += [stroke("th-chart-grid", *middle, *_at(one, middle, 1.0)) for one in corners]
    if goal is not None:
        parts.append(_ring(corners, middle, goal, "th-radar-goal"))
    known = [
        (corner, axis) for corner, axis in zip(corners, axes, strict=True) if axis.share is not None
    ]
    parts.append(_shape(known, middle))
    parts += [_dot(corner, axis, middle) for corner, axis in known]
    room = width / 2 - RADIUS - 16
    for corner, label, axis in zip(corners, labels, axes, strict=True):
        parts.append(_label(corner, label, middle, room, is_faint=axis.share is None))
    return picture(title, 2 * (RADIUS + MARGIN), parts, css, width)


def _corner(place: int, count: int) -> tuple[float, float]:
    angle = 2 * pi * place / count - pi / 2
    return cos(angle), sin(angle)


def _at(
    corner: tuple[float, float], middle: tuple[float, float], share: float
) -> tuple[float, float]:
    return middle[0] + corner[0] * RADIUS * share, middle[1] + corner[1] * RADIUS * share


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def _ring(
    corners: Sequence[tuple[float, float]], middle: tuple[float, float], share: float, css: str
) -> Markup:
    points = _points([_at(one, middle, share) for one in corners])
    return Markup('<polygon class="{}" points="{}"/>').format(css, points)


def _shape(
    known: Sequence[tuple[tuple[float, float], Axis]], middle: tuple[float, float]
) -> Markup:
    points = _points([_at(corner, middle, axis.share or 0) for corner, axis in known])
    return Markup('<polygon class="th-radar-shape" points="{}"/>').format(points)


def _dot(corner: tuple[float, float], axis: Axis, middle: tuple[float, float]) -> Markup:
    x, y = _at(corner, middle, axis.share or 0)
    css = "th-radar-dot th-radar-dot-faint" if axis.is_faint else "th-radar-dot"
    return Markup(
        '<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="4"><title>{}: {}</title></circle>'
    ).format(css, x, y, axis.label, axis.value)


def _label(
    corner: tuple[float, float],
    label: str,
    middle: tuple[float, float],
    room: float,
    *,
    is_faint: bool,
) -> Markup:
    x, y = _at(corner, middle, 1 + 14 / RADIUS)
    anchor = "middle" if abs(corner[0]) < 0.15 else "start" if corner[0] > 0 else "end"
    lines = _lines(label, room * 2 if anchor == "middle" else room)
    y += LETTER / 3 - (LINE * (len(lines) - 1) if corner[1] < -0.99 else 0)
    css = "th-radar-none" if is_faint else ""
    return Markup("").join(
        letters(line, x, y + LINE * place, anchor, css) for place, line in enumerate(lines)
    )


def _lines(label: str, room: float) -> list[str]:
    """A label on as many lines as it takes, broken at blanks and between Chinese signs."""
    lines = [""]
    for piece in _PIECES.findall(label):
        if lines[-1] and text_width((lines[-1] + piece).rstrip()) > room:
            lines.append("")
        lines[-1] += piece
    whole = [shortened(line.strip(), room) for line in lines]
    if len(whole) <= MOST_LINES:
        return whole
    rest = "".join(lines[MOST_LINES - 1 :]).strip()
    return [*whole[: MOST_LINES - 1], shortened(rest, room)]
