"""What every page of the editor does: store a change, or say why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from trainhub import clock
from trainhub.certification.forms.programmes import WritingForm
from trainhub.certification.models import Programme
from trainhub.certification.queries.programmes import get_programme
from trainhub.certification.rules.programmes.content import ProgrammeContent, from_dict
from trainhub.certification.rules.programmes.reading import ProgrammeText
from trainhub.certification.services.programmes import (
    ProgrammeMoved,
    change_programme,
    text_of,
)
from trainhub.db import transaction
from trainhub.errors import DomainError, InputErrors, NotFound
from trainhub.web.access import current_person
from trainhub.web.text import translated

PATH = "/programmes/<int:programme_id>"
Change = Callable[[ProgrammeContent], ProgrammeContent]


def editor_address(programme_id: int, place: str = "") -> str:
    """The page on which a programme is written, at a place of it."""
    return url_for("certification.edit_programme", programme_id=programme_id, _anchor=place or None)


def content_of(programme: Programme) -> ProgrammeContent:
    """What is being written."""
    return from_dict(programme.content)


def store(
    programme_id: int, revision: int, change: Callable[[ProgrammeText], ProgrammeText]
) -> None:
    """Store a change of what is being written. Raises what `change_programme` raises."""
    with transaction():
        programme = get_programme(programme_id)
        if programme.revision != revision:
            raise ProgrammeMoved()
        change_programme(
            programme,
            change(text_of(programme)),
            revision=revision,
            actor=current_person(),
            now=clock.now(),
        )


def store_content(programme_id: int, revision: int, change: Change) -> None:
    """`store` for a change of stages and requirements; `NotFound` where it names none of them."""

    def changed(text: ProgrammeText) -> ProgrammeText:
        try:
            return replace(text, content=change(text.content))
        except (KeyError, IndexError):
            raise NotFound() from None

    store(programme_id, revision, changed)


def take_refusal(form: WritingForm, refused: DomainError, programme_id: int) -> int:
    """Show a refusal in a form; the status to answer with.

    After somebody else's change the form keeps what was typed and knows the revision there is
    now: sent once more, it is stored over that.
    """
    if isinstance(refused, InputErrors):
        form.take_refused(refused)
    else:
        form.take_error(refused)
    if isinstance(refused, ProgrammeMoved):
        form.revision.data = str(get_programme(programme_id).revision)
    return refused.status


def store_press(programme_id: int, change: Change, place: str = "") -> ResponseReturnValue:
    """A button of the editor: store, or say why not, and come back to the same place."""
    sent = request.form.get("revision", "")
    revision = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 9 else 0
    try:
        store_content(programme_id, revision, change)
    except NotFound:
        raise
    except DomainError as refused:
        flash(refused.text(translated), "danger")
    return redirect(editor_address(programme_id, place))
