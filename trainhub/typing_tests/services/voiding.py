"""Taking a run out of the count, with a reason; its rows stay."""

from __future__ import annotations

from datetime import datetime

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, Conflict
from trainhub.people.models import Person
from trainhub.typing_tests.models import TypingRun
from trainhub.typing_tests.queries.runs import get_run
from trainhub.typing_tests.rules.states import EndedBy, RunState
from trainhub.typing_tests.services.noting import RunEvent, hold_person, note_event
from trainhub.typing_tests.services.reviewing import OwnRun, checked_reason
from trainhub.typing_tests.services.standing import bring_ledger_in_line


class NotToVoid(Conflict):
    """Practice, an unused run, or one that is void already."""

    code = "not_to_void"
    message = N_("This run counts for nothing, so there is nothing to take away.")


def void_run(run_id: int, *, reason: str, actor: Person, now: datetime) -> TypingRun:
    """Declare that a scored run does not count, not even as an attempt; one under way ends.

    What rested on it in the ledger is withdrawn. Raises `ReasonMissing`, `OwnRun`, `NotToVoid`,
    `NotFound`.
    """
    reason = checked_reason(reason)
    run = get_run(run_id)
    if run.person_id == actor.id:
        raise OwnRun()
    hold_person(run.person_id)
    run = get_run(run_id, for_update=True)
    if run.test_id is None or run.state not in (RunState.OPEN, RunState.CLOSED):
        raise NotToVoid()
    before, run.state, run.sweep_at = run.state, RunState.VOIDED.value, None
    if run.ended_at is None:
        run.ended_at, run.ended_by = now, EndedBy.STAFF.value
    db.session.flush()
    note_event(run.id, RunEvent.VOIDED, now=now, by_id=actor.id, reason=reason)
    append_entry(
        "typing_run.voided", actor=actor, object_type="typing_run", object_key=str(run.id),
        now=now, reason=reason, changes={"state": [before, RunState.VOIDED.value]},
    )  # fmt: skip
    bring_ledger_in_line(run.person_id, run.test_id, cause=run, reason=reason, now=now)
    return run
