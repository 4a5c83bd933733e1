"""Seats that no longer fit the rota, on the home pages of those who can do something about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from trainhub import clock
from trainhub.delivery.models import TrainingSession
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.queries.seats.fit import by_class, list_misfits, seats_of_viewer
from trainhub.people.models import Person
from trainhub.rota.queries.scope import sees_all
from trainhub.web.home import HomeSection, register_section
from trainhub.web.locale import current_language

SHOWN_CLASSES = 5
AHEAD = timedelta(weeks=4)  # later ones stand on the week board and come nearer


def for_misfits(person: Person) -> dict[str, Any] | None:
    """Classes of the next weeks in which somebody in sight sits against the rota, if any."""
    if not sees_all(person) and not person.supervised_team_ids:
        return None
    now = clock.now()
    soon = TrainingSession.starts_at < now + AHEAD
    found = list_misfits(soon, now=now, of=seats_of_viewer(person))
    if not found:
        return None
    classes = list(by_class(found).values())
    shown = classes[:SHOWN_CLASSES]
    titles = titles_of({rows[0].session.course_id for rows in shown}, current_language())
    return {
        "seats": len(found), "classes": shown, "more": len(classes) - len(shown), "titles": titles,
    }  # fmt: skip


register_section(
    HomeSection(
        "seats off the rota",
        6,
        "delivery.view_debt",
        "delivery/seats/_home_misfits.html",
        for_misfits,
    )
)
