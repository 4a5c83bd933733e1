"""A question of the bank as a value: what the exchange formats read and write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from trainhub.catalogue.rules.quiz_text import QuizItem
from trainhub.catalogue.rules.vocabulary import LEVELS, Level

__all__ = [
    "GENERAL_TOPIC",
    "LEVELS",
    "STATUSES",
    "BankQuestion",
    "ItemStatus",
    "Level",
]


class ItemStatus(StrEnum):
    """Whether papers may draw a question. Retired ones stay in old papers."""

    DRAFT = "draft"
    LIVE = "live"
    RETIRED = "retired"


STATUSES = tuple(status.value for status in ItemStatus)
GENERAL_TOPIC = "general"


@dataclass(frozen=True)
class BankQuestion:
    """One question in one language.

    `item` has the key, kind, stem, content, points, objective, tags and feedback; `topic` is a
    kebab-case key; `enemies` are the keys of groups of which a paper holds one question at most.
    `pictures` maps the names that the texts show as `media/<name>` to the bytes of the picture.
    """

    item: QuizItem
    language: str
    topic: str = GENERAL_TOPIC
    level: Level = Level.STANDARD
    status: ItemStatus = ItemStatus.DRAFT
    enemies: tuple[str, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)
