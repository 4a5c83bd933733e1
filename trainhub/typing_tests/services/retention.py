"""Deleting keystrokes whose time is over. Figures and verdicts stay."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from trainhub.db import db
from trainhub.typing_tests.models import TypingChunk, TypingRunPart
from trainhub.typing_tests.queries.runs import get_run
from trainhub.typing_tests.rules.states import RunState
from trainhub.typing_tests.services.noting import RunEvent, note_event


def delete_timeline(run_id: int, *, now: datetime) -> bool:
    """Delete the keystrokes of an ended run, the text they made, and the rhythm by which it would
    be known; False if it is under way, or nothing is left."""
    run = get_run(run_id, for_update=True)
    if run.state == RunState.OPEN or run.timeline_gone_at is not None:
        return False
    db.session.execute(delete(TypingChunk).where(TypingChunk.run_id == run_id))
    db.session.execute(delete(TypingRunPart).where(TypingRunPart.run_id == run_id))
    had_keys = run.events > 0
    run.rhythm = run.final_text = None
    run.timeline_gone_at = now
    db.session.flush()
    if had_keys:
        note_event(run_id, RunEvent.TIMELINE_DELETED, now=now)
    return True
