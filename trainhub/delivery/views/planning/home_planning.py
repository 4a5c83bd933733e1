"""What waits for a planner on the home page: plans, classes to publish, short queues."""

from __future__ import annotations

from typing import Any

from trainhub import clock
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.planning import planners_desk as queries
from trainhub.people.models import Person
from trainhub.rota.rules.clock_times import clock_time
from trainhub.web.home import HomeSection, register_section
from trainhub.web.locale import current_language, current_zone

SHOWN = 5


def for_planner(_person: Person) -> dict[str, Any] | None:
    """Everything of planning that waits; nothing where nothing does."""
    now = clock.now()
    forgotten = queries.list_not_begun(now)
    found: dict[str, Any] = {
        "plans": queries.list_waiting_plans(),
        "unpublished": queries.list_unpublished(now),
        "forgotten": forgotten,
        "short": queries.list_short_queues(clock.today(current_zone())),
    }
    if not any(found.values()):
        return None
    titles = titles_of({one.course_id for one in forgotten[:SHOWN]}, current_language())
    return found | {
        "titles": titles, "clock_time": clock_time, "shown": SHOWN, "ahead": queries.AHEAD_DAYS,
    }  # fmt: skip


register_section(
    HomeSection(
        "planning", 23, "delivery.plan", "delivery/planning/_home_planning.html", for_planner
    )
)
