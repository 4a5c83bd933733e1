"""What has become of a question: its texts, where it was used, what was answered."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, cast, select

from trainhub.assessment.models import (
    Attempt,
    AttemptItem,
    BankItem,
    BankItemVersion,
    Exam,
)
from trainhub.assessment.rules.drawing import Drawable, matches
from trainhub.assessment.rules.settings import settings_from
from trainhub.assessment.rules.states import OPEN, AttemptKind
from trainhub.db import db
from trainhub.people.models import Person

_OPEN = tuple(state.value for state in OPEN)


def list_versions(item_id: int) -> list[tuple[BankItemVersion, str | None]]:
    """Every text of a question, the newest of each language first, with its author's name."""
    query = (
        select(BankItemVersion, Person.name)
        .outerjoin(Person, Person.id == BankItemVersion.created_by_id)
        .where(BankItemVersion.item_id == item_id)
        .order_by(BankItemVersion.language.desc(), BankItemVersion.number.desc())
    )
    return [(version, name) for version, name in db.session.execute(query)]


def list_enemies(item: BankItem) -> list[BankItem]:
    """The questions that never stand in one paper with this one."""
    found: dict[int, BankItem] = {}
    for group in item.enemies:
        holds = cast(BankItem.enemies, String).contains(json.dumps(group), autoescape=True)
        query = select(BankItem).where(holds, BankItem.id != item.id).order_by(BankItem.key)
        found |= {one.id: one for one in db.session.scalars(query)}
    return list(found.values())


@dataclass(frozen=True)
class ExamUse:
    """An exam that names a question, or whose quotas can draw it."""

    exam: Exam
    is_named: bool


def list_exams_with(item: BankItem) -> list[ExamUse]:
    """The exams in force that may ask a question."""
    drawable = Drawable(
        item.id, 0, item.key, item.topic, item.level, 1, tuple(item.tags), tuple(item.enemies)
    )
    query = (
        select(Exam)
        .where(Exam.retired_at.is_(None), Exam.published_version_id.is_not(None))
        .order_by(Exam.key)
    )
    uses = []
    for exam in db.session.scalars(query):
        assert exam.published is not None
        blueprint = settings_from(exam.published.settings).blueprint
        if item.key in blueprint.items:
            uses.append(ExamUse(exam, True))
        elif any(matches(drawable, quota) for quota in blueprint.quotas):
            uses.append(ExamUse(exam, False))
    return uses


def past_answers(item_id: int, language: str, limit: int = 20_000) -> list[tuple[Any, int]]:
    """The different answers of ended attempts in a language with how often each was given, the
    most frequent first; of the newest `limit` answers."""
    query = (
        select(AttemptItem.response)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(
            AttemptItem.item_id == item_id,
            Attempt.language == language,
            Attempt.kind != AttemptKind.PREVIEW.value,
            Attempt.state.not_in(_OPEN),
        )
        .order_by(Attempt.id.desc())
        .limit(limit)
    )
    answers: Sequence[Any] = db.session.scalars(query).all()
    given = [json.dumps(one, ensure_ascii=False) for one in answers if one is not None]
    return [(json.loads(text), count) for text, count in Counter(given).most_common()]
