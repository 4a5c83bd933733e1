"""What the roles may do with people."""

from __future__ import annotations

from trainhub import permissions
from trainhub.people.models import Person, Role


def _is_administrator(person: Person) -> bool:
    return person.has_role(Role.ADMINISTRATOR)


def _sees_people(person: Person) -> bool:
    return person.has_role(Role.ADMINISTRATOR, Role.SUPERVISOR)


def _reads_the_trail(person: Person) -> bool:
    return person.has_role(Role.ADMINISTRATOR, Role.AUDITOR)


def _anybody(person: Person) -> bool:
    return True


permissions.register("people.own_profile", _anybody)
permissions.register("people.manage", _is_administrator)
permissions.register("people.view", _sees_people)
permissions.register("people.view_audit", _reads_the_trail)
