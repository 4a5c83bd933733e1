"""How many papers have held each question."""

from __future__ import annotations

from sqlalchemy import func, select

from trainhub.assessment.models import Attempt, AttemptItem, BankItem
from trainhub.assessment.rules.states import AttemptKind
from trainhub.db import db


def moved_usage() -> dict[int, int]:
    """The true `BankItem.used` of each question where another number is stored.

    Previews do not count. Over half a million rows of `attempt_item` this reads one index,
    which is why it is asked once a tick and not at each start (`services.bank.count_usage`).
    """
    all_papers = select(AttemptItem.item_id, func.count()).group_by(AttemptItem.item_id)
    tried = select(Attempt.id).where(Attempt.kind == AttemptKind.PREVIEW.value)
    tried_ids = list(db.session.scalars(tried))  # few: a join would look up every paper's attempt
    previews = (
        select(AttemptItem.item_id, func.count())
        .where(AttemptItem.attempt_id.in_(tried_ids))
        .group_by(AttemptItem.item_id)
    )
    counts = dict(db.session.execute(all_papers).all())
    for item_id, count in db.session.execute(previews):
        counts[item_id] -= count
    stored = db.session.execute(select(BankItem.id, BankItem.used))
    return {
        item_id: counts.get(item_id, 0)
        for item_id, used in stored
        if used != counts.get(item_id, 0)
    }
