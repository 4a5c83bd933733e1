"""The cover: required, rostered and left over, red first; of all queues, a week, a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub.people.exports import FORMATS
from trainhub.people.models import Team
from trainhub.rota.models import Queue
from trainhub.rota.queries.calendar_days import list_calendar
from trainhub.rota.queries.cover import cover_of
from trainhub.rota.queries.cover_scope import list_queues_in_sight
from trainhub.rota.queries.demand import DemandSource, demand_of, rules_of
from trainhub.rota.queries.team_cover import TeamHeads, team_heads
from trainhub.rota.rules.cover import DayCover
from trainhub.rota.views.asked_dates import asked_date, week_around
from trainhub.rota.views.blueprint import bp
from trainhub.rota.views.cover.cover_pages import (
    QueueWeek,
    ShortPlace,
    counted_on,
    draw_day,
    draw_team_week,
    draw_week,
    list_short,
    signed,
)
from trainhub.rota.views.demand.demand_words import centre_today, promise_words, weekday_words
from trainhub.rota.views.scope import asked_queue, asked_team
from trainhub.tables import write_csv, write_xlsx
from trainhub.web.access import current_person, requires
from trainhub.web.cover_charts import clock_label
from trainhub.web.locale import current_language
from trainhub.web.text import asked_text

SHOWN_SHORT = 30


@bp.get("/cover")
@requires("rota.view_cover")
def show_cover() -> ResponseReturnValue:
    """The week of every queue in sight, the shortest first."""
    viewer, today = current_person(), centre_today()
    on = asked_date("on", today) or today
    first, last = week_around(on)
    queues = list_queues_in_sight(viewer)
    covers = cover_of([queue.id for queue in queues], first, last)
    weeks, short = [], []
    for queue in queues:
        days = {one: covers[queue.id, one] for one in _dates(first, last)}
        weeks.append(QueueWeek(queue.id, queue.name, tuple(days.items())))
        short += list_short(queue.id, queue.name, days)
    return render_template(
        "rota/show_cover.html",
        weeks=sorted(weeks, key=lambda one: (one.worst, one.name)),
        short=_red_first(short),
        shown_short=SHOWN_SHORT,
        dates=_dates(first, last),
        first=first,
        last=last,
        today=today,
        before=first - timedelta(days=7),
        after=first + timedelta(days=7),
        signed=signed,
    )


def _red_first(places: list[ShortPlace]) -> list[ShortPlace]:
    return sorted(places, key=lambda one: (-one.stretch.short_by, one.on, one.stretch.starts_min))


def _dates(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


@dataclass(frozen=True)
class QueuePage:
    """What the page of one queue is asked for, and the ways to others."""

    queue: Queue
    teams: list[Team]
    team: Team | None
    on: date
    span: str

    @property
    def first(self) -> date:
        """The first date shown."""
        return week_around(self.on)[0] if self.span == "week" else self.on

    @property
    def last(self) -> date:
        """The last date shown."""
        return week_around(self.on)[1] if self.span == "week" else self.on

    @property
    def step(self) -> timedelta:
        """How far it is to the next page."""
        return timedelta(days=7 if self.span == "week" else 1)

    def url(self, **values: Any) -> str:
        """The address of this page with some of it changed."""
        return url_for("rota.show_queue_cover", **self._asked(values))

    def table_url(self, kind: str) -> str:
        """The address of the same as a table to take away."""
        return url_for("rota.export_cover", kind=kind, **self._asked({}))

    def _asked(self, values: dict[str, Any]) -> dict[str, Any]:
        team_id = self.team.id if self.team else None
        asked = {"queue_id": self.queue.id, "on": self.on, "span": self.span, "team": team_id}
        return asked | values


def _asked_page(queue_id: int) -> QueuePage:
    today, queue = centre_today(), asked_queue(queue_id)
    teams, team = asked_team(queue)
    span = "day" if asked_text("span", 4) == "day" else "week"
    return QueuePage(queue, teams, team, asked_date("on", today) or today, span)


def _covers(page: QueuePage) -> dict[date, DayCover]:
    found = cover_of([page.queue.id], page.first, page.last)
    return {on: found[page.queue.id, on] for on in _dates(page.first, page.last)}


def _team_heads(page: QueuePage) -> dict[date, TeamHeads] | None:
    if page.team is None:
        return None
    return team_heads(page.queue, page.team.id, page.first, page.last)


@bp.get("/cover/<int:queue_id>")
@requires("rota.view_cover")
def show_queue_cover(queue_id: int) -> ResponseReturnValue:
    """A queue's week as a heat map, or its day as a curve; beside it what is short."""
    page = _asked_page(queue_id)
    days, heads, rules = _covers(page), _team_heads(page), rules_of(page.queue)
    pictures = []
    if page.span == "day":
        team = heads[page.on] if heads else None
        pictures.append(draw_day(days[page.on], rules, team, page.on))
    else:
        pictures.append(draw_week(days))
        if heads:
            pictures.append(draw_team_week(heads, days))
    return render_template(
        "rota/show_queue_cover.html",
        page=page,
        days=days,
        pictures=pictures,
        short=list_short(page.queue.id, page.queue.name, days),
        shown_short=SHOWN_SHORT,
        signed=signed,
        promise=promise_words(page.queue),
        sources=_source_words(page),
        today=centre_today(),
        rules=rules,
    )


def _source_words(page: QueuePage) -> dict[date, str]:
    """Where each date's demand comes from, and the holiday it may be."""
    is_chinese = current_language() == "zh"
    names = {
        row.day.on: row.day.name_zh if is_chinese else row.day.name_en
        for row in list_calendar(page.first, page.last)
    }
    words = {}
    for (_queue_id, on), day in demand_of([page.queue.id], page.first, page.last).items():
        if day.source is DemandSource.DATE:
            text = str(_("demand of the date"))
        elif day.weekday is not None:
            text = str(_("typical day: %(day)s", day=weekday_words(day.weekday)))
        else:
            text = str(_("demand not known"))
        words[on] = f"{names[on]} · {text}" if names.get(on) else text
    return words


@bp.get("/cover/<int:queue_id>/<any(csv, xlsx):kind>")
@requires("rota.view_cover")
def export_cover(queue_id: int, kind: str) -> ResponseReturnValue:
    """The intervals of the page as a table."""
    page = _asked_page(queue_id)
    days, heads, rules = _covers(page), _team_heads(page), rules_of(page.queue)
    headings = [
        _("Queue"), _("Date"), _("Interval from"), _("Interval to"), _("Required"), _("Buffer"),
        _("Rostered"), _("Counted on"), _("In class"), _("Headroom"),
    ]  # fmt: skip
    if heads:
        headings += [_("Team rostered"), _("Team in class")]
    rows: list[list[Any]] = []
    for on, cover in days.items():
        counted, size = counted_on(cover, rules), cover.interval_min
        for at, have in enumerate(cover.rostered):
            row = [
                page.queue.name,
                on,
                clock_label(at * size),
                clock_label((at + 1) * size),
                cover.required[at] if cover.is_known else None,
                rules.buffer,
                have,
                counted[at],
                cover.away[at],
                cover.headroom[at] if cover.is_known else None,
            ]
            rows.append(row + ([heads[on].rostered[at], heads[on].away[at]] if heads else []))
    body = write_csv(headings, rows) if kind == "csv" else write_xlsx(headings, rows)
    name = f"cover-{page.queue.id}-{page.first}.{kind}"
    return Response(
        body,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
        content_type=FORMATS[kind],
    )
