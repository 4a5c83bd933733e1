"""Which enrolments have to be looked at anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from trainhub.certification.models import Award, ProgrammeEnrolment
from trainhub.certification.rules.awards.states import IN_FORCE
from trainhub.db import db
from trainhub.ledger.models import LearningRecord


def list_stale_ids(now: datetime, zone: ZoneInfo, *, limit: int) -> list[int]:
    """Enrolments of which something has changed since they were last looked at.

    On their way: marked as stale, with a newer record in the ledger, or not looked at since the
    centre's midnight. With an award in force: with a newer record.
    """
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    newer = exists().where(
        LearningRecord.person_id == ProgrammeEnrolment.person_id,
        LearningRecord.recorded_at > ProgrammeEnrolment.facts_seen_until,
    )
    in_force = exists().where(
        Award.enrolment_id == ProgrammeEnrolment.id, Award.state.in_(IN_FORCE)
    )
    query = (
        select(ProgrammeEnrolment.id)
        .where(
            or_(
                (ProgrammeEnrolment.state == "active")
                & or_(
                    ProgrammeEnrolment.is_stale,
                    ProgrammeEnrolment.reviewed_at.is_(None),
                    ProgrammeEnrolment.reviewed_at < midnight,
                    newer,
                ),
                (ProgrammeEnrolment.state == "awarded")
                & in_force
                & or_(ProgrammeEnrolment.is_stale, newer),
            )
        )
        .order_by(ProgrammeEnrolment.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def get_for_review(ids: Sequence[int]) -> list[ProgrammeEnrolment]:
    """These enrolments with their versions."""
    query = (
        select(ProgrammeEnrolment)
        .where(ProgrammeEnrolment.id.in_(ids))
        .options(joinedload(ProgrammeEnrolment.version))
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))
