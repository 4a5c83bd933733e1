"""What needs me now: the exams one may sit today, or has under way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from trainhub import clock
from trainhub.assessment.queries.mine import Phase, list_current_exams
from trainhub.people.models import Person
from trainhub.web.home import HomeSection, register_section

SHOWN_EXAMS = 5
URGENT = timedelta(days=1)


def for_candidate(person: Person) -> dict[str, Any] | None:
    """Exams that are open or come, those under way first; nothing where there are none."""
    now = clock.now()
    exams = list_current_exams(person.id, now)
    if not exams:
        return None
    exams.sort(
        key=lambda one: (
            one.under_way(now) is None,
            one.phase(now) is not Phase.OPEN,
            one.window.closes_at if one.phase(now) is Phase.OPEN else one.next_start(),
        )
    )
    pressing = [
        one
        for one in exams
        if one.under_way(now) is not None
        or (one.phase(now) is Phase.OPEN and one.window.closes_at - now <= URGENT)
    ]
    return {
        "exams": exams[:SHOWN_EXAMS],
        "more": max(0, len(exams) - SHOWN_EXAMS),
        "is_pressing": bool(pressing),
        "now": now,
    }


register_section(
    HomeSection("exams", 5, "assessment.sit", "assessment/_home_candidate.html", for_candidate)
)
