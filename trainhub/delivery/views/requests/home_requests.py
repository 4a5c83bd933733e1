"""What of training requests needs me now, and where they stand in the side bar."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from trainhub.delivery.queries.requests import list_first_waiting
from trainhub.delivery.views.requests.request_words import state_words
from trainhub.people.models import Person
from trainhub.web.home import HomeSection, register_section
from trainhub.web.navigation import NavigationEntry, register

SHOWN = 3


def for_next_step(person: Person) -> dict[str, Any] | None:
    """Requests whose next step is this person's; nothing where there are none."""
    rows, waiting = list_first_waiting(person, SHOWN)
    if not rows:
        return None
    return {"waiting": waiting, "rows": rows, "state_words": state_words}


register_section(
    HomeSection(
        "training requests",
        27,
        "delivery.request",
        "delivery/requests/_home_requests.html",
        for_next_step,
    )
)
register(
    NavigationEntry(
        "delivery.list_training_requests",
        _l("Training requests"),
        "megaphone",
        "classes",
        "delivery.request",
        60,
        (
            "delivery.ask_for_training",
            "delivery.show_training_request",
            "delivery.edit_training_request",
        ),
    )
)
