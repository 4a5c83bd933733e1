"""The editor: a programme's facts, its validity, its stages and their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from trainhub.certification.forms.programmes import (
    FactsForm,
    TitlesForm,
    ValidityForm,
    WritingForm,
)
from trainhub.certification.queries.programmes import get_programme
from trainhub.certification.rules.programmes.content import Group, ProgrammeContent, Stage
from trainhub.certification.rules.programmes.editing import (
    free_stage_key,
    get_stage,
    move_stage,
    put_stage,
    remove_stage,
)
from trainhub.certification.rules.programmes.reading import (
    ProgrammeText,
    Terms,
    read_stage,
    read_terms,
)
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.programmes.pages import WRITES
from trainhub.certification.views.programmes.shown import (
    shown_stages,
    unknown_titles,
    validity_words,
)
from trainhub.certification.views.programmes.storing import (
    PATH,
    content_of,
    editor_address,
    store,
    store_content,
    store_press,
    take_refusal,
)
from trainhub.certification.views.wording import in_language
from trainhub.errors import DomainError, NotFound
from trainhub.web.access import requires

WAYS = {"up": -1, "down": 1}


@bp.get(f"{PATH}/edit")
@requires(WRITES)
def edit_programme(programme_id: int) -> ResponseReturnValue:
    """All stages and requirements with what can be done to each."""
    programme = get_programme(programme_id)
    content = content_of(programme)
    return render_template(
        "certification/programmes/edit_programme.html",
        programme=programme,
        content=content,
        stages=shown_stages(content),
        validity=validity_words(content),
        unknown=unknown_titles(content),
    )


def form_page(form: WritingForm, programme_id: int, template: str, **values: Any) -> str:
    """A page with a form of the editor."""
    programme = get_programme(programme_id)
    return render_template(
        f"certification/programmes/{template}.html", form=form, programme=programme, **values
    )


def _saved(
    form: WritingForm, programme_id: int, write: Callable[[], None], said: str, place: str = ""
) -> ResponseReturnValue | int:
    """Write what was typed: where to go then, or the status of the refusal."""
    try:
        write()
    except NotFound:
        raise
    except DomainError as refused:
        return take_refusal(form, refused, programme_id)
    flash(said, "success")
    return redirect(editor_address(programme_id, place))


@bp.route(f"{PATH}/facts", methods=["GET", "POST"])
@requires(WRITES)
def edit_programme_facts(programme_id: int) -> ResponseReturnValue:
    """Titles, what it is for, description."""
    programme = get_programme(programme_id)
    description = programme.content.get("description") or {}
    form = FactsForm(
        data={
            "revision": str(programme.revision),
            "titles_zh": programme.titles.get("zh", ""),
            "titles_en": programme.titles.get("en", ""),
            "kind": programme.kind,
            "description_zh": description.get("zh", ""),
            "description_en": description.get("en", ""),
        }
    )
    status = 200
    if form.validate_on_submit():

        def changed(text: ProgrammeText) -> ProgrammeText:
            content = replace(text.content, description=form.description())
            return replace(text, titles=form.titles(), kind=form.kind.data, content=content)

        answer = _saved(
            form, programme_id, lambda: store(programme_id, form.seen_revision(), changed),
            _("Saved. It counts once it is published."),
        )  # fmt: skip
        if not isinstance(answer, int):
            return answer
        status = answer
    page = form_page(form, programme_id, "edit_programme_facts")
    return page, 422 if form.errors and status == 200 else status


@bp.route(f"{PATH}/validity", methods=["GET", "POST"])
@requires(WRITES)
def edit_programme_validity(programme_id: int) -> ResponseReturnValue:
    """How long an award holds, how it is renewed, when people are reminded."""
    programme = get_programme(programme_id)
    content = content_of(programme)
    form = ValidityForm(
        data={
            "revision": str(programme.revision),
            **content.validity.as_dict(),
            "renewal": list(content.renewal),
            "remind_before": " ".join(map(str, content.remind_before)),
            "remind_after": " ".join(map(str, content.remind_after)),
        }
    )
    form.renewal.choices = [
        SelectChoice(one.key, in_language(one.titles)) for one in content.requirements
    ]
    status = 200
    if form.validate_on_submit():
        answer = _saved(
            form, programme_id, lambda: _store_terms(form, programme_id),
            _("Saved. It counts once it is published."), "validity",
        )  # fmt: skip
        if not isinstance(answer, int):
            return answer
        status = answer
    page = form_page(form, programme_id, "edit_programme_validity")
    return page, 422 if form.errors and status == 200 else status


def _store_terms(form: ValidityForm, programme_id: int) -> None:
    typed = {"anchor": form.anchor.data, "window_days": form.window_days.data,
             "grace_days": form.grace_days.data}  # fmt: skip
    if form.months.data:
        typed["months"] = form.months.data
    if form.calendar.data:
        typed["calendar"] = form.calendar.data
    chosen = set(form.renewal.data or ())

    def changed(content: ProgrammeContent) -> ProgrammeContent:
        terms: Terms = read_terms(
            {
                "validity": typed,
                "renewal": [one.key for one in content.requirements if one.key in chosen],
                "remind_before": form.days(form.remind_before.data),
                "remind_after": form.days(form.remind_after.data),
            }
        )
        return replace(
            content, validity=terms.validity, renewal=terms.renewal,
            remind_before=terms.remind_before, remind_after=terms.remind_after,
        )  # fmt: skip

    store_content(programme_id, form.seen_revision(), changed)


@bp.route(f"{PATH}/stages/new", methods=["GET", "POST"])
@requires(WRITES)
def add_stage(programme_id: int) -> ResponseReturnValue:
    """A further stage, at the end."""
    programme = get_programme(programme_id)
    form = TitlesForm(data={"revision": str(programme.revision)})
    return _stage_page(form, programme_id, None)


@bp.route(f"{PATH}/stages/<slug:stage_key>", methods=["GET", "POST"])
@requires(WRITES)
def edit_stage(programme_id: int, stage_key: str) -> ResponseReturnValue:
    """The titles of a stage."""
    programme = get_programme(programme_id)
    try:
        stage = get_stage(content_of(programme), stage_key)
    except KeyError:
        raise NotFound() from None
    form = TitlesForm(
        data={
            "revision": str(programme.revision),
            "titles_zh": stage.titles.get("zh", ""),
            "titles_en": stage.titles.get("en", ""),
        }
    )
    return _stage_page(form, programme_id, stage)


def _stage_page(form: TitlesForm, programme_id: int, stage: Stage | None) -> ResponseReturnValue:
    status = 200
    if form.validate_on_submit():

        def changed(content: ProgrammeContent) -> ProgrammeContent:
            key = stage.key if stage else free_stage_key(content)
            titles = read_stage({"key": key, "titles": form.titles()}).titles
            return put_stage(content, Stage(key, titles, Group(())), stage.key if stage else "")

        answer = _saved(
            form, programme_id,
            lambda: store_content(programme_id, form.seen_revision(), changed),
            _("The stage is saved."), f"stage-{stage.key}" if stage else "stages-end",
        )  # fmt: skip
        if not isinstance(answer, int):
            return answer
        status = answer
    page = form_page(form, programme_id, "edit_stage", stage=stage)
    return page, 422 if form.errors and status == 200 else status


@bp.post(f"{PATH}/stages/<slug:stage_key>/<any(up, down):way>")
@requires(WRITES)
def move_stage_along(programme_id: int, stage_key: str, way: str) -> ResponseReturnValue:
    """One place up or down."""
    return store_press(
        programme_id,
        lambda content: move_stage(content, stage_key, WAYS[way]),
        f"stage-{stage_key}",
    )


@bp.post(f"{PATH}/stages/<slug:stage_key>/remove")
@requires(WRITES)
def take_stage_away(programme_id: int, stage_key: str) -> ResponseReturnValue:
    """Remove a stage and what is asked for in it."""
    return store_press(programme_id, lambda content: remove_stage(content, stage_key))
