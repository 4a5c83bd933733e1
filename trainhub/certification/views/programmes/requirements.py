"""The editor: one requirement by the form of its kind of evidence, its place, its end."""

from __future__ import annotations

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub.certification.evidence import EvidenceKind, get_kind, kind_fields, list_kinds
from trainhub.certification.forms.requirements import (
    Options,
    RequirementForm,
    data_of,
    form_of,
    standard_data,
)
from trainhub.certification.models import Programme
from trainhub.certification.queries.programmes import get_programme
from trainhub.certification.rules.programmes.checks import COMPOSITE
from trainhub.certification.rules.programmes.content import ProgrammeContent, Requirement
from trainhub.certification.rules.programmes.editing import (
    free_key,
    get_stage,
    move_member,
    put_requirement,
    remove_requirement,
    stage_of,
)
from trainhub.certification.rules.programmes.reading import read_requirement
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.programmes.pages import WRITES
from trainhub.certification.views.programmes.stages import WAYS
from trainhub.certification.views.programmes.storing import (
    PATH,
    content_of,
    editor_address,
    store_content,
    store_press,
    take_refusal,
)
from trainhub.certification.views.wording import in_language
from trainhub.errors import N_, DomainError, InputError, InputErrors, NotFound
from trainhub.web.access import requires

_KEY_TWICE = N_("The key “%(key)s” stands twice.")


@bp.get(f"{PATH}/stages/<slug:stage_key>/requirements/new")
@requires(WRITES)
def choose_requirement_kind(programme_id: int, stage_key: str) -> ResponseReturnValue:
    """What kind of evidence is to be asked for."""
    programme = get_programme(programme_id)
    try:
        stage = get_stage(content_of(programme), stage_key)
    except KeyError:
        raise NotFound() from None
    return render_template(
        "certification/programmes/choose_requirement_kind.html",
        programme=programme,
        stage=stage,
        kinds=list_kinds(),
    )


@bp.route(
    f"{PATH}/stages/<slug:stage_key>/requirements/new/<slug:kind_name>", methods=["GET", "POST"]
)
@requires(WRITES)
def add_requirement(programme_id: int, stage_key: str, kind_name: str) -> ResponseReturnValue:
    """A further requirement at the end of a stage."""
    programme = get_programme(programme_id)
    try:
        kind = get_kind(kind_name.replace("-", "_"))
        get_stage(content_of(programme), stage_key)
    except KeyError:
        raise NotFound() from None
    made = _form_class(kind, programme, None)
    form = made(
        data={"revision": str(programme.revision), "stage": stage_key} | standard_data(kind)
    )
    return _page(form, programme, None)


@bp.route(f"{PATH}/requirements/<slug:requirement_key>", methods=["GET", "POST"])
@requires(WRITES)
def edit_requirement(programme_id: int, requirement_key: str) -> ResponseReturnValue:
    """One requirement."""
    programme = get_programme(programme_id)
    content = content_of(programme)
    try:
        requirement = content.requirement(requirement_key)
    except KeyError:
        raise NotFound() from None
    kind = get_kind(requirement.kind)
    stage = stage_of(content, requirement_key)
    made = _form_class(kind, programme, requirement)
    form = made(
        data={
            "revision": str(programme.revision),
            "stage": stage.key if stage else "",
            **data_of(requirement, kind),
        }
    )
    return _page(form, programme, requirement)


def _form_class(
    kind: EvidenceKind, programme: Programme, requirement: Requirement | None
) -> type[RequirementForm]:
    content = content_of(programme)
    parts: Options = [
        (one.key, in_language(one.titles))
        for one in content.requirements
        if one.kind != COMPOSITE and one is not requirement
    ]
    stages = [(stage.key, in_language(stage.titles)) for stage in content.stages]
    named = next((field.name for field in kind.fields if field.type == "key"), "")
    kept = str(requirement.settings.get(named, "")) if requirement and named else ""
    options = [
        (one.key, in_language(one.titles))
        for one in (kind.choices() if kind.choices else ())
        if not one.is_retired or one.key == kept
    ]
    return form_of(kind, options, parts, stages, kept)


def _page(
    form: RequirementForm, programme: Programme, requirement: Requirement | None
) -> ResponseReturnValue:
    status = 200
    if form.validate_on_submit():
        try:
            key = _store(form, programme.id, requirement.key if requirement else "")
        except NotFound:
            raise
        except DomainError as refused:
            status = take_refusal(form, refused, programme.id)
        else:
            flash(_("The requirement is saved."), "success")
            return redirect(editor_address(programme.id, f"requirement-{key}"))
    page = render_template(
        "certification/programmes/edit_requirement.html",
        form=form,
        programme=programme,
        requirement=requirement,
        kind=form.kind,
    )
    return page, 422 if form.errors and status == 200 else status


def _store(form: RequirementForm, programme_id: int, was: str) -> str:
    keys: list[str] = []

    def changed(content: ProgrammeContent) -> ProgrammeContent:
        free = was or free_key(content, form.wished_key())
        read = read_requirement(form.values(free), kind_fields())
        if read.key != was and any(one.key == read.key for one in content.requirements):
            params = {"key": read.key}
            raise InputErrors([InputError("key_twice", _KEY_TWICE, params, field="key")])
        keys.append(read.key)
        return put_requirement(content, read, form.stage.data, was)

    store_content(programme_id, form.seen_revision(), changed)
    return keys[-1]


def read_place(text: str) -> tuple[int, ...]:
    """The place that an address names, such as ``2-0``. Raises `NotFound`."""
    steps = text.split("-")
    if len(steps) > 4 or not all(step.isdigit() and len(step) < 4 for step in steps):
        raise NotFound()
    return tuple(int(step) for step in steps)


@bp.post(f"{PATH}/stages/<slug:stage_key>/members/<slug:place>/<any(up, down):way>")
@requires(WRITES)
def move_requirement(
    programme_id: int, stage_key: str, place: str, way: str
) -> ResponseReturnValue:
    """A requirement or a group one place up or down, beyond the edge into the next stage."""
    where, anchors = read_place(place), [f"stage-{stage_key}"]

    def changed(content: ProgrammeContent) -> ProgrammeContent:
        group = get_stage(content, stage_key).needs
        for step in where[:-1]:
            inner = group.members[step]
            if isinstance(inner, str):
                raise KeyError(place)
            group = inner
        member = group.members[where[-1]]
        anchors.append(f"requirement-{member}" if isinstance(member, str) else anchors[0])
        return move_member(content, stage_key, where, WAYS[way])

    answer = store_press(programme_id, changed)
    if anchors[-1] != anchors[0]:
        return redirect(editor_address(programme_id, anchors[-1]))
    return answer


@bp.post(f"{PATH}/requirements/<slug:requirement_key>/remove")
@requires(WRITES)
def take_requirement_away(programme_id: int, requirement_key: str) -> ResponseReturnValue:
    """Ask for it no more."""

    def changed(content: ProgrammeContent) -> ProgrammeContent:
        stage = stage_of(content, content.requirement(requirement_key).key)
        assert stage is not None
        return remove_requirement(content, requirement_key)

    return store_press(programme_id, changed)
