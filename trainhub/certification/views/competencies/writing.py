"""Competency models: the list, one of them, writing on it, publishing a version."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainhub import clock
from trainhub.certification.models import CompetencyModel
from trainhub.certification.queries.competencies import (
    get_model,
    get_model_version,
    list_model_versions,
    list_models,
    list_programmes_asking,
)
from trainhub.certification.rules.competencies.model import ModelContent, model_from
from trainhub.certification.rules.competencies.reading import (
    check_model,
    read_model_values,
)
from trainhub.certification.services.competency_models import (
    ModelMoved,
    change_model,
    create_model,
    publish_model,
)
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.competencies.typed_model import (
    file_values,
    move_row,
    shown_values,
    typed_values,
)
from trainhub.db import transaction
from trainhub.errors import DomainError, InputError, InputErrors
from trainhub.learning.queries.courses import CourseHead, list_course_heads
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_language
from trainhub.web.navigation import NavigationEntry, register
from trainhub.web.text import translated, typed_text

WRITES = "certification.write_programmes"
PATH = "/competency-models/<int:model_id>"

register(
    NavigationEntry(
        "certification.list_competency_models",
        _l("Competency models"),
        "bar-chart-line",
        "teach",
        WRITES,
        62,
        (
            "certification.show_competency_model",
            "certification.add_competency_model",
            "certification.import_competency_model",
            "certification.edit_competency_model",
            "certification.show_competency_model_version",
        ),
    )
)


@bp.get("/competency-models")
@requires(WRITES)
def list_competency_models() -> ResponseReturnValue:
    """Every model in use, or every retired one."""
    retired = request.args.get("shelf") == "retired"
    return render_template(
        "certification/competencies/list_models.html",
        models=[
            (one, model_from(one.content))
            for one in list_models()
            if (one.retired_at is not None) is retired
        ],
        retired=retired,
        has_changes=_has_changes,
    )


def _has_changes(model: CompetencyModel) -> bool:
    version = model.published
    return version is None or (version.content, version.titles) != (model.content, model.titles)


def _courses() -> dict[str, CourseHead]:
    return {head.key: head for head in list_course_heads(current_language()).values()}


def _unknown_courses(content: ModelContent) -> list[str]:
    """Keys of courses that a model names and that do not exist here: files travel."""
    known = _courses()
    named = dict.fromkeys(
        key for _area, one, _weight in content.indicators() for key in one.courses
    )
    return [key for key in named if key not in known]


@bp.get(PATH)
@requires(WRITES)
def show_competency_model(model_id: int) -> ResponseReturnValue:
    """A model as it is written, its versions, and what keeps it from being published."""
    model = get_model(model_id)
    content = model_from(model.content)
    return render_template(
        "certification/competencies/show_model.html",
        model=model,
        titles=model.titles,
        content=content,
        combined={one.key: weight for _area, one, weight in content.indicators()},
        courses=_courses(),
        versions=list_model_versions(model_id),
        version=None,
        faults=check_model(content),
        asking=list_programmes_asking(model.key),
        unknown_courses=_unknown_courses(content),
        has_changes=_has_changes(model),
    )


@bp.get(f"{PATH}/versions/<int:number>")
@requires(WRITES)
def show_competency_model_version(model_id: int, number: int) -> ResponseReturnValue:
    """A version as it was published."""
    version = get_model_version(model_id, number)
    content = model_from(version.content)
    return render_template(
        "certification/competencies/show_model.html",
        model=version.model,
        titles=version.titles,
        content=content,
        combined={one.key: weight for _area, one, weight in content.indicators()},
        courses=_courses(),
        versions=[],
        version=version,
        faults=[],
        asking=[],
        unknown_courses=[],
        has_changes=False,
    )


@bp.route("/competency-models/new", methods=["GET", "POST"])
@requires(WRITES)
def add_competency_model() -> ResponseReturnValue:
    """A model of one's own."""
    values: dict[str, Any] = shown_values({}, model_from({}))
    if request.method == "GET":
        return _editor(None, values, key="", revision=0)
    values, key = typed_values(), typed_text("key", 80).strip()
    try:
        text = read_model_values(file_values(key, values))
        with transaction():
            model = create_model(text, actor=current_person(), now=clock.now())
    except InputErrors as refused:
        return _editor(None, values, key=key, revision=0, errors=refused.errors)
    except DomainError as refused:
        return _editor(None, values, key=key, revision=0, refused=refused.text(translated))
    flash(_("The model is there. Publish it, and work can be rated on it."), "success")
    return redirect(url_for("certification.show_competency_model", model_id=model.id))


@bp.route(f"{PATH}/edit", methods=["GET", "POST"])
@requires(WRITES)
def edit_competency_model(model_id: int) -> ResponseReturnValue:
    """Write on a model; what is in force stays until it is published."""
    model = get_model(model_id)
    if request.method == "GET":
        values = shown_values(model.titles, model_from(model.content))
        return _editor(model, values, key=model.key, revision=model.revision)
    values, revision = typed_values(), seen_revision()
    place = move_row(values, request.form.get("act", ""))
    try:
        text = read_model_values(file_values(model.key, values))
        with transaction():
            change_model(
                get_model(model_id),
                text,
                revision=revision,
                actor=current_person(),
                now=clock.now(),
            )
    except InputErrors as refused:
        return _editor(model, values, key=model.key, revision=revision, errors=refused.errors)
    except ModelMoved as refused:
        now_at = get_model(model_id).revision
        said = refused.text(translated)
        return _editor(model, values, key=model.key, revision=now_at, refused=said)
    except DomainError as refused:
        said = refused.text(translated)
        return _editor(model, values, key=model.key, revision=revision, refused=said)
    if place or request.form.get("act") == "more":
        return redirect(
            url_for("certification.edit_competency_model", model_id=model_id, _anchor=place or None)
        )
    flash(_("The model is saved."), "success")
    return redirect(url_for("certification.show_competency_model", model_id=model_id))


def seen_revision() -> int:
    """The revision that the form was opened on; 0 for nonsense, which no model has."""
    sent = request.form.get("revision", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 9 else 0


def _editor(
    model: CompetencyModel | None,
    values: dict[str, Any],
    *,
    key: str,
    revision: int,
    errors: tuple[InputError, ...] = (),
    refused: str = "",
) -> ResponseReturnValue:
    page = render_template(
        "certification/competencies/edit_model.html",
        model=model,
        values=values,
        key=key,
        courses=_courses(),
        revision=revision,
        errors=errors,
        refused=refused,
    )
    return page, 422 if errors or refused else 200


@bp.post(f"{PATH}/publish")
@requires(WRITES)
def publish_competency_model(model_id: int) -> ResponseReturnValue:
    """Freeze what is written: cases opened from now on are rated on it."""
    try:
        with transaction():
            publish_model(
                get_model(model_id),
                revision=seen_revision(),
                note=typed_text("note", 500),
                actor=current_person(),
                now=clock.now(),
            )
    except InputErrors as refused:
        for one in refused.errors:
            flash(one.text(translated), "danger")
    except DomainError as refused:
        flash(refused.text(translated), "danger")
    else:
        flash(_("Published. Cases opened from now on are rated on it."), "success")
    return redirect(url_for("certification.show_competency_model", model_id=model_id))
