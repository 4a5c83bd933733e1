"""Waivers and extensions: made for one person and requirement, with a reason and an end."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, update

from trainhub.certification.models import ProgrammeEnrolment, RequirementException
from trainhub.certification.rules.programmes.content import from_dict
from trainhub.certification.services.awards import ReasonNeeded
from trainhub.certification.services.enrolling import EnrolmentOver
from trainhub.certification.services.enrolment_events import record_act
from trainhub.db import db
from trainhub.errors import N_, Conflict, DomainError, NotFound
from trainhub.people.models import Person

LONGEST = timedelta(days=366)
KINDS = ("waiver", "extension")
MAX_REASON = 500


class EndOutOfReach(DomainError):
    """The end of a waiver or an extension has to lie ahead, within a year."""

    code = "exception_end"
    message = N_("Choose an end from today on, at most a year ahead.")

    def __init__(self) -> None:
        super().__init__(field="until_on")


class OwnException(DomainError):
    """Nobody lets themselves off."""

    code = "own_exception"
    message = N_("Somebody else has to decide this for you.")


class ExceptionOver(Conflict):
    """It was ended already."""

    code = "exception_over"
    message = N_("This waiver or extension was ended already.")


def make_exception(
    enrolment: ProgrammeEnrolment,
    requirement_key: str,
    kind: str,
    *,
    until_on: date,
    reason: str,
    actor: Person,
    today: date,
    now: datetime,
) -> RequirementException:
    """Waive a requirement until a day (inclusive), or move its due date to that day.

    Raises `NotFound` (no such requirement), `EnrolmentOver`, `EndOutOfReach`, `ReasonNeeded`,
    `OwnException`.
    """
    keys = [one.key for one in from_dict(enrolment.version.content).requirements]
    if requirement_key not in keys or kind not in KINDS:
        raise NotFound()
    if enrolment.state != "active":
        raise EnrolmentOver()
    if actor.id == enrolment.person_id:
        raise OwnException()
    if not reason.strip():
        raise ReasonNeeded()
    if not today <= until_on <= today + LONGEST:
        raise EndOutOfReach()
    made = RequirementException(
        enrolment_id=enrolment.id,
        requirement_key=requirement_key,
        kind=kind,
        until_on=until_on,
        reason=reason.strip()[:MAX_REASON],
        granted_at=now,
        granted_by_id=actor.id,
    )
    db.session.add(made)
    enrolment.is_stale = True
    db.session.flush()
    record_act(
        f"{kind}.granted", enrolment, made.requirement_key, actor, now, made.reason,
        until_on=made.until_on.isoformat(),
    )  # fmt: skip
    return made


def end_exception(
    made: RequirementException,
    enrolment: ProgrammeEnrolment,
    *,
    reason: str,
    actor: Person,
    now: datetime,
) -> None:
    """End a waiver or an extension early. Raises `ExceptionOver`, `ReasonNeeded`."""
    if not reason.strip():
        raise ReasonNeeded()
    changed = db.session.execute(
        update(RequirementException)
        .where(RequirementException.id == made.id, RequirementException.ended_at.is_(None))
        .values(ended_at=now, ended_by_id=actor.id, end_reason=reason.strip()[:MAX_REASON])
    )
    if cast("CursorResult[Any]", changed).rowcount != 1:
        raise ExceptionOver()
    enrolment.is_stale = True
    db.session.flush()
    record_act(
        f"{made.kind}.ended", enrolment, made.requirement_key, actor, now, reason.strip(),
        until_on=made.until_on.isoformat(),
    )  # fmt: skip
