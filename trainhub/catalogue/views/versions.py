"""Published versions: the list, what differs between two, restoring, publishing a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from trainhub import clock
from trainhub.catalogue import services
from trainhub.catalogue.forms import PublishForm
from trainhub.catalogue.models import CourseEdition
from trainhub.catalogue.queries.writing import (
    find_numbered_version,
    list_versions,
    names_of_people,
)
from trainhub.catalogue.rules.differences import compare, count_changes
from trainhub.catalogue.services import DraftMoved
from trainhub.catalogue.views.blueprint import bp
from trainhub.catalogue.views.texts import TEXT_PATH, WrittenText, get_text
from trainhub.db import transaction
from trainhub.errors import InputErrors, NotFound
from trainhub.web.access import current_person, requires
from trainhub.web.text import translated

DRAFT = "draft"


@dataclass(frozen=True)
class VersionLine:
    """A version in the list; `number` is None for the draft."""

    number: int | None
    at: datetime
    name: str
    note: str = ""
    is_material: bool = False
    is_published: bool = False


def _lines(text: WrittenText) -> list[VersionLine]:
    edition, versions = text.edition, list_versions(text.edition)
    draft = edition.draft
    people = [one.published_by_id for one in versions] + ([draft.updated_by_id] if draft else [])
    names = names_of_people(people)
    lines = [
        VersionLine(
            one.number,
            one.published_at,
            names.get(one.published_by_id or 0, ""),
            one.note,
            getattr(one, "is_material", False),
            one.id == edition.published_version_id,
        )
        for one in versions
    ]
    if draft is not None:
        lines.insert(
            0, VersionLine(None, draft.updated_at, names.get(draft.updated_by_id or 0, ""))
        )
    return lines


@bp.get(f"{TEXT_PATH}/versions")
@requires("catalogue.write")
def list_text_versions(shelf: str, key: str, language: str) -> ResponseReturnValue:
    """Every published version of a text, and its draft."""
    text = get_text(shelf, key, language)
    return render_template("catalogue/list_versions.html", text=text, lines=_lines(text))


def _source_of(text: WrittenText, name: str) -> str:
    """The text of a version by its number, or of the draft. Raises `NotFound`."""
    if name == DRAFT and text.edition.draft is not None:
        return text.edition.draft.source
    number = int(name) if name.isascii() and name.isdigit() and len(name) < 7 else 0
    version = find_numbered_version(text.edition, number)
    if version is None:
        raise NotFound()
    return version.source


@bp.get(f"{TEXT_PATH}/compare")
@requires("catalogue.write")
def compare_versions(shelf: str, key: str, language: str) -> ResponseReturnValue:
    """What differs between two versions: `?old=1&new=draft`."""
    text = get_text(shelf, key, language)
    old, new = request.args.get("old", ""), request.args.get("new", DRAFT)
    whole = request.args.get("all") == "yes"
    first, second = _source_of(text, old), _source_of(text, new)
    rows = compare(first, second, context=None) if whole else compare(first, second)
    return render_template(
        "catalogue/compare_versions.html",
        text=text,
        rows=rows,
        counts=count_changes(rows),
        old=old,
        new=new,
        whole=whole,
        lines=_lines(text),
    )


@bp.post(f"{TEXT_PATH}/versions/<int:number>/restore")
@requires("catalogue.write")
def restore_text(shelf: str, key: str, language: str, number: int) -> ResponseReturnValue:
    """Make an earlier version's text the draft."""
    text = get_text(shelf, key, language)
    version = find_numbered_version(text.edition, number)
    if version is None:
        raise NotFound()
    seen = request.form.get("seen", "")
    try:
        with transaction():
            services.restore_version(
                text.edition, version, seen=seen, actor=current_person(), now=clock.now()
            )
    except DraftMoved:
        flash(_("The draft has changed since you opened the list; look at it first."), "error")
        return redirect(text.url("list_text_versions"))
    flash(_("Version %(number)s is the draft now.", number=number), "success")
    return redirect(text.url("edit_text"))


@bp.route(f"{TEXT_PATH}/publish", methods=["GET", "POST"])
@requires("catalogue.write")
def publish_text(shelf: str, key: str, language: str) -> ResponseReturnValue:
    """Make the draft the text that learners get."""
    text = get_text(shelf, key, language)
    form = PublishForm(data=None if request.method == "POST" else {"seen": text.token})
    if not form.validate_on_submit():
        return _publish_page(text, form), 422 if form.errors else 200
    try:
        with transaction():
            _publish(text, form)
    except DraftMoved:
        form.seen.data = text.token
        form.form_errors.append(
            _("The text has changed since you opened this page. Read it again.")
        )
        return _publish_page(text, form), 409
    except InputErrors as refused:
        form.take_error(refused)
        return _publish_page(text, form), 422
    flash(_("The new text is published."), "success")
    return redirect(text.url("list_text_versions"))


def _publish(text: WrittenText, form: PublishForm) -> int:
    if text.lint().stops:
        raise InputErrors(text.lint().as_errors())
    return services.publish_draft(
        text.edition,
        seen=form.seen.data or "",
        note=form.note.data or "",
        is_material=bool(form.is_material.data),
        actor=current_person(),
        now=clock.now(),
    )


def _publish_page(text: WrittenText, form: PublishForm) -> str:
    published = text.edition.published
    rows = compare(published.source if published else "", text.source)
    return render_template(
        "catalogue/publish_text.html",
        text=text,
        form=form,
        linted=text.lint(),
        translated=translated,
        added_removed=count_changes(rows),
        has_material=isinstance(text.edition, CourseEdition) and published is not None,
    )
