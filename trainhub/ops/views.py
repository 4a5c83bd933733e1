"""The auditor's part of the home page: the audit trail of the night, and awards in question."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

import trainhub.audit.queries as audit
from trainhub import clock
from trainhub.certification.queries.award_lists import count_under_review
from trainhub.config import Settings
from trainhub.ops.audit_heads import HeadFault, find_last_head
from trainhub.ops.runs import every_night, find_last_run
from trainhub.people.models import Person, Role
from trainhub.web.home import HomeSection, register_section
from trainhub.web.locale import current_zone
from trainhub.web.settings import current_settings

PATIENCE = timedelta(hours=2)  # for a check of a long trail to be finished
CHECKS = {
    "held": ("success", _l("The chain held")),
    "failed": ("danger", _l("The chain did not hold")),
    "overdue": ("warning", _l("Not checked last night")),
    "none": ("neutral", _l("Not checked yet")),
}


def trail_of(person: Person) -> dict[str, Any] | None:
    """What an auditor looks at each day; administrators see it when something is wrong.

    A few rows are read, however long the trail is.
    """
    now, settings = clock.now(), current_settings()
    head, is_sound = _head(settings)
    check, checked_at = _check(settings, now)
    is_alarming = not is_sound or check == "failed"
    if not is_alarming and not person.has_role(Role.AUDITOR):
        return None
    yesterday = clock.today(current_zone()) - timedelta(days=1)
    since = datetime.combine(yesterday, time(), current_zone()).astimezone(UTC)
    return {
        "head": head,
        "is_sound": is_sound,
        "check": CHECKS[check],
        "checked_at": checked_at,
        "is_alarming": is_alarming,
        "yesterday": yesterday,
        "entries": audit.count_since(since),
        "under_review": count_under_review(person),
    }


def _head(settings: Settings) -> tuple[dict[str, Any] | None, bool]:
    """The last signed head, None where there is none; and whether the trail bears it out."""
    try:
        head = find_last_head(settings)
    except HeadFault:
        return None, False
    if head is None:
        return None, True
    return {"number": head.number, "at": datetime.fromisoformat(head.at), "hash": head.hash}, True


def _check(settings: Settings, now: datetime) -> tuple[str, datetime | None]:
    last = find_last_run("audit-chain")
    if last is None:
        return "none", None
    if last.outcome.startswith("failed"):
        return "failed", last.finished_at
    due_at = every_night(settings.zone)(now)
    is_overdue = last.due_at < due_at and now - due_at > PATIENCE
    return "overdue" if is_overdue else "held", last.finished_at


register_section(
    HomeSection("audit_trail", 12, "people.view_audit", "ops/_home_audit.html", trail_of)
)
