"""Where staff's pages of typing tests stand in the side bar."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from trainhub.web.navigation import NavigationEntry, register

register(
    NavigationEntry(
        "typing_tests.list_typing_tests",
        _l("Typing tests"),
        "speedometer2",
        "teach",
        "typing_tests.assign",
        38,
        (
            "typing_tests.add_typing_test",
            "typing_tests.show_typing_test",
            "typing_tests.edit_typing_test",
            "typing_tests.assign_typing_test",
            "typing_tests.open_typing_room",
        ),
    )
)
register(
    NavigationEntry(
        "typing_tests.list_typing_reviews",
        _l("Typing reviews"),
        "shield-check",
        "teach",
        "typing_tests.review",
        42,
        ("typing_tests.review_typing_run",),
    )
)
register(
    NavigationEntry(
        "typing_tests.list_typing_rooms",
        _l("Typing rooms"),
        "person-video3",
        "team",
        "typing_tests.supervise_sittings",
        24,
        ("typing_tests.watch_typing_room", "typing_tests.edit_typing_room"),
    )
)
register(
    NavigationEntry(
        "typing_tests.show_overview",
        _l("Typing results"),
        "graph-up",
        "team",
        "typing_tests.view_results",
        32,
        ("typing_tests.show_typist", "typing_tests.show_group_curve"),
    )
)
