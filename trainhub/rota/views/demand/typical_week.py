"""The typical days of a queue drawn: how many people they need, over the hours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup

from trainhub.rota.rules.requirement import Demand, StaffingRules, required
from trainhub.rota.views.demand.demand_words import weekday_words
from trainhub.web.cover_charts import amount_level, clock_label, frame_of, headroom_map
from trainhub.web.filters import show_number


@dataclass(frozen=True)
class Drawn:
    """A chart and the table beside it."""

    chart: Markup
    caption: str
    columns: list[str]
    rows: list[list[str]]


def draw_typical_days(rules: StaffingRules, typical: Mapping[int, Demand]) -> Drawn | None:
    """People required in every hour of every typical day; None without any."""
    days = [(day, required(rules, typical[day])) for day in sorted(typical)]
    days = [(day, needs) for day, needs in days if needs]
    if not days:
        return None
    per_hour = 60 // rules.interval_min
    frame = frame_of([needs for _day, needs in days], rules.interval_min)
    hours = range(frame.first, frame.end, per_hour)
    cells = [[max(needs[at : at + per_hour]) for at in hours] for _day, needs in days]
    labels = [clock_label(at * rules.interval_min) for at in hours]
    names = [weekday_words(day) for day, _needs in days]
    caption = _("People required on typical days, the most of each hour")
    chart = headroom_map(
        names,
        labels,
        cells,
        caption,
        show=show_number,
        say=lambda row, column: f"{names[row]} {labels[column]}: {cells[row][column]}",
        level=amount_level,
    )
    rows = [
        [label, *(show_number(cells[day][number]) for day in range(len(names)))]
        for number, label in enumerate(labels)
    ]
    return Drawn(chart, caption, [_("Hour from"), *names], rows)
