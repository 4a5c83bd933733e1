"""People by requirement, as the supervisor's page shows them."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from trainhub import clock
from trainhub.certification.api.blueprint import bp
from trainhub.certification.api.fields import day_text
from trainhub.certification.api.matrix_schemas import MatrixIn, MatrixOut
from trainhub.certification.models import Programme
from trainhub.certification.queries.matrix import find_matrix
from trainhub.certification.queries.matrix_choices import list_columns
from trainhub.certification.views.matrix.asked import asked_matrix
from trainhub.certification.views.matrix.shown import (
    ShownCell,
    ShownRow,
    shown_rows,
    state_words,
)
from trainhub.certification.views.wording import in_language
from trainhub.web.access import current_person, requires
from trainhub.web.api import SECURITY
from trainhub.web.settings import current_settings

_NO_PROGRAMME: dict[str, Any] = {
    "programme": None, "programmes": [], "columns": [], "counts": [], "people": 0, "page": 1,
    "pages": 1, "rows": [],
}  # fmt: skip


@bp.get("/certification")
@requires("certification.view")
@bp.doc(security=SECURITY, responses={404: "No such programme, or no such team of mine"})
@bp.input(MatrixIn, location="query")
@bp.output(MatrixOut)
def show_matrix(query_data: dict[str, Any]) -> ResponseReturnValue:
    """People by requirement.

    Those who need somebody first, 50 to a page; for supervisors of their own teams.
    """
    viewer, today = current_person(), clock.today(current_settings().zone)
    asked = asked_matrix(viewer)
    if asked is None:
        return {"today": day_text(today), **_NO_PROGRAMME}
    found = find_matrix(viewer, asked.criteria, today=today, page=query_data.get("page", 1))
    columns = list_columns(asked.programme)
    return {
        "today": day_text(today),
        "programme": _programme(asked.programme),
        "programmes": [_programme(one) for one in asked.programmes],
        "columns": [
            {"requirement": one.key, "kind": one.kind, "title": in_language(one.titles)}
            for one in columns
        ],
        "counts": [
            {"state": state, "words": state_words(state), "people": people}
            for state, people in found.counts.items()
        ],
        "people": found.shown,
        "page": found.page,
        "pages": found.pages,
        "rows": [_row(one) for one in shown_rows(found.rows, columns, today)],
    }


def _programme(one: Programme) -> dict[str, Any]:
    return {"programme_id": one.id, "programme": one.key, "title": in_language(one.titles)}


def _row(shown: ShownRow) -> dict[str, Any]:
    row = shown.row
    return {
        "enrolment_id": row.enrolment_id,
        "person_id": row.person_id,
        "name": row.name,
        "employee_no": row.employee_no,
        "team": row.team,
        "state": row.state,
        "words": shown.badge[1],
        "risk": shown.risk,
        "path": row.path,
        "starts_on": day_text(row.starts_on),
        "done": row.done,
        "needed": row.needed,
        "next_due_on": day_text(row.next_due_on),
        "final_due_on": day_text(row.final_due_on),
        "award_id": row.award_id,
        "valid_until": day_text(row.valid_until),
        "refresh_due_on": day_text(row.refresh_due_on),
        "cells": [_cell(one) for one in shown.cells if one is not None],
    }


def _cell(one: ShownCell) -> dict[str, Any]:
    return {
        "requirement": one.key,
        "state": one.state,
        "words": one.words,
        "on": day_text(one.on),
        "sentence": one.title,
    }
