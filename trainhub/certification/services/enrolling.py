"""Taking people into programmes, moving them to another version, letting them leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import IntegrityError

from trainhub.audit.services import append_entry
from trainhub.certification.models import Award, Programme, ProgrammeEnrolment, ProgrammeVersion
from trainhub.certification.rules.awards.states import IN_FORCE
from trainhub.certification.services.enrolment_events import note
from trainhub.db import db
from trainhub.errors import N_, Conflict, DomainError
from trainhub.people.models import Person

EARLIEST, LATEST = timedelta(days=3_660), timedelta(days=366)  # due days are counted from there


class NotPublished(DomainError):
    """Nobody can be taken into a programme that says nothing yet."""

    code = "programme_not_published"
    status = 409
    message = N_("This programme has no published version.")


class AlreadyEnrolled(Conflict):
    """The person is on the way in this programme already."""

    code = "already_enrolled"
    message = N_("%(name)s is in this programme already.")


class StartOutOfReach(DomainError):
    """A first day that nobody means, and from which no due day can be counted."""

    code = "start_out_of_reach"
    message = N_("Choose a first day within the last ten years, at most a year ahead.")

    def __init__(self) -> None:
        super().__init__(field="starts_on")


class EnrolmentOver(Conflict):
    """The enrolment has ended: by an award, or because the person left."""

    code = "enrolment_over"
    message = N_("This enrolment is over.")


def enrol(
    programme: Programme,
    person: Person,
    *,
    starts_on: date,
    actor: Person | None,
    now: datetime,
    cohort_id: int | None = None,
    renews: Award | None = None,
) -> ProgrammeEnrolment:
    """Take somebody into the version in force; with `renews`, onto the shorter way of renewing.

    Who holds the award already is in the programme: a second way through it would keep the
    renewal from opening. Raises `NotPublished`, `AlreadyEnrolled`.
    """
    if programme.published_version_id is None or programme.retired_at is not None:
        raise NotPublished()
    enrolment = ProgrammeEnrolment(
        programme_id=programme.id,
        version_id=programme.published_version_id,
        person_id=person.id,
        cohort_id=cohort_id,
        path="renewal" if renews else "full",
        renews_id=renews.id if renews else None,
        starts_on=starts_on,
        created_at=now,
        created_by_id=actor.id if actor else None,
        risk={},
    )
    try:
        with db.session.begin_nested():
            db.session.execute(
                update(ProgrammeEnrolment)
                .where(
                    ProgrammeEnrolment.person_id == person.id,
                    ProgrammeEnrolment.programme_id == programme.id,
                    ProgrammeEnrolment.is_current,
                )
                .values(is_current=False)
            )
            db.session.add(enrolment)
            db.session.flush()
            if renews is None and _holders(programme, [person]):
                raise AlreadyEnrolled(name=person.name)
    except IntegrityError:
        raise AlreadyEnrolled(name=person.name) from None
    note(enrolment, "enrolled", now=now, by=actor, values={"version_id": enrolment.version_id})
    append_entry(
        "programme.joined",
        actor=actor,
        object_type="programme",
        object_key=programme.key,
        now=now,
        changes={"person": [None, person.name], "starts_on": [None, starts_on.isoformat()]},
    )
    return enrolment


def check_start(starts_on: date, today: date) -> None:
    """Judge a first day that somebody has chosen. Raises `StartOutOfReach`."""
    if not today - EARLIEST <= starts_on <= today + LATEST:
        raise StartOutOfReach()


def enrol_many(
    programme: Programme,
    people: Sequence[Person],
    *,
    starts_on: date,
    actor: Person | None,
    now: datetime,
    cohort_id: int | None = None,
) -> tuple[list[ProgrammeEnrolment], list[Person]]:
    """Take several people in; also those who were in it already, who stay as they are.

    Those who hold the award are in it. Raises `NotPublished`, `StartOutOfReach`.
    """
    check_start(starts_on, now.date())
    inside = _holders(programme, people) | set(
        db.session.scalars(
            select(ProgrammeEnrolment.person_id).where(
                ProgrammeEnrolment.programme_id == programme.id,
                ProgrammeEnrolment.state == "active",
                ProgrammeEnrolment.person_id.in_([one.id for one in people]),
            )
        )
    )
    made = [
        enrol(programme, one, starts_on=starts_on, actor=actor, now=now, cohort_id=cohort_id)
        for one in people
        if one.id not in inside
    ]
    return made, [one for one in people if one.id in inside]


def _holders(programme: Programme, people: Sequence[Person]) -> set[int]:
    """Who of these people holds the programme's award."""
    query = select(Award.person_id).where(
        Award.programme_id == programme.id,
        Award.state.in_([state.value for state in IN_FORCE]),
        Award.person_id.in_([one.id for one in people]),
    )
    return set(db.session.scalars(query))


def withdraw(enrolment: ProgrammeEnrolment, *, reason: str, actor: Person, now: datetime) -> None:
    """Let somebody leave a programme; what they have done stays. Raises `EnrolmentOver`."""
    _guarded(enrolment, now, state="withdrawn", ended_at=now)
    note(enrolment, "withdrawn", now=now, by=actor, reason=reason)
    append_entry(
        "programme.left",
        actor=actor,
        object_type="programme",
        object_key=enrolment.programme.key,
        now=now,
        changes={"person": [enrolment.person.name, None]},
        reason=reason,
    )


def move_to_version(
    enrolment: ProgrammeEnrolment, version: ProgrammeVersion, *, actor: Person, now: datetime
) -> None:
    """Go on by another version of the same programme. Raises `EnrolmentOver`."""
    old = enrolment.version_id
    _guarded(enrolment, now, version_id=version.id, is_stale=True)
    note(enrolment, "moved", now=now, by=actor, values={"from": old, "to": version.id})


def _guarded(enrolment: ProgrammeEnrolment, now: datetime, **values: Any) -> None:
    changed = db.session.execute(
        update(ProgrammeEnrolment)
        .where(ProgrammeEnrolment.id == enrolment.id, ProgrammeEnrolment.state == "active")
        .values(**values)
    )
    if cast("CursorResult[Any]", changed).rowcount != 1:
        raise EnrolmentOver()
    db.session.refresh(enrolment)
