"""Every response of an exam as a table to take away.

A GET names people by pseudonyms. Employee numbers need the right to see results, come by POST
and leave an entry in the audit trail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import SEEK_END
from tempfile import TemporaryFile
from time import sleep, thread_time
from typing import Any

from flask import Response, current_app, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock, permissions
from trainhub.assessment.models import Exam
from trainhub.assessment.queries import statistics as queries
from trainhub.assessment.queries.keys import get_exam
from trainhub.assessment.queries.statistics import ResponseRow
from trainhub.assessment.queries.statistics.responses import BATCH
from trainhub.assessment.rules.pseudonyms import pseudonym
from trainhub.assessment.services.exporting import note_export
from trainhub.assessment.views.blueprint import bp
from trainhub.catalogue.rules.quiz_text import Kind
from trainhub.db import end_read, transaction
from trainhub.errors import Forbidden
from trainhub.tables import stream_csv, write_long_xlsx
from trainhub.web.access import current_person, requires

LONGEST_REST_S = 0.5
TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.get("/exams/<slug:exam_key>/responses/<any(csv, xlsx):kind>")
@requires("assessment.view_statistics")
def export_responses(exam_key: str, kind: str) -> ResponseReturnValue:
    """All responses, people by pseudonyms."""
    exam, secret = get_exam(exam_key), str(current_app.config["SECRET_KEY"])
    names: dict[int, str] = {}

    def name_of(row: ResponseRow) -> str:
        if row.person_id not in names:
            names[row.person_id] = pseudonym(row.person_id, secret)
        return names[row.person_id]

    return _table(exam, kind, name_of)


@bp.post("/exams/<slug:exam_key>/responses/<any(csv, xlsx):kind>")
@requires("assessment.view_statistics")
def export_named_responses(exam_key: str, kind: str) -> ResponseReturnValue:
    """All responses, people by their employee numbers; put on record."""
    actor = current_person()
    if not permissions.allows("assessment.view_results", actor):
        raise Forbidden()
    exam = get_exam(exam_key)
    with transaction():
        note_export(exam, kind, actor=actor, now=clock.now())
    return _table(exam, kind, lambda row: row.employee_no or "")


def _table(exam: Exam, kind: str, name_of: Callable[[ResponseRow], str]) -> Response:
    """The table as a file of its own, so that neither the database nor a worker's memory waits
    for a slow line.
    """
    headings = [
        _("Attempt"), _("Person"), _("Exam"), _("Exam version"), _("Sitting"), _("Kind of attempt"),
        _("Try"), _("State"), _("In the statistics"), _("Question"), _("Version"), _("Language"),
        _("Kind"), _("Position"), _("Order of options"), _("Response"), _("Mark"), _("Points"),
        _("Seconds"), _("Saved at (UTC)"),
    ]  # fmt: skip
    key = exam.key
    rows = (_cells(key, name_of(row), row) for row in _rows(exam.id))
    out = TemporaryFile()  # noqa: SIM115 -- the answer closes it
    if kind == "csv":
        out.writelines(stream_csv(headings, rows))
    else:
        write_long_xlsx(out, headings, rows)
    length = out.seek(0, SEEK_END)
    out.seek(0)
    name = f"{key}-responses.{kind}"
    answer = send_file(out, mimetype=TYPES[kind], as_attachment=True, download_name=name)
    answer.content_length = length
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _rows(exam_id: int) -> Iterator[ResponseRow]:
    """All rows; the read ends after each batch, so that no connection is kept.

    A long table takes half of a processor at most: it rests as long as each batch has taken, for
    an exam may be under way whose saves want the same processor.
    """
    began = thread_time()
    for batch in queries.batches_of_responses(exam_id):
        end_read()
        yield from batch
        if len(batch) == BATCH:  # else it was the last
            sleep(min(LONGEST_REST_S, thread_time() - began))
            began = thread_time()


def _in_words(row: ResponseRow) -> str:
    """The response in the words of the paper."""
    if row.item_kind == Kind.TRUE_FALSE:
        return str({"true": _("True"), "false": _("False")}.get(row.response, row.response))
    return row.response


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
        _in_words(row),
        row.mark,
        row.points,
        row.seconds,
        saved_at.replace(tzinfo=None).isoformat(" ", "seconds") if saved_at else None,
    ]
