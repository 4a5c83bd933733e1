"""Where the pages of learning stand in the side bar."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from trainhub.web.navigation import NavigationEntry, register

READING = (
    "learning.show_course",
    "learning.show_lesson",
    "learning.show_completion",
    "learning.print_course",
)

register(
    NavigationEntry(
        "learning.list_courses",
        _l("My courses"),
        "journal-bookmark",
        "learn",
        "learning.learn",
        10,
        READING,
    )
)
register(
    NavigationEntry(
        "learning.show_team_progress",
        _l("Team progress"),
        "bar-chart-line",
        "team",
        "learning.view_team",
        5,
        ("learning.show_person",),
    )
)
register(
    NavigationEntry(
        "learning.list_assignments",
        _l("Assignments"),
        "card-checklist",
        "teach",
        "learning.assign",
        10,
        ("learning.assign",),
    )
)
