"""Every response of an exam, one after another, for taking away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select, tuple_

from trainhub.assessment.models import (
    Attempt,
    AttemptItem,
    BankItem,
    BankItemVersion,
    ExamVersion,
    Sitting,
)
from trainhub.assessment.queries.items import as_quiz_item
from trainhub.assessment.queries.statistics.counted import counted_attempts
from trainhub.assessment.rules.response_words import order_in_words, response_in_words
from trainhub.assessment.rules.scoring import MILLION
from trainhub.assessment.rules.states import AttemptKind
from trainhub.catalogue.rules.quiz_text import QuizItem
from trainhub.db import db
from trainhub.people.models import Person

BATCH = 1_000


@dataclass(frozen=True)
class ResponseRow:
    """One response. `mark` and `points` are in points (no mark yet: None), `seconds` in view.

    `counts` says whether the attempt is among those the statistics are made of.
    """

    attempt_id: int
    person_id: int
    employee_no: str | None
    exam_version: int
    sitting: str | None
    kind: str
    attempt_no: int
    state: str
    counts: bool
    item_key: str
    item_version: int
    language: str
    item_kind: str
    position: int
    order: str
    response: str
    mark: float | None
    points: int
    seconds: float
    saved_at: datetime | None


def batches_of_responses(exam_id: int) -> Iterator[list[ResponseRow]]:
    """Responses of all attempts but previews, `BATCH` at a time by attempt and place.

    Every batch is a query of its own, so the caller may end the read in between and keeps
    nobody from saving while a long table is written.
    """
    counted = set(db.session.scalars(counted_attempts(Attempt.exam_id == exam_id)))
    texts: dict[int, tuple[QuizItem, int]] = {}
    after = (0, 0)
    while rows := db.session.execute(_batch(exam_id, after)).all():
        _load_texts(texts, {row.version_id for row in rows})
        after = (rows[-1].attempt_id, rows[-1].no)
        yield [
            _response(row, *texts[row.version_id], counts=row.attempt_id in counted) for row in rows
        ]


def _batch(exam_id: int, after: tuple[int, int]) -> Select[Any]:
    return (
        select(
            AttemptItem.attempt_id,
            AttemptItem.no,
            AttemptItem.version_id,
            AttemptItem.option_seed,
            AttemptItem.response,
            AttemptItem.mark_millionths,
            AttemptItem.points,
            AttemptItem.active_ms,
            AttemptItem.saved_at,
            Attempt.person_id,
            Attempt.kind,
            Attempt.number,
            Attempt.state,
            Attempt.language,
            Person.employee_no,
            ExamVersion.number.label("exam_version"),
            Sitting.name.label("sitting"),
        )
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(Person, Person.id == Attempt.person_id)
        .join(ExamVersion, ExamVersion.id == Attempt.exam_version_id)
        .outerjoin(Sitting, Sitting.id == Attempt.sitting_id)
        .where(
            Attempt.exam_id == exam_id,
            Attempt.kind != AttemptKind.PREVIEW.value,
            tuple_(AttemptItem.attempt_id, AttemptItem.no) > after,
        )
        .order_by(AttemptItem.attempt_id, AttemptItem.no)
        .limit(BATCH)
    )


def _load_texts(texts: dict[int, tuple[QuizItem, int]], wanted: set[int]) -> None:
    rows = db.session.execute(
        select(BankItem, BankItemVersion)
        .join(BankItemVersion, BankItemVersion.item_id == BankItem.id)
        .where(BankItemVersion.id.in_(wanted - texts.keys()))
    )
    for item, version in rows:
        texts[version.id] = (as_quiz_item(item, version), version.number)


def _response(row: Row[Any], item: QuizItem, number: int, *, counts: bool) -> ResponseRow:
    mark = row.mark_millionths
    return ResponseRow(
        attempt_id=row.attempt_id,
        person_id=row.person_id,
        employee_no=row.employee_no,
        exam_version=row.exam_version,
        sitting=row.sitting,
        kind=row.kind,
        attempt_no=row.number,
        state=row.state,
        counts=counts,
        item_key=item.key,
        item_version=number,
        language=row.language,
        item_kind=item.kind.value,
        position=row.no,
        order=order_in_words(item, row.option_seed),
        response=response_in_words(item, row.response),
        mark=None if mark is None else mark / MILLION,
        points=row.points,
        seconds=row.active_ms / 1000,
        saved_at=row.saved_at,
    )
