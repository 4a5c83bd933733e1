"""What is to be said to whom about exams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from trainhub.assessment.models import Attempt, Candidate, ExamVersion, Sitting
from trainhub.assessment.rules.states import AttemptKind, State
from trainhub.certification.models import Award, AwardRefresh, RefreshRequest
from trainhub.db import db
from trainhub.notices.rules import EXAM_REMINDER
from trainhub.people.models import Person

FRESH = timedelta(days=2)

_OPENS_AT = func.coalesce(Candidate.opens_at, Sitting.opens_at)
_CLOSES_AT = func.coalesce(Candidate.closes_at, Sitting.closes_at)


@dataclass(frozen=True)
class Call:
    """When and what a candidate is to sit. `is_off`: cancelled, or no candidate any more."""

    titles: Mapping[str, str]
    opens_at: datetime
    closes_at: datetime
    minutes: int
    is_off: bool


def _candidates() -> Select[*tuple[Any, ...]]:
    """Candidate, person, sitting and the hour it opens, of active people still called."""
    return (
        select(
            Candidate.id.label("candidate_id"),
            Candidate.person_id,
            Candidate.sitting_id,
            _OPENS_AT.label("opens_at"),
        )
        .join(Sitting, Sitting.id == Candidate.sitting_id)
        .join(Person, Person.id == Candidate.person_id)
        .where(Candidate.removed_at.is_(None), Person.disabled_at.is_(None))
    )


def _untouched() -> Select[*tuple[Any, ...]]:
    """Those of them who have not begun, in sittings that go ahead."""
    begun = select(Attempt.id).where(Attempt.candidate_id == Candidate.id).exists()
    return _candidates().where(~begun, Sitting.cancelled_at.is_(None))


def _asked_to_refresh() -> ColumnElement[bool]:
    """Holders who are called to a refresh are told by another message, which says why."""
    return (
        select(AwardRefresh.id)
        .join(RefreshRequest, RefreshRequest.id == AwardRefresh.request_id)
        .join(Award, Award.id == AwardRefresh.award_id)
        .where(
            RefreshRequest.sitting_id == Candidate.sitting_id,
            Award.person_id == Candidate.person_id,
        )
        .exists()
    )


def list_called(now: datetime) -> list[Row[Any]]:
    """People called to an exam in the last two days that has not ended."""
    query = _untouched().where(
        ~_asked_to_refresh(),
        Candidate.added_at > now - FRESH,
        Candidate.added_at <= now,
        now < _CLOSES_AT,
    )
    return list(db.session.execute(query))


def list_opening_soon(now: datetime) -> list[Row[Any]]:
    """People whose exam opens within a day, if they were called before that day."""
    query = _untouched().where(
        now < _OPENS_AT,
        now + EXAM_REMINDER >= _OPENS_AT,
        Candidate.added_at < now - EXAM_REMINDER / 2,
    )
    return list(db.session.execute(query))


def list_cancelled(now: datetime) -> list[Row[Any]]:
    """People whose sitting was cancelled in the last two days, before it was over."""
    query = _candidates().where(
        Sitting.cancelled_at > now - FRESH, Sitting.cancelled_at <= now, now < _CLOSES_AT
    )
    return list(db.session.execute(query))


def list_results(now: datetime) -> list[Row[Any]]:
    """Results that came out in the last two days; those seen at once on handing in are known."""
    query = (
        select(Attempt.id.label("attempt_id"), Attempt.person_id, Attempt.sitting_id,
               Attempt.marking_round)
        .join(Person, Person.id == Attempt.person_id)
        .where(
            Attempt.kind == AttemptKind.SITTING.value,
            Attempt.state == State.RELEASED.value,
            Attempt.released_at > now - FRESH,
            Attempt.released_at <= now,
            Attempt.released_at > Attempt.ended_at,
            Person.disabled_at.is_(None),
        )
    )  # fmt: skip
    return list(db.session.execute(query))


def find_call(sitting_id: int, person_id: int) -> Call | None:
    """What a person was called to."""
    row = db.session.execute(
        select(Candidate, Sitting, ExamVersion)
        .join(Sitting, Sitting.id == Candidate.sitting_id)
        .join(ExamVersion, ExamVersion.id == Sitting.exam_version_id)
        .where(Candidate.sitting_id == sitting_id, Candidate.person_id == person_id)
    ).one_or_none()
    if row is None:
        return None
    candidate, sitting, version = row
    return Call(
        titles=version.titles,
        opens_at=candidate.opens_at or sitting.opens_at,
        closes_at=candidate.closes_at or sitting.closes_at,
        minutes=(version.settings["duration_s"] + candidate.extra_s) // 60,
        is_off=candidate.removed_at is not None or sitting.cancelled_at is not None,
    )
