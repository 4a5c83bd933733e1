"""Every response of an exam as a table to take away.

A GET names people by pseudonyms. Employee numbers need the right to see results, come by POST
and leave an entry in the audit trail.
"""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import Any

from flask import Response, current_app, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock, permissions
from trainhub.assessment.models import Exam
from trainhub.assessment.queries import statistics as queries
from trainhub.assessment.queries.statistics import ResponseRow
from trainhub.assessment.rules.pseudonyms import pseudonym
from trainhub.assessment.services.exporting import note_export
from trainhub.assessment.views.blueprint import bp
from trainhub.db import transaction
from trainhub.errors import Forbidden
from trainhub.tables import stream_csv, write_long_xlsx
from trainhub.web.access import current_person, requires

PIECE = 64 * 1024
TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.get("/exams/<slug:exam_key>/responses/<any(csv, xlsx):kind>")
@requires("assessment.view_statistics")
def export_responses(exam_key: str, kind: str) -> ResponseReturnValue:
    """All responses, people by pseudonyms."""
    exam, secret = queries.get_exam(exam_key), str(current_app.config["SECRET_KEY"])
    return _table(exam, kind, lambda row: pseudonym(row.person_id, secret))


@bp.post("/exams/<slug:exam_key>/responses/<any(csv, xlsx):kind>")
@requires("assessment.view_statistics")
def export_named_responses(exam_key: str, kind: str) -> ResponseReturnValue:
    """All responses, people by their employee numbers; put on record."""
    actor = current_person()
    if not permissions.allows("assessment.view_results", actor):
        raise Forbidden()
    exam = queries.get_exam(exam_key)
    with transaction():
        note_export(exam, kind, actor=actor, now=clock.now())
    return _table(exam, kind, lambda row: row.employee_no or "")


def _table(exam: Exam, kind: str, name_of: Any) -> Response:
    headings = [
        _("Attempt"), _("Person"), _("Exam"), _("Exam version"), _("Sitting"), _("Kind of attempt"),
        _("Try"), _("State"), _("In the statistics"), _("Question"), _("Version"), _("Language"),
        _("Kind"), _("Position"), _("Order of options"), _("Response"), _("Mark"), _("Points"),
        _("Seconds"), _("Saved at (UTC)"),
    ]  # fmt: skip
    rows = (_cells(exam.key, name_of(row), row) for row in queries.list_responses(exam.id))
    if kind == "csv":
        pieces = stream_csv(headings, rows)
    else:
        pieces = _book(headings, rows)
    return Response(
        stream_with_context(pieces),
        mimetype=TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{exam.key}-responses.{kind}"',
            "Cache-Control": "no-store",
        },
    )


def _book(headings: list[str], rows: Iterator[list[Any]]) -> Iterator[bytes]:
    with TemporaryFile() as out:
        write_long_xlsx(out, headings, rows)
        out.seek(0)
        while piece := out.read(PIECE):
            yield piece


def _cells(exam_key: str, person: str, row: ResponseRow) -> list[Any]:
    saved_at = row.saved_at
    return [
        row.attempt_id,
        person,
        exam_key,
        row.exam_version,
        row.sitting,
        row.kind,
        row.attempt_no,
        row.state,
        int(row.counts),
        row.item_key,
        row.item_version,
        row.language,
        row.item_kind,
        row.position,
        row.order,
        row.response,
        row.mark,
        row.points,
        row.seconds,
        saved_at.replace(tzinfo=None).isoformat(" ", "seconds") if saved_at else None,
    ]
