"""Marking a paper that has ended, and writing the result into the ledger."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select, update

from trainhub.assessment.models import Attempt, AttemptItem, MarkingTask
from trainhub.assessment.queries.attempts import PaperItem, paper_of, settings_of
from trainhub.assessment.rules.scoring import PaperMark, as_millionths, sum_paper
from trainhub.assessment.rules.settings import Part, When
from trainhub.assessment.rules.states import AttemptKind, Event
from trainhub.assessment.services.transitions import transition
from trainhub.catalogue.rules.marking import is_marked_by_hand, mark
from trainhub.db import db
from trainhub.ledger.models import Verb
from trainhub.ledger.services import append_record


def mark_attempt(attempt: Attempt, *, now: datetime) -> None:
    """Mark what can be marked by rule. Long answers wait for people; else the result is final."""
    waits, markers = False, settings_of(attempt).markers
    for each in paper_of(attempt.id):
        waits = _mark_item(each, markers, now) or waits
    db.session.flush()
    if waits:
        transition(attempt.id, Event.WAITS_FOR_MARKING, now=now)
    else:
        finish_marking(attempt, now=now)


def _mark_item(each: PaperItem, markers: int, now: datetime) -> bool:
    """Mark one question; True if it must wait for a marker."""
    row, item = each.row, each.item
    if is_marked_by_hand(item.kind) and row.response is not None:
        row.needs_marking, row.mark_millionths, row.is_right = True, None, None
        _open_task(row, markers, now)
        return True
    score = Fraction(0)
    if not is_marked_by_hand(item.kind):
        score = mark(item, row.response).score
    row.needs_marking = False
    row.mark_millionths = as_millionths(score * row.points)
    row.is_right = score == 1
    return False


def _open_task(row: AttemptItem, markers: int, now: datetime) -> None:
    """Put the response into the queue, again if the attempt had been reopened."""
    query = select(MarkingTask).where(
        MarkingTask.attempt_id == row.attempt_id, MarkingTask.no == row.no
    )
    task = db.session.scalars(query).one_or_none()
    if task is None:
        task = MarkingTask(attempt_id=row.attempt_id, no=row.no, created_at=now, marking_round=0)
        db.session.add(task)
    task.marking_round += 1
    task.markers_needed, task.done_at, task.draft = markers, None, None
    task.claimed_by_id, task.claimed_until = None, None


def finish_marking(attempt: Attempt, *, now: datetime) -> None:
    """Sum a paper of which every question has its mark; the result goes to the ledger.

    Where the score may be seen at once the attempt is released in the same transaction.
    """
    paper = sum_attempt(attempt)
    changed = transition(
        attempt.id,
        Event.MARKED,
        now=now,
        values={"mark_millionths": paper.mark_millionths, "max_points": paper.max_points},
        mark_millionths=paper.mark_millionths,
        max_points=paper.max_points,
        is_passed=paper.is_passed,
        marked_at=now,
        marking_round=attempt.marking_round + 1,
    )
    if not changed:
        return
    db.session.refresh(attempt)
    record_result(attempt, now=now)
    if settings_of(attempt).release.get(Part.SCORE) is When.AT_ONCE:
        transition(attempt.id, Event.RELEASED, now=now, released_at=now)


def sum_attempt(attempt: Attempt) -> PaperMark:
    """The mark of a paper from the marks of its questions."""
    marks = db.session.execute(
        select(AttemptItem.mark_millionths, AttemptItem.points).where(
            AttemptItem.attempt_id == attempt.id
        )
    )
    return sum_paper(
        ((each or 0, points) for each, points in marks), settings_of(attempt).pass_mark
    )


def mark_as_zero(attempt: Attempt) -> None:
    """Give every question of a paper on which nothing was answered its zero."""
    db.session.execute(
        update(AttemptItem)
        .where(AttemptItem.attempt_id == attempt.id)
        .values(mark_millionths=0, is_right=False, needs_marking=False)
    )


def record_result(attempt: Attempt, *, now: datetime) -> None:
    """Write the attempt's result of this marking round into the ledger, dated when it ended.

    Practice and previews leave no record.
    """
    if attempt.kind != AttemptKind.SITTING:
        return
    assert attempt.ended_at is not None and attempt.mark_millionths is not None
    append_record(
        attempt.person_id,
        Verb.PASSED if attempt.is_passed else Verb.FAILED,
        object_type="exam",
        object_key=attempt.exam.key,
        object_version=str(attempt.version.number),
        dedupe_key=f"exam-attempt:{attempt.id}:{attempt.marking_round}",
        occurred_at=attempt.ended_at,
        now=now,
        result=result_of(
            attempt.id, attempt.language, attempt.mark_millionths, attempt.max_points,
            settings_of(attempt).pass_mark, attempt.marking_round,
        ),
    )  # fmt: skip


def result_of(
    attempt_id: int,
    language: str,
    mark_millionths: int,
    max_points: int,
    pass_mark: int,
    marking_round: int,
) -> dict[str, Any]:
    """What the ledger keeps of a result."""
    return {
        "attempt_id": attempt_id,
        "language": language,
        "mark_millionths": mark_millionths,
        "max_points": max_points,
        "pass_mark": pass_mark,
        "marking_round": marking_round,
    }


def withdraw_result(attempt: Attempt, *, reason: str, now: datetime) -> None:
    """Say in the ledger that the recorded result of the attempt no longer stands."""
    if attempt.kind != AttemptKind.SITTING or not attempt.marking_round:
        return
    append_record(
        attempt.person_id,
        Verb.VOIDED,
        object_type="exam",
        object_key=attempt.exam.key,
        object_version=str(attempt.version.number),
        dedupe_key=f"exam-attempt:{attempt.id}:{attempt.marking_round}:voided",
        occurred_at=now,
        now=now,
        result={"attempt_id": attempt.id, "reason": reason},
    )
