"""Where the page of one's own data stands."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from trainhub.web.navigation import NavigationEntry, register

register(
    NavigationEntry(
        "privacy.show_my_data", _l("My data"), "shield-lock", "person", "privacy.own", 20
    )
)
