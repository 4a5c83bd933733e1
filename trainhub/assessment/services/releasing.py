"""Letting candidates see their results."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from trainhub.assessment.models import Attempt, Sitting
from trainhub.assessment.queries.attempts import get_attempt, released_parts_of
from trainhub.assessment.rules.settings import Part
from trainhub.assessment.rules.states import Event, State
from trainhub.assessment.services.transitions import transition
from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.people.models import Person


def release_sitting(sitting: Sitting, *, actor: Person, now: datetime) -> int:
    """Release by hand what the exam's policy leaves to people; how many results came out.

    Attempts of the sitting that are marked later come out when they are.
    """
    query = select(Sitting).where(Sitting.id == sitting.id)
    query = query.with_for_update(key_share=True, of=Sitting)
    db.session.scalars(query.execution_options(populate_existing=True)).one()
    is_first = sitting.released_at is None
    if is_first:
        sitting.released_at, sitting.released_by_id = now, actor.id
        db.session.flush()
    ids = db.session.scalars(
        select(Attempt.id)
        .where(Attempt.sitting_id == sitting.id, Attempt.state == State.MARKED.value)
        .order_by(Attempt.id)
    ).all()
    count = sum(release_attempt(attempt_id, now=now, by_id=actor.id) for attempt_id in ids)
    if is_first:  # last: who holds the chain's end may wait for no attempt (voiding does both)
        append_entry(
            "exam.results_released",
            actor=actor,
            object_type="sitting",
            object_key=str(sitting.id),
            now=now,
        )
    return count


def list_due_releases(now: datetime) -> list[int]:
    """Attempts that are marked and whose score may be seen by now, in the order they came.

    Whether it may is the same for all of one sitting, version and kind: asked of one of each, so
    that a tick does not hold the database for every result that waits.
    """
    is_marked = Attempt.state == State.MARKED.value
    alike = (Attempt.sitting_id, Attempt.exam_version_id, Attempt.kind)
    query = select(*alike, func.min(Attempt.id)).where(is_marked).group_by(*alike)
    due: list[int] = []
    for sitting_id, version_id, kind, one_id in db.session.execute(query).all():
        if Part.SCORE in released_parts_of(get_attempt(one_id), now):
            same = select(Attempt.id).where(
                is_marked,
                Attempt.sitting_id.is_not_distinct_from(sitting_id),
                Attempt.exam_version_id == version_id,
                Attempt.kind == kind,
            )
            due += db.session.scalars(same)
    return sorted(due)


def release_attempt(attempt_id: int, *, now: datetime, by_id: int | None = None) -> bool:
    """Release one result if its policy has its score out by now."""
    attempt = get_attempt(attempt_id, for_update=True)
    if Part.SCORE not in released_parts_of(attempt, now):
        return False
    return transition(attempt_id, Event.RELEASED, now=now, by_id=by_id, released_at=now)
