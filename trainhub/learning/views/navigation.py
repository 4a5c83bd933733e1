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
