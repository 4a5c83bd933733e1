"""Noting what happens to enrolments in programmes: in their story, and in the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from trainhub.audit.services import append_entry
from trainhub.certification.models import ProgrammeEnrolment, ProgrammeEnrolmentEvent
from trainhub.db import db
from trainhub.people.models import Person


def note(
    enrolment: ProgrammeEnrolment,
    kind: str,
    *,
    now: datetime,
    by: Person | None,
    reason: str = "",
    values: Mapping[str, Any] | None = None,
) -> None:
    """Add one line to the story of an enrolment."""
    db.session.add(
        ProgrammeEnrolmentEvent(
            enrolment_id=enrolment.id,
            kind=kind,
            occurred_at=now,
            by_id=by.id if by else None,
            reason=reason,
            values=dict(values or {}),
        )
    )


def record_act(
    action: str,
    enrolment: ProgrammeEnrolment,
    requirement_key: str,
    actor: Person,
    now: datetime,
    reason: str,
    **changes: Any,
) -> None:
    """Put on record what somebody did about one requirement of a person's programme.

    `changes` says what else the act has set.
    """
    append_entry(
        action,
        actor=actor,
        object_type="programme",
        object_key=enrolment.programme.key,
        now=now,
        changes={
            "person": [None, enrolment.person.name],
            "requirement": [None, requirement_key],
            **{name: [None, value] for name, value in changes.items()},
        },
        reason=reason,
    )
