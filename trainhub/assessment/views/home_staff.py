"""What of exams needs trainers and supervisors now: rooms, answers to mark, results to release."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from trainhub import clock, permissions
from trainhub.assessment.queries.marking import count_open
from trainhub.assessment.queries.pending import list_unreleased
from trainhub.assessment.queries.sittings import Phase, list_near
from trainhub.people.models import Person
from trainhub.web.home import HomeSection, register_section

SHOWN = 4
COMING = timedelta(days=7)


def for_staff(person: Person) -> dict[str, Any] | None:
    """Sittings that run or come within a week, and what waits for the person to act."""
    now = clock.now()
    near = list_near(person, now, now + COMING, 2 * SHOWN)
    running = [row for row in near if row.phase is Phase.RUNNING]
    coming = [row for row in near if row.phase is Phase.UPCOMING]
    to_mark = count_open(person, now) if permissions.allows("assessment.mark", person) else 0
    to_release = list_unreleased() if permissions.allows("assessment.release", person) else []
    if not (running or coming or to_mark or to_release):
        return None
    return {
        "running": running[:SHOWN],
        "coming": coming[:SHOWN],
        "to_mark": to_mark,
        "to_release": to_release[:SHOWN],
        "now": now,
    }


register_section(
    HomeSection(
        "held exams", 28, "assessment.view_results", "assessment/_home_staff.html", for_staff
    )
)
