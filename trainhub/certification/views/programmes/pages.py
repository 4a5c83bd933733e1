"""The list of programmes, and one of them as it reads."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from trainhub import clock
from trainhub.certification.queries.programmes import (
    count_by_version,
    get_programme,
    get_programme_row,
    get_version,
    list_programmes,
    list_versions,
)
from trainhub.certification.rules.programmes.content import ProgrammeContent, from_dict
from trainhub.certification.rules.programmes.differing import differences
from trainhub.certification.rules.programmes.writing import write_programme
from trainhub.certification.services.programmes import (
    bring_back_programme,
    retire_programme,
    text_of,
)
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.programmes.shown import (
    difference_rows,
    shown_stages,
    unknown_titles,
    validity_words,
)
from trainhub.certification.views.programmes.storing import PATH, content_of
from trainhub.db import transaction
from trainhub.errors import DomainError
from trainhub.web.access import current_person, requires
from trainhub.web.navigation import NavigationEntry, register
from trainhub.web.text import translated

WRITES = "certification.write_programmes"

register(
    NavigationEntry(
        "certification.list_written_programmes",
        _l("Programmes"),
        "diagram-3",
        "teach",
        WRITES,
        60,
        (
            "certification.show_programme",
            "certification.add_programme",
            "certification.import_programme",
            "certification.edit_programme",
            "certification.edit_programme_facts",
            "certification.edit_programme_validity",
            "certification.add_stage",
            "certification.edit_stage",
            "certification.choose_requirement_kind",
            "certification.add_requirement",
            "certification.edit_requirement",
            "certification.add_group",
            "certification.edit_group",
            "certification.preview_programme",
            "certification.publish_programme",
            "certification.show_programme_version",
        ),
    )
)


@bp.get("/programmes")
@requires(WRITES)
def list_written_programmes() -> ResponseReturnValue:
    """Programmes in use, or the retired ones."""
    retired = request.args.get("shelf") == "retired"
    return render_template(
        "certification/programmes/list_programmes.html",
        rows=list_programmes(retired=retired),
        retired=retired,
    )


@bp.get(PATH)
@requires(WRITES)
def show_programme(programme_id: int) -> ResponseReturnValue:
    """A programme as it reads: stages, requirements, validity, versions."""
    row = get_programme_row(programme_id)
    content = content_of(row.programme)
    return render_template(
        "certification/programmes/show_programme.html",
        row=row,
        programme=row.programme,
        content=content,
        stages=shown_stages(content),
        validity=validity_words(content),
        unknown=unknown_titles(content),
        versions=list_versions(programme_id),
        under_way=count_by_version(programme_id),
    )


@bp.get(f"{PATH}/file")
@requires(WRITES)
def download_programme(programme_id: int) -> ResponseReturnValue:
    """What is being written as a file."""
    programme = get_programme(programme_id)
    answer = Response(write_programme(text_of(programme)), mimetype="application/yaml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{programme.key}.yaml"'
    return answer


@bp.get(f"{PATH}/versions/<int:number>")
@requires(WRITES)
def show_programme_version(programme_id: int, number: int) -> ResponseReturnValue:
    """A version as it was published, and what it changed."""
    version = get_version(programme_id, number)
    content = from_dict(version.content)
    rows = None
    if number > 1:
        before = get_version(programme_id, number - 1)
        old = from_dict(before.content)
        found = differences(before.titles, old, version.titles, content)
        rows = difference_rows(found, old, content)
    return render_template(
        "certification/programmes/show_programme_version.html",
        programme=version.programme,
        version=version,
        rows=rows,
        stages=shown_stages(content),
        validity=validity_words(content),
        under_way=count_by_version(programme_id).get(version.id, 0),
    )


@bp.post(f"{PATH}/retire")
@requires(WRITES)
def put_programme_away(programme_id: int) -> ResponseReturnValue:
    """Take nobody in any more."""
    try:
        with transaction():
            retire_programme(get_programme(programme_id), actor=current_person(), now=clock.now())
    except DomainError as refused:
        flash(refused.text(translated), "danger")
    else:
        flash(_("The programme is retired. Who is under way goes on; awards hold."), "success")
    return redirect(url_for("certification.show_programme", programme_id=programme_id))


@bp.post(f"{PATH}/bring-back")
@requires(WRITES)
def take_programme_back(programme_id: int) -> ResponseReturnValue:
    """Take people in again."""
    with transaction():
        bring_back_programme(get_programme(programme_id), actor=current_person(), now=clock.now())
    flash(_("The programme is in use again."), "success")
    return redirect(url_for("certification.show_programme", programme_id=programme_id))


def changes_since_published(
    titles: dict[str, str], content: ProgrammeContent, programme_id: int
) -> list[tuple[str, str, str, str]] | None:
    """What is written and not published yet, in words; None before the first version."""
    version = get_programme(programme_id).published
    if version is None:
        return None
    old = from_dict(version.content)
    return difference_rows(differences(version.titles, old, titles, content), old, content)
