"""The part of the home page for those who keep the library, and the library's navigation."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from trainhub import clock
from trainhub.catalogue.queries.desk import find_desk
from trainhub.web.home import HomeSection, register_section
from trainhub.web.locale import current_zone
from trainhub.web.navigation import NavigationEntry, register


def build(person: Any) -> dict[str, Any] | None:
    """Drafts, overdue reviews and missing translations; nothing when all is well."""
    desk = find_desk(clock.today(current_zone()))
    return None if desk.is_clear else {"desk": desk}


register_section(
    HomeSection("catalogue", 40, "catalogue.write", "catalogue/_home_section.html", build)
)
register(
    NavigationEntry(
        "catalogue.show_map",
        _("Course map"),
        "map",
        "learn",
        permission="catalogue.read",
        order=20,
        covers=("catalogue.show_course", "catalogue.search"),
    )
)
register(
    NavigationEntry(
        "catalogue.import_files",
        _("Import and export"),
        "upload",
        "teach",
        permission="catalogue.write",
        order=60,
        covers=("catalogue.show_import",),
    )
)
