"""The list of quick phrases."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.typing_tests.models import TypingPhrase
from trainhub.typing_tests.queries.passages import ALL, IN_USE, PAGE_SIZE, RETIRED, words_of
from trainhub.typing_tests.rules.phrases import Phrase


@dataclass(frozen=True)
class PhraseCriteria:
    """What the list of phrases is narrowed to."""

    words: str = ""
    language: str = "zh"
    group: str = ""
    state: str = IN_USE


@dataclass(frozen=True)
class PhrasePage:
    """One page of the list of phrases."""

    rows: list[TypingPhrase]
    total: int
    page: int
    pages: int


def find_phrase_page(criteria: PhraseCriteria, page: int = 1) -> PhrasePage:
    """One page of the phrases that fit, group by group in the order they came."""
    query = select(TypingPhrase).where(TypingPhrase.language == criteria.language)
    if criteria.group:
        query = query.where(TypingPhrase.group == criteria.group)
    if criteria.state == RETIRED:
        query = query.where(TypingPhrase.retired_at.is_not(None))
    elif criteria.state != ALL:
        query = query.where(TypingPhrase.retired_at.is_(None))
    for word in words_of(criteria.words):
        query = query.where(func.lower(TypingPhrase.text).contains(word, autoescape=True))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    found = query.order_by(TypingPhrase.group, TypingPhrase.id).limit(PAGE_SIZE)
    rows = list(db.session.scalars(found.offset((page - 1) * PAGE_SIZE)))
    return PhrasePage(rows, total, page, pages)


def get_phrase(phrase_id: int) -> TypingPhrase:
    """One phrase. Raises `NotFound`."""
    phrase = db.session.get(TypingPhrase, phrase_id)
    if phrase is None:
        raise NotFound()
    return phrase


def list_groups(language: str) -> list[tuple[str, int]]:
    """The groups of the phrases in use, in the order they came, and how many each has."""
    query = (
        select(TypingPhrase.group, func.count())
        .where(TypingPhrase.language == language, TypingPhrase.retired_at.is_(None))
        .group_by(TypingPhrase.group)
        .order_by(func.min(TypingPhrase.id))
    )
    return [(group, count) for group, count in db.session.execute(query)]


def list_phrases(language: str, group: str | None = None) -> list[Phrase]:
    """The phrases in use of a language, or of one of its groups, in the order they came."""
    query = (
        select(TypingPhrase.group, TypingPhrase.text)
        .where(TypingPhrase.language == language, TypingPhrase.retired_at.is_(None))
        .order_by(TypingPhrase.id)
    )
    if group is not None:
        query = query.where(TypingPhrase.group == group)
    return [Phrase(*row) for row in db.session.execute(query)]
