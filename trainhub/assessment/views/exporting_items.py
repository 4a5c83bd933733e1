"""Taking questions away as a file that other systems, and we, can read."""

from __future__ import annotations

from flask import Response, flash, render_template
from flask.typing import ResponseReturnValue

from trainhub import clock
from trainhub.assessment.forms.exchange import ItemExportForm
from trainhub.assessment.queries.bank import bank_words, list_bank_ids
from trainhub.assessment.queries.bank.listing import ALL
from trainhub.assessment.queries.exchange import list_questions
from trainhub.assessment.rules.exchange import ENDINGS, write_questions
from trainhub.assessment.services.exchange import note_item_export
from trainhub.assessment.views.bank import asked_criteria
from trainhub.assessment.views.blueprint import bp
from trainhub.db import transaction
from trainhub.errors import InputErrors
from trainhub.web.access import current_person, requires
from trainhub.web.text import translated

_TYPES = {
    "gift": "text/plain; charset=utf-8",
    "moodle-xml": "application/xml; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.route("/question-bank/export", methods=["GET", "POST"])
@requires("assessment.write_items")
def export_items() -> ResponseReturnValue:
    """Choose format and filter; the file holds the right answers, so that is put on record."""
    criteria, asked = asked_criteria()
    form = ItemExportForm()
    ids = list_bank_ids(criteria)
    if ids and form.validate_on_submit():
        questions = list_questions(ids, form.language.data or "")
        try:
            return _file(
                form.format.data, write_questions(questions, form.format.data), len(questions)
            )
        except InputErrors as refused:
            for error in refused.errors:
                flash(error.text(translated), "error")
    page = render_template(
        "assessment/export_items.html",
        form=form,
        criteria=criteria,
        asked=asked,
        count=len(ids),
        words=bank_words(),
        everything=ALL,
    )
    return page, 422 if form.is_submitted() else 200


def _file(form: str, data: bytes, count: int) -> Response:
    with transaction():
        note_item_export(count, form, actor=current_person(), now=clock.now())
    disposition = f'attachment; filename="questions{ENDINGS[form]}"'
    headers = {"Content-Disposition": disposition}
    return Response(data, headers=headers, content_type=_TYPES[form])
