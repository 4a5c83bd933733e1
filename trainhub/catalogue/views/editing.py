"""The editor: a text, its preview beside it, and what happens when two write at once."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from trainhub import clock
from trainhub.catalogue import services
from trainhub.catalogue.models import CourseEdition
from trainhub.catalogue.queries.linting import Linted
from trainhub.catalogue.queries.writing import list_pictures
from trainhub.catalogue.rules.differences import compare, hunks, merged
from trainhub.catalogue.services import DraftMoved
from trainhub.catalogue.views.blueprint import bp
from trainhub.catalogue.views.editor_tools import tools_for
from trainhub.catalogue.views.previews import preview_html
from trainhub.catalogue.views.texts import TEXT_PATH, WrittenText, flash_errors, get_text, name_of
from trainhub.db import transaction
from trainhub.errors import InputErrors
from trainhub.web.access import current_person, requires
from trainhub.web.filters import show_seconds
from trainhub.web.text import translated

MOST_CHOICES = 200


def _save(text: WrittenText, source: str, seen: str) -> str:
    with transaction():
        return services.save_draft(
            text.edition, source, seen=seen, actor=current_person(), now=clock.now()
        )


@bp.get(f"{TEXT_PATH}/edit")
@requires("catalogue.write")
def edit_text(shelf: str, key: str, language: str) -> ResponseReturnValue:
    """Write a course or the questions of a quiz as text."""
    text = get_text(shelf, key, language)
    return _editor(text, text.source, text.token), 200


@bp.post(f"{TEXT_PATH}/edit")
@requires("catalogue.write")
def save_text(shelf: str, key: str, language: str) -> ResponseReturnValue:
    """Keep the text of the editor's form as the draft."""
    text = get_text(shelf, key, language)
    source, seen = request.form.get("source", ""), request.form.get("seen", "")
    try:
        _save(text, source, seen)
    except DraftMoved as moved:
        return _conflict(text, moved)
    except InputErrors as refused:
        return _editor(text, source, seen, refused), 422
    flash(_("The draft is saved."), "success")
    if request.form.get("next") == "publish":
        return redirect(text.url("publish_text"))
    return redirect(text.url("edit_text"))


def _editor(text: WrittenText, source: str, seen: str, refused: InputErrors | None = None) -> str:
    edition = text.edition
    pictures = []
    if isinstance(edition, CourseEdition):
        pictures = list_pictures(edition.course.series_id)
    storable = "" if refused else source
    return render_template(
        "catalogue/edit_text.html",
        text=text,
        source=source,
        seen=seen,
        errors=[one.text(translated) for one in refused.errors] if refused else [],
        preview=preview_html(text, storable, for_trainer=False),
        linted=text.lint(storable) if storable else Linted(),
        translated=translated,
        tools=tools_for(text.language) if text.is_course else (),
        pictures=pictures,
        saved_by=name_of(edition.draft.updated_by_id) if edition.draft else "",
    )


def _conflict(text: WrittenText, moved: DraftMoved) -> ResponseReturnValue:
    """Both texts side by side, with a choice at each place that differs."""
    choices = [hunk for hunk in hunks(moved.saved, moved.mine) if not hunk.same]
    page = render_template(
        "catalogue/settle_conflict.html",
        text=text,
        moved=moved,
        rows=compare(moved.saved, moved.mine),
        choices=choices if len(choices) <= MOST_CHOICES else [],
        name=name_of(moved.person_id),
    )
    return page, moved.status


@bp.post(f"{TEXT_PATH}/draft/merge")
@requires("catalogue.write")
def merge_text(shelf: str, key: str, language: str) -> ResponseReturnValue:
    """Settle a conflict: my text, the saved one, or a choice at each place."""
    text = get_text(shelf, key, language)
    mine, seen = request.form.get("source", ""), request.form.get("seen", "")
    mine = services.tidy_source(mine)
    act = request.form.get("do", "merge")
    if act == "theirs" and text.token == seen:
        flash(_("The saved text was kept."), "success")
        return redirect(text.url("edit_text"))
    if act == "merge":
        chosen = {
            number: request.form.get(f"choice-{number}", "both") for number in range(MOST_CHOICES)
        }
        mine = merged(text.source, mine, chosen) if text.token == seen else mine
    try:
        _save(text, mine, seen)
    except DraftMoved as moved:
        return _conflict(text, moved)
    except InputErrors as refused:
        return _editor(text, mine, seen, refused), 422
    flash(_("The draft is saved."), "success")
    return redirect(text.url("edit_text"))


def _asked(name: str, kind: type) -> object:
    """A value of the JSON that a script sent."""
    body = request.get_json(silent=True)
    value = body.get(name) if isinstance(body, dict) else None
    if not isinstance(value, kind):
        raise BadRequest()
    return value


@bp.post(f"{TEXT_PATH}/draft")
@requires("catalogue.write")
def save_draft(shelf: str, key: str, language: str) -> ResponseReturnValue:
    """Keep the text while it is being written; answers with the token of what is kept."""
    text = get_text(shelf, key, language)
    source, seen = str(_asked("source", str)), str(_asked("seen", str))
    try:
        token = _save(text, source, seen)
    except DraftMoved as moved:
        name = name_of(moved.person_id)
        words = moved.text(translated)
        return {"error": {"code": moved.code, "message": words, "name": name}}, moved.status
    except InputErrors as refused:
        listed = [one.as_dict(translated) for one in refused.errors]
        words = refused.errors[0].text(translated)
        return {"error": {"code": refused.code, "message": words, "errors": listed}}, 422
    return {"seen": token, "saved": show_seconds(clock.now())}


@bp.post(f"{TEXT_PATH}/preview")
@requires("catalogue.write")
def preview_text(shelf: str, key: str, language: str) -> ResponseReturnValue:
    """The text as learners (or trainers) would get it, and what the linter says of it."""
    text = get_text(shelf, key, language)
    source, for_trainer = str(_asked("source", str)), bool(_asked("trainer", bool))
    services.check_storable(source, text.edition)
    linted = text.lint(source)
    return {
        "html": preview_html(text, source, for_trainer=for_trainer),
        "findings": render_template(
            "catalogue/_findings.html", linted=linted, text=text, translated=translated
        ),
        "count": linted.count,
    }


@bp.post(f"{TEXT_PATH}/draft/discard")
@requires("catalogue.write")
def discard_draft(shelf: str, key: str, language: str) -> ResponseReturnValue:
    """Throw the draft away; what is published stays."""
    text = get_text(shelf, key, language)
    try:
        with transaction():
            services.discard_draft(text.edition, seen=request.form.get("seen", ""))
    except DraftMoved as moved:
        flash(moved.text(translated), "error")
        return redirect(text.url("edit_text"))
    flash(_("The draft was thrown away."), "success")
    return redirect(url_for("catalogue.show_desk", shelf=shelf))


@bp.post(f"{TEXT_PATH}/translate")
@requires("catalogue.write")
def start_translation(shelf: str, key: str, language: str) -> ResponseReturnValue:
    """Begin the other language from this text, with the same keys."""
    text = get_text(shelf, key, language)
    start = services.start_course_translation if text.is_course else services.start_quiz_translation
    try:
        with transaction():
            start(text.edition, text.other_language, actor=current_person(), now=clock.now())
    except InputErrors as refused:
        flash_errors(refused)
        return redirect(text.url("edit_text"))
    flash(_("The other language begins with this text: translate it, keep the keys."), "success")
    return redirect(text.url("edit_text", language=text.other_language))
