"""A supervisor's reminder: noted on the enrolment; notices send what is noted."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from trainhub.certification.models import ProgrammeEnrolment, ProgrammeEnrolmentEvent
from trainhub.certification.services.enrolling import EnrolmentOver
from trainhub.certification.services.enrolment_events import note
from trainhub.db import db
from trainhub.errors import N_, Conflict
from trainhub.people.models import Person

QUIET_FOR = timedelta(hours=20)
MAX_WORDS = 500


class RemindedAlready(Conflict):
    """One reminder a day is enough."""

    code = "reminded_already"
    message = N_("A reminder has gone out already in the last hours.")


def remind(enrolment: ProgrammeEnrolment, *, words: str, actor: Person, now: datetime) -> None:
    """Remind somebody of what is missing; the enrolment is held by the caller.

    Raises `EnrolmentOver`, `RemindedAlready`.
    """
    if enrolment.state != "active":
        raise EnrolmentOver()
    recent = select(ProgrammeEnrolmentEvent.id).where(
        ProgrammeEnrolmentEvent.enrolment_id == enrolment.id,
        ProgrammeEnrolmentEvent.kind == "reminded",
        ProgrammeEnrolmentEvent.occurred_at > now - QUIET_FOR,
    )
    if db.session.scalar(recent.limit(1)) is not None:
        raise RemindedAlready()
    note(enrolment, "reminded", now=now, by=actor, reason=words.strip()[:MAX_WORDS])
    db.session.flush()
