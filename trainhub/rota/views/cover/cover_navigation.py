"""Where the pages of demand and cover stand in the side bar."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from trainhub.web.navigation import NavigationEntry, register

register(
    NavigationEntry(
        "rota.show_cover", _l("Cover"), "activity", "rota", "rota.view_cover", 20,
        ("rota.show_queue_cover",),
    )
)  # fmt: skip
register(
    NavigationEntry(
        "rota.list_queues", _l("Demand"), "bar-chart-line", "rota", "rota.write_demand", 30,
        ("rota.show_queue", "rota.add_queue", "rota.edit_queue", "rota.import_demand",
         "rota.map_demand", "rota.edit_demand"),
    )
)  # fmt: skip
register(
    NavigationEntry(
        "rota.show_calendar", _l("Holidays"), "sun", "rota", "rota.view_cover", 60,
        ("rota.set_calendar_day",),
    )
)  # fmt: skip
register(
    NavigationEntry(
        "rota.show_staffing", _l("Staffing calculator"), "sliders", "rota", "rota.view_cover", 40
    )
)
