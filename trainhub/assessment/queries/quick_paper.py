"""The paper of a running attempt in two prepared statements, its texts kept from before.

At the bell everybody asks for it, and no two papers are alike; their questions are.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, bindparam, cast, select

from trainhub.assessment.models import (
    Attempt,
    AttemptItem,
    BankItem,
    BankItemVersion,
    Exam,
    ExamVersion,
)
from trainhub.assessment.queries.kept import (
    AttemptShown,
    QuestionText,
    kept_settings,
    kept_text,
)
from trainhub.catalogue.rules.quiz_text import QuizItem
from trainhub.prepared import Connection, Statement

_TOLD = (
    "id", "sitting_id", "exam_id", "number", "kind", "state", "language", "position", "extra_s",
    "copy_key", "started_at", "closes_at", "ended_at", "ended_by",
)  # fmt: skip
_ATTEMPT = Statement(
    select(
        *(getattr(Attempt, name) for name in _TOLD),
        cast(ExamVersion.titles, Text),
        cast(ExamVersion.settings, Text),
        Attempt.marking_round,
        Exam.key,
        ExamVersion.number,
    )
    .join(ExamVersion, ExamVersion.id == Attempt.exam_version_id)
    .join(Exam, Exam.id == Attempt.exam_id)
    .where(Attempt.id == bindparam("attempt_id"), Attempt.person_id == bindparam("of_person"))
)
_ROWS = Statement(
    select(
        AttemptItem.no,
        AttemptItem.points,
        AttemptItem.option_seed,
        cast(AttemptItem.response, Text),
        AttemptItem.seq,
        AttemptItem.saved_at,
        AttemptItem.opened_at,
        AttemptItem.is_flagged,
        BankItem.key,
        BankItemVersion.id,
        BankItemVersion.content_hash,
        BankItemVersion.language,
        cast(BankItemVersion.pictures, Text),
    )
    .join(BankItem, BankItem.id == AttemptItem.item_id)
    .join(BankItemVersion, BankItemVersion.id == AttemptItem.version_id)
    .where(AttemptItem.attempt_id == bindparam("attempt_id"))
    .order_by(AttemptItem.no)
)


@dataclass(frozen=True)
class AttemptFound:
    """An attempt, how often it was marked, and what the ledger calls its exam and version."""

    shown: AttemptShown
    marking_round: int
    exam_key: str
    version_number: int


@dataclass(frozen=True)
class RowShown:
    """A question's row; the names are those of `models.AttemptItem`."""

    no: int
    points: int
    option_seed: str
    response: Any
    seq: int
    saved_at: datetime | None
    opened_at: datetime | None
    is_flagged: bool


@dataclass(frozen=True)
class QuestionShown:
    """A question of a paper; the names are those of `queries.attempts.PaperItem`."""

    item: QuizItem
    version: QuestionText
    row: RowShown


def find_attempt(connection: Connection, attempt_id: int, person_id: int) -> AttemptFound | None:
    """The person's attempt; None for another's, as if there were none."""
    found = connection.read(_ATTEMPT, attempt_id=attempt_id, of_person=person_id)
    if found is None:
        return None
    titles, settings, *rest = found[len(_TOLD) :]
    shown = AttemptShown(
        **dict(zip(_TOLD, found, strict=False)),
        titles=json.loads(titles),
        settings=kept_settings(settings),
    )
    return AttemptFound(shown, *rest)


def list_questions(connection: Connection, attempt_id: int) -> list[QuestionShown]:
    """The questions of an attempt in their order, with the responses in force."""
    found = []
    for raw in connection.read_all(_ROWS, attempt_id=attempt_id):
        no, points, option_seed, response, *rest = raw[:8]
        text = kept_text(connection, *raw[8:])
        value = None if response is None else json.loads(response)
        row = RowShown(no, points, option_seed, value, *rest)
        found.append(QuestionShown(text.item, text, row))
    return found
