"""What an import of demand would do, a line for each queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from trainhub.rota.services.importing_demand import DemandPlan
from trainhub.rota.views.demand.demand_words import day_words, weekday_words
from trainhub.web.cover_charts import clock_label
from trainhub.web.filters import show_date


@dataclass(frozen=True)
class PlanRow:
    """One queue of the table: the days it names, and what stands in them."""

    queue: str
    days: str
    count: int
    interval_min: int
    contacts: float
    minimum: int
    unknown: int


@dataclass(frozen=True)
class LostRow:
    """Hours of a day in which nobody would be asked for any more."""

    queue: str
    day: str
    times: str
    contacts: float
    minimum: int


def lost_rows(plan: DemandPlan, names: Mapping[int, str], *, limit: int) -> list[LostRow]:
    """What is known of days and would be nought after the import, by queue and day."""
    return [
        LostRow(
            names.get(one.queue_id, ""),
            day_words(one.day),
            f"{clock_label(gone.starts_min)}–{clock_label(gone.ends_min)}",
            gone.contacts,
            gone.minimum,
        )
        for one, gone in plan.lost[:limit]
    ]


def plan_rows(plan: DemandPlan, names: Mapping[int, str]) -> list[PlanRow]:
    """The queues of a table with their sums."""
    rows = []
    for queue_id in dict.fromkeys(one.queue_id for one in plan.days):
        mine = [one for one in plan.days if one.queue_id == queue_id]
        rows.append(
            PlanRow(
                names.get(queue_id, ""),
                _days(
                    [one.day for one in mine if isinstance(one.day, date)],
                    [one.day for one in mine if not isinstance(one.day, date)],
                ),
                len(mine),
                mine[0].demand.interval_min,
                sum(sum(one.demand.contacts) for one in mine),
                max((max(one.demand.minimum, default=0) for one in mine), default=0),
                sum(not one.demand.is_known for one in mine),
            )
        )
    return rows


def _days(dates: list[date], typical: list[int]) -> str:
    words = []
    if dates:
        first, last = show_date(min(dates)), show_date(max(dates))
        span = str(_("%(first)s to %(last)s", first=first, last=last))
        words.append(first if first == last else span)
    words += [weekday_words(day) for day in sorted(typical)]
    return str(_(", ")).join(words)
