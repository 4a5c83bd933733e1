"""Who may learn, teach, assign, and see how far others are.

Scope (whose rows) is not decided here but in the queries: see `queries.scope`.
"""

from __future__ import annotations

from trainhub import permissions
from trainhub.people.models import Person, Role


def _anybody(person: Person) -> bool:
    return True


def _teaches(person: Person) -> bool:
    return person.has_role(Role.TRAINER, Role.ADMINISTRATOR)


def _assigns(person: Person) -> bool:
    return person.has_role(Role.TRAINER, Role.SUPERVISOR, Role.ADMINISTRATOR)


def _answers_for_teams(person: Person) -> bool:
    return person.has_role(Role.SUPERVISOR, Role.ADMINISTRATOR)


def _plans(person: Person) -> bool:
    return person.has_role(Role.PLANNER)


permissions.register("learning.learn", _anybody)  # one's own enrolments only
permissions.register("learning.teach", _teaches)  # trainers' notes and solutions
permissions.register("learning.assign", _assigns)  # supervisors: to their own people
permissions.register("learning.view_learners", _assigns)  # supervisors: their own people
permissions.register("learning.view_team", _answers_for_teams)
permissions.register("learning.plan", _plans)  # sums by team and week, nobody's name
