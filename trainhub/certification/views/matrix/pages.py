"""The supervisor's page: team × requirement, red first."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from trainhub import clock, permissions
from trainhub.certification.models import SavedView
from trainhub.certification.queries.matrix import find_matrix, find_seats
from trainhub.certification.queries.matrix_choices import (
    list_cohorts_under_way,
    list_columns,
    list_saved_views,
)
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.matrix.asked import FILTERS, asked_matrix
from trainhub.certification.views.matrix.shown import CELLS, PEOPLE, ROW_PICTURES, shown_rows
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.navigation import NavigationEntry, register
from trainhub.web.settings import current_settings

FILES = ("xlsx", "csv", "pdf")
AT_ONCE = 25  # people of a page; each brings a cell for every requirement

register(
    NavigationEntry(
        "certification.show_matrix",
        _l("Certification"),
        "patch-check",
        "team",
        "certification.view",
        60,
        ("certification.show_cohorts", "certification.show_team_standings"),
    )
)


@bp.get("/certification")
@requires("certification.view")
def show_matrix() -> ResponseReturnValue:
    """Who stands where in a programme, those who need somebody first; one's own teams only."""
    viewer, today = current_person(), clock.today(current_settings().zone)
    asked = asked_matrix(viewer)
    if asked is None:
        return render_template(
            "certification/matrix/no_programme.html",
            may_write=permissions.allows("certification.write_programmes", viewer),
        )
    page = request.args.get("page", default=1, type=row_id)
    found = find_matrix(viewer, asked.criteria, today=today, page=page, size=AT_ONCE)
    columns = list_columns(asked.programme)
    find_seats(found.rows, columns, now=clock.now())
    return render_template(
        "certification/matrix/show_matrix.html",
        asked=asked,
        criteria=asked.criteria,
        found=found,
        columns=columns,
        rows=shown_rows(found.rows, columns, today),
        pictures=sorted({*ROW_PICTURES, *(picture for _kind, picture, _words in CELLS.values())}),
        states={state: (kind, str(words)) for state, (kind, words) in PEOPLE.items()},
        cohorts=list_cohorts_under_way(viewer, asked.programme.id),
        views=[(view, view_address(view)) for view in list_saved_views(viewer.id)],
        files=[(kind, asked.address("certification.export_matrix", kind=kind)) for kind in FILES],
        may_act=permissions.allows("certification.act", viewer),
        today=today,
        kept={**asked.filters, "page": found.page, "back": "matrix"},
    )


def view_address(view: SavedView) -> str:
    """Where a view of somebody's own leads."""
    filters = {name: view.filters[name] for name in FILTERS if name in view.filters}
    return url_for("certification.show_matrix", **filters)
