"""The only way the state of an attempt changes: a guarded update and a row of its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, insert, select, update

from trainhub.assessment.models import Attempt, AttemptEvent
from trainhub.assessment.rules.states import TRANSITIONS, Event
from trainhub.db import db


def transition(
    attempt_id: int,
    event: Event,
    *,
    now: datetime,
    occurred_at: datetime | None = None,
    by_id: int | None = None,
    reason: str = "",
    values: Mapping[str, Any] | None = None,
    **columns: Any,
) -> bool:
    """Take an attempt along `event`; False, and nothing changed, where its state forbids that.

    `columns` are set in the same update. `occurred_at` is the world's time (the deadline, say),
    `now` the book's; `values` and `reason` stay in the history.
    """
    change = TRANSITIONS[event]
    old = db.session.scalar(select(Attempt.state).where(Attempt.id == attempt_id).with_for_update())
    if old not in change.sources:
        return False
    new = old if change.to is None else change.to.value
    result = cast(
        CursorResult[Any],
        db.session.execute(
            update(Attempt)
            .where(Attempt.id == attempt_id, Attempt.state == old)
            .values(state=new, **columns)
        ),
    )
    if result.rowcount != 1:
        return False
    write_event(
        attempt_id, event, old, new, now=now, occurred_at=occurred_at, by_id=by_id,
        reason=reason, values=values,
    )  # fmt: skip
    return True


def write_event(
    attempt_id: int,
    event: Event,
    old: str,
    new: str,
    *,
    now: datetime,
    occurred_at: datetime | None = None,
    by_id: int | None = None,
    reason: str = "",
    values: Mapping[str, Any] | None = None,
) -> None:
    """Add one row to the history of an attempt."""
    db.session.execute(
        insert(AttemptEvent).values(
            attempt_id=attempt_id,
            kind=event.value,
            old_state=old,
            new_state=new,
            occurred_at=occurred_at or now,
            recorded_at=now,
            by_id=by_id,
            reason=reason,
            values=dict(values or {}),
        )
    )
