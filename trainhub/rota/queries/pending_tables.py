"""Reading tables that wait for their owner's yes, and remembered mappings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from trainhub.db import db
from trainhub.people.models import Person
from trainhub.rota.models import PendingTable, TableMapping


def find_pending_table(
    person: Person, kind: str, now: datetime, kept_for: timedelta
) -> PendingTable | None:
    """The table of this kind the person has uploaded, if it is still kept."""
    return db.session.scalar(
        select(PendingTable).where(
            PendingTable.person_id == person.id,
            PendingTable.kind == kind,
            PendingTable.created_at >= now - kept_for,
        )
    )


def find_remembered(kind: str, signature: str) -> dict[str, Any] | None:
    """How the centre reads tables of this signature; None if it has not said yet."""
    return db.session.scalar(
        select(TableMapping.mapping).where(
            TableMapping.kind == kind, TableMapping.signature == signature
        )
    )


def find_latest(kind: str) -> dict[str, Any] | None:
    """The mapping of this kind used last, whatever the heads."""
    return db.session.scalar(
        select(TableMapping.mapping)
        .where(TableMapping.kind == kind)
        .order_by(TableMapping.used_at.desc(), TableMapping.id.desc())
        .limit(1)
    )
