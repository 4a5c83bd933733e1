"""What needs me now: the typing tests that are to be taken."""

from __future__ import annotations

from typing import Any

from trainhub import clock
from trainhub.people.models import Person
from trainhub.typing_tests.queries.standings import list_my_tests
from trainhub.web.home import HomeSection, register_section
from trainhub.web.locale import current_zone

SHOWN_TESTS = 4


def for_typist(person: Person) -> dict[str, Any] | None:
    """Typing tests that are not settled yet; nothing where there are none."""
    today = clock.today(current_zone())
    tests = [one for one in list_my_tests(person.id, today) if not one.is_settled]
    if not tests:
        return None
    return {
        "tests": tests[:SHOWN_TESTS],
        "more": max(0, len(tests) - SHOWN_TESTS),
        "is_pressing": any(one.is_overdue(today) or one.under_way_id for one in tests),
        "today": today,
    }


register_section(
    HomeSection(
        "typing_tests", 7, "typing_tests.type", "typing_tests/_home_typing.html", for_typist
    )
)
