"""The rota of a team, a month or a week at once; the same as a table to take away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.audit.services import append_entry
from trainhub.db import transaction
from trainhub.errors import NotFound
from trainhub.people.exports import FORMATS
from trainhub.people.models import Team
from trainhub.people.views.signed_in import note_refusal
from trainhub.rota.queries.calendar_days import list_calendar
from trainhub.rota.queries.rota import (
    RotaGrid,
    TeamRota,
    get_team_in_sight,
    grid_of_team,
    list_team_rotas,
)
from trainhub.rota.rules.holidays_calendar import is_working_day
from trainhub.rota.views.asked_dates import asked_date, month_around, week_around
from trainhub.rota.views.blueprint import bp
from trainhub.tables import write_csv, write_xlsx
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.locale import current_language, current_zone
from trainhub.web.text import asked_text


@dataclass(frozen=True)
class GridDay:
    """A column's head: whether people ordinarily work then, and the holiday's name."""

    on: date
    is_off: bool
    name: str


@dataclass(frozen=True)
class GridPage:
    """What the page shows: whose rota, which dates, and the ways to others."""

    teams: list[TeamRota]
    team: Team | None
    span: str
    on: date
    first: date
    last: date

    def url(self, **values: Any) -> str:
        """The address of this page with some of it changed."""
        asked: dict[str, Any] = {
            "team": self.team.id if self.team else None,
            "span": self.span,
            "on": self.on,
        }
        return url_for("rota.show_rota", **(asked | values))

    @property
    def before(self) -> date:
        """A date of the month or week before."""
        return self.first - timedelta(days=1)

    @property
    def after(self) -> date:
        """A date of the month or week after."""
        return self.last + timedelta(days=1)


def _asked_page(today: date) -> GridPage:
    viewer = current_person()
    teams = list_team_rotas(viewer)
    team_id = request.args.get("team", type=row_id)
    team = asked_team(team_id) if team_id else _first_team(teams)
    on = asked_date("on", today) or today
    span = "week" if asked_text("span", 5) == "week" else "month"
    first, last = week_around(on) if span == "week" else month_around(on)
    return GridPage(teams, team, span, on, first, last)


def asked_team(team_id: int) -> Team:
    """The team an address names; a look at one out of sight is put on record."""
    viewer = current_person()
    try:
        return get_team_in_sight(team_id, viewer)
    except NotFound:
        note_refusal(viewer, "rota.view", request.path)
        raise


def _first_team(teams: list[TeamRota]) -> Team | None:
    """The first team that has a rota, else the first."""
    filled = [row for row in teams if row.has_rota]
    return next((row.team for row in (*filled, *teams)), None)


@bp.get("/rota")
@requires("rota.view")
def show_rota() -> ResponseReturnValue:
    """A team's people by days."""
    today = clock.today(current_zone())
    page = _asked_page(today)
    grid = grid_of_team(page.team.id, page.first, page.last) if page.team else RotaGrid((), ())
    return render_template(
        "rota/show_rota.html",
        page=page,
        grid=grid,
        days=_days_of(grid.dates),
        today=today,
    )


def _days_of(dates: tuple[date, ...]) -> list[GridDay]:
    if not dates:
        return []
    special = {row.day.on: row.day for row in list_calendar(dates[0], dates[-1])}
    found = []
    for on in dates:
        day = special.get(on)
        is_off = not is_working_day(on, day.kind if day else None)
        name = (day.name_zh if current_language() == "zh" else day.name_en) if day else ""
        found.append(GridDay(on, is_off, name))
    return found


@bp.get("/rota/<any(csv, xlsx):kind>")
@requires("rota.view")
def export_rota(kind: str) -> ResponseReturnValue:
    """A team's rota as the import reads it back; who took it is written down."""
    page = _asked_page(clock.today(current_zone()))
    viewer = current_person()
    grid = grid_of_team(page.team.id, page.first, page.last) if page.team else RotaGrid((), ())
    headings = [_("User name"), _("Name"), *(on.isoformat() for on in grid.dates)]
    rows = [
        [row.person.username, row.person.name, *(code.code if code else "" for code in row.codes)]
        for row in grid.rows
    ]
    body = (write_csv if kind == "csv" else write_xlsx)(headings, rows)
    with transaction():
        append_entry(
            "rota.exported",
            actor=viewer,
            object_type="team",
            object_key=page.team.name if page.team else "",
            now=clock.now(),
            changes={"dates": [None, f"{page.first}–{page.last}"]},
        )
    name = f"rota-{page.first}.{kind}"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, headers=disposition, content_type=FORMATS[kind])
