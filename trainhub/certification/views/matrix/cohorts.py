"""Cohorts and teams: funnel, time to certified, where people get stuck, and the centre by team."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from trainhub import clock
from trainhub.certification.queries.cohorts import (
    CohortPace,
    FunnelStep,
    Stuck,
    find_funnel,
    list_paces,
    list_stuck,
)
from trainhub.certification.queries.matrix_choices import list_columns
from trainhub.certification.queries.team_standings import (
    PAGE_SIZE,
    TeamStanding,
    list_team_standings,
)
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.matrix.asked import asked_matrix
from trainhub.certification.views.matrix.pace_chart import PaceBar, pace_chart
from trainhub.certification.views.matrix.shown import state_words
from trainhub.certification.views.wording import in_language
from trainhub.web.access import current_person, requires
from trainhub.web.bars import Bar, bar_chart
from trainhub.web.converters import row_id
from trainhub.web.filters import show_date, show_number, show_percent
from trainhub.web.settings import current_settings

SHOWN_STATES = ("late", "at_risk", "review", "expired", "expiring", "on_track", "certified")


@dataclass(frozen=True)
class Drawn:
    """A chart with the table beside it."""

    chart: Markup
    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@bp.get("/certification/cohorts")
@requires("certification.view")
def show_cohorts() -> ResponseReturnValue:
    """How far a cohort is, how long it takes beside earlier ones, and where it gets stuck."""
    viewer, zone = current_person(), current_settings().zone
    today, asked = clock.today(zone), asked_matrix(viewer)
    if asked is None:
        return render_template("certification/matrix/no_programme.html", may_write=False)
    paces = list_paces(viewer, asked.programme, today=today, zone=zone)
    wanted = request.args.get("cohort", type=row_id)
    pace = next((one for one in paces if wanted in (None, one.cohort.id)), None)
    funnel: list[FunnelStep] = []
    stuck: list[Stuck] = []
    left = 0
    if pace is not None:
        funnel, left = find_funnel(viewer, asked.programme, pace.cohort.id)
        columns = list_columns(asked.programme)
        stuck = list_stuck(viewer, asked.programme.id, pace.cohort.id, columns, today=today)
    return render_template(
        "certification/matrix/show_cohorts.html",
        asked=asked,
        paces=paces,
        pace=pace,
        funnel=_drawn_funnel(funnel),
        left=left,
        drawn=_drawn_paces(paces, pace),
        some_certified=any(one.spread.certified for one in paces),
        stuck=stuck,
        today=today,
    )


def _drawn_funnel(steps: Sequence[FunnelStep]) -> Drawn | None:
    if not steps or not steps[0].count:
        return None
    caption = _("How many have come to each stage")
    labels = [in_language(step.titles) if step.key else _("Certified") for step in steps]
    shares = [show_percent(step.count / steps[0].count) for step in steps]
    bars = [
        Bar(label, step.count, note=f"({share})")
        for label, step, share in zip(labels, steps, shares, strict=True)
    ]
    rows = [
        [label, show_number(step.count), share]
        for label, step, share in zip(labels, steps, shares, strict=True)
    ]
    chart = bar_chart(bars, caption, show=lambda value: show_number(value, 0))
    return Drawn(chart, caption, [_("Stage"), _("People"), _("Share")], rows)


def _drawn_paces(paces: Sequence[CohortPace], chosen: CohortPace | None) -> Drawn | None:
    if not any(one.spread.first_quarter or one.spread.median for one in paces):
        return None
    caption = _("Days from the start to being certified: a quarter, half and three quarters of all")
    bars = [
        PaceBar(
            one.cohort.name, one.spread.first_quarter, one.spread.median,
            one.spread.third_quarter, one is chosen,
            _("%(done)s of %(all)s certified", done=one.spread.certified, all=one.spread.count),
        )
        for one in paces
    ]  # fmt: skip
    columns = [
        _("Cohort"), _("Started"), _("People"), _("Certified"), _("A quarter after, days"),
        _("Half after, days"), _("Three quarters after, days"),
    ]  # fmt: skip
    rows = [
        [
            one.cohort.name, show_date(one.starts_on), show_number(one.spread.count),
            show_number(one.spread.certified), _days(one.spread.first_quarter),
            _days(one.spread.median), _days(one.spread.third_quarter),
        ]
        for one in paces
    ]  # fmt: skip
    return Drawn(pace_chart(bars, caption), caption, columns, rows)


def _days(days: int | None) -> str:
    return _("not yet") if days is None else show_number(days)


@bp.get("/certification/teams")
@requires("certification.view")
def show_team_standings() -> ResponseReturnValue:
    """The teams in sight beside each other: certified, late, at risk, expiring."""
    viewer, today = current_person(), clock.today(current_settings().zone)
    asked = asked_matrix(viewer)
    if asked is None:
        return render_template("certification/matrix/no_programme.html", may_write=False)
    teams = list_team_standings(viewer, asked.programme.id, today=today)
    pages = max(1, -(-len(teams) // PAGE_SIZE))
    page = min(request.args.get("page", default=1, type=row_id), pages)
    return render_template(
        "certification/matrix/show_team_standings.html",
        asked=asked,
        teams=teams[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        total=_total(teams),
        heads=[{"label": state_words(state), "numeric": True} for state in SHOWN_STATES],
        shown_states=SHOWN_STATES,
        page=page,
        pages=pages,
        today=today,
    )


def _total(teams: Sequence[TeamStanding]) -> TeamStanding:
    states: dict[str, int] = {}
    for team in teams:
        for state, count in team.states.items():
            states[state] = states.get(state, 0) + count
    return TeamStanding(None, "", states)
