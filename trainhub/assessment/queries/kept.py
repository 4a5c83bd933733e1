"""What never changes once it is stored, made once in a process and kept by what it is made of.

Texts of questions are kept by their hash, rules of an exam version by their JSON, so that it
does not matter which database they come from; the longest unused are forgotten.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import bindparam, select

from trainhub.assessment.models import Attempt, BankItemVersion
from trainhub.assessment.rules.settings import ExamSettings, settings_from
from trainhub.catalogue.rules.quiz_text import Kind, QuizItem
from trainhub.prepared import Connection, Statement

Made = TypeVar("Made")
_CONTENT = Statement(
    select(BankItemVersion.kind, BankItemVersion.stem, BankItemVersion.content).where(
        BankItemVersion.id == bindparam("version_id")
    )
)


class Kept(Generic[Made]):
    """At most `most` things by their key. Two threads may make the same one; either will do."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, Made] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """The one of the key, made if there is none."""
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = make()
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return found


@dataclass(frozen=True)
class QuestionText:
    """A question in one language as its candidate meets it; what a page of it is made from.

    Of `item` only key, kind, stem and content are there.
    """

    item: QuizItem
    content_hash: str
    language: str
    pictures: Mapping[str, int]


_rules: Kept[dict[str, Any]] = Kept(200)
_settings: Kept[ExamSettings] = Kept(200)
_texts: Kept[QuestionText] = Kept(5_000)


def kept_rules(stored: str) -> dict[str, Any]:
    """The rules of an exam version, from their JSON."""
    return _rules.get(stored, lambda: json.loads(stored))


def kept_settings(stored: str) -> ExamSettings:
    """The same as a value."""
    return _settings.get(stored, lambda: settings_from(json.loads(stored)))


def kept_text(
    connection: Connection,
    key: str,
    version_id: int,
    content_hash: str,
    language: str = "",
    pictures: str = "{}",
) -> QuestionText:
    """The text of a question of this key. `pictures` as they are stored; only who shows the
    text needs to give these and its language."""

    def make() -> QuestionText:
        row = connection.read(_CONTENT, version_id=version_id)
        assert row is not None
        kind, stem, content = row
        item = QuizItem(key=key, kind=Kind(kind), stem=stem, content=content)
        return QuestionText(item, content_hash, language, json.loads(pictures))

    return _texts.get((key, content_hash, language, pictures), make)


@dataclass(frozen=True)
class AttemptShown:
    """What is told of an attempt, without its row; the names are those of `models.Attempt`."""

    id: int
    sitting_id: int | None
    exam_id: int
    number: int
    kind: str
    state: str
    language: str
    position: int
    extra_s: int
    copy_key: str
    started_at: datetime | None
    closes_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    titles: Mapping[str, str]
    settings: ExamSettings

    @classmethod
    def of(cls, attempt: Attempt) -> AttemptShown:
        """The same of a row."""
        version = attempt.version
        names = [one.name for one in fields(cls) if one.name not in {"titles", "settings"}]
        values = {name: getattr(attempt, name) for name in names}
        return cls(**values, titles=version.titles, settings=settings_from(version.settings))
