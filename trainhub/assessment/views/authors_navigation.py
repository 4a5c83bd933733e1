"""Where the author's pages of exams stand in the side bar."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from trainhub.web.navigation import NavigationEntry, register

register(
    NavigationEntry(
        "assessment.list_bank",
        _l("Question bank"),
        "collection",
        "teach",
        "assessment.write_items",
        30,
        (
            "assessment.show_item",
            "assessment.edit_facts",
            "assessment.edit_item",
            "assessment.add_item",
            "assessment.choose_kind",
            "assessment.compare_texts",
            "assessment.try_wording",
        ),
    )
)
register(
    NavigationEntry(
        "assessment.list_author_exams",
        _l("Exams"),
        "journal-check",
        "teach",
        "assessment.write_exams",
        32,
        (
            "assessment.add_exam",
            "assessment.show_exam",
            "assessment.edit_exam",
            "assessment.edit_blueprint",
            "assessment.edit_fixed_list",
            "assessment.preview_paper",
            "assessment.publish_exam",
            "assessment.open_sitting",
            "assessment.list_sheets",
            "assessment.show_sheet",
        ),
    )
)
register(
    NavigationEntry(
        "assessment.list_own_sheets",
        _l("Judging"),
        "sliders",
        "teach",
        "assessment.judge",
        60,
        ("assessment.judge_items",),
    )
)
register(
    NavigationEntry(
        "assessment.list_sittings",
        _l("Sittings"),
        "calendar-event",
        "team",
        "assessment.view_results",
        20,
        (
            "assessment.show_sitting",
            "assessment.edit_sitting",
            "assessment.add_candidates",
            "assessment.show_candidate",
            "assessment.invigilate",
        ),
    )
)
