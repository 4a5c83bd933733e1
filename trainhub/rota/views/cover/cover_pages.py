"""What the pages of cover show: the state of a day in words, charts with their tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from trainhub.rota.queries.team_cover import TeamHeads
from trainhub.rota.rules.cover import DayCover, Stretch, short_stretches
from trainhub.rota.rules.requirement import StaffingRules, present_of
from trainhub.rota.views.demand.typical_week import Drawn
from trainhub.web.cover_charts import (
    Frame,
    Steps,
    amount_level,
    clock_label,
    frame_of,
    headroom_map,
    step_chart,
)
from trainhub.web.filters import show_date, show_number

Week = Mapping[date, DayCover]


@dataclass(frozen=True)
class ShortPlace:
    """A stretch of a date in which a queue is short."""

    queue_id: int
    queue: str
    on: date
    stretch: Stretch

    @property
    def hours(self) -> str:
        """From when to when: 09:00–10:30."""
        return f"{clock_label(self.stretch.starts_min)}–{clock_label(self.stretch.ends_min)}"


@dataclass(frozen=True)
class QueueWeek:
    """A queue's week at a glance; `days` in order of date."""

    queue_id: int
    name: str
    days: tuple[tuple[date, DayCover], ...]

    @property
    def worst(self) -> int:
        """The least headroom of the days whose demand is known."""
        return min((day.worst for _, day in self.days if day.is_known), default=0)

    @property
    def is_known(self) -> bool:
        """Whether the demand of any day is known."""
        return any(day.is_known for _, day in self.days)

    @property
    def unknown_days(self) -> int:
        """Days whose demand is not known."""
        return sum(not day.is_known for _, day in self.days)

    @property
    def short_minutes(self) -> int:
        """Minutes of the week that are short."""
        return sum(day.interval_min for _, day in self.days for left in day.headroom if left < 0)


def list_short(queue_id: int, name: str, days: Week) -> list[ShortPlace]:
    """The stretches that are short, in order of time."""
    return [
        ShortPlace(queue_id, name, on, stretch)
        for on, cover in days.items()
        for stretch in short_stretches(cover)
    ]


def signed(value: int) -> str:
    """Headroom with its sign: a real minus, a plus for what is left over."""
    return f"−{show_number(-value)}" if value < 0 else show_number(value)


def counted_on(cover: DayCover, rules: StaffingRules) -> list[int]:
    """The people to reckon with: rostered, less unplanned absence, less those in class."""
    return [
        max(0, present_of(have, rules.unplanned_shrinkage) - gone)
        for have, gone in zip(cover.rostered, cover.away, strict=True)
    ]


def promised(cover: DayCover, rules: StaffingRules) -> list[int]:
    """Required with the buffer on top; closed hours keep none."""
    return [
        need + rules.buffer if cover.is_open(at) else 0 for at, need in enumerate(cover.required)
    ]


def _frame(covers: Sequence[DayCover]) -> Frame:
    rows: list[Sequence[float]] = []
    for cover in covers:
        rows += [cover.required, cover.rostered]
    return frame_of(rows, covers[0].interval_min)


def draw_day(cover: DayCover, rules: StaffingRules, team: TeamHeads | None, on: date) -> Drawn:
    """The curve of a day, with the table of its intervals beside it."""
    counted = counted_on(cover, rules)
    lines = [
        Steps(_("Rostered"), cover.rostered, "th-cover-rostered"),
        Steps(_("Counted on"), counted, "th-cover-counted"),
    ]
    if cover.is_known:
        words = _("Required and buffer") if rules.buffer else _("Required")
        lines.append(Steps(words, promised(cover, rules), "th-cover-required"))
    if team:
        lines.append(Steps(_("Team rostered"), team.rostered, "th-cover-team"))
    short = [left < 0 for left in cover.headroom]
    caption = _("People per interval on %(day)s", day=show_date(on, "weekday"))
    frame = _frame([cover])
    chart = step_chart(lines, short, frame, caption, short_label=_("short"), show=show_number)
    return Drawn(chart, caption, day_columns(team), day_rows(cover, rules, team, frame))


def day_columns(team: TeamHeads | None) -> list[str]:
    """Heads of the table of a day."""
    columns = [
        _("Interval from"), _("Required"), _("Rostered"), _("Counted on"), _("In class"),
        _("Headroom"),
    ]  # fmt: skip
    return columns + ([_("Team rostered"), _("Team in class")] if team else [])


def day_rows(
    cover: DayCover, rules: StaffingRules, team: TeamHeads | None, frame: Frame
) -> list[list[str]]:
    """The intervals of a day as texts."""
    counted, rows = counted_on(cover, rules), []
    for at in range(frame.first, frame.end):
        known = cover.is_known
        row = [
            clock_label(at * cover.interval_min),
            show_number(cover.required[at]) if known else "–",
            show_number(cover.rostered[at]),
            show_number(counted[at]),
            show_number(cover.away[at]),
            signed(cover.headroom[at]) if known else "–",
        ]
        if team:
            row += [show_number(team.rostered[at]), show_number(team.away[at])]
        rows.append(row)
    return rows


def draw_week(days: Week) -> Drawn:
    """The heat map of a week: the least headroom of every hour."""
    frame = _frame(list(days.values()))
    cells = [[cover.least(low, high) for low, high in _hours(frame)] for cover in days.values()]
    caption = _("Headroom, the least of each hour")
    return _drawn_map(days, frame, cells, caption)


def draw_team_week(team: Mapping[date, TeamHeads], days: Week) -> Drawn:
    """The heat map of one team: its people on the phones, the fewest of each hour."""
    frame = _frame(list(days.values()))
    cells: list[list[int | None]] = [
        [
            min(
                have - gone
                for have, gone in zip(heads.rostered[low:high], heads.away[low:high], strict=True)
            )
            for low, high in _hours(frame)
        ]
        for heads in team.values()
    ]
    caption = _("People of the team on the phones, the fewest of each hour")
    return _drawn_map(days, frame, cells, caption, is_amount=True)


def _hours(frame: Frame) -> list[tuple[int, int]]:
    per_hour = 60 // frame.interval_min
    return [(at, at + per_hour) for at in range(frame.first, frame.end, per_hour)]


def _drawn_map(
    days: Week,
    frame: Frame,
    cells: list[list[int | None]],
    caption: str,
    *,
    is_amount: bool = False,
) -> Drawn:
    names = [show_date(on, "weekday") for on in days]
    hours = [clock_label(low * frame.interval_min) for low, _high in _hours(frame)]

    def say(row: int, column: int) -> str:
        value = cells[row][column]
        return f"{names[row]} {hours[column]}: {'–' if value is None else signed(value)}"

    options = {"level": amount_level} if is_amount else {}
    chart = headroom_map(
        names, [hour[:2] for hour in hours], cells, caption, show=signed, say=say, **options
    )
    rows = [
        [hour, *("–" if row[at] is None else signed(row[at]) for row in cells)]  # type: ignore[arg-type]  # None is told above
        for at, hour in enumerate(hours)
    ]
    return Drawn(chart, caption, [_("Hour from"), *names], rows)
