"""Reading attempts: one's own, the overdue, what is out by now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from trainhub.assessment.models import (
    Attempt,
    AttemptItem,
    BankItem,
    BankItemVersion,
    Candidate,
    ExamVersion,
    Sitting,
)
from trainhub.assessment.queries.items import as_quiz_item
from trainhub.assessment.rules.release import visible_parts
from trainhub.assessment.rules.settings import ExamSettings, Part, settings_from
from trainhub.assessment.rules.sitting import Window, own_window
from trainhub.assessment.rules.states import OPEN, AttemptKind, State
from trainhub.catalogue.rules.quiz_text import QuizItem
from trainhub.db import db
from trainhub.errors import NotFound

OPEN_STATES = tuple(state.value for state in OPEN)


@dataclass(frozen=True)
class PaperItem:
    """A question of a paper: its text, and the row with response and mark."""

    item: QuizItem
    version: BankItemVersion
    row: AttemptItem


def settings_of(attempt: Attempt) -> ExamSettings:
    """The rules frozen on the attempt."""
    return settings_from(attempt.version.settings)


def get_attempt(attempt_id: int, *, for_update: bool = False) -> Attempt:
    """An attempt, read anew; `for_update` keeps others from changing it. Raises `NotFound`."""
    attempt = db.session.get(
        Attempt, attempt_id, populate_existing=True, with_for_update=for_update or None
    )
    if attempt is None:
        raise NotFound()
    return attempt


def get_own_attempt(attempt_id: int, person_id: int, *, for_update: bool = False) -> Attempt:
    """The person's attempt. Raises `NotFound` for another's, as if there were none."""
    query = select(Attempt).where(Attempt.id == attempt_id, Attempt.person_id == person_id)
    query = query.execution_options(populate_existing=True)
    if for_update:
        query = query.with_for_update()
    attempt = db.session.scalars(query).one_or_none()
    if attempt is None:
        raise NotFound()
    return attempt


def find_open_attempt(person_id: int, exam_id: int) -> Attempt | None:
    """The attempt at an exam that a person has under way."""
    query = select(Attempt).where(
        Attempt.person_id == person_id, Attempt.exam_id == exam_id, Attempt.state.in_(OPEN_STATES)
    )
    return db.session.scalars(query).one_or_none()


def paper_of(attempt_id: int) -> list[PaperItem]:
    """The questions of an attempt in their order, texts included; one query."""
    rows = db.session.execute(
        select(AttemptItem, BankItem, BankItemVersion)
        .join(BankItem, BankItem.id == AttemptItem.item_id)
        .join(BankItemVersion, BankItemVersion.id == AttemptItem.version_id)
        .where(AttemptItem.attempt_id == attempt_id)
        .order_by(AttemptItem.no)
        .execution_options(populate_existing=True)
    )
    return [PaperItem(as_quiz_item(item, version), version, row) for row, item, version in rows]


def list_overdue_ids(now: datetime) -> Sequence[int]:
    """Attempts in progress whose wall has been reached, the longest overdue first."""
    query = (
        select(Attempt.id)
        .where(Attempt.state == State.IN_PROGRESS.value, Attempt.closes_at <= now)
        .order_by(Attempt.closes_at, Attempt.id)
    )
    return db.session.scalars(query).all()


def window_of(candidate: Candidate) -> Window:
    """The window in which this candidate may sit."""
    sitting = candidate.sitting
    return own_window(
        Window(sitting.opens_at, sitting.closes_at), candidate.opens_at, candidate.closes_at
    )


def last_closes_at(exam_version_id: int) -> datetime | None:
    """When the last candidate of an exam must have ended; None without a sitting.

    Of all its versions: they share most questions, so what one version shows would help at the
    sitting of another.
    """
    of_version = select(ExamVersion.exam_id).where(ExamVersion.id == exam_version_id)
    versions = select(ExamVersion.id).where(ExamVersion.exam_id == of_version.scalar_subquery())
    sitting = select(func.max(Sitting.closes_at)).where(
        Sitting.exam_version_id.in_(versions), Sitting.cancelled_at.is_(None)
    )
    candidate = (
        select(func.max(Candidate.closes_at))
        .join(Sitting, Sitting.id == Candidate.sitting_id)
        .where(Sitting.exam_version_id.in_(versions), Sitting.cancelled_at.is_(None))
    )
    attempt = select(func.max(Attempt.closes_at)).where(
        Attempt.exam_version_id.in_(versions), Attempt.kind == AttemptKind.SITTING.value
    )
    found = [db.session.scalar(query) for query in (sitting, candidate, attempt)]
    return max((each for each in found if each is not None), default=None)


def released_parts_of(attempt: Attempt, now: datetime) -> frozenset[Part]:
    """What of the result is out by the exam's policy; nothing before it is marked."""
    if attempt.state not in (State.MARKED, State.RELEASED, State.ABANDONED):
        return frozenset()
    if attempt.kind == AttemptKind.PREVIEW:
        return frozenset(Part)
    return visible_parts(
        settings_of(attempt).release,
        now=now,
        last_closes_at=last_closes_at(attempt.exam_version_id) or now,
        released_at=attempt.sitting.released_at if attempt.sitting else None,
    )


def visible_parts_of(attempt: Attempt, now: datetime) -> frozenset[Part]:
    """What of the result its candidate may see now: what is out, but nothing at all while they sit
    an exam, for practice and earlier exams hold its questions. Even a mark would tell: hand in
    practice with one answer, and it says whether that is right.
    """
    parts = released_parts_of(attempt, now)
    is_own_try = attempt.kind == AttemptKind.PREVIEW
    return frozenset() if parts and not is_own_try and _sits_an_exam(attempt, now) else parts


def _sits_an_exam(attempt: Attempt, now: datetime) -> bool:
    """Whether the candidate of an attempt has another under way, practice aside."""
    running = select(Attempt.id).where(
        Attempt.person_id == attempt.person_id,
        Attempt.id != attempt.id,
        Attempt.kind == AttemptKind.SITTING.value,
        Attempt.state.in_(OPEN_STATES),
        Attempt.closes_at > now,
    )
    return db.session.scalar(running.limit(1)) is not None
