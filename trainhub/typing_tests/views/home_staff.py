"""What of typing tests needs trainers now: runs to review, rooms that are open or come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from trainhub import clock
from trainhub.people.models import Person
from trainhub.typing_tests.queries.reviews import count_waiting, find_waiting
from trainhub.typing_tests.queries.sittings import list_near_sittings
from trainhub.typing_tests.views.own_runs import shown_run
from trainhub.web.home import HomeSection, register_section

SHOWN = 4
COMING = timedelta(days=7)


def for_reviewer(person: Person) -> dict[str, Any] | None:
    """Flagged runs and near rooms; nothing where there are neither."""
    now = clock.now()
    waiting = count_waiting(person)
    rooms = list_near_sittings(now, now + COMING, SHOWN)
    if not (waiting or rooms):
        return None
    runs = find_waiting(person).runs[:SHOWN] if waiting else []
    return {"waiting": waiting, "runs": [(run, shown_run(run)) for run in runs], "rooms": rooms}


register_section(
    HomeSection(
        "typing reviews", 29, "typing_tests.review", "typing_tests/_home_staff_typing.html",
        for_reviewer,
    )
)  # fmt: skip
