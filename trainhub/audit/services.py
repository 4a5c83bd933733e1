"""Writing the audit trail. Called inside the transaction of the act it records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import select, text

from trainhub.audit.models import AuditEntry
from trainhub.audit.rules import GENESIS, chained_hash, entry_content
from trainhub.db import db

_CHAIN_LOCK = 7_240_001  # any number of our own for PostgreSQL's advisory lock


class Actor(Protocol):
    """Whoever acts: a person, or anything with an id and a name."""

    id: Any
    name: Any


def append_entry(
    action: str,
    *,
    actor: Actor | None,
    object_type: str,
    object_key: str,
    now: datetime,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
    request_id: str = "",
) -> AuditEntry:
    """Add one entry to the end of the chain.

    `actor` None means the program itself. `changes` maps a field to ``[old, new]`` and
    never holds answers, passwords or keystrokes. Raises `ValueError` for a `now` without a
    time zone.
    """
    if now.tzinfo is None:
        raise ValueError("an act on record needs an instant with its time zone")
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    last = db.session.execute(
        select(AuditEntry.number, AuditEntry.hash).order_by(AuditEntry.number.desc()).limit(1)
    ).first()
    entry = AuditEntry(
        number=last.number + 1 if last else 1,
        at=now.astimezone(UTC),  # as it is read again, for the hash to come out again
        actor_id=actor.id if actor else None,
        actor_name=actor.name if actor else "TrainHub",
        action=action,
        object_type=object_type,
        object_key=object_key,
        changes=dict(changes or {}),
        reason=reason.replace("\0", ""),  # PostgreSQL keeps no such character
        request_id=request_id,
        previous_hash=last.hash if last else GENESIS,
    )
    entry.hash = chained_hash(entry.previous_hash, entry.at, entry_content(entry))
    db.session.add(entry)
    db.session.flush()
    return entry
