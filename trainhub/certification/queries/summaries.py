"""Reading summaries: what happened to one, and what waits for a supervisor's word."""

from __future__ import annotations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from trainhub.certification.models import ProgrammeEnrolment, RequirementStanding, SummaryEvent
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


def list_waiting_for_word(
    viewer: Person, *, most: int
) -> list[tuple[ProgrammeEnrolment, RequirementStanding]]:
    """What waits for the viewer's word on people of the teams they answer for.

    Summaries that were handed in, and whatever of the supervisor's is the last thing missing,
    mostly the sign-off. The longest wait first. Nobody waits for themselves.
    """
    is_last = ProgrammeEnrolment.needed - ProgrammeEnrolment.done == 1
    query = (
        select(ProgrammeEnrolment, RequirementStanding)
        .join(RequirementStanding, RequirementStanding.enrolment_id == ProgrammeEnrolment.id)
        .join(Person, Person.id == ProgrammeEnrolment.person_id)
        .where(
            ProgrammeEnrolment.state == "active",
            RequirementStanding.next_step["turn"].as_string() == "supervisor",
            or_(
                RequirementStanding.state == "awaited",
                and_(RequirementStanding.state.in_(("open", "failed")), is_last),
            ),
            Person.team_id.in_(viewer.supervised_team_ids),
            Person.disabled_at.is_(None),
            Person.id != viewer.id,
        )
        .options(contains_eager(ProgrammeEnrolment.person), joinedload(ProgrammeEnrolment.version))
        .order_by(RequirementStanding.updated_at, ProgrammeEnrolment.id)
        .limit(most)
    )
    return [(enrolment, row) for enrolment, row in db.session.execute(query)]
