"""The rota's history: what changed, by whom, why; the tables brought in."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from trainhub.rota.queries.changes import (
    PAGE,
    ChangeCriteria,
    list_changes,
    list_rota_imports,
)
from trainhub.rota.queries.rota import list_team_rotas
from trainhub.rota.queries.scope import sees_all
from trainhub.rota.views.asked_dates import asked_date
from trainhub.rota.views.blueprint import bp
from trainhub.rota.views.shifts.grid import asked_team
from trainhub.rota.views.words import CHANGE_LABELS
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id
from trainhub.web.text import asked_text


def _asked() -> ChangeCriteria:
    kind = asked_text("kind", 10)
    team_id = request.args.get("team", type=row_id)
    if team_id:
        asked_team(team_id)
    return ChangeCriteria(
        team_id=team_id,
        person_id=request.args.get("person", type=row_id),
        import_id=request.args.get("table", type=row_id),
        kind=kind if kind in CHANGE_LABELS else "",
        first=asked_date("first"),
        last=asked_date("last"),
    )


@bp.get("/rota/changes")
@requires("rota.view")
def show_changes() -> ResponseReturnValue:
    """Every change of a date in the reader's sight, the latest first."""
    viewer, criteria = current_person(), _asked()
    page = request.args.get("page", 1, type=row_id)
    rows, count = list_changes(viewer, criteria, page=page)
    asked: dict[str, Any] = {
        "team": criteria.team_id,
        "person": criteria.person_id,
        "table": criteria.import_id,
        "kind": criteria.kind or None,
        "first": criteria.first,
        "last": criteria.last,
    }
    return render_template(
        "rota/show_changes.html",
        rows=rows,
        count=count,
        page=page,
        pages=max(1, -(-count // PAGE)),
        address=lambda number: url_for("rota.show_changes", **(asked | {"page": number})),
        criteria=criteria,
        teams=[row.team for row in list_team_rotas(viewer)],
        kinds={name: label for name, label in CHANGE_LABELS.items() if name != "leave"},
        imports=list_rota_imports() if sees_all(viewer) else [],
    )
