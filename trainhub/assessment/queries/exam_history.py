"""One person's attempts at one exam: what a start has to know of them, in one query."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from trainhub.assessment.models import Attempt, Candidate
from trainhub.assessment.queries.attempts import OPEN_STATES, get_attempt
from trainhub.assessment.rules.settings import ExamSettings
from trainhub.assessment.rules.sitting import Standing
from trainhub.assessment.rules.states import AttemptKind, State
from trainhub.db import db
from trainhub.errors import SlowDown

MOST_AN_HOUR = 20  # attempts of one person at one exam: practice has no other limit
_HISTORY = select(
    Attempt.id,
    Attempt.candidate_id,
    Attempt.number,
    Attempt.kind,
    Attempt.state,
    Attempt.started_at,
    Attempt.ended_at,
).where(Attempt.person_id == bindparam("of_person"), Attempt.exam_id == bindparam("of_exam"))


class ExamHistory:
    """The attempts, previews and voided ones included."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = rows

    @classmethod
    def of(cls, person_id: int, exam_id: int) -> ExamHistory:
        """The attempts as they are stored."""
        return cls(db.session.execute(_HISTORY, {"of_person": person_id, "of_exam": exam_id}).all())

    def under_way(self) -> Attempt | None:
        """The attempt that is open."""
        for row in self._rows:
            if row.state in OPEN_STATES:
                return get_attempt(row.id)
        return None

    def standing(self, candidate: Candidate, settings: ExamSettings) -> Standing:
        """What the candidate has used of their attempts; voided ones do not count.

        The pause counts from the person's last attempt at the exam in whichever sitting.
        """
        valid = [row for row in self._rows if row.state != State.VOIDED]
        ends = [r.ended_at for r in valid if r.kind != AttemptKind.PREVIEW and r.ended_at]
        return Standing(
            used=sum(row.candidate_id == candidate.id for row in valid),
            allowed=settings.attempts + candidate.extra_attempts if settings.attempts else 0,
            last_ended_at=max(ends, default=None),
            pause=settings.pause,
        )

    def next_number(self, candidate_id: int) -> int:
        """How the candidate's next attempt is numbered."""
        numbers = [row.number for row in self._rows if row.candidate_id == candidate_id]
        return max(numbers, default=0) + 1

    def slow_down(self, now: datetime) -> None:
        """Raise `SlowDown` where there were too many within the hour."""
        begun = [row.started_at for row in self._rows if row.started_at]
        recent = sorted(at for at in begun if at > now - timedelta(hours=1))
        if len(recent) >= MOST_AN_HOUR:
            again = recent[-MOST_AN_HOUR] + timedelta(hours=1) - now
            raise SlowDown(max(1, round(again.total_seconds())))
