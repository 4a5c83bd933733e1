"""Where the pages of people stand in the side bar and in the person's menu."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from trainhub.people.models import Person, Role
from trainhub.web.navigation import NavigationEntry, hide_section, register

PEOPLE_PAGES = (
    "people.show_person",
    "people.add_person",
    "people.edit_person",
    "people.change_roles",
    "people.invite",
    "people.import_people",
    "people.confirm_import",
    "people.export_people",
)

register(
    NavigationEntry(
        "people.list_people", _l("People"), "people", "team", "people.view", 10, PEOPLE_PAGES
    )
)
register(
    NavigationEntry(
        "people.list_teams",
        _l("Teams"),
        "diagram-3",
        "manage",
        "people.manage",
        10,
        ("people.add_team", "people.edit_team"),
    )
)
register(
    NavigationEntry(
        "people.list_cohorts",
        _l("Cohorts"),
        "person-badge",
        "manage",
        "people.manage",
        20,
        ("people.add_cohort", "people.edit_cohort"),
    )
)
register(
    NavigationEntry(
        "people.list_audit_entries",
        _l("Audit trail"),
        "clock-history",
        "manage",
        "people.view_audit",
        90,
    )
)
register(
    NavigationEntry(
        "people.show_profile",
        _l("Profile"),
        "person-circle",
        "person",
        "people.own_profile",
        10,
        ("people.change_password", "people.confirm_password"),
    )
)
register(
    NavigationEntry(
        "people.sign_out",
        _l("Sign out"),
        "box-arrow-right",
        "person",
        "people.own_profile",
        99,
        post=True,
    )
)


def _only_audits(person: Person) -> bool:
    """Whether somebody is an auditor and nothing else: who also learns has a further role."""
    return person.roles == {Role.AUDITOR}


hide_section("learn", _only_audits)
