"""Granting awards and what becomes of them.

Whoever grants holds the enrolment first; the partial unique index on awards in force decides
the rest: of any number who grant at the same moment, one does and the others learn it. Every
change of state is a guarded update with its event in the same transaction. Nothing is deleted.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import IntegrityError

from trainhub.audit.services import append_entry
from trainhub.certification.models import Award, AwardEvent, ProgrammeEnrolment
from trainhub.certification.queries.standings import Looked
from trainhub.certification.rules.awards.evidence import DIGEST, evidence_digest, frozen_evidence
from trainhub.certification.rules.awards.states import (
    IN_FORCE,
    NEED_A_REASON,
    AwardState,
    may_become,
)
from trainhub.certification.rules.awards.validity import Renewed, last_valid_day
from trainhub.certification.services.enrolment_events import note
from trainhub.certification.services.refresh_rows import carry_over, excuse_overdue
from trainhub.db import db
from trainhub.errors import N_, Conflict, DomainError
from trainhub.people.models import Person

_ACTS = {
    ("none", "active"): "award.granted",
    ("active", "under_review"): "award.questioned",
    ("under_review", "active"): "award.confirmed",
    ("active", "revoked"): "award.revoked",
    ("under_review", "revoked"): "award.revoked",
    ("active", "expired"): "award.expired",
    ("active", "superseded"): "award.superseded",
}
CODE_BYTES = 20  # 160 random bits, 27 characters in an address


class NotComplete(DomainError):
    """Something is still missing; an award without evidence is never granted."""

    code = "not_complete"
    message = N_(
        "Not everything is there yet. Waive what need not be, with a reason, or wait for it."
    )


class AlreadyAwarded(Conflict):
    """Somebody was first, or the award in force has to be decided on before."""

    code = "already_awarded"
    message = N_("There is an award in force already.")


class AwardMoved(Conflict):
    """The award is no longer in a state from which this is possible."""

    code = "award_moved"
    message = N_("This award can no longer be changed in this way.")


class DecisionNeeded(DomainError):
    """The award before was revoked: only a person grants the next one."""

    code = "decision_needed"
    status = 409
    message = N_("The award before was revoked. An administrator has to grant the next one.")


class ReasonNeeded(DomainError):
    """A grave act without a word on why."""

    code = "reason_needed"
    message = N_("Say why.")

    def __init__(self) -> None:
        super().__init__(field="reason")


def grant(
    enrolment: ProgrammeEnrolment,
    looked: Looked,
    *,
    now: datetime,
    by: Person | None = None,
    reason: str = "",
) -> Award:
    """Award what an enrolment leads to, dated when its evidence was complete, or when it began.

    A renewal supersedes the award it renews. After a revocation only a person grants again:
    otherwise old evidence would bring back at the next tick what somebody took away. Where it
    raises, nothing has changed: `NotComplete`, `AlreadyAwarded`, `DecisionNeeded`,
    `ReasonNeeded` (by hand).
    """
    standing = looked.standing
    if not standing.is_complete or standing.completed_at is None or standing.completed_at > now:
        raise NotComplete()
    if by is not None and not reason.strip():
        raise ReasonNeeded()
    with db.session.begin_nested():
        before = _latest(enrolment)
        _check(enrolment, before, by)
        if not _end_enrolment(enrolment, now):
            raise AlreadyAwarded()
        if before is not None and before.state == AwardState.ACTIVE:
            change(before, AwardState.SUPERSEDED, now=now, by=by)
        award = _insert(enrolment, looked, before, now=now, by=by, reason=reason.strip())
        if before is not None and before.state == AwardState.SUPERSEDED:
            carry_over(before, award, now)
        _tell(award, "none", now=now, by=by, reason=award.reason)
        note(enrolment, "awarded", now=now, by=by, values={"award_id": award.id})
    return award


def _check(enrolment: ProgrammeEnrolment, before: Award | None, by: Person | None) -> None:
    if before is None:
        return
    if before.state == AwardState.REVOKED and by is None:
        raise DecisionNeeded()
    is_renewal = enrolment.renews_id == before.id and before.state == AwardState.ACTIVE
    if AwardState(before.state) in IN_FORCE and not is_renewal:
        raise AlreadyAwarded()


def _end_enrolment(enrolment: ProgrammeEnrolment, now: datetime) -> bool:
    changed = db.session.execute(
        update(ProgrammeEnrolment)
        .where(ProgrammeEnrolment.id == enrolment.id, ProgrammeEnrolment.state == "active")
        .values(state="awarded", ended_at=now)
    )
    return cast("CursorResult[Any]", changed).rowcount == 1


def _latest(enrolment: ProgrammeEnrolment) -> Award | None:
    query = (
        select(Award)
        .where(Award.person_id == enrolment.person_id, Award.programme_id == enrolment.programme_id)
        .order_by(Award.number.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).first()


def _insert(
    enrolment: ProgrammeEnrolment,
    looked: Looked,
    before: Award | None,
    *,
    now: datetime,
    by: Person | None,
    reason: str,
) -> Award:
    assert looked.standing.completed_at is not None
    completed_on = looked.standing.completed_on(looked.zone)
    award = Award(
        person_id=enrolment.person_id,
        programme_id=enrolment.programme_id,
        version_id=enrolment.version_id,
        enrolment_id=enrolment.id,
        number=before.number + 1 if before else 1,
        code=secrets.token_urlsafe(CODE_BYTES),
        state=AwardState.ACTIVE.value,
        granted_at=looked.standing.completed_at,
        granted_by_id=by.id if by else None,
        reason=reason,
        valid_from=completed_on,
        valid_until=_valid_until(enrolment, looked, before, completed_on),
        holder_name=enrolment.person.name,
        titles=dict(enrolment.version.titles),
        evidence=frozen_evidence(looked.standing),
        previous_id=before.id if before else None,
    )
    try:
        with db.session.begin_nested():
            db.session.add(award)
    except IntegrityError:
        raise AlreadyAwarded() from None
    return award


def _valid_until(
    enrolment: ProgrammeEnrolment, looked: Looked, before: Award | None, completed_on: date
) -> date | None:
    renewed = None
    if before is not None and before.valid_until and before.id == enrolment.renews_id:
        renewed = Renewed(before.valid_until)
    return last_valid_day(looked.content.validity, completed_on, renewed)


def change(
    award: Award,
    new: AwardState,
    *,
    now: datetime,
    by: Person | None = None,
    reason: str = "",
    occurred_at: datetime | None = None,
    values: Mapping[str, Any] | None = None,
) -> None:
    """Take an award from the state it was read in to another.

    Grave changes need the reason a person gives, or in `values` the `cause` the program found.
    Whoever is under way in the programme is looked at anew: what waited may go on now. Raises
    `AwardMoved` where that is not possible or it has moved on, `ReasonNeeded`.
    """
    old = AwardState(award.state)
    if not may_become(old, new):
        raise AwardMoved()
    is_grave = new in NEED_A_REASON or old == AwardState.UNDER_REVIEW
    if is_grave and not reason.strip() and "cause" not in (values or {}):
        raise ReasonNeeded()
    changed = db.session.execute(
        update(Award).where(Award.id == award.id, Award.state == old.value).values(state=new.value)
    )
    if cast("CursorResult[Any]", changed).rowcount != 1:
        raise AwardMoved()
    db.session.refresh(award)
    db.session.execute(
        update(ProgrammeEnrolment)
        .where(
            ProgrammeEnrolment.person_id == award.person_id,
            ProgrammeEnrolment.programme_id == award.programme_id,
            ProgrammeEnrolment.state == "active",
        )
        .values(is_stale=True)
    )
    if new == AwardState.ACTIVE and by is not None:
        excuse_overdue(award, now)
    _tell(award, old.value, now=now, by=by, reason=reason.strip(),
          occurred_at=occurred_at, values=values)  # fmt: skip


def _tell(
    award: Award,
    old: str,
    *,
    now: datetime,
    by: Person | None,
    reason: str,
    occurred_at: datetime | None = None,
    values: Mapping[str, Any] | None = None,
) -> None:
    db.session.add(
        AwardEvent(
            award_id=award.id,
            old_state=old,
            new_state=award.state,
            occurred_at=occurred_at or (award.granted_at if old == "none" else now),
            recorded_at=now,
            by_id=by.id if by else None,
            reason=reason,
            values=dict(values or {}),
        )
    )
    append_entry(
        _ACTS[old, award.state],
        actor=by,
        object_type="award",
        object_key=str(award.id),
        now=now,
        changes={
            "state": [None if old == "none" else old, award.state],
            "person": [None, award.holder_name],
        }
        | ({DIGEST: [None, evidence_digest(award.evidence)]} if old == "none" else {})
        | {name: [found, None] for name, found in (values or {}).items()},
        reason=reason,
    )
