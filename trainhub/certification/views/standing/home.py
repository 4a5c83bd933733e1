"""What waits for a rater's marks or a supervisor's word, on the home page."""

from __future__ import annotations

from typing import Any

from trainhub.certification.queries.competencies import count_to_rate, list_to_rate
from trainhub.certification.queries.summaries import list_waiting_for_word
from trainhub.people.models import Person
from trainhub.web.home import HomeSection, register_section

SHOWN = 5


def to_rate(person: Person) -> dict[str, Any] | None:
    """The work one is asked to rate; nothing where there is none."""
    found = list_to_rate(person, most=SHOWN)
    if not found:
        return None
    count = len(found) if len(found) < SHOWN else count_to_rate(person)
    return {"ratings": found, "count": count}


def waiting_for(person: Person) -> dict[str, Any] | None:
    """Summaries and sign-offs of one's own teams that wait for one's word."""
    found = list_waiting_for_word(person, most=SHOWN + 1)
    if not found:
        return None
    return {"rows": found[:SHOWN], "has_more": len(found) > SHOWN}


register_section(
    HomeSection(
        "to_rate", 20, "certification.rate", "certification/observations/_home_to_rate.html",
        to_rate,
    )
)  # fmt: skip
register_section(
    HomeSection(
        "waiting_for_word", 21, "certification.act", "certification/standing/_home_waiting.html",
        waiting_for,
    )
)  # fmt: skip
