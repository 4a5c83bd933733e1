"""Exams for their authors: the list, making one, its page, publishing, retiring."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.assessment.forms.exams import PRESET_WORDS, NewExamForm, PublishExamForm
from trainhub.assessment.models import Exam
from trainhub.assessment.queries.exams import (
    language_pools,
    list_exam_versions,
    list_exams,
    list_sharing_exams,
)
from trainhub.assessment.queries.keys import get_exam
from trainhub.assessment.queries.sittings import list_sittings_of
from trainhub.assessment.rules.exam_changes import list_changes
from trainhub.assessment.rules.exam_checks import check_whole, read_new_exam
from trainhub.assessment.rules.expectations import quota_counts
from trainhub.assessment.rules.settings import Preset, settings_from
from trainhub.assessment.services import exams as services
from trainhub.assessment.views.blueprint import bp
from trainhub.assessment.views.exams_words import (
    blueprint_words,
    change_rows,
    rules_in_words,
    setting_words,
)
from trainhub.assessment.views.shown import release_words
from trainhub.db import transaction
from trainhub.errors import DomainError, InputErrors
from trainhub.web.access import current_person, requires
from trainhub.web.text import translated

EXAM_PATH = "/exams/<slug:exam_key>"


def exam_address(exam_key: str) -> str:
    """The page of an exam."""
    return url_for("assessment.show_exam", exam_key=exam_key)


@bp.get("/exams")
@requires("assessment.write_exams")
def list_author_exams() -> ResponseReturnValue:
    """The exams in use, or the retired ones."""
    retired = request.args.get("shelf") == "retired"
    rows = list_exams(clock.now(), retired=retired)
    return render_template("assessment/list_exams.html", rows=rows, retired=retired)


@bp.route("/exams/new", methods=["GET", "POST"])
@requires("assessment.write_exams")
def add_exam() -> ResponseReturnValue:
    """Make an exam from a preset."""
    form = NewExamForm()
    if request.method == "GET":
        form = NewExamForm(data={"languages": ["zh", "en"]})
    if form.validate_on_submit():
        try:
            with transaction():
                key, heading = read_new_exam(form.data)
                exam = services.create_exam(
                    key,
                    heading,
                    Preset(form.preset.data),
                    actor=current_person(),
                    now=clock.now(),
                )
        except DomainError as refused:
            form.take_error(refused)
        else:
            flash(_("The exam is there. Now say which questions it has."), "success")
            return redirect(url_for("assessment.edit_blueprint", exam_key=exam.key))
    page = render_template("assessment/add_exam.html", form=form, presets=PRESET_WORDS)
    return page, 422 if form.errors else 200


@bp.get(EXAM_PATH)
@requires("assessment.write_exams")
def show_exam(exam_key: str) -> ResponseReturnValue:
    """An exam: how far it is, its parts, its versions and sittings."""
    exam = get_exam(exam_key)
    settings, now = settings_from(exam.settings), clock.now()
    pools = language_pools(settings)
    return render_template(
        "assessment/show_exam.html",
        exam=exam,
        settings=settings,
        state="retired" if exam.retired_at else "published" if exam.published else "draft",
        counts=quota_counts(settings.blueprint, pools),
        sharing=list_sharing_exams(exam, pools, now),
        blueprint=blueprint_words(settings.blueprint),
        rules=rules_in_words(settings),
        release=release_words(settings.release),
        method=setting_words("pass_mark_method", settings.pass_mark_method),
        changes=_changes(exam),
        versions=list_exam_versions(exam),
        sittings=list_sittings_of(exam.id),
        now=now,
    )


def _changes(exam: Exam) -> list[tuple[object, str, str]]:
    """What is written and not published yet, in words."""
    last = exam.published
    if last is None:
        return []
    return change_rows(
        list_changes(
            last.titles, settings_from(last.settings), exam.titles, settings_from(exam.settings)
        )
    )


@bp.route(f"{EXAM_PATH}/publish", methods=["GET", "POST"])
@requires("assessment.write_exams")
def publish_exam(exam_key: str) -> ResponseReturnValue:
    """Freeze what is written as a version that sittings can be opened of."""
    exam, form = get_exam(exam_key), PublishExamForm()
    refused = _obstacles(exam) if request.method == "GET" else []
    if form.validate_on_submit():
        try:
            with transaction():
                exam = get_exam(exam_key)
                note = (form.note.data or "").strip()
                version = services.publish_exam(
                    exam, note=note, actor=current_person(), now=clock.now()
                )
        except DomainError as error:
            refused = _words_of(error)
        else:
            flash(_("Version %(number)s is published.", number=version.number), "success")
            return redirect(exam_address(exam_key))
    page = render_template(
        "assessment/publish_exam.html",
        exam=exam,
        form=form,
        refused=refused,
        changes=_changes(exam),
    )
    return page, 422 if request.method == "POST" and (refused or form.errors) else 200


def _obstacles(exam: Exam) -> list[str]:
    """Why the exam as written could not be published now."""
    settings = settings_from(exam.settings)
    try:
        check_whole(exam.titles, settings)
        services.refuse_unfillable(settings)
    except DomainError as error:
        return _words_of(error)
    return []


def _words_of(error: DomainError) -> list[str]:
    if isinstance(error, InputErrors):
        return [one.text(translated) for one in error.errors]
    return [error.text(translated)]


@bp.post(f"{EXAM_PATH}/retire")
@requires("assessment.write_exams")
def retire_exam(exam_key: str) -> ResponseReturnValue:
    """Open no further sitting of an exam."""
    with transaction():
        services.retire_exam(get_exam(exam_key), actor=current_person(), now=clock.now())
    flash(_("The exam is retired. Sittings that are open go on."), "success")
    return redirect(exam_address(exam_key))


@bp.post(f"{EXAM_PATH}/restore")
@requires("assessment.write_exams")
def restore_exam(exam_key: str) -> ResponseReturnValue:
    """Take a retired exam back into use."""
    with transaction():
        services.restore_exam(get_exam(exam_key), actor=current_person(), now=clock.now())
    flash(_("The exam is back in use."), "success")
    return redirect(exam_address(exam_key))
