"""Reading summaries: what happened to one, and those that wait for an answer."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from trainhub.certification.models import PersonalSummary, ProgrammeEnrolment, SummaryEvent
from trainhub.certification.queries.scope import people_in_sight
from trainhub.db import db
from trainhub.people.models import Person


def list_summary_events(summary_id: int) -> list[SummaryEvent]:
    """Handed in, sent back, accepted: the latest first."""
    query = (
        select(SummaryEvent)
        .where(SummaryEvent.summary_id == summary_id)
        .options(joinedload(SummaryEvent.by))
        .order_by(SummaryEvent.id.desc())
    )
    return list(db.session.scalars(query))


def list_waiting_summaries(viewer: Person, *, most: int) -> list[PersonalSummary]:
    """Summaries of people in sight that wait for an answer, the longest wait first."""
    query = (
        select(PersonalSummary)
        .join(ProgrammeEnrolment, ProgrammeEnrolment.id == PersonalSummary.enrolment_id)
        .join(Person, Person.id == ProgrammeEnrolment.person_id)
        .where(
            PersonalSummary.state == "handed_in",
            ProgrammeEnrolment.state == "active",
            people_in_sight(viewer),
            Person.id != viewer.id,
        )
        .options(joinedload(PersonalSummary.enrolment).joinedload(ProgrammeEnrolment.person))
        .order_by(PersonalSummary.handed_in_at)
        .limit(most)
    )
    return list(db.session.scalars(query))
