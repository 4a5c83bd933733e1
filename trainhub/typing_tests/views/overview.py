"""Where people stand in their typing tests, for those who answer for them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.errors import NotFound
from trainhub.learning.queries.scope import get_learner, list_teams_in_sight
from trainhub.people.views.signed_in import note_refusal
from trainhub.typing_tests.queries.group_curve import Week, list_weeks
from trainhub.typing_tests.queries.overview import (
    LATE,
    OPEN,
    SETTLED,
    STATES,
    OverviewCriteria,
    find_overview,
)
from trainhub.typing_tests.queries.staff_tests import list_tests
from trainhub.typing_tests.queries.tests import get_test, settings_of
from trainhub.typing_tests.rules.settings import TestSettings
from trainhub.typing_tests.views.blueprint import bp
from trainhub.typing_tests.views.result import Drawn
from trainhub.typing_tests.views.shown import hundredths_percent, test_unit, unit_words
from trainhub.typing_tests.views.staff_tests import TEST_PATH
from trainhub.web.access import current_person, requires
from trainhub.web.charts import Goal, Series, line_chart
from trainhub.web.converters import row_id
from trainhub.web.filters import show_date, show_number
from trainhub.web.locale import current_zone
from trainhub.web.settings import current_settings
from trainhub.web.text import asked_text


def asked_criteria() -> tuple[OverviewCriteria, dict[str, Any]]:
    """What the overview is narrowed to, from the address, and the part of it that says so. A team
    out of the reader's sight is refused as if there were none."""
    viewer = current_person()
    criteria = OverviewCriteria(
        test_id=request.args.get("test", type=row_id),
        team_id=request.args.get("team", type=row_id),
        words=asked_text("q"),
        state=request.args.get("state", "") if request.args.get("state") in STATES else "",
    )
    if criteria.team_id is not None:
        get_team_in_sight(criteria.team_id)
    asked = {
        "test": criteria.test_id,
        "team": criteria.team_id,
        "q": criteria.words,
        "state": criteria.state,
    }
    assert viewer is not None
    return criteria, {name: value for name, value in asked.items() if value}


def get_team_in_sight(team_id: int) -> None:
    """Refuse a team that the reader may not see, as if there were none."""
    viewer = current_person()
    if team_id not in {team.id for team in list_teams_in_sight(viewer)}:
        note_refusal(viewer, "typing_tests.view_results", request.path)
        raise NotFound()


@bp.get("/typing-overview")
@requires("typing_tests.view_results")
def show_overview() -> ResponseReturnValue:
    """People by tests, who is late first; for supervisors their own teams."""
    viewer, today = current_person(), clock.today(current_zone())
    criteria, asked = asked_criteria()
    page = request.args.get("page", default=1, type=row_id)
    tests = list_tests(viewer)
    return render_template(
        "typing_tests/show_overview.html",
        found=find_overview(viewer, criteria, today=today, page=page),
        tests=tests,
        columns=[row for row in tests if criteria.test_id in (None, row.test.id)],
        teams=list_teams_in_sight(viewer),
        criteria=criteria,
        states={LATE: _("Overdue"), OPEN: _("Not passed yet"), SETTLED: _("Passed or exempt")},
        address=lambda **changes: url_for("typing_tests.show_overview", **(asked | changes)),
        tables=[
            (kind, url_for("typing_tests.export_runs", kind=kind, **_exported(asked)))
            for kind in ("csv", "xlsx")
        ],
        today=today,
    )


def _exported(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if name != "state"}


@bp.get(f"{TEST_PATH}/curve")
@requires("typing_tests.view_results")
def show_group_curve(test_id: int) -> ResponseReturnValue:
    """How a group's speed goes over the weeks; for supervisors their own teams."""
    test, viewer = get_test(test_id), current_person()
    team_id = request.args.get("team", type=row_id)
    if team_id is not None:
        get_team_in_sight(team_id)
    weeks = list_weeks(viewer, OverviewCriteria(test_id=test_id, team_id=team_id), _monday())
    return render_template(
        "typing_tests/show_group_curve.html",
        test=test,
        team_id=team_id,
        teams=list_teams_in_sight(viewer),
        weeks=weeks,
        drawn=draw_weeks(weeks, settings_of(test)),
    )


def _monday() -> datetime:
    zone = current_settings().zone
    today = clock.today(zone)
    return datetime.combine(today - timedelta(days=today.weekday()), time(0), zone)


def draw_weeks(weeks: list[Week], settings: TestSettings) -> Drawn | None:
    """The curve of a group with its table; None where nobody typed in any of the weeks."""
    if not any(week.runs for week in weeks):
        return None
    unit = unit_words(test_unit(settings))
    labels = [show_date(week.begins_at, "short") for week in weeks]
    caption = _("Mean net speed of the valid runs of each week, %(unit)s", unit=unit)
    chart = line_chart(
        labels,
        [Series(_("Mean speed"), [week.speed for week in weeks])],
        caption,
        goal=Goal(settings.min_speed, _("threshold")),
        show=lambda value: show_number(value, 0),
    )
    columns = [_("Week from"), unit, _("Final accuracy"), _("People"), _("Runs")]
    rows = [
        [
            label,
            "–" if week.speed is None else show_number(week.speed, 1),
            hundredths_percent(None if week.accuracy is None else round(week.accuracy / 10) * 10),
            show_number(week.people),
            show_number(week.runs),
        ]
        for label, week in zip(labels, weeks, strict=True)
    ]
    return Drawn(chart, caption, columns, rows)


def get_typist(person_id: int) -> Any:
    """Somebody in the reader's sight. Raises `NotFound` and writes the attempt down."""
    viewer = current_person()
    try:
        return get_learner(person_id, viewer)
    except NotFound:
        note_refusal(viewer, "typing_tests.view_results", request.path)
        raise
