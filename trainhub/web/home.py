"""The home page: what needs me now. Each subject hands in its own section."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from trainhub import clock, permissions
from trainhub.web import navigation
from trainhub.web.access import current_person, requires
from trainhub.web.locale import current_zone
from trainhub.web.navigation import NavigationEntry

bp = Blueprint("home", __name__)


@dataclass(frozen=True)
class HomeSection:
    """A part of the home page, for people with `permission`.

    `build(person)` returns the values of `template`, or None for nothing to show. Sections
    stand in the order of `order`.
    """

    name: str
    order: int
    permission: str
    template: str
    build: Callable[[Any], dict[str, Any] | None]


_sections: dict[str, HomeSection] = {}


def register_section(section: HomeSection) -> None:
    """Put a section on the home page."""
    _sections[section.name] = section


permissions.register("home.view", lambda person: True)
navigation.register(
    NavigationEntry("home.show_home", lazy_gettext("Home"), "house", "home", "home.view", order=0)
)


@bp.get("/")
@requires("home.view")
def show_home() -> ResponseReturnValue:
    """What needs the signed-in person now, by their roles."""
    person = current_person()
    shown = []
    for section in sorted(_sections.values(), key=lambda one: one.order):
        if permissions.allows(section.permission, person):
            values = section.build(person)
            if values is not None:
                shown.append((section, values))
    return render_template(
        "home/show_home.html", sections=shown, person=person, this_day=clock.today(current_zone())
    )
