"""What waits for markers, and what one marker has on the desk. Blind: no name, no team, no other
marker's points leave this room before an answer is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from trainhub.assessment.models import (
    Attempt,
    AttemptItem,
    BankItem,
    BankItemVersion,
    Exam,
    ExamVersion,
    HandMark,
    MarkingTask,
)
from trainhub.assessment.queries.items import as_quiz_item
from trainhub.assessment.rules.rubric import Criterion, Judgement, rubric_of, stored_judgement
from trainhub.assessment.rules.settings import ExamSettings, settings_from
from trainhub.assessment.rules.states import State
from trainhub.catalogue.rules.quiz_text import QuizItem
from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.people.models import Person


@dataclass(frozen=True)
class Waiting:
    """What waits in one exam. `open` is what this marker may take, `mine` what they hold already;
    `not_mine` cannot be theirs: their own answers, or those they have marked before."""

    exam: Exam
    total: int
    open: int
    with_others: int
    mine: int
    not_mine: int
    oldest_at: datetime | None


@dataclass(frozen=True)
class OnDesk:
    """A claimed answer with what its marker needs, and nothing about whose it is."""

    task: MarkingTask
    row: AttemptItem
    item: QuizItem
    version: BankItemVersion
    exam: Exam
    settings: ExamSettings
    rubric: tuple[Criterion, ...]

    @property
    def draft(self) -> dict[str, Any]:
        """What was put down before, if it was by the one who holds the claim."""
        draft = self.task.draft or {}
        return draft if draft.get("marker_id") == self.task.claimed_by_id else {}


def unmarked_by(marker_id: int) -> ColumnElement[bool]:
    """The condition on tasks that this person has not marked in this round."""
    return ~exists().where(
        HandMark.task_id == MarkingTask.id,
        HandMark.marker_id == marker_id,
        HandMark.marking_round == MarkingTask.marking_round,
    )


def free_for(marker_id: int, now: datetime) -> ColumnElement[bool]:
    """The condition on tasks that nobody else holds by now."""
    return or_(
        MarkingTask.claimed_by_id.is_(None),
        MarkingTask.claimed_by_id == marker_id,
        MarkingTask.claimed_until <= now,
    )


def waiting_tasks() -> Select[Any]:
    """Tasks not done, of attempts that still wait for them, with their attempts."""
    return (
        select(MarkingTask)
        .join(Attempt, Attempt.id == MarkingTask.attempt_id)
        .where(MarkingTask.done_at.is_(None), Attempt.state == State.AWAITING_MARKING.value)
    )


def list_claimable_ids(exam_id: int, marker: Person, now: datetime, limit: int = 20) -> list[int]:
    """What this marker may claim in an exam: what they hold first, then the longest waiting."""
    query = (
        waiting_tasks()
        .where(
            Attempt.exam_id == exam_id,
            Attempt.person_id != marker.id,
            unmarked_by(marker.id),
            free_for(marker.id, now),
        )
        .with_only_columns(MarkingTask.id)
        .order_by(
            and_(
                MarkingTask.claimed_by_id.is_not_distinct_from(marker.id),
                MarkingTask.claimed_until > now,
            ).desc(),
            Attempt.ended_at,
            MarkingTask.id,
        )
        .limit(limit)
    )
    return list(db.session.scalars(query))


def list_waiting(marker: Person, now: datetime) -> list[Waiting]:
    """What waits, by exam, the longest waiting first; two queries."""
    held = MarkingTask.claimed_until > now
    mine = and_(MarkingTask.claimed_by_id == marker.id, held)
    others = and_(MarkingTask.claimed_by_id != marker.id, held)
    barred = or_(Attempt.person_id == marker.id, ~unmarked_by(marker.id))
    query = (
        waiting_tasks()
        .with_only_columns(
            Attempt.exam_id,
            func.count(),
            func.count().filter(and_(~barred, mine)),
            func.count().filter(and_(~barred, others)),
            func.count().filter(barred),
            func.min(Attempt.ended_at),
            maintain_column_froms=True,
        )
        .group_by(Attempt.exam_id)
    )
    rows = db.session.execute(query).all()
    exams = _exams([row[0] for row in rows])
    found = [
        Waiting(exams[exam_id], total, total - mine - others - barred, others, mine, barred, oldest)
        for exam_id, total, mine, others, barred, oldest in rows
    ]
    return sorted(found, key=lambda one: (one.oldest_at is None, one.oldest_at))


def count_open(marker: Person, now: datetime) -> int:
    """How many answers this marker could mark now, theirs on the desk included."""
    return sum(one.open + one.mine for one in list_waiting(marker, now))


def _exams(ids: Sequence[int]) -> dict[int, Exam]:
    if not ids:
        return {}
    return {one.id: one for one in db.session.scalars(select(Exam).where(Exam.id.in_(ids)))}


def get_on_desk(task_id: int, marker: Person) -> OnDesk:
    """The answer that this marker has claimed. Raises `NotFound` for any other."""
    query = (
        select(MarkingTask, AttemptItem, BankItem, BankItemVersion, Exam, ExamVersion)
        .join(
            AttemptItem,
            and_(
                AttemptItem.attempt_id == MarkingTask.attempt_id, AttemptItem.no == MarkingTask.no
            ),
        )
        .join(Attempt, Attempt.id == MarkingTask.attempt_id)
        .join(BankItem, BankItem.id == AttemptItem.item_id)
        .join(BankItemVersion, BankItemVersion.id == AttemptItem.version_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(ExamVersion, ExamVersion.id == Attempt.exam_version_id)
        .where(
            MarkingTask.id == task_id,
            MarkingTask.claimed_by_id == marker.id,
            MarkingTask.done_at.is_(None),
            Attempt.person_id != marker.id,
            Attempt.state == State.AWAITING_MARKING.value,
        )
        .execution_options(populate_existing=True)
    )
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise NotFound()
    task, row, bank_item, version, exam, exam_version = found
    return OnDesk(
        task,
        row,
        as_quiz_item(bank_item, version),
        version,
        exam,
        settings_from(exam_version.settings),
        rubric_of(version.content),
    )


def list_hand_marks(task: MarkingTask) -> list[HandMark]:
    """The marks of a task's present round in the order in which they came."""
    query = (
        select(HandMark)
        .where(HandMark.task_id == task.id, HandMark.marking_round == task.marking_round)
        .order_by(HandMark.id)
    )
    return list(db.session.scalars(query))


def judgements_of(marks: Sequence[HandMark], rubric: Sequence[Criterion]) -> list[Judgement]:
    """Stored marks as the rules take them."""
    return [stored_judgement(rubric, mark.criteria) for mark in marks]
