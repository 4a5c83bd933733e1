"""Who may sit exams, write questions and exams, invigilate, mark, release and see figures.

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


permissions.register("assessment.sit", _anybody)  # one's own attempts only
permissions.register("assessment.write_items", _teaches)  # the bank, keys included
permissions.register("assessment.write_exams", _teaches)
permissions.register("assessment.judge", _answers_for_people)  # own sheets of judges only
permissions.register("assessment.hold_sittings", _teaches)  # open, invigilate, override, void
permissions.register("assessment.mark", _teaches)
permissions.register("assessment.release", _teaches)
permissions.register("assessment.view_statistics", _teaches)
permissions.register("assessment.view_results", _answers_for_people)  # supervisors: own teams
