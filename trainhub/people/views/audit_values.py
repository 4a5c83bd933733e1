"""What stands in the audit trail as a key, in words: states, kinds, permissions."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

# By the thing an entry is about and the field that has changed.
VALUES: dict[tuple[str, str], dict[str, Any]] = {
    ("award", "state"): {
        "active": _l("In force"),
        "under_review": _l("Under review"),
        "expired": _l("Expired"),
        "revoked": _l("Revoked"),
        "superseded": _l("Superseded"),
    },
    ("award", "cause"): {
        "evidence_withdrawn": _l("Evidence was taken back"),
        "refresh_overdue": _l("A refresh was not done in time"),
        "refresh_done": _l("A refresh was passed"),
        "refresh_withdrawn": _l("A refresh was taken back"),
    },
    ("observed_case", "state"): {
        "open": _l("To be rated"),
        "settled": _l("Result settled"),
        "void": _l("Void"),
    },
    ("programme", "state"): {  # the filter of a table that was taken away
        "late": _l("Late"),
        "at_risk": _l("At risk"),
        "on_track": _l("On track"),
        "certified": _l("Certified"),
        "expiring": _l("Expiring"),
        "review": _l("Under review"),
        "expired": _l("No longer certified"),
        "left": _l("Left the programme"),
    },
    ("programme", "kind"): {
        "onboarding": _l("Bringing new people in"),
        "renewal": _l("Yearly renewal"),
        "duty": _l("Duty in a campaign"),
        "trainer": _l("Becoming a trainer"),
    },
}
# Fields that are called something else with some thing.
FIELDS_OF = {
    ("programme", "kind"): _l("Kind of programme"),
}
PERMISSIONS = {
    "assessment.hold_sittings": _l("hold exam sittings"),
    "assessment.judge": _l("judge questions for a pass mark"),
    "assessment.mark": _l("mark exam answers"),
    "assessment.release": _l("release exam results"),
    "assessment.sit": _l("sit one's own exams"),
    "assessment.view_results": _l("see exam results"),
    "assessment.view_statistics": _l("see the statistics of exams"),
    "assessment.write_exams": _l("write exams"),
    "assessment.write_items": _l("write exam questions"),
    "catalogue.read": _l("read courses"),
    "catalogue.write": _l("write courses"),
    "certification.act": _l("act on people's certification"),
    "certification.award": _l("decide on awards"),
    "certification.own": _l("see a certification that is one's own or in one's sight"),
    "certification.rate": _l("rate work"),
    "certification.view": _l("see people's certification"),
    "certification.view_audit": _l("see every award with its evidence"),
    "certification.view_awards": _l("see awards"),
    "certification.write_programmes": _l("write programmes"),
    "delivery.attend": _l("see one's own classes"),
    "delivery.plan": _l("plan classes"),
    "delivery.request": _l("ask for classes"),
    "delivery.review_requests": _l("decide on training requests"),
    "delivery.teach": _l("teach classes"),
    "delivery.view_campaigns": _l("see campaigns"),
    "delivery.view_debt": _l("see the training-debt account"),
    "delivery.view_week": _l("see the week of classes"),
    "delivery.write_rooms": _l("change rooms and trainers' times"),
    "home.view": _l("see the home page"),
    "learning.assign": _l("assign courses"),
    "learning.learn": _l("take one's own courses"),
    "learning.plan": _l("see sums of learning"),
    "learning.teach": _l("see trainers' notes and solutions"),
    "learning.view_learners": _l("see who learns what"),
    "learning.view_team": _l("see how teams learn"),
    "people.manage": _l("manage people"),
    "people.own_profile": _l("see one's own profile"),
    "people.view": _l("see people"),
    "people.view_audit": _l("read the audit trail"),
    "privacy.manage": _l("decide on personal data"),
    "privacy.own": _l("see one's own personal data"),
    "rota.own": _l("see one's own rota"),
    "rota.view": _l("see rotas"),
    "rota.view_cover": _l("see the cover of queues"),
    "rota.write": _l("write rotas"),
    "rota.write_demand": _l("write demand"),
    "typing_tests.assign": _l("assign typing tests"),
    "typing_tests.review": _l("review typing runs"),
    "typing_tests.supervise_sittings": _l("supervise typing rooms"),
    "typing_tests.type": _l("take one's own typing tests"),
    "typing_tests.view_results": _l("see results of typing tests"),
    "typing_tests.write_passages": _l("write typing passages"),
    "typing_tests.write_tests": _l("write typing tests"),
}


def value_words(thing: str, field: str) -> dict[str, Any]:
    """The words of the keys that a field of a thing may hold; {} where it holds no keys."""
    return PERMISSIONS if field == "permission" else VALUES.get((thing, field), {})
