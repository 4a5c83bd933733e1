"""Passages as a list, single ones with their versions, and what is taken away as files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.people.models import Person
from trainhub.typing_tests.models import (
    TypingPassage,
    TypingPassageVersion,
    TypingRun,
)
from trainhub.typing_tests.rules.passage_facts import PassageFacts
from trainhub.typing_tests.rules.passage_files import PassageEntry
from trainhub.typing_tests.rules.passages import PassageDraft
from trainhub.typing_tests.rules.settings import PassageKind

PAGE_SIZE = 50
IN_USE, RETIRED, ALL = "", "retired", "all"


@dataclass(frozen=True)
class PassageCriteria:
    """What the list of passages is narrowed to. `state` is `IN_USE`, `RETIRED` or `ALL`;
    `origin` “shipped” or “own”; `difficulty` of `rules.passage_facts.Difficulty`."""

    words: str = ""
    language: str = ""
    kind: str = ""
    difficulty: str = ""
    origin: str = ""
    state: str = IN_USE


@dataclass(frozen=True)
class PassageRow:
    """A passage in the list. `runs` began with it, in whatever version."""

    passage: TypingPassage
    version: TypingPassageVersion
    facts: PassageFacts
    runs: int = 0


@dataclass(frozen=True)
class VersionRow:
    """One version of a passage, for its history."""

    number: int
    title: str
    created_at: datetime
    author: str | None


def list_passages(criteria: PassageCriteria, first_language: str = "zh") -> list[PassageRow]:
    """The passages that fit, one language first, then by kind and title, with how many runs each
    has had."""
    query = (
        select(TypingPassage, TypingPassageVersion)
        .join(TypingPassageVersion, TypingPassageVersion.id == TypingPassage.version_id)
        .order_by(TypingPassageVersion.title, TypingPassage.id)
    )
    rows = [
        PassageRow(passage, version, PassageFacts.from_dict(version.facts))
        for passage, version in db.session.execute(_narrowed(query, criteria))
    ]
    if criteria.difficulty:  # a fact of the text: there are hundreds of passages, not thousands
        rows = [row for row in rows if row.facts.difficulty == criteria.difficulty]
    kinds = [kind.value for kind in PassageKind]
    rows.sort(
        key=lambda row: (row.passage.language != first_language, kinds.index(row.passage.kind))
    )
    runs = _runs_of([row.passage.id for row in rows])
    return [
        PassageRow(row.passage, row.version, row.facts, runs.get(row.passage.id, 0)) for row in rows
    ]


def _narrowed(
    query: Select[TypingPassage, TypingPassageVersion], criteria: PassageCriteria
) -> Select[TypingPassage, TypingPassageVersion]:
    for name in ("language", "kind"):
        if wanted := getattr(criteria, name):
            query = query.where(getattr(TypingPassage, name) == wanted)
    if criteria.origin:
        query = query.where(TypingPassage.is_shipped.is_(criteria.origin == "shipped"))
    if criteria.state == RETIRED:
        query = query.where(TypingPassage.retired_at.is_not(None))
    elif criteria.state != ALL:
        query = query.where(TypingPassage.retired_at.is_(None))
    for word in words_of(criteria.words):
        title = func.lower(TypingPassageVersion.title).contains(word, autoescape=True)
        text = func.lower(TypingPassageVersion.text).contains(word, autoescape=True)
        query = query.where(or_(title, text, TypingPassage.key == word))
    return query


def words_of(text: str) -> list[str]:
    """What to look for, word by word."""
    clean = "".join(sign for sign in text[:200] if sign.isprintable())
    return clean.lower().split()[:10]


def _runs_of(passage_ids: list[int]) -> dict[int, int]:
    query = (
        select(TypingPassageVersion.passage_id, func.count(TypingRun.id))
        .join(TypingRun, TypingRun.passage_version_id == TypingPassageVersion.id)
        .where(TypingPassageVersion.passage_id.in_(passage_ids))
        .group_by(TypingPassageVersion.passage_id)
    )
    return dict(db.session.execute(query).all()) if passage_ids else {}


def get_passage(passage_id: int) -> PassageRow:
    """One passage, retired or not, with its text in force. Raises `NotFound`."""
    query = (
        select(TypingPassage)
        .where(TypingPassage.id == passage_id)
        .options(joinedload(TypingPassage.version))
    )
    passage = db.session.scalars(query).one_or_none()
    if passage is None or passage.version is None:
        raise NotFound()
    runs = _runs_of([passage.id]).get(passage.id, 0)
    facts = PassageFacts.from_dict(passage.version.facts)
    return PassageRow(passage, passage.version, facts, runs)


def list_versions(passage_id: int) -> list[VersionRow]:
    """The versions of a passage, the newest first, with who wrote each (None: from a file)."""
    query = (
        select(
            TypingPassageVersion.number,
            TypingPassageVersion.title,
            TypingPassageVersion.created_at,
            Person.name,
        )
        .outerjoin(Person, Person.id == TypingPassageVersion.created_by_id)
        .where(TypingPassageVersion.passage_id == passage_id)
        .order_by(TypingPassageVersion.number.desc())
    )
    return [VersionRow(*row) for row in db.session.execute(query)]


def find_last_from_file(passage_id: int) -> TypingPassageVersion | None:
    """The newest version of a passage that no person wrote."""
    query = (
        select(TypingPassageVersion)
        .where(
            TypingPassageVersion.passage_id == passage_id,
            TypingPassageVersion.created_by_id.is_(None),
        )
        .order_by(TypingPassageVersion.number.desc())
        .limit(1)
    )
    return db.session.scalars(query).one_or_none()


def find_same_text(
    language: str, text: str, *, but: int | None = None
) -> TypingPassageVersion | None:
    """The version in force of another passage, in use, with exactly this text."""
    query = (
        select(TypingPassageVersion)
        .join(TypingPassage, TypingPassage.version_id == TypingPassageVersion.id)
        .where(
            TypingPassage.language == language,
            TypingPassage.retired_at.is_(None),
            TypingPassageVersion.text == text,
        )
        .limit(1)
    )
    if but is not None:
        query = query.where(TypingPassage.id != but)
    return db.session.scalars(query).one_or_none()


def list_entries(language: str, kind: str) -> list[PassageEntry]:
    """The passages in use of a language and kind as they are written to files."""
    query = (
        select(TypingPassage.key, TypingPassageVersion)
        .join(TypingPassageVersion, TypingPassageVersion.id == TypingPassage.version_id)
        .where(
            TypingPassage.language == language,
            TypingPassage.kind == kind,
            TypingPassage.retired_at.is_(None),
        )
        .order_by(TypingPassage.id)
    )
    return [
        PassageEntry(
            key,
            PassageDraft(
                language, PassageKind(kind), version.title, version.text, version.tests_width
            ),
        )
        for key, version in db.session.execute(query)
    ]
