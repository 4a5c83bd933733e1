"""One question of the bank: its page, its facts, its pictures, what changed between texts."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.assessment.forms.bank import FactsForm
from trainhub.assessment.models import BankItem, BankItemVersion
from trainhub.assessment.queries.bank import (
    bank_words,
    find_picture,
    get_item,
    get_version,
    list_enemies,
    list_exams_with,
    list_versions,
)
from trainhub.assessment.queries.items import as_quiz_item
from trainhub.assessment.queries.statistics import figures_of_items
from trainhub.assessment.rules.wordings import COMPARABLE
from trainhub.assessment.services.bank import change_facts, retire_item
from trainhub.assessment.views.bank_shown import show_version
from trainhub.assessment.views.blueprint import bp
from trainhub.catalogue.rules.differences import compare
from trainhub.catalogue.rules.quiz_text import QuizText
from trainhub.catalogue.rules.quiz_writing import dump_quiz
from trainhub.catalogue.views.questions import key_in_words
from trainhub.db import transaction
from trainhub.errors import DomainError, NotFound
from trainhub.web.access import current_person, requires
from trainhub.web.converters import row_id

ITEM_PATH = "/question-bank/items/<slug:item_key>"
LANGUAGES = ("zh", "en")
_PICTURE_HEADERS = {
    # A picture's row never changes; `private`: no proxy may keep what one must sign in for.
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


@bp.get(ITEM_PATH)
@requires("assessment.write_items")
def show_item(item_key: str) -> ResponseReturnValue:
    """A question in both languages, with all that is known of it."""
    item = get_item(item_key)
    texts = {one.language: one.version for one in item.editions}
    shown = {language: show_version(item, text, name=language) for language, text in texts.items()}
    kinds = {text.item.kind for text in shown.values()}
    versions = list_versions(item.id)
    return render_template(
        "assessment/show_item.html",
        item=item,
        languages=LANGUAGES,
        shown=shown,
        numbers={language: text.number for language, text in texts.items()},
        versions=versions,
        keys={one.id: key_in_words(as_quiz_item(item, one)) for one, _author in versions},
        enemies=list_enemies(item),
        uses=list_exams_with(item),
        figures=figures_of_items([item.id])[item.id],
        kind=next(iter(kinds)),
        kinds_differ=len(kinds) > 1,
        can_try=bool(kinds & COMPARABLE),
    )


@bp.route(f"{ITEM_PATH}/facts", methods=["GET", "POST"])
@requires("assessment.write_items")
def edit_facts(item_key: str) -> ResponseReturnValue:
    """Change topic, level, status and the like."""
    item = get_item(item_key)
    form = FactsForm.of_item(item) if request.method == "GET" else FactsForm()
    if form.validate_on_submit():
        try:
            with transaction():
                _change_facts(item, form)
        except DomainError as refused:
            form.take_error(refused)
            form.revision.data = str(get_item(item_key).revision)
        else:
            flash(_("The question is changed."), "success")
            return redirect(url_for("assessment.show_item", item_key=item_key))
    page = render_template("assessment/edit_facts.html", item=item, form=form, words=bank_words())
    return page, 422 if form.errors else 200


def _change_facts(item: BankItem, form: FactsForm) -> None:
    change_facts(
        item,
        form.facts(),
        revision=row_id(form.revision.data) if (form.revision.data or "").isdigit() else 0,
        reason=form.reason.data or "",
        actor=current_person(),
        now=clock.now(),
    )


@bp.post(f"{ITEM_PATH}/retire")
@requires("assessment.write_items")
def retire_bank_item(item_key: str) -> ResponseReturnValue:
    """Let no further paper draw the question."""
    with transaction():
        retire_item(get_item(item_key), actor=current_person(), now=clock.now())
    flash(_("The question is retired: no further paper will have it."), "success")
    return redirect(url_for("assessment.show_item", item_key=item_key))


@bp.get(f"{ITEM_PATH}/<any(zh, en):language>/changes/<int:number>")
@requires("assessment.write_items")
def compare_texts(item_key: str, language: str, number: int) -> ResponseReturnValue:
    """What a text has changed against the one before."""
    item = get_item(item_key)
    new = get_version(item, language, number)
    old = get_version(item, language, number - 1) if number > 1 else None
    return render_template(
        "assessment/compare_texts.html",
        item=item,
        language=language,
        old=old,
        new=new,
        rows=compare(_source(item, old), _source(item, new), context=None),
    )


def _source(item: BankItem, version: BankItemVersion | None) -> str:
    """A text as a quiz file has it, without the lines that are not the text's."""
    if version is None:
        return ""
    quiz = QuizText("bank", version.language, "-", (as_quiz_item(item, version),))
    lines = dump_quiz(quiz).splitlines()
    start = lines.index("items:") + 1
    return "\n".join(line[4:] for line in lines[start:])


@bp.get("/question-bank/pictures/<int:picture_id>")
@requires("assessment.write_items")
def show_bank_picture(picture_id: int) -> ResponseReturnValue:
    """A picture of a question, for authors."""
    picture = find_picture(picture_id)
    if picture is None:
        raise NotFound()
    answer = Response(picture.data, mimetype=picture.media_type, headers=_PICTURE_HEADERS)
    answer.set_etag(picture.sha256)
    return answer.make_conditional(request)
