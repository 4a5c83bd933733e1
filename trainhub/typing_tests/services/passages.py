"""Writing passages: new ones, new versions, out of use and back, from files, made of phrases."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, Conflict, InputError, InputErrors
from trainhub.typing_tests.models import TypingPassage, TypingPassageVersion
from trainhub.typing_tests.queries.passages import find_last_from_file, find_same_text
from trainhub.typing_tests.rules.passage_files import PassageEntry
from trainhub.typing_tests.rules.passages import PassageDraft, check_draft, facts_of

_TWICE = N_("This text is there already, as “%(title)s”.")
_MOVED = N_("Somebody has saved another version since you opened this page.")
_LANGUAGE = N_("The passage “%(key)s” is there in another language. Give this one another key.")


@dataclass
class ImportCounts:
    """How many passages or phrases were new, changed, or as they were."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


def add_passage(draft: PassageDraft, *, actor: Any, now: datetime) -> TypingPassage:
    """Store a passage of one's own. Raises `InputErrors`, also for a text that is there already."""
    draft = check_draft(draft)
    _refuse_same(draft, but=None)
    passage = _new_passage(f"own-{secrets.token_hex(6)}", draft, actor=actor, now=now)
    _record("typing_passage.added", passage, actor=actor, now=now)
    return passage


def edit_passage(
    passage: TypingPassage, draft: PassageDraft, *, seen_version_id: int, actor: Any, now: datetime
) -> bool:
    """Store what differs as the passage's next version; False where nothing does.

    Runs keep the version they were typed from. The language stays. Raises `InputErrors`, and
    `Conflict` when somebody else has saved since `seen_version_id` was read.
    """
    db.session.refresh(passage, ["version_id"], with_for_update=True)  # no join: it locks one row
    if passage.version_id != seen_version_id:
        raise Conflict(_MOVED)
    draft = check_draft(draft)
    _refuse_same(draft, but=passage.id)
    if not _put(passage, draft, actor=actor, now=now):
        return False
    _record("typing_passage.changed", passage, actor=actor, now=now)
    return True


def retire_passage(passage: TypingPassage, *, actor: Any, now: datetime) -> None:
    """Give the passage to nobody any more; what was typed of it stays."""
    if passage.retired_at is None:
        passage.retired_at = now
        _record("typing_passage.retired", passage, actor=actor, now=now)


def restore_passage(passage: TypingPassage, *, actor: Any, now: datetime) -> None:
    """Put a passage back into use."""
    if passage.retired_at is not None:
        passage.retired_at = None
        _record("typing_passage.restored", passage, actor=actor, now=now)


def import_passages(
    entries: Sequence[PassageEntry],
    *,
    actor: Any,
    now: datetime,
    is_shipped: bool = False,
) -> ImportCounts:
    """Take the passages of files over, by their keys: all of them, or none.

    A text that differs becomes the next version. With `is_shipped` a passage that was edited in
    the browser stays as it is until its file changes. Raises `InputErrors` naming file and line.
    """
    known = _by_key([entry.key for entry in entries])
    errors = list(_language_faults(entries, known))
    if errors:
        raise InputErrors(errors)
    counts = ImportCounts()
    for entry in entries:
        passage = known.get(entry.key)
        if passage is None:
            known[entry.key] = _new_passage(
                entry.key, entry.draft, actor=actor, now=now, is_shipped=is_shipped
            )
            counts.new += 1
        elif _is_settled(passage, entry.draft, is_shipped=is_shipped):
            counts.unchanged += 1
        elif _put(passage, entry.draft, actor=actor, now=now):
            counts.changed += 1
        else:
            counts.unchanged += 1
    if actor is not None or not is_shipped:
        _record_import(counts, actor=actor, now=now)
    return counts


def _is_settled(passage: TypingPassage, draft: PassageDraft, *, is_shipped: bool) -> bool:
    """Whether the file says what it said when it was loaded last."""
    if not is_shipped:
        return False
    last = find_last_from_file(passage.id)
    return last is not None and passage.kind == draft.kind and _is_same(last, draft)


def _by_key(keys: Sequence[str]) -> dict[str, TypingPassage]:
    found: dict[str, TypingPassage] = {}
    for start in range(0, len(keys), 500):
        rows = db.session.scalars(
            select(TypingPassage)
            .where(TypingPassage.key.in_(keys[start : start + 500]))
            .options(joinedload(TypingPassage.version))
        )
        found |= {row.key: row for row in rows}
    return found


def _language_faults(
    entries: Iterable[PassageEntry], known: dict[str, TypingPassage]
) -> Iterable[InputError]:
    languages = {key: passage.language for key, passage in known.items()}
    for entry in entries:
        if languages.setdefault(entry.key, entry.draft.language) != entry.draft.language:
            yield InputError(
                "passage_language", _LANGUAGE, {"key": entry.key}, file=entry.file, line=entry.line
            )


def _refuse_same(draft: PassageDraft, *, but: int | None) -> None:
    same = find_same_text(draft.language, draft.text, but=but)
    if same is not None:
        params = {"title": same.title}
        raise InputErrors([InputError("passage_twice", _TWICE, params, field="text")])


def _new_passage(
    key: str, draft: PassageDraft, *, actor: Any, now: datetime, is_shipped: bool = False
) -> TypingPassage:
    passage = TypingPassage(
        key=key,
        language=draft.language,
        kind=draft.kind.value,
        is_shipped=is_shipped,
        created_at=now,
        created_by_id=actor.id if actor else None,
    )
    db.session.add(passage)
    db.session.flush()
    _put(passage, draft, actor=actor, now=now)
    return passage


def _put(passage: TypingPassage, draft: PassageDraft, *, actor: Any, now: datetime) -> bool:
    """Make the draft the passage's text in force; False where it is so already."""
    is_changed = passage.kind != draft.kind.value
    passage.kind = draft.kind.value
    before = passage.version
    if before is not None and _is_same(before, draft):
        return is_changed
    version = TypingPassageVersion(
        passage_id=passage.id,
        number=before.number + 1 if before else 1,
        title=draft.title,
        text=draft.text,
        tests_width=draft.tests_width,
        facts=facts_of(draft.text, draft.language).as_dict(),
        created_at=now,
        created_by_id=actor.id if actor else None,
    )
    db.session.add(version)
    db.session.flush()
    passage.version = version
    db.session.flush()
    return True


def _is_same(version: TypingPassageVersion, draft: PassageDraft) -> bool:
    stored = (version.title, version.text, version.tests_width)
    return stored == (draft.title, draft.text, draft.tests_width)


def _record(action: str, passage: TypingPassage, *, actor: Any, now: datetime) -> None:
    number = passage.version.number if passage.version else None
    append_entry(
        action,
        actor=actor,
        object_type="typing_passage",
        object_key=passage.key,
        now=now,
        changes={"version": [None, number]},
    )


def _record_import(counts: ImportCounts, *, actor: Any, now: datetime) -> None:
    if counts.new or counts.changed:
        append_entry(
            "typing_passage.imported",
            actor=actor,
            object_type="typing_passage",
            object_key="passages",
            now=now,
            changes={"new": [None, counts.new], "changed": [None, counts.changed]},
        )
