"""Files of questions between their preview and the confirmation; exports put on record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete

from trainhub.assessment.models import PendingItemImport
from trainhub.assessment.queries.exchange import KEPT_FOR
from trainhub.assessment.rules.exchange.options import ImportOptions
from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.people.models import Person


def keep_item_upload(
    person: Person, file_name: str, data: bytes, options: ImportOptions, *, now: datetime
) -> None:
    """Keep a file between its preview and the confirmation; one for each person, for a day."""
    drop_item_upload(person)
    old = PendingItemImport.uploaded_at < now - KEPT_FOR
    db.session.execute(delete(PendingItemImport).where(old))
    db.session.add(
        PendingItemImport(
            person_id=person.id,
            file_name=file_name[-200:],
            options=options.as_dict(),
            uploaded_at=now,
            data=data,
        )
    )
    db.session.flush()


def drop_item_upload(person: Person) -> None:
    """Forget the file the person has been looking at."""
    db.session.execute(delete(PendingItemImport).where(PendingItemImport.person_id == person.id))


def note_item_export(count: int, form: str, *, actor: Any, now: datetime) -> None:
    """Put on record that so many questions left the house, their keys included."""
    append_entry(
        "bank.exported",
        actor=actor,
        object_type="file",
        object_key=f"questions.{form}",
        now=now,
        changes={"count": [None, count]},
    )
