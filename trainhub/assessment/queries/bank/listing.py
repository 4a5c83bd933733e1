"""The bank as a list: searched, filtered, sorted, page by page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, exists, func, or_, select
from sqlalchemy.orm import selectinload

from trainhub.assessment.models import BankItem, BankItemEdition, BankItemVersion
from trainhub.assessment.queries.items import as_quiz_item
from trainhub.assessment.rules.bank import ItemStatus
from trainhub.catalogue.rules.quiz_text import QuizItem
from trainhub.db import db

PAGE_SIZE = 50
ALL = "all"
SORTS = ("key", "topic", "used", "new")


@dataclass(frozen=True)
class BankCriteria:
    """What the list is narrowed to and how it is sorted (one of `SORTS`).

    `status` "" is all but retired, `ALL` all; `missing` is a language that a question has no
    text in; `origin` “catalogue” or “own”.
    """

    words: str = ""
    topic: str = ""
    level: str = ""
    tag: str = ""
    status: str = ""
    kind: str = ""
    missing: str = ""
    origin: str = ""
    sort: str = "topic"


@dataclass(frozen=True)
class BankRow:
    """A question in the list, in the language it is shown in."""

    item: BankItem
    text: QuizItem
    language: str
    languages: tuple[str, ...]


@dataclass(frozen=True)
class BankPage:
    """One page of the list."""

    rows: list[BankRow]
    total: int
    page: int
    pages: int


def find_bank_page(
    criteria: BankCriteria, language: str, page: int = 1, size: int = PAGE_SIZE
) -> BankPage:
    """One page of `size` questions, shown in `language` where they have it."""
    ids = narrowed(criteria)
    total = db.session.scalar(select(func.count()).select_from(ids.subquery())) or 0
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    found = ids.order_by(*_order(criteria.sort)).limit(size).offset((page - 1) * size)
    return BankPage(bank_rows(list(db.session.scalars(found)), language), total, page, pages)


def list_bank_ids(criteria: BankCriteria) -> list[int]:
    """All questions that fit, for what is done to the whole list."""
    return list(db.session.scalars(narrowed(criteria).order_by(*_order(criteria.sort))))


def bank_rows(ids: list[int], language: str) -> list[BankRow]:
    """The questions in the order of `ids`."""
    query = (
        select(BankItem)
        .where(BankItem.id.in_(ids))
        .options(selectinload(BankItem.editions).selectinload(BankItemEdition.version))
    )
    found = {item.id: item for item in db.session.scalars(query)}
    return [bank_row(found[item_id], language) for item_id in ids if item_id in found]


def list_rows_by_key(keys: Sequence[str], language: str) -> list[BankRow]:
    """The questions with these keys, in their order; unknown keys are left out."""
    query = select(BankItem.key, BankItem.id).where(BankItem.key.in_(keys))
    ids = dict(db.session.execute(query).all()) if keys else {}
    return bank_rows([ids[key] for key in keys if key in ids], language)


def bank_row(item: BankItem, language: str) -> BankRow:
    """A question in a language, or in the one it has."""
    editions = {one.language: one for one in item.editions}
    shown = editions.get(language) or next(iter(editions.values()))
    text = as_quiz_item(item, shown.version)
    return BankRow(item, text, shown.language, tuple(editions))


def narrowed(criteria: BankCriteria) -> Select[int]:
    """The ids of the questions that fit."""
    query = select(BankItem.id).where(exists().where(BankItemEdition.item_id == BankItem.id))
    for name in ("topic", "level", "status"):
        wanted = getattr(criteria, name)
        if wanted and wanted != ALL:
            query = query.where(getattr(BankItem, name) == wanted)
    if not criteria.status:  # what is retired is out of the way until it is asked for
        query = query.where(BankItem.status != ItemStatus.RETIRED.value)
    if criteria.tag:
        query = query.where(_has_word(BankItem.tags, criteria.tag))
    if criteria.origin:
        is_own = BankItem.quiz_key.is_(None)
        query = query.where(is_own if criteria.origin == "own" else ~is_own)
    if criteria.missing:
        query = query.where(~_edition(BankItemEdition.language == criteria.missing))
    if criteria.kind:
        query = query.where(_edition(BankItemVersion.kind == criteria.kind))
    return _with_words(query, criteria.words)


def _has_word(column: Any, word: str) -> ColumnElement[bool]:
    """Whether a list kept as JSON holds a word, exactly."""
    return cast(column, String).contains(json.dumps(word), autoescape=True)


def _edition(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        BankItemEdition.item_id == BankItem.id,
        BankItemVersion.id == BankItemEdition.version_id,
        condition,
    )


def _with_words(query: Select[int], words: str) -> Select[int]:
    clean = "".join(sign for sign in words[:200] if sign.isprintable())
    for word in clean.lower().split()[:10]:
        stem = func.lower(BankItemVersion.stem).contains(word, autoescape=True)
        key = func.lower(BankItem.key).contains(word, autoescape=True)
        query = query.where(or_(key, _edition(stem)))
    return query


def _order(sort: str) -> tuple[Any, ...]:
    by: dict[str, tuple[Any, ...]] = {
        "topic": (BankItem.topic, BankItem.key),
        "used": (BankItem.used.desc(), BankItem.key),
        "new": (BankItem.id.desc(),),
    }
    return by.get(sort, (BankItem.key,))


@dataclass(frozen=True)
class BankWords:
    """What the bank's questions are sorted by, for choosing."""

    topics: tuple[tuple[str, int], ...]
    tags: tuple[str, ...]
    enemies: tuple[str, ...]


def bank_words() -> BankWords:
    """Topics with how many questions not retired they have, and every tag and group."""
    rows = db.session.execute(
        select(BankItem.topic, BankItem.tags, BankItem.enemies).where(
            BankItem.status != ItemStatus.RETIRED.value
        )
    ).all()
    topics: dict[str, int] = {}
    for topic, _tags, _enemies in rows:
        topics[topic] = topics.get(topic, 0) + 1
    return BankWords(
        tuple(sorted(topics.items())),
        tuple(sorted({tag for _topic, tags, _enemies in rows for tag in tags})),
        tuple(sorted({enemy for _topic, _tags, enemies in rows for enemy in enemies})),
    )
