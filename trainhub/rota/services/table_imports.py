"""What imports of rotas and of demand share: telling files apart, and being put on record."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.people.models import Person
from trainhub.rota.models import TableImport
from trainhub.rota.services.pending_tables import remember_mapping


@dataclass(frozen=True)
class ImportedTable:
    """A table whose owner has said yes, and how its heads are read from now on."""

    kind: str
    file: str
    file_hash: str
    counts: Mapping[str, Any]
    signature: str
    mapping: dict[str, Any]


def hash_of(data: bytes) -> str:
    """What tells one file from another."""
    return hashlib.sha256(data).hexdigest()


def record_import(table: ImportedTable, *, actor: Person | None, now: datetime) -> TableImport:
    """Put an import on record, in the audit trail too, and remember the mapping."""
    record = TableImport(
        kind=table.kind,
        file=table.file[:200],
        file_hash=table.file_hash,
        counts=dict(table.counts),
        imported_at=now,
        imported_by_id=actor.id if actor else None,
    )
    db.session.add(record)
    db.session.flush()
    remember_mapping(table.kind, table.signature, table.mapping, actor=actor, now=now)
    append_entry(
        f"{table.kind}.imported",
        actor=actor,
        object_type="file",
        object_key=table.file[:120],
        now=now,
        changes={name: [None, value] for name, value in table.counts.items() if value},
    )
    return record
