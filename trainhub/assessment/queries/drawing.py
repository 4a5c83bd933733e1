"""What a paper can be drawn from."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select

from trainhub.assessment.models import (
    Attempt,
    AttemptItem,
    BankItem,
    BankItemEdition,
    BankItemVersion,
)
from trainhub.assessment.rules.bank import ItemStatus
from trainhub.assessment.rules.drawing import Drawable
from trainhub.assessment.rules.states import AttemptKind
from trainhub.db import db


def drawables(language: str, person_id: int | None) -> list[Drawable]:
    """Every live question with a text in the language; `seen` by this person, `used` by all."""
    used = _counts()
    seen = _counts(Attempt.person_id == person_id) if person_id is not None else {}
    rows = db.session.execute(
        select(BankItem, BankItemEdition.version_id, BankItemVersion.points)
        .join(BankItemEdition, BankItemEdition.item_id == BankItem.id)
        .join(BankItemVersion, BankItemVersion.id == BankItemEdition.version_id)
        .where(
            BankItem.status == ItemStatus.LIVE.value,
            BankItemEdition.language == language,
        )
        .order_by(BankItem.id)
    )
    return [
        Drawable(
            item_id=item.id,
            version_id=version_id,
            key=item.key,
            topic=item.topic,
            level=item.level,
            points=points,
            tags=tuple(item.tags),
            enemies=tuple(item.enemies),
            seen=seen.get(item.id, 0),
            used=used.get(item.id, 0),
        )
        for item, version_id, points in rows
    ]


def _counts(*conditions: ColumnElement[bool]) -> dict[int, int]:
    """How many papers, previews aside, have held each item."""
    query = (
        select(AttemptItem.item_id, func.count())
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(Attempt.kind != AttemptKind.PREVIEW.value, *conditions)
        .group_by(AttemptItem.item_id)
    )
    return dict(db.session.execute(query).all())
