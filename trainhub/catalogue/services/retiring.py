"""Who may take a course: out of the library and back, open to all or on assignment only.

Rows stay whatever is decided, and learners under way go on.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from trainhub.audit.services import append_entry
from trainhub.catalogue.models import Course
from trainhub.db import db
from trainhub.errors import N_, Conflict, InputError, InputErrors

_WHY = N_("Say why; it is kept in the audit trail.")
_RETIRED = N_("This course is retired already.")
_IN_LIBRARY = N_("This course is in the library already.")
_REASON_LENGTH = 500


def _reason(text: str) -> str:
    reason = " ".join(text.split())[:_REASON_LENGTH]
    if not reason:
        raise InputErrors([InputError("reason_missing", _WHY, field="reason")])
    return reason


def retire_course(course: Course, *, reason: str, actor: Any, now: datetime) -> None:
    """Take a course off the map and out of the search; nobody new can be enrolled.

    Raises `InputErrors` without a reason, `Conflict` if it is retired already.
    """
    kept = _reason(reason)
    if course.retired_at is not None:
        raise Conflict(_RETIRED)
    course.retired_at = now
    _record("course.retired", course, kept, actor, now)


def restore_course(course: Course, *, reason: str, actor: Any, now: datetime) -> None:
    """Put a retired course back into the library. Raises as `retire_course` does."""
    kept = _reason(reason)
    if course.retired_at is None:
        raise Conflict(_IN_LIBRARY)
    course.retired_at = None
    _record("course.restored", course, kept, actor, now)


def set_self_enrolment(course: Course, is_open: bool, *, actor: Any, now: datetime) -> None:
    """Let people enrol themselves, or give the course on assignment only."""
    if course.self_enrolment == is_open:
        return
    changes = {"self_enrolment": [course.self_enrolment, is_open]}
    course.self_enrolment = is_open
    _record("course.self_enrolment", course, "", actor, now, changes)


def _record(
    action: str,
    course: Course,
    reason: str,
    actor: Any,
    now: datetime,
    changes: dict[str, list[bool]] | None = None,
) -> None:
    append_entry(
        action,
        actor=actor,
        object_type="course",
        object_key=course.key,
        now=now,
        reason=reason,
        changes=changes,
    )
    db.session.flush()
