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
from trainhub.db import db
from trainhub.errors import N_, Conflict


class DraftMoved(Conflict):
    """Somebody else saved the draft in between. `saved` is what they wrote."""

    code = "draft_moved"
    message = N_("%(name)s saved this text in the meantime. Both texts are shown below.")

    def __init__(self, saved: str, revision: int, name: str) -> None:
        super().__init__(name=name)
        self.saved = saved
        self.revision = revision


def tidy_source(text: str) -> str:
    """A text from a browser's form: line feeds only, one at the end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"


def save_draft(
    edition: CourseEdition | QuizEdition,
    source: str,
    *,
    revision: int,
    actor: Any,
    now: datetime,
    name_of: Any = None,
) -> int:
    """Keep a text that is being written; the new revision number.

    `revision` is the one the writer started from (0: there was no draft). Raises
    `DraftMoved` with the other text when it is not the newest any more; a text that is the
    same as the saved one never conflicts.
    """
    source = tidy_source(source)
    draft = edition.draft
    if draft is None:
        kind = CourseDraft if isinstance(edition, CourseEdition) else QuizDraft
        edition.draft = kind(
            source=source,
            revision=1,
            base_version_id=edition.published_version_id,
            updated_at=now,
            updated_by_id=actor.id,
        )
        db.session.flush()
        return 1
    if draft.source == source:
        return draft.revision
    if draft.revision != revision:
        name = name_of(draft.updated_by_id) if name_of else "?"
        raise DraftMoved(draft.source, draft.revision, name)
    draft.source = source
    draft.revision += 1
    draft.updated_at = now
    draft.updated_by_id = actor.id
    db.session.flush()
    return draft.revision


def restore_version(
    edition: CourseEdition | QuizEdition,
    version: CourseVersion | QuizVersion,
    *,
    actor: Any,
    now: datetime,
) -> None:
    """Make an earlier version's text the draft; what was in the draft is replaced."""
    revision = edition.draft.revision if edition.draft else 0
    save_draft(edition, version.source, revision=revision, actor=actor, now=now)


def discard_draft(edition: CourseEdition | QuizEdition) -> None:
    """Throw the draft away; what is published stays."""
    edition.draft = None
    db.session.flush()
