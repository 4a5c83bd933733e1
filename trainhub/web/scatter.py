"""A chart of points between two axes, for what two figures say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from trainhub.web.charts import WIDTH, Show, letters, picture, stroke, text_width


@dataclass(frozen=True)
class Point:
    """One thing; `kind` may be `warning` or `danger`: such points are drawn as diamonds and
    carry their label."""

    label: str
    x: float
    y: float
    kind: str = ""


@dataclass(frozen=True)
class Axis:
    """What is measured, from where to where, and the values that are written beside it."""

    label: str
    ticks: Sequence[float]
    show: Show

    def share(self, value: float) -> float:
        """Where a value lies: 0 at the first tick, 1 at the last."""
        low, high = self.ticks[0], self.ticks[-1]
        return (min(max(value, low), high) - low) / (high - low)


def scatter_chart(points: Sequence[Point], x_axis: Axis, y_axis: Axis, title: str) -> Markup:
    """Each thing at its two figures; those to look at are drawn last and named."""
    top, bottom = 30.0, 300.0
    left = max(text_width(y_axis.show(tick)) for tick in y_axis.ticks) + 12
    right = WIDTH - 24.0

    def place(x: float, y: float) -> tuple[float, float]:
        across = left + x_axis.share(x) * (right - left)
        return across, bottom - y_axis.share(y) * (bottom - top)

    parts = [letters(y_axis.label, 0, 14), letters(x_axis.label, right, bottom + 38, "end")]
    for tick in y_axis.ticks:
        _, y = place(x_axis.ticks[0], tick)
        css = "th-chart-axis" if tick == 0 else "th-chart-grid"
        parts += [
            stroke(css, left, y, right, y),
            letters(y_axis.show(tick), left - 8, y + 4, "end"),
        ]
    for tick in x_axis.ticks:
        x, _ = place(tick, y_axis.ticks[0])
        parts += [
            stroke("th-chart-grid", x, top, x, bottom),
            letters(x_axis.show(tick), x, bottom + 18, "middle"),
        ]
    for one in sorted(points, key=lambda point: bool(point.kind)):
        parts += _mark(one, *place(one.x, one.y), f"{x_axis.show(one.x)}, {y_axis.show(one.y)}")
    return picture(title, bottom + 48, parts)


def _mark(one: Point, x: float, y: float, values: str) -> list[Markup]:
    said = Markup("<title>{}: {}</title>").format(one.label, values)
    if not one.kind:
        return [
            Markup(
                '<circle class="th-chart-bar" cx="{:.1f}" cy="{:.1f}" r="4.5">{}</circle>'
            ).format(x, y, said)
        ]
    diamond = (
        f"{x:.1f},{y - 6.5:.1f} {x + 6.5:.1f},{y:.1f} {x:.1f},{y + 6.5:.1f} {x - 6.5:.1f},{y:.1f}"
    )
    width = text_width(one.label)
    is_right = x + 10 + width > WIDTH
    return [
        Markup('<polygon class="th-chart-bar th-chart-bar-{}" points="{}">{}</polygon>').format(
            one.kind, diamond, said
        ),
        letters(one.label, x - 10 if is_right else x + 10, y + 4, "end" if is_right else "start"),
    ]
