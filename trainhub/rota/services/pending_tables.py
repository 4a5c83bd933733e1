"""Tables between their upload and their owner's yes, and how such tables are read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from trainhub.db import db
from trainhub.people.models import Person
from trainhub.rota.models import PendingTable, TableMapping

KEPT_FOR = timedelta(hours=6)


def keep_table(
    person: Person, kind: str, file: str, data: bytes, mapping: dict[str, Any], *, now: datetime
) -> PendingTable:
    """Keep an uploaded table until it is confirmed; one of a kind for each person."""
    drop_table(person, kind)
    db.session.execute(delete(PendingTable).where(PendingTable.created_at < now - KEPT_FOR))
    pending = PendingTable(
        person_id=person.id, kind=kind, file=file[:200], data=data, mapping=mapping, created_at=now
    )
    db.session.add(pending)
    db.session.flush()
    return pending


def drop_table(person: Person, kind: str) -> None:
    """Forget the table of this kind that the person has been looking at."""
    mine = (PendingTable.person_id == person.id) & (PendingTable.kind == kind)
    db.session.execute(delete(PendingTable).where(mine))
    db.session.expire_all()


def remember_mapping(
    kind: str, signature: str, mapping: dict[str, Any], *, actor: Person | None, now: datetime
) -> None:
    """Keep how tables with these heads are read, for the whole centre's next file."""
    known = db.session.scalar(
        select(TableMapping).where(TableMapping.kind == kind, TableMapping.signature == signature)
    )
    if known is None:
        known = TableMapping(kind=kind, signature=signature)
        db.session.add(known)
    known.mapping, known.used_at = mapping, now
    known.used_by_id = actor.id if actor else None
    db.session.flush()
