"""What needs a supervisor now, on the home page."""

from __future__ import annotations

from typing import Any

from flask import url_for

from trainhub import clock
from trainhub.certification.queries.team_standings import count_by_programme
from trainhub.certification.views.matrix.shown import PEOPLE
from trainhub.people.models import Person
from trainhub.web.home import HomeSection, register_section
from trainhub.web.settings import current_settings

PRESSING = ("late", "review", "at_risk", "expired", "expiring")


def pressing_of(person: Person) -> dict[str, Any] | None:
    """Late, under review, at risk, expiring of one's own teams; None where nobody is enrolled."""
    found = count_by_programme(person, today=clock.today(current_settings().zone))
    if not found:
        return None
    rows = [
        (
            one.programme,
            [
                (PEOPLE[state], one.states[state],
                 url_for("certification.show_matrix", programme=one.programme.id, state=state))
                for state in PRESSING
                if one.states.get(state)
            ],
        )
        for one in found
    ]  # fmt: skip
    return {
        "rows": [(programme, states) for programme, states in rows if states],
        "urgent": any(one.states.get("late") or one.states.get("review") for one in found),
    }


register_section(
    HomeSection(
        "team_certification", 22, "certification.view",
        "certification/matrix/_home_teams.html", pressing_of,
    )
)  # fmt: skip
