"""Reading the ledger."""

from __future__ import annotations

from sqlalchemy import select

from trainhub.db import db
from trainhub.ledger.models import LearningRecord


def list_records(person_id: int, *, limit: int = 100) -> list[LearningRecord]:
    """A person's facts, newest first."""
    query = (
        select(LearningRecord)
        .where(LearningRecord.person_id == person_id)
        .order_by(LearningRecord.occurred_at.desc(), LearningRecord.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))
