"""Fairness: dawns, cancellations, trainers' load, hours planned and delivered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.delivery.queries.planning import fairness as queries
from trainhub.delivery.views.blueprint import bp
from trainhub.delivery.views.class_words import cause_words
from trainhub.people.models import Person
from trainhub.rota.rules.clock_times import clock_time
from trainhub.rota.views.demand.typical_week import Drawn
from trainhub.web.access import current_person, requires
from trainhub.web.charts import Series, histogram, line_chart
from trainhub.web.filters import show_date, show_number
from trainhub.web.locale import current_zone
from trainhub.web.text import asked_text

USUAL_DAYS = 90
LONGEST_DAYS = 730


@bp.get("/fairness")
@requires("delivery.view_debt")
def show_fairness() -> ResponseReturnValue:
    """Who gets the dawn and who is called off, in the last three months or a period asked for."""
    viewer: Person = current_person()
    first, last = _period()
    hours = queries.list_hours(viewer, first, last)
    return render_template(
        "delivery/planning/show_fairness.html",
        first=first,
        last=last,
        at_dawn=queries.list_dawns(viewer, first, last),
        called_off=queries.list_called_off(viewer, first, last),
        usual_dawn=clock_time(queries.USUAL_DAWN_MIN),
        cause_words=cause_words,
        shown=queries.SHOWN,
        teams=queries.list_team_minutes(viewer, first, last),
        trainers=queries.list_trainers(viewer, first, last),
        dawns=_draw_dawns(queries.count_dawns(viewer, first, last)),
        hours=_draw_hours(hours),
    )


def _period() -> tuple[date, date]:
    """The dates asked for; the last three months and the coming four weeks without."""
    today = clock.today(current_zone())
    first = _asked("from") or today - timedelta(days=USUAL_DAYS)
    last = _asked("until") or today + timedelta(days=28)
    if last < first:
        first, last = last, first
    return max(first, last - timedelta(days=LONGEST_DAYS)), last


def _asked(name: str) -> date | None:
    try:
        return date.fromisoformat(asked_text(name, 10))
    except ValueError:
        return None


def _draw_dawns(counts: Sequence[int]) -> Drawn | None:
    """How many people had so many dawn classes."""
    if not counts or sum(counts) == counts[0]:
        return None
    caption = _("Dawn classes by person")
    edges = [show_number(number) for number in range(len(counts) + 1)]
    rows = [[show_number(number), show_number(count)] for number, count in enumerate(counts)]
    chart = histogram(counts, edges, caption)
    return Drawn(chart, caption, [_("Dawn classes"), _("People")], rows)


def _draw_hours(hours: Sequence[queries.Hours]) -> Drawn | None:
    """Hours planned and delivered, week by week."""
    if not hours:
        return None
    caption = _("Hours of people in class, week by week")
    labels = [show_date(week.monday, "short") for week in hours]
    series = [
        Series(_("Planned"), [round(week.planned_min / 60, 1) for week in hours]),
        Series(_("Delivered"), [round(week.delivered_min / 60, 1) for week in hours]),
    ]
    rows = [
        [label, show_number(week.planned_min / 60, 1), show_number(week.delivered_min / 60, 1)]
        for label, week in zip(labels, hours, strict=True)
    ]
    chart = line_chart(labels, series, caption, show=show_number)
    columns = [_("Week from"), _("Planned, hours"), _("Delivered, hours")]
    return Drawn(chart, caption, columns, rows)
