"""What the database says of a storm: is all that was acknowledged there, did each end once?"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bench.exams.agents import Sat
from bench.reliability.centre import open_app
from trainhub.assessment.models import Attempt, AttemptEvent, AttemptItem
from trainhub.assessment.rules.states import OPEN, Event, State
from trainhub.db import db

ENDS = (Event.SUBMITTED.value, Event.EXPIRED.value, Event.ABANDONED.value)


def open_attempts(instance: Path, database_url: str, sitting_id: int) -> int:
    """How many attempts of the sitting have not ended."""
    with open_app(instance, database_url).app_context():
        query = select(func.count()).where(
            Attempt.sitting_id == sitting_id, Attempt.state.in_([one.value for one in OPEN])
        )
        count = db.session.scalar(query) or 0
        db.session.remove()
        db.engine.dispose()
    return count


def judge(instance: Path, database_url: str, sitting_id: int, sat: list[Sat]) -> dict[str, Any]:
    """Lost answers, double attempts and ends; all zero, and every attempt released."""
    with open_app(instance, database_url).app_context():
        rows = {
            (row.attempt_id, row.no): (row.seq, row.response)
            for row in db.session.scalars(
                select(AttemptItem)
                .join(Attempt, Attempt.id == AttemptItem.attempt_id)
                .where(Attempt.sitting_id == sitting_id)
            )
        }
        attempts = db.session.scalars(select(Attempt).where(Attempt.sitting_id == sitting_id)).all()
        ends = Counter(
            db.session.scalars(
                select(AttemptEvent.attempt_id)
                .join(Attempt, Attempt.id == AttemptEvent.attempt_id)
                .where(Attempt.sitting_id == sitting_id, AttemptEvent.kind.in_(ENDS))
            )
        )
        answers = [
            (rows[one.attempt_id, no], told) for one in sat for no, told in one.acknowledged.items()
        ]
        verdict = {
            "acknowledged": len(answers),
            "lost": sum(stored != told for stored, told in answers),
            "attempts": len(attempts),
            "attempts_twice": len(attempts) - len({one.person_id for one in attempts}),
            "not_ended_once": sum(ends[one.id] != 1 for one in attempts),
            "states": dict(Counter(one.state for one in attempts)),
            "by": dict(Counter(one.ended_by for one in attempts)),
            "without_result": sum(one.state != State.RELEASED for one in attempts
                                  if one.state != State.ABANDONED),
        }  # fmt: skip
        db.session.remove()
        db.engine.dispose()
    return verdict
