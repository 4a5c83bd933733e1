"""The history of a run: one row for all that happens to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from trainhub.db import db
from trainhub.people.models import Person
from trainhub.typing_tests.models import TypingRunEvent
from trainhub.typing_tests.rules.states import RunEvent as RunEvent


def note_event(
    run_id: int,
    kind: RunEvent,
    *,
    now: datetime,
    by_id: int | None = None,
    reason: str = "",
    values: Mapping[str, Any] | None = None,
) -> None:
    """Add a row to the history of a run."""
    db.session.execute(
        insert(TypingRunEvent).values(
            run_id=run_id,
            kind=kind.value,
            at=now,
            by_id=by_id,
            reason=reason,
            values=dict(values or {}),
        )
    )


def hold_person(person_id: int) -> None:
    """Keep others from starting, ending and judging runs of this person meanwhile.

    Taken before any row of a run, so that two of these never wait for each other.
    """
    query = select(Person.id).where(Person.id == person_id).with_for_update(key_share=True)
    db.session.execute(query)
