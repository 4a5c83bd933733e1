"""Who may have whose data copied, kept or erased."""

from __future__ import annotations

from trainhub import permissions
from trainhub.people.models import Person, Role


def _anybody(person: Person) -> bool:
    return True


def _is_administrator(person: Person) -> bool:
    return person.has_role(Role.ADMINISTRATOR)


permissions.register("privacy.own", _anybody)
permissions.register("privacy.manage", _is_administrator)
