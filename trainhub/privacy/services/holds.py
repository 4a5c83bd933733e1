"""Setting and lifting a legal hold."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, Conflict, InputError, InputErrors
from trainhub.people.models import Person
from trainhub.privacy import queries
from trainhub.privacy.models import LegalHold
from trainhub.typing_tests.queries.timelines import keep_timelines_of

keep_timelines_of(queries.held_ids)  # the night of typing tests knows no holds


def set_hold(
    person: Person,
    *,
    reason: str,
    actor: Person | None,
    now: datetime,
    since: datetime | None = None,
) -> LegalHold:
    """Keep everything about somebody until the hold is lifted; `since` when, if not from now.

    Raises `InputErrors` without a reason, `Conflict` if one is in force or they are erased.
    """
    _refuse_without(reason)
    db.session.refresh(person, with_for_update={"of": Person})  # an erasure waits, or is seen
    if person.erased_at is not None:
        raise Conflict(N_("Nothing is left to keep: this person is erased."), code="erased")
    hold = LegalHold(person_id=person.id, reason=reason, set_at=since or now)
    hold.set_by_id = actor.id if actor else None
    db.session.add(hold)
    try:
        db.session.flush()
    except IntegrityError as error:  # somebody else has just set one
        raise Conflict(N_("A legal hold is in force already."), code="held") from error
    _audit("privacy.held", person, reason, actor, now)
    return hold


def end_hold(person: Person, *, reason: str, actor: Person | None, now: datetime) -> None:
    """Lift the hold in force. Raises `InputErrors` without a reason, `Conflict` without one."""
    _refuse_without(reason)
    hold = queries.find_hold(person.id)
    if hold is None:
        raise Conflict(N_("There is no legal hold in force."), code="not_held")
    hold.ended_at, hold.ended_by_id, hold.end_reason = now, actor.id if actor else None, reason
    db.session.flush()
    _audit("privacy.released", person, reason, actor, now)


def _refuse_without(reason: str) -> None:
    if not reason.strip():
        message = N_("Give the reason; it is kept in the audit trail.")
        raise InputErrors([InputError("reason_missing", message, field="reason")])


def _audit(action: str, person: Person, reason: str, actor: Person | None, now: datetime) -> None:
    append_entry(
        action, actor=actor, object_type="person", object_key=person.username, now=now,
        reason=reason,
    )  # fmt: skip
