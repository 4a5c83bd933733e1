"""Noting what happens to enrolments in programmes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

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
