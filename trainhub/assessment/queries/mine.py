"""The exams one person may sit: what is open, what comes, what is past."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from trainhub.assessment.models import Attempt, Candidate, Sitting
from trainhub.assessment.queries.attempts import window_of
from trainhub.assessment.rules.settings import ExamSettings, settings_from
from trainhub.assessment.rules.sitting import (
    Standing,
    StartRefusal,
    Window,
    deadline,
    next_start,
    refusal_to_start,
)
from trainhub.assessment.rules.states import AttemptKind, State
from trainhub.db import db
from trainhub.errors import NotFound


class Phase(StrEnum):
    """Where an exam stands for its candidate."""

    OPEN = "open"  # under way, or may begin now
    UPCOMING = "upcoming"
    PAST = "past"


@dataclass(frozen=True)
class MyExam:
    """A sitting as one candidate sees it. `attempts` are those of this sitting, newest first."""

    candidate: Candidate
    settings: ExamSettings
    window: Window
    standing: Standing
    attempts: tuple[Attempt, ...]

    @property
    def sitting(self) -> Sitting:
        """The sitting."""
        return self.candidate.sitting

    @property
    def titles(self) -> dict[str, str]:
        """The exam's titles by language, as they were when the version was published."""
        return self.sitting.version.titles

    @property
    def is_cancelled(self) -> bool:
        """Whether nobody may begin any more."""
        return self.sitting.cancelled_at is not None

    @property
    def attempts_left(self) -> int | None:
        """How many attempts may still begin; None for any number."""
        if not self.standing.allowed:
            return None
        return max(0, self.standing.allowed - self.standing.used)

    @property
    def duration(self) -> timedelta:
        """The time this candidate has, extra time included."""
        return timedelta(seconds=self.settings.duration_s + self.candidate.extra_s)

    def under_way(self, now: datetime) -> Attempt | None:
        """The attempt that runs at `now`."""
        for one in self.attempts:
            if one.state == State.IN_PROGRESS and one.closes_at and one.closes_at > now:
                return one
        return None

    def refusal(self, now: datetime) -> StartRefusal | None:
        """Why no attempt may begin at `now`; network and access code are asked at the start."""
        return refusal_to_start(self.standing, self.window, now, is_cancelled=self.is_cancelled)

    def next_start(self) -> datetime:
        """When the next attempt may begin at the earliest."""
        return next_start(self.standing, self.window)

    def deadline_from(self, now: datetime) -> datetime:
        """The wall of an attempt that begins at `now`."""
        return deadline(now, self.settings.duration_s, self.candidate.extra_s, self.window)

    def phase(self, now: datetime) -> Phase:
        """Where the exam stands at `now`."""
        if self.under_way(now) is not None:
            return Phase.OPEN
        match self.refusal(now):
            case None:
                return Phase.OPEN
            case StartRefusal.TOO_EARLY:
                return Phase.UPCOMING
            case StartRefusal.PAUSE if self.next_start() < self.window.closes_at:
                return Phase.UPCOMING
            case _:
                return Phase.PAST


def _candidacies(person_id: int) -> Select[Any]:
    return (
        select(Candidate)
        .join(Sitting, Sitting.id == Candidate.sitting_id)
        .where(Candidate.person_id == person_id, Candidate.removed_at.is_(None))
        .options(joinedload(Candidate.sitting).joinedload(Sitting.version))
        .order_by(Sitting.opens_at, Sitting.id)
        .execution_options(populate_existing=True)
    )


def list_my_exams(person_id: int) -> list[MyExam]:
    """Every sitting of a person, the earliest first; two queries."""
    return _with_attempts(person_id, db.session.scalars(_candidacies(person_id)).all())


def list_current_exams(person_id: int, now: datetime) -> list[MyExam]:
    """The sittings of a person that are not over, and the attempts under way."""
    running = (
        select(Attempt.candidate_id)
        .where(Attempt.person_id == person_id, Attempt.state == State.IN_PROGRESS.value)
        .scalar_subquery()
    )
    query = _candidacies(person_id).where(
        or_(
            and_(
                func.coalesce(Candidate.closes_at, Sitting.closes_at) > now,
                Sitting.cancelled_at.is_(None),
            ),
            Candidate.id.in_(running),
        )
    )
    found = _with_attempts(person_id, db.session.scalars(query).all())
    return [one for one in found if one.phase(now) is not Phase.PAST]


def get_my_exam(sitting_id: int, person_id: int) -> MyExam:
    """A sitting of a person. Raises `NotFound` for who is no candidate of it."""
    query = _candidacies(person_id).where(Candidate.sitting_id == sitting_id)
    found = _with_attempts(person_id, db.session.scalars(query).all())
    if not found:
        raise NotFound()
    return found[0]


def _with_attempts(person_id: int, candidates: Sequence[Candidate]) -> list[MyExam]:
    if not candidates:
        return []
    attempts = db.session.scalars(
        select(Attempt)
        .where(
            Attempt.person_id == person_id,
            Attempt.kind != AttemptKind.PREVIEW.value,
            Attempt.exam_id.in_({one.sitting.exam_id for one in candidates}),
        )
        .order_by(Attempt.id.desc())
        .execution_options(populate_existing=True)
    ).all()
    return [_my_exam(one, attempts) for one in candidates]


def _my_exam(candidate: Candidate, attempts: Collection[Attempt]) -> MyExam:
    settings = settings_from(candidate.sitting.version.settings)
    counting = [
        one
        for one in attempts
        if one.exam_id == candidate.sitting.exam_id and one.state != State.VOIDED
    ]
    return MyExam(
        candidate=candidate,
        settings=settings,
        window=window_of(candidate),
        standing=Standing(
            used=sum(one.candidate_id == candidate.id for one in counting),
            allowed=settings.attempts + candidate.extra_attempts if settings.attempts else 0,
            last_ended_at=max((one.ended_at for one in counting if one.ended_at), default=None),
            pause=settings.pause,
        ),
        attempts=tuple(one for one in attempts if one.candidate_id == candidate.id),
    )
