"""What the sources of an award's evidence say today: records, attempts, classes, cases, words.

Everything is asked for together with the award's holder, so that an id alone leads nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from trainhub.assessment.models import Attempt
from trainhub.certification.evidence.records import VOIDED
from trainhub.certification.models import (
    Award,
    ObservedCase,
    PersonalSummary,
    ProgrammeEnrolmentEvent,
    Rating,
    SignOff,
    SummaryEvent,
)
from trainhub.certification.queries.summaries import list_summary_events
from trainhub.db import db
from trainhub.delivery.models import Booking, TrainingSession
from trainhub.ledger.models import LearningRecord, Verb
from trainhub.people.models import Person

ABOUT = ("attempt_id", "run_id", "training_session_id")  # what a record of the ledger is about


@dataclass(frozen=True)
class RecordNow:
    """A record of the ledger, whether it was taken back, and a later one about the same thing."""

    record: LearningRecord
    taken_back: LearningRecord | None
    later: LearningRecord | None


@dataclass(frozen=True)
class SourceNow:
    """What there is today of one piece of evidence; a kind that has no such source leaves it."""

    record: RecordNow | None = None
    attempt: Attempt | None = None
    booking: Booking | None = None
    case: ObservedCase | None = None
    summary: Sequence[SummaryEvent] = ()
    sign_offs: Sequence[SignOff] = ()

    @property
    def is_there(self) -> bool:
        """Whether anything was found."""
        return bool(self.record or self.case or self.summary or self.sign_offs)


def find_source(award: Award, requirement_key: str, piece: Mapping[str, Any]) -> SourceNow:
    """The source of one frozen piece of an award's evidence, as it is today."""
    ids, person_id = piece["ids"], award.person_id
    return SourceNow(
        record=_record(ids.get("record_id"), person_id),
        attempt=_attempt(ids.get("attempt_id"), person_id),
        booking=_booking(ids.get("training_session_id"), person_id),
        case=_case(ids.get("observed_case_id"), person_id),
        summary=_summary(ids.get("summary_id"), award.enrolment_id),
        sign_offs=_sign_offs(award, requirement_key) if "sign_off_id" in ids else (),
    )


def _record(record_id: int | None, person_id: int) -> RecordNow | None:
    if record_id is None:
        return None
    record = db.session.get(LearningRecord, record_id)
    if record is None or record.person_id != person_id:
        return None
    query = (
        select(LearningRecord)
        .where(
            LearningRecord.person_id == person_id,
            LearningRecord.object_type == record.object_type,
            LearningRecord.object_key == record.object_key,
            LearningRecord.id > record.id,
        )
        .order_by(LearningRecord.id)
    )
    after = list(db.session.scalars(query))
    taken_back = [one for one in after if one.dedupe_key == f"{record.dedupe_key}{VOIDED}"]
    later = [one for one in after if one.verb != Verb.VOIDED and _is_about_the_same(record, one)]
    return RecordNow(record, taken_back[-1] if taken_back else None, later[-1] if later else None)


def _is_about_the_same(one: LearningRecord, other: LearningRecord) -> bool:
    name = next((name for name in ABOUT if name in one.result), None)
    return name is not None and one.result[name] == other.result.get(name)


def _attempt(attempt_id: int | None, person_id: int) -> Attempt | None:
    query = (
        select(Attempt)
        .where(Attempt.id == attempt_id, Attempt.person_id == person_id)
        .options(joinedload(Attempt.version))
    )
    return db.session.scalars(query).one_or_none() if attempt_id is not None else None


def _booking(session_id: int | None, person_id: int) -> Booking | None:
    """The seat in a class that somebody was present in."""
    query = (
        select(Booking)
        .join(Booking.attendance)
        .where(Booking.training_session_id == session_id, Booking.person_id == person_id)
        .options(
            joinedload(Booking.attendance),
            joinedload(Booking.training_session).options(
                joinedload(TrainingSession.trainer), joinedload(TrainingSession.room)
            ),
        )
        .order_by(Booking.id.desc())
        .limit(1)
    )
    return db.session.scalars(query).one_or_none() if session_id is not None else None


def _case(case_id: int | None, person_id: int) -> ObservedCase | None:
    """A case that was settled: before, nobody sees a score."""
    query = (
        select(ObservedCase)
        .where(
            ObservedCase.id == case_id,
            ObservedCase.person_id == person_id,
            ObservedCase.settled_at.is_not(None),
        )
        .options(
            joinedload(ObservedCase.model_version),
            selectinload(ObservedCase.ratings).joinedload(Rating.rater),
        )
    )
    return db.session.scalars(query).one_or_none() if case_id is not None else None


def _summary(summary_id: int | None, enrolment_id: int) -> Sequence[SummaryEvent]:
    """What was handed in and said about it, the first first; never what is being written."""
    if summary_id is None:
        return ()
    summary = db.session.get(PersonalSummary, summary_id)
    if summary is None or summary.enrolment_id != enrolment_id:
        return ()
    return list_summary_events(summary_id)[::-1]


def _sign_offs(award: Award, requirement_key: str) -> Sequence[SignOff]:
    query = (
        select(SignOff)
        .where(
            SignOff.enrolment_id == award.enrolment_id, SignOff.requirement_key == requirement_key
        )
        .options(joinedload(SignOff.by))
        .order_by(SignOff.id)
    )
    return list(db.session.scalars(query))


def list_way(award: Award) -> list[tuple[ProgrammeEnrolmentEvent, Person | None]]:
    """What happened on the road that led to an award, the first first."""
    query = (
        select(ProgrammeEnrolmentEvent, Person)
        .outerjoin(Person, Person.id == ProgrammeEnrolmentEvent.by_id)
        .where(ProgrammeEnrolmentEvent.enrolment_id == award.enrolment_id)
        .order_by(ProgrammeEnrolmentEvent.id)
    )
    return [(event, person) for event, person in db.session.execute(query)]
