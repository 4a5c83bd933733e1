"""Trying other accepted answers on the answers that candidates have given."""

from __future__ import annotations

from dataclasses import replace

from flask import render_template, request
from flask.typing import ResponseReturnValue

from trainhub.assessment.forms.bank import WordingForm
from trainhub.assessment.queries.bank import get_item, past_answers
from trainhub.assessment.queries.items import as_quiz_item
from trainhub.assessment.rules.wordings import Comparison, compare_keys
from trainhub.assessment.views.blueprint import bp
from trainhub.catalogue.rules.matching import match_of
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem, make_item
from trainhub.errors import InputErrors, NotFound
from trainhub.web.access import requires


@bp.route(
    "/question-bank/items/<slug:item_key>/<any(zh, en):language>/wordings", methods=["GET", "POST"]
)
@requires("assessment.write_items")
def try_wording(item_key: str, language: str) -> ResponseReturnValue:
    """Which past answers other accepted answers would count; nothing is stored."""
    item = get_item(item_key)
    edition = next((one for one in item.editions if one.language == language), None)
    if edition is None or edition.version.kind != Kind.SHORT_ANSWER:
        raise NotFound()
    text = as_quiz_item(item, edition.version)
    form = WordingForm()
    if request.method == "GET":
        answers = "\n".join(text.content["answers"])
        form = WordingForm(data={"answers": answers, "match": match_of(text.content).value})
    comparison = None
    if request.method == "GET" or form.validate():
        comparison = _compared(form, text, item.id, language)
    page = render_template(
        "assessment/try_wording.html",
        item=item,
        text=text,
        language=language,
        form=form,
        comparison=comparison,
    )
    return page, 422 if form.errors else 200


def _compared(form: WordingForm, text: QuizItem, item_id: int, language: str) -> Comparison | None:
    try:
        checked = make_item(
            key=text.key, kind=text.kind.value, stem=text.stem, content=form.content()
        )
    except InputErrors as refused:
        form.take_error(refused)
        return None
    new = replace(text, content=checked.content)
    return compare_keys(text, new, past_answers(item_id, language))
