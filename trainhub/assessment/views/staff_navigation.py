"""Where marking, regrading and results stand in the side bar."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from trainhub.web.navigation import NavigationEntry, register

register(
    NavigationEntry(
        "assessment.list_marking",
        _l("Marking"),
        "check2-square",
        "teach",
        "assessment.mark",
        40,
        ("assessment.mark_answer", "assessment.show_agreement"),
    )
)
register(
    NavigationEntry(
        "assessment.list_regrades",
        _l("Regrading"),
        "arrow-repeat",
        "teach",
        "assessment.write_items",
        45,
        ("assessment.choose_regrade", "assessment.preview_regrade", "assessment.show_regrade"),
    )
)
register(
    NavigationEntry(
        "assessment.list_results",
        _l("Exam results"),
        "clipboard-data",
        "team",
        "assessment.view_results",
        30,
        (
            "assessment.show_exam_results",
            "assessment.show_sitting_results",
            "assessment.show_staff_attempt",
        ),
    )
)
