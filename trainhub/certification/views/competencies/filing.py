"""Competency models as files; retiring one and bringing it back."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.certification.forms.observing import ModelFileForm
from trainhub.certification.models import CompetencyModel
from trainhub.certification.queries.competencies import get_model
from trainhub.certification.rules.competencies.model import model_from
from trainhub.certification.rules.competencies.reading import MAX_BYTES, ModelText, write_model
from trainhub.certification.services.competency_models import (
    bring_back_model,
    read_model_bytes,
    retire_model,
    take_model,
)
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.competencies.writing import PATH, WRITES
from trainhub.db import transaction
from trainhub.errors import DomainError, InputError, InputErrors
from trainhub.web.access import current_person, requires
from trainhub.web.text import translated


@bp.get(f"{PATH}/file")
@requires(WRITES)
def download_competency_model(model_id: int) -> ResponseReturnValue:
    """What is being written as a file."""
    model = get_model(model_id)
    text = ModelText(model.key, model.titles, model_from(model.content))
    answer = Response(write_model(text), mimetype="application/yaml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{model.key}.yaml"'
    return answer


@bp.route("/competency-models/import", methods=["GET", "POST"])
@requires(WRITES)
def import_competency_model() -> ResponseReturnValue:
    """Take a model of a file: a new one, or what is being written of one that is there."""
    form = ModelFileForm()
    errors: tuple[InputError, ...] = ()
    if form.validate_on_submit():
        try:
            model, state = _taken(form)
        except InputErrors as refused:
            errors = tuple(sorted(refused.errors, key=lambda one: one.line or 0))
        except DomainError as refused:
            form.take_error(refused)
        else:
            said = {
                "new": _("The model is taken over. Look at it, then publish it."),
                "changed": _("What is being written is now as in the file. Nothing is published."),
                "unchanged": _("The file says what is being written already."),
            }
            flash(said[state], "success")
            return redirect(url_for("certification.show_competency_model", model_id=model.id))
    page = render_template("certification/competencies/import_model.html", form=form, errors=errors)
    return page, 422 if form.errors or errors else 200


def _taken(form: ModelFileForm) -> tuple[CompetencyModel, str]:
    upload = form.file.data
    text = read_model_bytes(upload.stream.read(MAX_BYTES + 1), upload.filename[-120:])
    with transaction():
        return take_model(text, actor=current_person(), now=clock.now())


@bp.post(f"{PATH}/retire")
@requires(WRITES)
def put_competency_model_away(model_id: int) -> ResponseReturnValue:
    """Have no new work rated on it."""
    try:
        with transaction():
            retire_model(get_model(model_id), actor=current_person(), now=clock.now())
    except DomainError as refused:
        flash(refused.text(translated), "danger")
    else:
        flash(_("The model is retired. Cases under way go on; ratings stay."), "success")
    return redirect(url_for("certification.show_competency_model", model_id=model_id))


@bp.post(f"{PATH}/bring-back")
@requires(WRITES)
def take_competency_model_back(model_id: int) -> ResponseReturnValue:
    """Have work rated on it again."""
    with transaction():
        bring_back_model(get_model(model_id), actor=current_person(), now=clock.now())
    flash(_("The model is in use again."), "success")
    return redirect(url_for("certification.show_competency_model", model_id=model_id))
