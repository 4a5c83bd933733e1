"""Who may see and write the rota, the demand and the cover.

Whose rows somebody sees is decided in the queries: supervisors see their own teams.
"""

from __future__ import annotations

from trainhub import permissions
from trainhub.people.models import Person, Role


def _anybody(person: Person) -> bool:
    return True


def _plans(person: Person) -> bool:
    return person.has_role(Role.PLANNER, Role.ADMINISTRATOR)


def _answers_for_teams(person: Person) -> bool:
    return person.has_role(Role.PLANNER, Role.ADMINISTRATOR, Role.SUPERVISOR)


permissions.register("rota.own", _anybody)  # one's own rota
permissions.register("rota.view", _answers_for_teams)
permissions.register("rota.write", _plans)
permissions.register("rota.view_cover", _answers_for_teams)
permissions.register("rota.write_demand", _plans)
