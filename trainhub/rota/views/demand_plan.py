"""What an import of demand would do, a line for each queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from trainhub.rota.services.importing_demand import DemandPlan
from trainhub.rota.views.demand_words import weekday_words
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
