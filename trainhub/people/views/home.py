"""The administrator's part of the home page: accounts that wait for something."""

from __future__ import annotations

from typing import Any

from trainhub.people import queries
from trainhub.people.models import Person
from trainhub.web.home import HomeSection, register_section


def accounts_section(_person: Person) -> dict[str, Any] | None:
    """The loose ends among accounts; nothing where there are none."""
    ends = queries.count_loose_ends()
    return {"ends": ends} if ends else None


register_section(
    HomeSection("accounts", 70, "people.manage", "people/_home_accounts.html", accounts_section)
)
