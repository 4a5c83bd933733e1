"""Marking a question again over finished papers, both scores kept.

A decision is one row, made in one transaction against what its preview showed. It is then carried
out paper by paper, each in a transaction of its own: thousands of papers must not keep autosaves
waiting, and a server that dies on the way goes on at the next tick. The same road serves papers
that are marked only after the decision.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from trainhub.assessment.models import AttemptItem, Regrade, RegradeChange
from trainhub.assessment.queries.attempts import get_attempt
from trainhub.assessment.queries.regrading import (
    Decision,
    changes_of,
    decision_of,
    list_left_over,
    matching_of,
    plan_regrade,
)
from trainhub.assessment.rules.regrading import Change, How
from trainhub.assessment.rules.scoring import MILLION
from trainhub.assessment.rules.states import Event
from trainhub.assessment.services.closing import ReasonMissing
from trainhub.assessment.services.marking import record_result
from trainhub.assessment.services.transitions import transition
from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, Conflict
from trainhub.people.models import Person


class PapersMoved(Conflict):
    """Papers changed after the preview was shown."""

    code = "papers_moved"
    message = N_(
        "Papers have changed since this preview: somebody marked, regraded or voided one."
        " Look at the new preview first."
    )


def decide_regrade(
    decision: Decision, *, seen: str, reason: str, actor: Person, now: datetime
) -> Regrade:
    """Write down that a question is to be marked again. Nothing else changes yet: see
    `apply_regrade`.

    `seen` is the fingerprint of the preview that the actor agreed to. Raises `PapersMoved`
    if it is another one by now, `ReasonMissing`, `CannotMatch`, `NothingLeft`.
    """
    if not reason.strip():
        raise ReasonMissing(field="reason")
    plan = plan_regrade(decision)
    if plan.fingerprint != seen:
        raise PapersMoved()
    to = decision.to
    regrade = Regrade(
        item_id=decision.bank_item.id,
        from_version_id=decision.version.id,
        to_version_id=to.id if to else None,
        how=decision.how.value,
        reason=reason.strip(),
        decided_at=now,
        decided_by_id=actor.id,
    )
    db.session.add(regrade)
    db.session.flush()
    append_entry(
        "exam.regraded",
        actor=actor,
        object_type="bank_item",
        object_key=decision.bank_item.key,
        now=now,
        reason=reason.strip(),
        changes={
            "how": [None, decision.how.value],
            "version": [decision.version.number, to.number if to else None],
            "attempts": [None, len(plan.changes)],
        },
    )
    return regrade


def apply_regrade(regrade_id: int, attempt_id: int, *, now: datetime) -> bool:
    """Carry a decision out on one paper; False where it was before, or does not apply any more.

    Result, history and ledger change only if the mark does; that the paper was looked at is
    written down in any case.
    """
    attempt = get_attempt(attempt_id, for_update=True)
    if not list_left_over(regrade_id, attempt_id):
        return False
    assert attempt.marked_at is not None
    now = max(now, attempt.marked_at)  # servers' clocks differ; a change never predates its mark
    regrade = db.session.get(Regrade, regrade_id)
    assert regrade is not None
    decision = decision_of(regrade)
    change = changes_of(decision, matching_of(decision), [attempt_id])[0]
    marking_round = change.before.marking_round + change.is_changed
    _write_item(attempt_id, change, decision.how)
    if change.is_changed:
        _write_result(regrade, change, marking_round, now)
    db.session.add(_row(regrade_id, change, marking_round, now))
    db.session.flush()
    if change.is_changed:
        db.session.refresh(attempt)
        record_result(attempt, now=now)
    return change.is_changed


def _write_item(attempt_id: int, change: Change, how: How) -> None:
    """The question's new mark; one that is left out keeps what it had."""
    if how is How.LEFT_OUT:
        return
    db.session.execute(
        update(AttemptItem)
        .where(AttemptItem.attempt_id == attempt_id, AttemptItem.no == change.no)
        .values(
            mark_millionths=change.item_mark_after,
            is_right=AttemptItem.points * MILLION == change.item_mark_after,
        )
    )


def _write_result(regrade: Regrade, change: Change, marking_round: int, now: datetime) -> None:
    before, after = change.before, change.after
    done = transition(
        before.attempt_id,
        Event.REGRADED,
        now=now,
        by_id=regrade.decided_by_id,
        reason=regrade.reason,
        values={
            "regrade_id": regrade.id,
            "no": change.no,
            "mark_millionths": [before.mark_millionths, after.mark_millionths],
            "max_points": [before.max_points, after.max_points],
            "is_passed": [before.is_passed, after.is_passed],
        },
        mark_millionths=after.mark_millionths,
        max_points=after.max_points,
        is_passed=after.is_passed,
        marking_round=marking_round,
    )
    assert done, "the attempt's row is held, and its state allows it"


def _row(regrade_id: int, change: Change, marking_round: int, now: datetime) -> RegradeChange:
    return RegradeChange(
        regrade_id=regrade_id,
        attempt_id=change.before.attempt_id,
        marking_round=marking_round,
        changed_at=now,
        no=change.no,
        item_mark_before=change.item_mark_before,
        item_mark_after=change.item_mark_after,
        mark_before=change.before.mark_millionths,
        mark_after=change.after.mark_millionths,
        max_points_before=change.before.max_points,
        max_points_after=change.after.max_points,
        was_passed=change.before.is_passed,
        is_passed=change.after.is_passed,
    )
