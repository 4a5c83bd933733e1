"""What a paper can be drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, true

from trainhub.assessment.models import (
    Attempt,
    AttemptItem,
    BankItem,
    BankItemEdition,
    BankItemVersion,
)
from trainhub.assessment.rules.bank import ItemStatus
from trainhub.assessment.rules.drawing import Drawable
from trainhub.assessment.rules.settings import Blueprint
from trainhub.assessment.rules.states import AttemptKind
from trainhub.assessment.rules.usage import rest_after_use
from trainhub.db import db
from trainhub.prepared import Connection, Statement


def drawables(
    language: str, person_id: int | None, blueprint: Blueprint | None = None
) -> list[Drawable]:
    """Every live question with a text in the language; with a `blueprint` only those whose
    topic or key it names.

    `seen` is how often this person had it in a paper that was no preview; `used` comes from
    `BankItem.used`, a count at most a tick old (`services.bank.count_usage` says why), and is 0
    for all but the questions used markedly more than their like (`rules.usage` says why).
    """
    seen = count_seen(person_id) if person_id is not None else {}
    live = BankItem.status == ItemStatus.LIVE.value
    rows = db.session.execute(_texts(language).where(live, _named_by(blueprint))).all()
    rests = rest_after_use([row.used for row in rows], [(row.topic, row.level) for row in rows])
    return [
        Drawable(
            item_id, version_id, key, topic, level, points,
            tuple(tags), tuple(enemies), seen.get(item_id, 0), rest,
        )
        for (item_id, version_id, key, topic, level, points, tags, enemies, _used), rest in zip(
            rows, rests, strict=True
        )
    ]  # fmt: skip


def drawn_before(item_ids: Sequence[int], language: str) -> list[Drawable]:
    """The questions of a form that was drawn already, in its order, retired ones too.

    One without a text in the language is left out.
    """
    rows = db.session.execute(_texts(language).where(BankItem.id.in_(item_ids)))
    found = {
        row.id: Drawable(
            row.id, row.version_id, row.key, row.topic, row.level, row.points,
            tuple(row.tags), tuple(row.enemies),
        )
        for row in rows
    }  # fmt: skip
    return [found[item_id] for item_id in item_ids if item_id in found]


def _texts(language: str) -> Select[*tuple[Any, ...]]:
    """Facts and points of the questions with a text in the language."""
    return (
        select(
            BankItem.id,
            BankItemEdition.version_id,
            BankItem.key,
            BankItem.topic,
            BankItem.level,
            BankItemVersion.points,
            BankItem.tags,
            BankItem.enemies,
            BankItem.used,
        )
        .join(BankItemEdition, BankItemEdition.item_id == BankItem.id)
        .join(BankItemVersion, BankItemVersion.id == BankItemEdition.version_id)
        .where(BankItemEdition.language == language)
        .order_by(BankItem.id)
    )


def _named_by(blueprint: Blueprint | None) -> ColumnElement[bool]:
    """The topics or keys that a blueprint can draw from, to leave the rest of a big bank alone."""
    if blueprint is None:
        return true()
    if blueprint.is_fixed:
        return BankItem.key.in_(blueprint.items)
    topics = {quota.topic for quota in blueprint.quotas}
    return true() if "" in topics else BankItem.topic.in_(topics)


_POOL_STAMP = (
    select(func.count(), func.sum(BankItem.revision), func.sum(BankItem.used))
    .where(BankItem.status == ItemStatus.LIVE.value)
    .add_columns(
        select(func.count()).select_from(BankItemEdition).scalar_subquery(),
        select(func.sum(BankItemEdition.version_id)).scalar_subquery(),
    )
)


_SEEN = (
    select(AttemptItem.item_id, func.count())
    .join(Attempt, Attempt.id == AttemptItem.attempt_id)
    .where(
        Attempt.person_id == bindparam("of_person"),
        Attempt.kind != AttemptKind.PREVIEW.value,
    )
    .group_by(AttemptItem.item_id)
)
_POOL_STAMP_PREPARED, _SEEN_PREPARED = Statement(_POOL_STAMP), Statement(_SEEN)


def pool_stamp(connection: Connection | None = None) -> tuple[Any, ...]:
    """Changes whenever `drawables` of nobody in particular would; two small sums."""
    if connection is None:
        return tuple(db.session.execute(_POOL_STAMP).one())
    found = connection.read(_POOL_STAMP_PREPARED)
    assert found is not None
    return found


def count_seen(person_id: int, connection: Connection | None = None) -> dict[int, int]:
    """How many papers of a person, previews aside, have held each question."""
    if connection is None:
        return dict(db.session.execute(_SEEN, {"of_person": person_id}).all())
    return dict(connection.read_all(_SEEN_PREPARED, of_person=person_id))
