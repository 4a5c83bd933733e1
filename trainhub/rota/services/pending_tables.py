"""Tables between their upload and their owner's yes, and how such tables are read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

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
    said = {"mapping": mapping, "used_at": now, "used_by_id": actor.id if actor else None}
    query = select(TableMapping).where(
        TableMapping.kind == kind, TableMapping.signature == signature
    )
    known = db.session.scalar(query)
    if known is None:
        try:
            with db.session.begin_nested():
                db.session.add(TableMapping(kind=kind, signature=signature, **said))
        except IntegrityError:  # the first such tables of two people came at the same moment
            known = db.session.scalars(query).one()
    for name, value in said.items() if known else ():
        setattr(known, name, value)
    db.session.flush()
