"""Answering the questions of a lesson's checkpoints."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from trainhub.catalogue.models import Item
from trainhub.catalogue.queries.items import as_quiz_item
from trainhub.catalogue.rules.marking import Mark, mark
from trainhub.catalogue.rules.responses import check_response_shape
from trainhub.db import db
from trainhub.errors import N_, DomainError, SlowDown
from trainhub.learning.models import CheckpointResponse, Enrolment
from trainhub.learning.queries.progress import find_item
from trainhub.learning.rules import MOST_TRIES_AN_HOUR
from trainhub.learning.services.completing import review_completion
from trainhub.learning.services.reading import get_lesson, touch_lesson

HOUR = timedelta(hours=1)
KEY_LENGTHS = (4, 60)


class ItemNotInLesson(DomainError):
    """A question that this lesson does not ask."""

    code = "item_not_in_lesson"
    message = N_("This lesson does not ask that question.")


class NoAnswer(DomainError):
    """Nothing was chosen or typed."""

    code = "no_answer"
    message = N_("Answer the question first.")


class IdempotencyMismatch(DomainError):
    """The same key came with a different answer."""

    code = "idempotency_mismatch"
    message = N_("This answer was sent before with another content. Reload the page.")


def answer_item(
    enrolment: Enrolment,
    lesson_key: str,
    quiz_key: str,
    item_key: str,
    response: Any,
    *,
    idempotency_key: str,
    now: datetime,
) -> tuple[CheckpointResponse, Mark, Item]:
    """Mark and keep one answer in a lesson's checkpoint.

    The caller holds the enrolment for update, so that tries are counted one after another.
    A repeated `idempotency_key` gives back the first answer, or raises
    `IdempotencyMismatch` if it came with another one. Raises `ItemNotInLesson`,
    `InputErrors` for a response of the wrong form, `NoAnswer` for None, and `SlowDown`
    after `MOST_TRIES_AN_HOUR` tries at the question.
    """
    lesson = get_lesson(enrolment, lesson_key)
    assert enrolment.version_id is not None
    row = None
    if [quiz_key, item_key] in lesson.checkpoint_items:
        row = find_item(enrolment.version_id, quiz_key, item_key)
    if row is None:
        raise ItemNotInLesson(field="item")
    item = as_quiz_item(row)
    _check_key(idempotency_key)
    known = _find_response(enrolment.id, idempotency_key)
    if known is not None:
        if (known.item_id, known.response) != (row.id, response):
            raise IdempotencyMismatch(field="key")
        return known, mark(item, known.response), row
    if response is None:
        raise NoAnswer(field=item_key)
    check_response_shape(item, response)
    _check_pace(enrolment.id, quiz_key, item_key, now)
    result = mark(item, response)
    kept = CheckpointResponse(
        enrolment_id=enrolment.id,
        round=enrolment.round,
        item_id=row.id,
        quiz_key=quiz_key,
        item_key=item_key,
        lesson_key=lesson_key,
        number=_newest_number(enrolment.id, quiz_key, item_key) + 1,
        response=response,
        score_permille=int(result.score * 1000),
        is_right=result.right,
        responded_at=now,
        idempotency_key=idempotency_key,
    )
    db.session.add(kept)
    touch_lesson(enrolment, lesson_key, now=now)
    db.session.flush()
    review_completion(enrolment, now=now)
    return kept, result, row


def _check_key(key: str) -> None:
    fits = KEY_LENGTHS[0] <= len(key) <= KEY_LENGTHS[1] and key.isascii() and key.isprintable()
    if not fits:
        raise IdempotencyMismatch(field="key")


def _find_response(enrolment_id: int, key: str) -> CheckpointResponse | None:
    query = select(CheckpointResponse).where(
        CheckpointResponse.enrolment_id == enrolment_id,
        CheckpointResponse.idempotency_key == key,
    )
    return db.session.scalars(query).one_or_none()


def _check_pace(enrolment_id: int, quiz_key: str, item_key: str, now: datetime) -> None:
    """Learning is not guessing: so many tries an hour and no more."""
    query = select(func.count(), func.min(CheckpointResponse.responded_at)).where(
        CheckpointResponse.enrolment_id == enrolment_id,
        CheckpointResponse.quiz_key == quiz_key,
        CheckpointResponse.item_key == item_key,
        CheckpointResponse.responded_at > now - HOUR,
    )
    count, first_at = db.session.execute(query).one()
    if count >= MOST_TRIES_AN_HOUR:
        raise SlowDown(max(1, int((first_at + HOUR - now).total_seconds())))


def _newest_number(enrolment_id: int, quiz_key: str, item_key: str) -> int:
    query = select(func.max(CheckpointResponse.number)).where(
        CheckpointResponse.enrolment_id == enrolment_id,
        CheckpointResponse.quiz_key == quiz_key,
        CheckpointResponse.item_key == item_key,
    )
    return db.session.scalar(query) or 0
