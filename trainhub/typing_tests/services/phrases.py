"""The list of quick phrases: adding, sorting into groups, out of use and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import Conflict
from trainhub.typing_tests.models import TypingPhrase
from trainhub.typing_tests.rules.phrases import Phrase
from trainhub.typing_tests.services.passages import ImportCounts


def add_phrases(
    phrases: Sequence[Phrase],
    language: str,
    *,
    actor: Any,
    now: datetime,
    is_shipped: bool = False,
) -> ImportCounts:
    """Add what is new; a phrase that is there already moves into the group named.

    A retired phrase comes back when a person hands it in, and stays away when it is only
    shipped (`is_shipped`), which moves none between groups either. The phrases have been
    checked (`rules.phrases`). Raises `Conflict` where somebody adds the same at the same time.
    """
    known = _by_text(language)
    counts = ImportCounts()
    for phrase in phrases:
        row = known.get(phrase.text)
        if row is None:
            known[phrase.text] = _new_phrase(phrase, language, actor=actor, now=now)
            counts.new += 1
        elif is_shipped or not _changed(row, phrase):
            counts.unchanged += 1
        else:
            counts.changed += 1
    _flush()
    if not is_shipped and (counts.new or counts.changed):
        changes = {"new": [None, counts.new], "changed": [None, counts.changed]}
        _record("typing_phrase.imported", language, actor=actor, now=now, changes=changes)
    return counts


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:  # one language has a phrase once
        raise Conflict() from error


def count_what_is_new(phrases: Sequence[Phrase], language: str) -> ImportCounts:
    """What `add_phrases` would do for a person; changes nothing."""
    known = _by_text(language)
    counts = ImportCounts()
    for phrase in phrases:
        row = known.get(phrase.text)
        if row is None:
            counts.new += 1
        elif row.retired_at is not None or (phrase.group and row.group != phrase.group):
            counts.changed += 1
        else:
            counts.unchanged += 1
    return counts


def retire_phrase(phrase: TypingPhrase, *, actor: Any, now: datetime) -> None:
    """Make no more passages and lessons of the phrase."""
    if phrase.retired_at is None:
        phrase.retired_at = now
        _record("typing_phrase.retired", str(phrase.id), actor=actor, now=now)


def restore_phrase(phrase: TypingPhrase, *, actor: Any, now: datetime) -> None:
    """Put a phrase back into the list."""
    if phrase.retired_at is not None:
        phrase.retired_at = None
        _record("typing_phrase.restored", str(phrase.id), actor=actor, now=now)


def _by_text(language: str) -> dict[str, TypingPhrase]:
    rows = db.session.scalars(select(TypingPhrase).where(TypingPhrase.language == language))
    return {row.text: row for row in rows}


def _new_phrase(phrase: Phrase, language: str, *, actor: Any, now: datetime) -> TypingPhrase:
    row = TypingPhrase(
        language=language,
        group=phrase.group,
        text=phrase.text,
        created_at=now,
        created_by_id=actor.id if actor else None,
    )
    db.session.add(row)
    return row


def _changed(row: TypingPhrase, phrase: Phrase) -> bool:
    group = phrase.group or row.group
    if row.retired_at is None and row.group == group:
        return False
    row.group, row.retired_at = group, None
    return True


def _record(
    action: str, key: str, *, actor: Any, now: datetime, changes: dict[str, Any] | None = None
) -> None:
    append_entry(
        action, actor=actor, object_type="typing_phrase", object_key=key, now=now, changes=changes
    )
