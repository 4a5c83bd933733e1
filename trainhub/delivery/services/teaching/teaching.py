"""Holding a class: opening its check-in, beginning, pausing, going on."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import update

from trainhub.db import db
from trainhub.delivery.models import TrainingSession, TrainingSessionEvent
from trainhub.delivery.queries.teaching.classroom import class_clock, timetable_of
from trainhub.delivery.rules.teaching.classroom import (
    REFUSAL_WORDS,
    Refusal,
    State,
    Step,
    next_state,
    refusal_to_step,
)
from trainhub.errors import DomainError

REASON_LIMIT = 300
STEPS = (Step.BEGIN, Step.PAUSE, Step.RESUME)  # the others end the class: `ending`


class StepRefused(DomainError):
    """A class cannot take this step now; `code` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(REFUSAL_WORDS[refusal], code=refusal.value)
        self.refusal = refusal
        self.status = 409 if refusal is Refusal.WRONG_STATE else 422


def open_check_in(session: TrainingSession, *, now: datetime, by_id: int) -> None:
    """Let people check in by code; done again, earlier codes are worth nothing any more.

    Raises `StepRefused` for a class that is over or not published.
    """
    if session.published_at is None:
        raise StepRefused(Refusal.NOT_PUBLISHED)
    if session.state in (State.COMPLETED, State.CANCELLED):
        raise StepRefused(Refusal.WRONG_STATE)
    session.check_in_nonce = secrets.token_urlsafe(24)
    note_event(session, "check_in_opened", at=now, by_id=by_id)


def take_step(
    session: TrainingSession, step: Step, *, now: datetime, by_id: int, reason: str = ""
) -> None:
    """Begin, pause or resume a class. Raises `StepRefused`; of two people who press at once one
    wins and the other learns that the class has moved on.
    """
    assert step in STEPS
    check_step(session, step, now=now)
    values: dict[str, Any] = {}
    if step is Step.BEGIN:
        values = {"begun_at": now}
        if not session.check_in_nonce:
            values["check_in_nonce"] = secrets.token_urlsafe(24)
    elif step is Step.PAUSE:
        values = {"paused_at": now, "remaining_s": class_clock(session).remaining_s(now)}
    elif step is Step.RESUME:
        values = {"paused_at": None, "remaining_s": None}
    move_on(session, step, values, at=now, by_id=by_id, reason=reason)


def check_step(session: TrainingSession, step: Step, *, now: datetime) -> None:
    """Raise `StepRefused` if the class cannot take the step."""
    refusal = refusal_to_step(
        State(session.state), step, timetable_of(session),
        is_published=session.published_at is not None, now=now,
    )  # fmt: skip
    if refusal is not None:
        raise StepRefused(refusal)


def move_on(
    session: TrainingSession,
    step: Step,
    values: dict[str, Any],
    *,
    at: datetime,
    by_id: int | None,
    reason: str = "",
) -> None:
    """Bring a class into the step's next state, if it still is in the state that was read."""
    old = State(session.state)
    new = next_state(old, step)
    assert new is not None
    moved = db.session.execute(
        update(TrainingSession)
        .where(TrainingSession.id == session.id, TrainingSession.state == old.value)
        .values(state=new.value, revision=TrainingSession.revision + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]  # an update's result has it
        raise StepRefused(Refusal.WRONG_STATE)
    db.session.refresh(session)
    note_event(session, step.value, at=at, by_id=by_id, reason=reason,
               old={"state": old.value}, new={"state": new.value})  # fmt: skip


def note_event(
    session: TrainingSession,
    kind: str,
    *,
    at: datetime,
    by_id: int | None,
    reason: str = "",
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
) -> None:
    """Leave a row in the history of a class."""
    db.session.add(
        TrainingSessionEvent(
            training_session_id=session.id,
            kind=kind,
            old=old or {},
            new=new or {},
            reason=reason.strip()[:REASON_LIMIT],
            occurred_at=at,
            by_id=by_id,
        )
    )
    db.session.flush()
