"""Writing in the browser: drafts, their revisions, and restoring an earlier version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from trainhub.catalogue.models import (
    CourseDraft,
    CourseEdition,
    CourseVersion,
    QuizDraft,
    QuizEdition,
    QuizVersion,
)
from trainhub.catalogue.rules.storable import unstorable
from trainhub.catalogue.rules.vocabulary import MAX_COURSE_BYTES, MAX_QUIZ_BYTES
from trainhub.db import db
from trainhub.errors import N_, Conflict, InputError, InputErrors

_MESSAGES = {
    "text_character": N_("Line %(line)s holds a character that cannot be stored."),
    "text_long": N_("The text may have at most %(limit)s bytes; it has %(length)s."),
}


class DraftMoved(Conflict):
    """Somebody else saved the text in between: `saved` is theirs, `mine` the one refused.

    `token` is what a new try names as seen; `person_id` is who saved it.
    """

    code = "draft_moved"
    message = N_("Somebody else saved this text in the meantime. Nothing of either is lost.")

    def __init__(self, saved: str, mine: str, token: str, person_id: int | None) -> None:
        super().__init__()
        self.saved = saved
        self.mine = mine
        self.token = token
        self.person_id = person_id


def tidy_source(text: str) -> str:
    """A text from a browser's form: line feeds only, one at the end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"


def current_source(edition: CourseEdition | QuizEdition) -> str:
    """The newest text of an edition: the draft, else what is published, else nothing."""
    if edition.draft is not None:
        return edition.draft.source
    return edition.published.source if edition.published else ""


def draft_token(edition: CourseEdition | QuizEdition) -> str:
    """A word for the newest text of an edition: whoever saves names the one they have seen.

    A draft that was published or thrown away and begun anew has another word, even when
    its revisions count from 1 again.
    """
    draft = edition.draft
    if draft is not None:
        return f"{draft.revision}.{int(draft.updated_at.timestamp() * 1000):x}"
    return f"0.{edition.published.source_hash[:16] if edition.published else ''}"


def hold(edition: CourseEdition | QuizEdition) -> None:
    """Keep other writers of an edition waiting until the transaction ends, and read it anew.

    Two who save at once must not both find their token in force. SQLite has one writer
    anyway; PostgreSQL locks the row.
    """
    if edition.draft is not None:
        db.session.expire(edition.draft)
    db.session.refresh(edition, with_for_update={"of": type(edition)})
    db.session.expire(edition, ["draft", "published"])


def save_draft(
    edition: CourseEdition | QuizEdition, source: str, *, seen: str, actor: Any, now: datetime
) -> str:
    """Keep a text that is being written; the token of what is kept.

    `seen` is the token of the text the writer started from. Raises `DraftMoved` with the
    other text when it is not the newest any more; a text that is the same as the saved one
    never conflicts. What no database takes is refused with `InputErrors`.
    """
    source = tidy_source(source)
    check_storable(source, edition)
    hold(edition)
    if current_source(edition) == source:
        return draft_token(edition)
    if draft_token(edition) != seen:
        author = edition.draft.updated_by_id if edition.draft else _publisher(edition)
        raise DraftMoved(current_source(edition), source, draft_token(edition), author)
    draft = edition.draft
    if draft is None:
        kind = CourseDraft if isinstance(edition, CourseEdition) else QuizDraft
        draft = kind(revision=0, base_version_id=edition.published_version_id)
        edition.draft = draft
    draft.source = source
    draft.revision += 1
    draft.updated_at = now
    draft.updated_by_id = actor.id
    db.session.flush()
    return draft_token(edition)


def _publisher(edition: CourseEdition | QuizEdition) -> int | None:
    return edition.published.published_by_id if edition.published else None


def check_storable(source: str, edition: CourseEdition | QuizEdition) -> None:
    """Raise `InputErrors` for a text with characters no database takes, or beyond the limit."""
    bad = unstorable(source.removeprefix("\ufeff"))
    if bad:
        line = source.count("\n", 0, bad.start() + 1) + 1
        message = _MESSAGES["text_character"]
        raise InputErrors([InputError("text_character", message, {"line": line}, line=line)])
    limit = MAX_COURSE_BYTES if isinstance(edition, CourseEdition) else MAX_QUIZ_BYTES
    length = len(source.encode())
    if length > limit:
        params = {"limit": limit, "length": length}
        raise InputErrors([InputError("text_long", _MESSAGES["text_long"], params, line=1)])


def restore_version(
    edition: CourseEdition | QuizEdition,
    version: CourseVersion | QuizVersion,
    *,
    seen: str,
    actor: Any,
    now: datetime,
) -> str:
    """Make an earlier version's text the draft; what was in the draft is replaced.

    Raises `DraftMoved` when the draft is not the one the writer has `seen`.
    """
    if edition.draft is None and edition.published_version_id == version.id:
        return draft_token(edition)
    return save_draft(edition, version.source, seen=seen, actor=actor, now=now)


def discard_draft(edition: CourseEdition | QuizEdition, *, seen: str) -> None:
    """Throw the draft away; what is published stays.

    Raises `DraftMoved` when the draft is not the one the writer has `seen`.
    """
    hold(edition)
    if edition.draft is not None and draft_token(edition) != seen:
        source = edition.draft.source
        author = edition.draft.updated_by_id
        raise DraftMoved(source, current_source(edition), draft_token(edition), author)
    edition.draft = None
    db.session.flush()
