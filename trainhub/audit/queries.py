"""Reading the audit trail."""

from __future__ import annotations

from sqlalchemy import select

from trainhub.audit.models import AuditEntry
from trainhub.audit.rules import GENESIS, chained_hash, entry_content
from trainhub.db import db


def find_broken_entry() -> int | None:
    """The number of the first entry that does not follow from the one before, or None."""
    previous = GENESIS
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.number)).yield_per(500)
    for expected, entry in enumerate(rows, start=1):
        hashed = chained_hash(entry.previous_hash, entry.at, entry_content(entry))
        if entry.number != expected or entry.previous_hash != previous or entry.hash != hashed:
            return entry.number
        previous = entry.hash
    return None


def list_entries(*, limit: int = 50, before: int | None = None) -> list[AuditEntry]:
    """The newest entries first, older than number `before` if given."""
    query = select(AuditEntry).order_by(AuditEntry.number.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditEntry.number < before)
    return list(db.session.scalars(query))
