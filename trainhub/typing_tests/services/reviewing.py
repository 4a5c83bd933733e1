"""Deciding about a flagged run: a trainer does, or a supervised retest that agrees."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, Conflict, DomainError, Forbidden
from trainhub.people.models import Person
from trainhub.typing_tests.models import TypingReview, TypingRun
from trainhub.typing_tests.queries.runs import get_run, lasts_too_short
from trainhub.typing_tests.rules.standing import agrees
from trainhub.typing_tests.rules.states import Review, RunState, Verdict
from trainhub.typing_tests.services.noting import RunEvent, hold_person, note_event
from trainhub.typing_tests.services.standing import bring_ledger_in_line

_EVENTS = {Review.CONFIRMED: RunEvent.CONFIRMED, Review.REJECTED: RunEvent.REJECTED}
RETEST_REASON = "supervised retest within 20 %"  # stored; pages word it by the retest's run


class ReasonMissing(DomainError):
    """What is decided about somebody's run needs a reason."""

    code = "reason_missing"
    message = N_("Say why: the reason stays with the run.")


class OwnRun(Forbidden):
    """Nobody decides about a run of their own."""

    code = "own_run"
    message = N_("This is your own run: somebody else must decide on it.")


class NotToReview(Conflict):
    """The run is not flagged, too short to count, was voided, or has that decision already."""

    code = "not_to_review"
    message = N_("This run does not wait for that decision. Reload the page.")


def checked_reason(reason: str) -> str:
    """The reason as it is stored. Raises `ReasonMissing`."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    return reason.strip().replace("\0", "")


def review_run(
    run_id: int, decision: Review, *, reason: str, actor: Person, now: datetime
) -> TypingRun:
    """Confirm or reject a flagged run, or decide otherwise than before; the run counts, or not.

    Raises `ReasonMissing`, `OwnRun`, `NotToReview`, `NotFound`.
    """
    reason = checked_reason(reason)
    if decision not in _EVENTS:
        raise NotToReview()
    run = get_run(run_id)
    if run.person_id == actor.id:
        raise OwnRun()
    hold_person(run.person_id)
    run = get_run(run_id, for_update=True)
    is_flagged = run.state == RunState.CLOSED and run.verdict == Verdict.FLAG
    is_flagged = is_flagged and not lasts_too_short(run)
    if not is_flagged or run.test_id is None or run.review == decision:
        raise NotToReview()
    before = run.review
    _decide(run, decision, reason=reason, by_id=actor.id, now=now)
    append_entry(
        f"typing_run.{decision.value}", actor=actor, object_type="typing_run",
        object_key=str(run.id), now=now, reason=reason,
        changes={"review": [before, decision.value]},
    )  # fmt: skip
    bring_ledger_in_line(run.person_id, run.test_id, cause=run, reason=reason, now=now)
    return run


def confirm_by_retest(retest: TypingRun, *, now: datetime) -> None:
    """A supervised, accepted run confirms earlier flagged ones of the same test within a fifth
    of its speed (reliability, section 9). Whoever calls holds the person."""
    if retest.sitting_id is None or retest.verdict != Verdict.ACCEPT or not retest.speed_tenths:
        return
    query = select(TypingRun).where(
        TypingRun.person_id == retest.person_id,
        TypingRun.test_id == retest.test_id,
        TypingRun.state == RunState.CLOSED.value,
        TypingRun.review == Review.WAITING.value,
        TypingRun.ended_at <= retest.started_at,
    )
    for run in db.session.scalars(query.order_by(TypingRun.id).with_for_update()):
        if agrees(run.speed_tenths or 0, retest.speed_tenths):
            _decide(
                run, Review.CONFIRMED, reason=RETEST_REASON, by_id=None, now=now,
                retest_run_id=retest.id,
            )  # fmt: skip
            append_entry(
                "typing_run.confirmed", actor=None, object_type="typing_run",
                object_key=str(run.id), now=now, reason=RETEST_REASON,
                changes={"retest_run_id": [None, retest.id]},
            )  # fmt: skip


def _decide(
    run: TypingRun,
    decision: Review,
    *,
    reason: str,
    by_id: int | None,
    now: datetime,
    retest_run_id: int | None = None,
) -> None:
    run.review = decision.value
    db.session.add(
        TypingReview(
            run_id=run.id,
            decision=decision.value,
            retest_run_id=retest_run_id,
            reason=reason,
            at=now,
            by_id=by_id,
        )
    )
    db.session.flush()
    note_event(run.id, _EVENTS[decision], now=now, by_id=by_id, reason=reason)
