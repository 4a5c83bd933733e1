"""Notes of staff on an attempt: an appeal, what was said in the room. They change nothing."""

from __future__ import annotations

from datetime import datetime

from trainhub.assessment.models import Attempt, AttemptSighting
from trainhub.assessment.services.closing import ReasonMissing
from trainhub.db import db
from trainhub.people.models import Person

NOTE = "note"
LONGEST_NOTE = 2_000


def add_note(attempt: Attempt, text: str, *, actor: Person, now: datetime) -> AttemptSighting:
    """Put a note beside an attempt, for good. Raises `ReasonMissing` for an empty one."""
    if not text.strip():
        raise ReasonMissing(field="note")
    note = AttemptSighting(
        attempt_id=attempt.id,
        kind=NOTE,
        at=now,
        values={"text": text.strip()[:LONGEST_NOTE], "by_id": actor.id, "by": actor.name},
    )
    db.session.add(note)
    db.session.flush()
    return note
