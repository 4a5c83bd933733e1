"""Who may type, write passages and typing tests, supervise, review, and see others' figures.

Whose rows somebody sees is decided in the queries, as everywhere.
"""

from __future__ import annotations

from trainhub import permissions
from trainhub.people.models import Person, Role


def _anybody(person: Person) -> bool:
    return True


def _teaches(person: Person) -> bool:
    return person.has_role(Role.TRAINER, Role.ADMINISTRATOR)


def _answers_for_people(person: Person) -> bool:
    return person.has_role(Role.TRAINER, Role.SUPERVISOR, Role.ADMINISTRATOR)


permissions.register("typing_tests.type", _anybody)  # one's own runs only
permissions.register("typing_tests.write_passages", _teaches)  # passages and quick phrases
permissions.register("typing_tests.write_tests", _teaches)
permissions.register("typing_tests.assign", _answers_for_people)  # supervisors: their own people
permissions.register("typing_tests.supervise_sittings", _teaches)  # rooms, allowances
permissions.register("typing_tests.review", _teaches)  # timelines, flagged runs, voiding
permissions.register("typing_tests.view_results", _answers_for_people)  # supervisors: own teams
