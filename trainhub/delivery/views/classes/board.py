"""The week board: classes in their slots over the cover, to be looked at and moved."""

from __future__ import annotations

from datetime import date, timedelta

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainhub import clock
from trainhub.delivery.queries.classes.lines import lines_during, list_queues_taught
from trainhub.delivery.queries.classes.week import (
    BoardDay,
    Week,
    find_busiest_queue,
    find_week,
    list_open_campaigns,
    list_queues_there,
    list_sites_in_sight,
)
from trainhub.delivery.rules.classes.lines import LinesDuring
from trainhub.delivery.views.blueprint import bp
from trainhub.delivery.views.classes.board_drawing import strip
from trainhub.people.models import Person
from trainhub.rota.models import Queue
from trainhub.rota.rules.clock_times import clock_time
from trainhub.rota.views.asked_dates import asked_date, week_around
from trainhub.web.access import current_person, requires
from trainhub.web.filters import show_date
from trainhub.web.locale import current_language
from trainhub.web.navigation import NavigationEntry, register
from trainhub.web.settings import current_settings

CELL_MIN = 15  # a column of the board


def _chosen(name: str, known: list[int]) -> int | None:
    """The id an address names, if the viewer may see it; else the first."""
    asked = request.args.get(name, "")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 0
    return number if number in known else (known[0] if known else None)


@bp.get("/week")
@requires("delivery.view_week")
def show_week() -> ResponseReturnValue:
    """A week of one site: its classes by day and hour, over the cover of one queue."""
    viewer = current_person()
    now, language = clock.now(), current_language()
    today = now.astimezone(current_settings().zone).date()
    monday = week_around(asked_date("on", today) or today)[0]
    sites = list_sites_in_sight(viewer)
    site_id = _chosen("site", [one.id for one in sites])
    site = next((one for one in sites if one.id == site_id), None)
    queues = _queues(viewer, site.id, monday) if site else []
    queue_ids = [one.id for one in queues]
    busiest = None
    if site is not None and "queue" not in request.args:
        busiest = find_busiest_queue(site.id, monday, queue_ids)
    queue_id = busiest or _chosen("queue", queue_ids)
    queue = next((one for one in queues if one.id == queue_id), None)
    week = find_week(viewer, site, queue, monday, language=language, now=now) if site else None

    def address(on: object) -> str:
        return url_for("delivery.show_week", on=on, site=site_id, queue=queue_id)

    return render_template(
        "delivery/classes/show_week.html",
        week=week,
        lines=_lines(week, viewer) if week else {},
        strips={day.on: _strip(week, day) for day in week.days} if week else {},
        sites=sites,
        queues=queues,
        monday=monday,
        today=today,
        before=address(monday - timedelta(days=7)),
        after=address(monday + timedelta(days=7)),
        this_week=address(today),
        cell_min=CELL_MIN,
        has_campaigns=bool(list_open_campaigns()),
    )


def _queues(viewer: Person, site_id: int, monday: date) -> list[Queue]:
    """The queues whose curve the viewer may look at: in sight, or of those they teach that week."""
    taught = list_queues_taught(viewer, site_id, monday)
    found = {one.id: one for one in [*list_queues_there(viewer, site_id), *taught]}
    return sorted(found.values(), key=lambda one: (one.name, one.id))


def _lines(week: Week, viewer: Person) -> dict[int, LinesDuring]:
    """What the classes of the week leave of the lines, by their numbers."""
    known = {(week.queue.id, day.on): day.cover for day in week.days if week.queue and day.cover}
    return lines_during([one.session for day in week.days for one in day.classes], viewer, known)


def _strip(week: Week, day: BoardDay) -> object:
    """The picture of a day's cover, said in words as well."""
    title = ""
    if week.queue is not None and day.cover is not None:
        name, on = week.queue.name, show_date(day.on, "weekday")
        if not day.cover.is_known:
            title = _("%(queue)s, %(on)s: the demand is not known", queue=name, on=on)
        else:
            at = clock_time(day.cover.shortest * day.cover.interval_min)
            title = _("%(queue)s, %(on)s: least headroom %(left)s, at %(at)s",
                      queue=name, on=on, left=day.cover.worst, at=at)  # fmt: skip
    return strip(day.cover, week.first_hour, week.last_hour, title)


register(
    NavigationEntry(
        "delivery.show_week", _l("Week of classes"), "calendar-week", "classes",
        "delivery.view_week", 40,
        ("delivery.show_class", "delivery.add_class", "delivery.move_class"),
    )
)  # fmt: skip
