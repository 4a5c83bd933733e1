"""A new programme: empty, of a shipped file, as a copy, or of a file of one's own."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from trainhub import clock, paths
from trainhub.certification.forms.programmes import NewProgrammeForm, UploadForm
from trainhub.certification.models import Programme
from trainhub.certification.queries.programmes import find_programme, list_programmes
from trainhub.certification.rules.programmes.content import ProgrammeContent
from trainhub.certification.rules.programmes.reading import (
    MAX_BYTES,
    ProgrammeText,
    read_key,
)
from trainhub.certification.services.programme_files import (
    read_programme_bytes,
    read_programme_files,
    take_programme,
)
from trainhub.certification.services.programmes import (
    change_programme,
    create_programme,
    text_of,
)
from trainhub.certification.views.blueprint import bp
from trainhub.certification.views.programmes.pages import WRITES
from trainhub.certification.views.programmes.storing import editor_address
from trainhub.certification.views.wording import in_language
from trainhub.db import transaction
from trainhub.errors import N_, DomainError, InputError, InputErrors
from trainhub.web.access import current_person, requires

_NO_TITLE = N_("Give it titles in both languages.")


def _sources() -> dict[str, tuple[str, ProgrammeText]]:
    """What a programme may begin with, by the value of its choice."""
    found = {}
    try:
        shipped = read_programme_files([paths.PROGRAMMES])
    except InputErrors:
        shipped = []  # a wrong file of the installation keeps nobody from writing their own
    for text in shipped:
        label = _("%(title)s (as shipped)", title=in_language(text.titles))
        found[f"file:{text.key}"] = (label, text)
    for row in list_programmes():
        one = row.programme
        label = _("A copy of %(title)s (%(key)s)", title=in_language(one.titles), key=one.key)
        found[f"copy:{one.id}"] = (label, text_of(one))
    return found


@bp.route("/programmes/new", methods=["GET", "POST"])
@requires(WRITES)
def add_programme() -> ResponseReturnValue:
    """Make a programme."""
    form, sources = NewProgrammeForm(), _sources()
    form.source.choices = [
        SelectChoice("", _("Nothing: an empty programme")),
        *(SelectChoice(value, label) for value, (label, _text) in sources.items()),
    ]
    if form.validate_on_submit():
        begun = sources.get(form.source.data)
        try:
            programme = _made(form, begun[1] if begun else None)
        except DomainError as refused:
            form.take_error(refused)
        else:
            flash(_("The programme is there. Nobody is asked for anything until it is published."),
                  "success")  # fmt: skip
            return redirect(editor_address(programme.id))
    page = render_template("certification/programmes/add_programme.html", form=form)
    return page, 422 if form.errors else 200


def _made(form: NewProgrammeForm, begun: ProgrammeText | None) -> Programme:
    key = read_key(form.key.data)
    titles = dict(begun.titles) if begun else {}
    titles |= {name: text for name, text in form.titles().items() if text}
    if len(titles) < 2:
        field = "titles_zh" if "zh" not in titles else "titles_en"
        raise InputErrors([InputError("titles_missing", _NO_TITLE, field=field)])
    content = begun.content if begun else ProgrammeContent()
    now, person = clock.now(), current_person()
    with transaction():
        programme = create_programme(key, form.kind.data, titles, actor=person, now=now)
        text = replace(text_of(programme), content=content)
        change_programme(programme, text, revision=None, actor=person, now=now)
    return programme


@bp.route("/programmes/import", methods=["GET", "POST"])
@requires(WRITES)
def import_programme() -> ResponseReturnValue:
    """Take a programme of a file: a new one, or what is being written of one that is there."""
    form = UploadForm()
    errors: tuple[InputError, ...] = ()
    if form.validate_on_submit():
        try:
            programme, state = _taken(form)
        except InputErrors as refused:
            errors = refused.errors
        except DomainError as refused:
            form.take_error(refused)
        else:
            said = {
                "new": _("The programme is taken over. Look at it, then publish it."),
                "changed": _("What is being written is now as in the file. Nothing is published."),
                "unchanged": _("The file says what is being written already."),
            }
            flash(said[state], "success")
            return redirect(url_for("certification.show_programme", programme_id=programme.id))
    page = render_template(
        "certification/programmes/import_programme.html", form=form, errors=errors
    )
    return page, 422 if form.errors or errors else 200


def _taken(form: UploadForm) -> tuple[Programme, str]:
    upload = form.file.data
    text = read_programme_bytes(upload.stream.read(MAX_BYTES + 1), upload.filename[-120:])
    with transaction():
        taken = take_programme(text, actor=current_person(), now=clock.now())
    assert find_programme(text.key)
    return taken
