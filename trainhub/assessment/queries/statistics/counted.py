"""Which attempts the figures are made of."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, func, select

from trainhub.assessment.models import Attempt, Regrade
from trainhub.assessment.rules.regrading import How
from trainhub.assessment.rules.states import ENDED, AttemptKind, State

_FINISHED = tuple(state.value for state in ENDED - {State.ABANDONED})
_MARKED = (State.MARKED.value, State.RELEASED.value)


def counted_attempts(*conditions: ColumnElement[bool]) -> Select[int]:
    """The ids of the attempts that count: the one each person finished first of an exam version.

    No practice, previews, voided attempts, or attempts at which nothing was answered. A first
    attempt that still waits for its mark is not replaced by a second one: at that the questions
    have been seen.
    """
    ranked = (
        select(
            Attempt.id.label("id"),
            Attempt.state.label("state"),
            func.row_number()
            .over(
                partition_by=(Attempt.person_id, Attempt.exam_version_id),
                order_by=(Attempt.ended_at, Attempt.id),
            )
            .label("place"),
        )
        .where(Attempt.kind == AttemptKind.SITTING.value, Attempt.state.in_(_FINISHED), *conditions)
        .subquery()
    )
    return select(ranked.c.id).where(ranked.c.place == 1, ranked.c.state.in_(_MARKED))


def set_aside_texts() -> Select[int]:
    """The texts that the newest regrade leaves out of every total: they count nowhere."""
    newest = select(func.max(Regrade.id)).group_by(Regrade.from_version_id)
    return select(Regrade.from_version_id).where(
        Regrade.id.in_(newest), Regrade.how == How.LEFT_OUT.value
    )
