"""What waits for staff: results that nobody has released."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from trainhub.assessment.models import Attempt, Sitting
from trainhub.assessment.rules.settings import Part, When, settings_from
from trainhub.assessment.rules.states import State
from trainhub.db import db


@dataclass(frozen=True)
class Unreleased:
    """A sitting with marked attempts whose candidates wait for somebody to release them."""

    sitting: Sitting
    count: int


def list_unreleased() -> list[Unreleased]:
    """Sittings whose results are left to people and not out, the oldest first."""
    marked = (
        select(Attempt.sitting_id, func.count().label("count"))
        .where(Attempt.state == State.MARKED.value)
        .group_by(Attempt.sitting_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Sitting, marked.c.count)
        .join(marked, marked.c.sitting_id == Sitting.id)
        .where(Sitting.released_at.is_(None))
        .options(joinedload(Sitting.version))
        .order_by(Sitting.closes_at)
    )
    return [
        Unreleased(one, count)
        for one, count in rows
        if settings_from(one.version.settings).release.get(Part.SCORE) is When.BY_HAND
    ]
