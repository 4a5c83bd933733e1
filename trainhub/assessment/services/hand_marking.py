"""Marking long answers by hand: claim one, put down a draft, hand the mark in.

Whoever changes a task holds its attempt's row first (`get_attempt(for_update=True)`), so that two
markers who finish the same paper at the same moment close it once, and neither passes it by.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update

from trainhub.assessment.models import AttemptItem, HandMark, MarkingTask
from trainhub.assessment.queries.attempts import get_attempt
from trainhub.assessment.queries.marking import (
    OnDesk,
    free_for,
    get_on_desk,
    judgements_of,
    list_claimable_ids,
    list_hand_marks,
    unmarked_by,
)
from trainhub.assessment.rules.rubric import (
    CLAIM_LASTS,
    Judgement,
    markers_needed,
    settled_points,
)
from trainhub.assessment.rules.scoring import as_millionths
from trainhub.assessment.rules.states import State
from trainhub.assessment.services.marking import finish_marking
from trainhub.db import db
from trainhub.errors import N_, Conflict, NotFound
from trainhub.people.models import Person


class ClaimLost(Conflict):
    """The answer is with somebody else, done, or not waiting any more."""

    code = "claim_lost"
    message = N_(
        "This answer is no longer on your desk: the claim has lapsed and another marker has it,"
        " or it is done."
    )


def claim_next(exam_id: int, *, marker: Person, now: datetime) -> MarkingTask | None:
    """Give the marker an answer of the exam for 30 minutes: the one they hold, else the longest
    waiting. None if nothing is left for them. No two markers ever get the same.
    """
    for task_id in list_claimable_ids(exam_id, marker, now):
        if _claim(task_id, marker, now):
            return db.session.get(MarkingTask, task_id, populate_existing=True)
    return None


def _claim(task_id: int, marker: Person, now: datetime) -> bool:
    """A guarded update: one row, or another marker was first."""
    changed = db.session.execute(
        update(MarkingTask)
        .where(
            MarkingTask.id == task_id,
            MarkingTask.done_at.is_(None),
            free_for(marker.id, now),
            unmarked_by(marker.id),
        )
        .values(claimed_by_id=marker.id, claimed_until=now + CLAIM_LASTS)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]  # of an update


def give_back(task_id: int, *, marker: Person, now: datetime) -> None:
    """Put an answer back into the queue; what was put down for it is dropped."""
    task = _hold(task_id, marker).task
    task.claimed_by_id = task.claimed_until = task.draft = None
    db.session.flush()


def keep_draft(
    task_id: int, points: Mapping[str, str], comment: str, *, marker: Person, now: datetime
) -> datetime:
    """Keep what the marker has put down so far; the claim runs another 30 minutes. When it ends.

    Raises `ClaimLost`.
    """
    desk = _hold(task_id, marker)
    keys = {one.key for one in desk.rubric}
    desk.task.draft = {
        "marker_id": marker.id,
        "points": {key: str(text)[:10] for key, text in points.items() if key in keys},
        "comment": comment[:10_000],
    }
    until = desk.task.claimed_until = now + CLAIM_LASTS
    db.session.flush()
    return until


def hand_in_mark(
    task_id: int, judgement: Judgement, comment: str, *, marker: Person, now: datetime
) -> bool:
    """Add the marker's mark. True if the answer is settled by it, False if another marker follows.

    The last settled answer of a paper finishes its marking. Raises `ClaimLost`.
    """
    desk = _hold(task_id, marker)
    db.session.add(
        HandMark(
            task_id=task_id,
            marker_id=marker.id,
            marking_round=desk.task.marking_round,
            criteria=judgement.as_dict(),
            points_millionths=as_millionths(judgement.total),
            is_fatal=judgement.is_fatal,
            comment=comment,
            marked_at=now,
        )
    )
    db.session.flush()
    desk.task.claimed_by_id = desk.task.claimed_until = desk.task.draft = None
    is_settled = _settle(desk, now)
    db.session.flush()
    if is_settled:
        _finish_if_last(desk.task.attempt_id, now)
    return is_settled


def _hold(task_id: int, marker: Person) -> OnDesk:
    """The claimed task, its attempt held; a lapsed claim that nobody else took still counts."""
    attempt_id = db.session.scalar(select(MarkingTask.attempt_id).where(MarkingTask.id == task_id))
    if attempt_id is None:
        raise NotFound()
    get_attempt(attempt_id, for_update=True)
    query = select(MarkingTask).where(MarkingTask.id == task_id).with_for_update()
    db.session.scalars(query.execution_options(populate_existing=True)).one()
    try:
        return get_on_desk(task_id, marker)
    except NotFound:
        raise ClaimLost() from None


def _settle(desk: OnDesk, now: datetime) -> bool:
    """Write the answer's mark if enough markers have been at it; else ask for one more."""
    task, row = desk.task, desk.row
    given = judgements_of(list_hand_marks(task), desk.rubric)
    most = sum(one.points for one in desk.rubric)
    needed = markers_needed(
        given, task.markers_needed, most=most, pass_mark=desk.settings.pass_mark
    )
    task.markers_needed = needed
    if len(given) < needed:
        return False
    points = settled_points(given)
    task.done_at = now
    row.mark_millionths = as_millionths(points * row.points / most)
    row.is_right = points == most
    row.needs_marking = False
    return True


def _finish_if_last(attempt_id: int, now: datetime) -> None:
    left = db.session.scalar(
        select(AttemptItem.no)
        .where(AttemptItem.attempt_id == attempt_id, AttemptItem.needs_marking.is_(True))
        .limit(1)
    )
    attempt = get_attempt(attempt_id)
    if left is None and attempt.state == State.AWAITING_MARKING:
        finish_marking(attempt, now=now)
        db.session.flush()
