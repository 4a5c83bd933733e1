"""Places on the library's pages that subjects to the right fill, without being known here.

A course's page shows panels (“continue where you left off”), the map a mark on each course
(“60 % done”). Whoever has something to show registers it when it is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from trainhub import permissions
from trainhub.catalogue.queries.course_page import CoursePage

Place = Literal["top", "side", "below"]
PanelBuilder = Callable[[Any, CoursePage], dict[str, Any] | None]


@dataclass(frozen=True)
class CoursePanel:
    """A part of a course's page for people with `permission`; see `register_course_panel`."""

    order: int
    permission: str
    build: PanelBuilder
    template: str
    place: Place


@dataclass(frozen=True)
class CourseMark:
    """How far the reader is with a course: `share` from 0 to 1, and the same in words."""

    share: float
    words: str


MarkBuilder = Callable[[Any, Collection[int]], Mapping[int, CourseMark]]
_panels: dict[str, CoursePanel] = {}
_mark_builders: list[MarkBuilder] = []


def register_course_panel(
    order: int, permission: str, build: PanelBuilder, template: str, *, place: Place = "top"
) -> None:
    """Put a panel on every course's page.

    `build(person, page)` returns the values the template finds as `v`, or None for nothing to
    show. Panels stand above the contents (`top`), beside them (`side`) or after them (`below`),
    in the order of `order`. The same template again replaces the earlier panel.
    """
    _panels[template] = CoursePanel(order, permission, build, template, place)


def list_course_panels(
    person: Any, page: CoursePage
) -> dict[str, list[tuple[CoursePanel, dict[str, Any]]]]:
    """The panels this person gets on a course's page, by place, with their values."""
    shown: dict[str, list[tuple[CoursePanel, dict[str, Any]]]] = {}
    for panel in sorted(_panels.values(), key=lambda one: one.order):
        if permissions.allows(panel.permission, person):
            values = panel.build(person, page)
            if values is not None:
                shown.setdefault(panel.place, []).append((panel, values))
    return shown


def register_course_marks(build: MarkBuilder) -> None:
    """Have the map show a mark on courses: `build(person, course_ids)` gives them by course id."""
    _mark_builders[:] = [build]


def list_course_marks(person: Any, course_ids: Collection[int]) -> Mapping[int, CourseMark]:
    """The marks of these courses for the person; empty while nobody registered any."""
    return _mark_builders[0](person, course_ids) if _mark_builders and course_ids else {}
