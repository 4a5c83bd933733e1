"""Where the pages of planning stand in the side bar."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from trainhub.web.navigation import NavigationEntry, register

register(
    NavigationEntry(
        "delivery.list_campaigns",
        _l("Campaigns"),
        "calendar-check",
        "classes",
        "delivery.view_campaigns",
        10,
        (
            "delivery.add_campaign",
            "delivery.show_campaign",
            "delivery.edit_campaign",
            "delivery.show_plan_run",
        ),
    )
)
register(
    NavigationEntry(
        "delivery.list_rooms",
        _l("Classrooms"),
        "easel2",
        "setup",
        "delivery.write_rooms",
        76,
        ("delivery.add_room", "delivery.edit_room", "delivery.block_room"),
    )
)
register(
    NavigationEntry(
        "delivery.list_class_trainers",
        _l("Trainers"),
        "person-check",
        "setup",
        "delivery.write_rooms",
        78,
        ("delivery.edit_class_trainer",),
    )
)
register(
    NavigationEntry(
        "delivery.show_fairness",
        _l("Fairness"),
        "sliders",
        "accounts",
        "delivery.view_debt",
        80,
    )
)
