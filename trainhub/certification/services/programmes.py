"""Writing programmes: making one, changing it, publishing a version, retiring it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from trainhub.audit.services import append_entry
from trainhub.certification.evidence import kind_fields
from trainhub.certification.models import (
    Programme,
    ProgrammeEnrolment,
    ProgrammeEnrolmentEvent,
    ProgrammeVersion,
)
from trainhub.certification.rules.programmes.content import ProgrammeContent, from_dict
from trainhub.certification.rules.programmes.reading import ProgrammeText, read_values
from trainhub.certification.rules.programmes.writing import as_values
from trainhub.db import db
from trainhub.errors import N_, Conflict, DomainError
from trainhub.people.models import Person


class ProgrammeKeyTaken(DomainError):
    """Another programme has this key."""

    code = "programme_key_taken"
    status = 409
    message = N_("Another programme has the key “%(key)s”.")


class ProgrammeMoved(Conflict):
    """Somebody else changed the programme in between."""

    code = "programme_moved"
    message = N_("Somebody else changed this programme in the meantime. Look at it once more.")


class ProgrammeRetired(DomainError):
    """A retired programme takes in nobody and is not changed."""

    code = "programme_retired"
    message = N_("This programme is retired. Bring it back first.")


class NothingToPublish(DomainError):
    """The programme says what its last version says."""

    code = "nothing_to_publish"
    message = N_("Nothing has changed since the last version.")


def create_programme(
    key: str, kind: str, titles: Mapping[str, str], *, actor: Person | None, now: datetime
) -> Programme:
    """A new programme without stages. Raises `ProgrammeKeyTaken`."""
    if db.session.scalar(select(Programme.id).where(Programme.key == key)):
        raise ProgrammeKeyTaken(field="key", key=key)
    programme = Programme(
        key=key,
        kind=kind,
        titles=dict(titles),
        content=ProgrammeContent().as_dict(),
        owner_id=actor.id if actor else None,
        created_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(programme)
    except IntegrityError:  # somebody else was first
        raise ProgrammeKeyTaken(field="key", key=key) from None
    _record("programme.created", programme, actor, now, {"kind": [None, kind]})
    return programme


def lock_programme(programme: Programme, revision: int | None) -> None:
    """Hold a programme; `revision` is the one its author has seen, None asks for none.

    Raises `ProgrammeMoved`, `ProgrammeRetired`.
    """
    db.session.refresh(programme, with_for_update={"of": Programme})
    if programme.retired_at is not None:
        raise ProgrammeRetired()
    if revision is not None and revision != programme.revision:
        raise ProgrammeMoved()


def change_programme(
    programme: Programme,
    text: ProgrammeText,
    *,
    revision: int | None,
    actor: Person | None,
    now: datetime,
) -> bool:
    """Store what the author has written so far; versions in force stay. False if it is the same.

    Raises `ProgrammeMoved`, `ProgrammeRetired`.
    """
    lock_programme(programme, revision)
    after = text.content.as_dict()
    is_same = (
        programme.content == after
        and programme.titles == dict(text.titles)
        and programme.kind == text.kind
    )
    if is_same:
        return False
    programme.content, programme.titles, programme.kind = after, dict(text.titles), text.kind
    programme.revision += 1
    _record("programme.changed", programme, actor, now, {"revision": [None, programme.revision]})
    db.session.flush()
    return True


def text_of(programme: Programme) -> ProgrammeText:
    """What is being written, as a file would have it."""
    return ProgrammeText(
        programme.key, programme.kind, programme.titles, from_dict(programme.content)
    )


def check_programme(programme: Programme) -> None:
    """Judge what is being written as a whole, as a file is. Raises `InputErrors`."""
    read_values(as_values(text_of(programme)), kind_fields())


def publish_programme(
    programme: Programme,
    *,
    revision: int | None,
    those_under_way: str,
    refresh: str = "",
    note: str = "",
    actor: Person | None,
    now: datetime,
) -> ProgrammeVersion:
    """Freeze what is written as the version in force.

    `those_under_way` "move" takes everybody who is enrolled along, "stay" leaves them where they
    are. Who publishes stays in any case: nobody writes their own requirements. Raises
    `InputErrors`, `NothingToPublish`, `ProgrammeMoved`, `ProgrammeRetired`.
    """
    lock_programme(programme, revision)
    check_programme(programme)
    hashed = content_hash(programme.titles, programme.content)
    if programme.published is not None and programme.published.content_hash == hashed:
        raise NothingToPublish()
    version = ProgrammeVersion(
        programme_id=programme.id,
        number=_next_number(programme.id),
        titles=dict(programme.titles),
        content=dict(programme.content),
        content_hash=hashed,
        those_under_way=those_under_way,
        refresh=refresh,
        published_at=now,
        published_by_id=actor.id if actor else None,
        note=note,
    )
    db.session.add(version)
    db.session.flush()
    programme.published_version_id = version.id
    if those_under_way == "move":
        _move_everybody(version, actor, now)
    _record("programme.published", programme, actor, now, {"version": [None, version.number]})
    db.session.flush()
    return version


def _move_everybody(version: ProgrammeVersion, actor: Person | None, now: datetime) -> None:
    """Take everybody who is under way along, each with a row that says so."""
    under_way = (
        ProgrammeEnrolment.person_id != (actor.id if actor else 0),
        ProgrammeEnrolment.programme_id == version.programme_id,
        ProgrammeEnrolment.state == "active",
        ProgrammeEnrolment.version_id != version.id,
    )
    query = select(ProgrammeEnrolment.id, ProgrammeEnrolment.version_id).where(*under_way)
    moved = db.session.execute(query.with_for_update()).all()
    db.session.execute(
        update(ProgrammeEnrolment).where(*under_way).values(version_id=version.id, is_stale=True)
    )
    db.session.add_all(
        ProgrammeEnrolmentEvent(
            enrolment_id=row.id,
            kind="moved",
            occurred_at=now,
            by_id=actor.id if actor else None,
            values={"from": row.version_id, "to": version.id},
        )
        for row in moved
    )


def _next_number(programme_id: int) -> int:
    query = select(func.max(ProgrammeVersion.number)).where(
        ProgrammeVersion.programme_id == programme_id
    )
    return (db.session.scalar(query) or 0) + 1


def retire_programme(programme: Programme, *, actor: Person, now: datetime) -> None:
    """Take nobody in any more; who is under way goes on, awards hold."""
    lock_programme(programme, None)
    programme.retired_at = now
    _record("programme.retired", programme, actor, now, {})


def bring_back_programme(programme: Programme, *, actor: Person, now: datetime) -> None:
    """Take people in again."""
    db.session.refresh(programme, with_for_update={"of": Programme})
    programme.retired_at = None
    _record("programme.restored", programme, actor, now, {})


def content_hash(titles: Mapping[str, str], content: Mapping[str, Any]) -> str:
    """SHA-256, in hex, over the canonical JSON of what a version says."""
    canonical = json.dumps([titles, content], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _record(
    action: str,
    programme: Programme,
    actor: Person | None,
    now: datetime,
    changes: Mapping[str, Any],
) -> None:
    append_entry(
        action,
        actor=actor,
        object_type="programme",
        object_key=programme.key,
        now=now,
        changes=changes,
    )
