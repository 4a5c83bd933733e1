"""Where the pages of the rota stand in the side bar."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from trainhub.web.navigation import NavigationEntry, register

register(NavigationEntry("rota.show_own_rota", _l("My rota"), "calendar3", "learn", "rota.own", 60))
register(
    NavigationEntry(
        "rota.show_rota",
        _l("Rota"),
        "calendar-week",
        "rota",
        "rota.view",
        10,
        (
            "rota.edit_shift",
            "rota.swap_shifts",
            "rota.import_rota",
            "rota.map_rota",
            "rota.check_rota",
            "rota.confirm_rota",
            "rota.show_changes",
        ),
    )
)
register(
    NavigationEntry(
        "rota.list_shift_codes",
        _l("Shift codes"),
        "tags",
        "setup",
        "rota.write",
        60,
        ("rota.add_shift_code", "rota.edit_shift_code"),
    )
)
register(
    NavigationEntry(
        "rota.show_places",
        _l("Sites and places"),
        "diagram-3",
        "setup",
        "rota.write",
        70,
        ("rota.add_site", "rota.edit_site"),
    )
)
