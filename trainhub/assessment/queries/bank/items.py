"""Single questions of the bank."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload, undefer

from trainhub.assessment.models import BankItem, BankItemEdition, BankItemVersion, BankPicture
from trainhub.db import db
from trainhub.errors import NotFound


def find_item(key: str) -> BankItem | None:
    """The question with this key, its texts in force loaded."""
    query = (
        select(BankItem)
        .where(BankItem.key == key)
        .options(selectinload(BankItem.editions).selectinload(BankItemEdition.version))
    )
    return db.session.scalar(query)


def get_item(key: str) -> BankItem:
    """As `find_item`; raises `NotFound`."""
    item = find_item(key)
    if item is None:
        raise NotFound()
    return item


def list_items(ids: Sequence[int]) -> list[BankItem]:
    """The questions with these ids, their texts in force loaded, by key."""
    query = (
        select(BankItem)
        .where(BankItem.id.in_(ids))
        .order_by(BankItem.key)
        .options(selectinload(BankItem.editions).selectinload(BankItemEdition.version))
    )
    return list(db.session.scalars(query))


def get_version(item: BankItem, language: str, number: int) -> BankItemVersion:
    """One text of a question; raises `NotFound`."""
    query = select(BankItemVersion).where(
        BankItemVersion.item_id == item.id,
        BankItemVersion.language == language,
        BankItemVersion.number == number,
    )
    version = db.session.scalars(query).one_or_none()
    if version is None:
        raise NotFound()
    return version


def find_picture(picture_id: int) -> BankPicture | None:
    """A picture with its bytes."""
    query = (
        select(BankPicture).where(BankPicture.id == picture_id).options(undefer(BankPicture.data))
    )
    return db.session.scalar(query)
