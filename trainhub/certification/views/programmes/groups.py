"""The editor: groups of requirements of which some are enough."""

from __future__ import annotations

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from trainhub.certification.forms.programmes import GroupForm
from trainhub.certification.models import Programme
from trainhub.certification.queries.programmes import get_programme
from trainhub.certification.rules.programmes.content import Group, ProgrammeContent
from trainhub.certification.rules.programmes.editing import (
    dissolve,
    gather,
    get_group,
    regroup,
)
from trainhub.certification.rules.programmes.reading import DEEPEST_GROUP
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.programmes.pages import WRITES
from trainhub.certification.views.programmes.requirements import read_place
from trainhub.certification.views.programmes.shown import group_words
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

_TOO_FEW = N_("Choose at least two members.")
_TOO_MANY = N_("%(least)s of %(members)s cannot be reached.")
_DEEP = N_("Groups may stand at most %(limit)s deep inside each other.")


def _label(content: ProgrammeContent, member: str | Group) -> str:
    if isinstance(member, str):
        return in_language(content.requirement(member).titles)
    inner = str(_(", ")).join(_label(content, one) for one in member.members)
    return f"{in_language(member.titles) or group_words(member)}: {inner}"


def _group(content: ProgrammeContent, stage_key: str, place: tuple[int, ...]) -> Group:
    try:
        return get_group(content, stage_key, place)
    except (KeyError, IndexError):
        raise NotFound() from None


@bp.route(f"{PATH}/stages/<slug:stage_key>/groups/new", methods=["GET", "POST"])
@requires(WRITES)
def add_group(programme_id: int, stage_key: str) -> ResponseReturnValue:
    """Put several requirements of a stage into a group."""
    programme = get_programme(programme_id)
    content = content_of(programme)
    stage_group = _group(content, stage_key, ())
    form = GroupForm(data={"revision": str(programme.revision), "rule": "any"})
    form.members.choices = [
        SelectChoice(f"beside-{number}", _label(content, member))
        for number, member in enumerate(stage_group.members)
    ]
    return _page(form, programme, stage_key, None)


@bp.route(f"{PATH}/stages/<slug:stage_key>/groups/<slug:place>", methods=["GET", "POST"])
@requires(WRITES)
def edit_group(programme_id: int, stage_key: str, place: str) -> ResponseReturnValue:
    """Who belongs to a group, and how many are needed."""
    programme = get_programme(programme_id)
    content, where = content_of(programme), read_place(place)
    own = _group(content, stage_key, where)
    outer = _group(content, stage_key, where[:-1])
    rule = "all" if own.least is None else "any" if own.least == 1 else "least"
    form = GroupForm(
        data={
            "revision": str(programme.revision),
            "rule": rule,
            "least": own.least if rule == "least" else None,
            "titles_zh": own.titles.get("zh", ""),
            "titles_en": own.titles.get("en", ""),
            "members": [f"own-{number}" for number in range(len(own.members))],
        }
    )
    form.members.choices = [
        SelectChoice(f"own-{number}", _label(content, member))
        for number, member in enumerate(own.members)
    ] + [
        SelectChoice(f"beside-{number}", _label(content, member))
        for number, member in enumerate(outer.members)
        if number != where[-1]
    ]
    return _page(form, programme, stage_key, where)


def _page(
    form: GroupForm, programme: Programme, stage_key: str, place: tuple[int, ...] | None
) -> ResponseReturnValue:
    status = 200
    if form.validate_on_submit():
        try:
            _store(form, programme.id, stage_key, place)
        except NotFound:
            raise
        except DomainError as refused:
            status = take_refusal(form, refused, programme.id)
        else:
            flash(_("The group is saved."), "success")
            return redirect(editor_address(programme.id, f"stage-{stage_key}"))
    page = render_template(
        "certification/programmes/edit_group.html",
        form=form,
        programme=programme,
        stage_key=stage_key,
        place="-".join(map(str, place)) if place else "",
    )
    return page, 422 if form.errors and status == 200 else status


def _store(
    form: GroupForm, programme_id: int, stage_key: str, place: tuple[int, ...] | None
) -> None:
    chosen = form.members.data or []
    own = [int(one.removeprefix("own-")) for one in chosen if one.startswith("own-")]
    beside = [int(one.removeprefix("beside-")) for one in chosen if one.startswith("beside-")]
    if len(chosen) < 2:
        raise InputErrors([InputError("group_small", _TOO_FEW, field="members")])
    least = form.number()
    if least is not None and least > len(chosen):
        params = {"least": least, "members": len(chosen)}
        raise InputErrors([InputError("group_out_of_reach", _TOO_MANY, params, field="least")])

    def changed(content: ProgrammeContent) -> ProgrammeContent:
        new = (
            gather(content, stage_key, (), beside, least, form.titles())
            if place is None
            else regroup(content, stage_key, place, own, beside, least, form.titles())
        )
        if _depth(get_group(new, stage_key, ())) > DEEPEST_GROUP:
            params = {"limit": DEEPEST_GROUP}
            raise InputErrors([InputError("group_deep", _DEEP, params, field="members")])
        return new

    store_content(programme_id, form.seen_revision(), changed)


def _depth(group: Group) -> int:
    return max((1 + _depth(one) for one in group.members if isinstance(one, Group)), default=0)


@bp.post(f"{PATH}/stages/<slug:stage_key>/groups/<slug:place>/dissolve")
@requires(WRITES)
def dissolve_group(programme_id: int, stage_key: str, place: str) -> ResponseReturnValue:
    """Let the members stand by themselves: each is asked for."""
    where = read_place(place)
    return store_press(
        programme_id, lambda content: dissolve(content, stage_key, where), f"stage-{stage_key}"
    )
