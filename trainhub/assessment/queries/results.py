"""What a candidate may read beside the marks: how people judged, corrections, what came late."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import or_, select

from trainhub.assessment.models import (
    HandMark,
    KeptResponse,
    MarkingTask,
    Regrade,
    RegradeChange,
)
from trainhub.assessment.rules.saving import Why
from trainhub.db import db


def list_corrections(attempt_id: int) -> list[tuple[RegradeChange, Regrade]]:
    """What regrades have changed in an attempt's result, with their reasons, oldest first."""
    query = (
        select(RegradeChange, Regrade)
        .join(Regrade, Regrade.id == RegradeChange.regrade_id)
        .where(
            RegradeChange.attempt_id == attempt_id,
            or_(
                RegradeChange.mark_before != RegradeChange.mark_after,
                RegradeChange.max_points_before != RegradeChange.max_points_after,
            ),
        )
        .order_by(RegradeChange.changed_at, RegradeChange.regrade_id)
    )
    return [(change, regrade) for change, regrade in db.session.execute(query)]


def corrected_attempts(attempt_ids: Collection[int]) -> set[int]:
    """Those of the attempts whose marks a regrade has changed."""
    query = select(RegradeChange.attempt_id).where(
        RegradeChange.attempt_id.in_(attempt_ids),
        or_(
            RegradeChange.mark_before != RegradeChange.mark_after,
            RegradeChange.max_points_before != RegradeChange.max_points_after,
        ),
    )
    return set(db.session.scalars(query)) if attempt_ids else set()


def list_late_responses(attempt_id: int) -> list[KeptResponse]:
    """What came after the end and is kept as evidence, by question."""
    query = (
        select(KeptResponse)
        .where(KeptResponse.attempt_id == attempt_id, KeptResponse.why == Why.LATE.value)
        .order_by(KeptResponse.no, KeptResponse.id)
    )
    return list(db.session.scalars(query))


def settled_hand_marks(attempt_id: int) -> dict[int, list[HandMark]]:
    """Question → what its markers gave and wrote in the round that counts, in their order."""
    query = (
        select(MarkingTask.no, HandMark)
        .join(HandMark, HandMark.task_id == MarkingTask.id)
        .where(
            MarkingTask.attempt_id == attempt_id,
            HandMark.marking_round == MarkingTask.marking_round,
            MarkingTask.done_at.is_not(None),
        )
        .order_by(HandMark.id)
    )
    found: dict[int, list[HandMark]] = {}
    for no, mark in db.session.execute(query):
        found.setdefault(no, []).append(mark)
    return found
