"""Who may plan classes, teach them, attend them, ask for them and see what is owed.

Whose rows somebody sees is decided in the queries: supervisors see their own teams, trainers
their own classes, everybody their own bookings.
"""

from __future__ import annotations

from trainhub import permissions
from trainhub.people.models import Person, Role


def _anybody(person: Person) -> bool:
    return True


def _plans(person: Person) -> bool:
    return person.has_role(Role.PLANNER, Role.ADMINISTRATOR)


def _sees_the_week(person: Person) -> bool:
    return person.has_role(Role.PLANNER, Role.ADMINISTRATOR, Role.SUPERVISOR, Role.TRAINER)


def _teaches(person: Person) -> bool:
    return person.has_role(Role.TRAINER, Role.PLANNER, Role.ADMINISTRATOR)


def _answers_for_teams(person: Person) -> bool:
    return person.has_role(Role.PLANNER, Role.ADMINISTRATOR, Role.SUPERVISOR)


permissions.register("delivery.attend", _anybody)  # one's own bookings, swaps, survey, feed
permissions.register("delivery.plan", _plans)  # campaigns, classes, bookings of anybody
permissions.register("delivery.view_campaigns", _answers_for_teams)  # supervisors: own teams
permissions.register("delivery.view_week", _sees_the_week)
permissions.register("delivery.teach", _teaches)  # trainers: their own classes
permissions.register("delivery.view_debt", _answers_for_teams)  # supervisors: their own teams
permissions.register("delivery.request", _sees_the_week)  # asking for a class
permissions.register("delivery.review_requests", _plans)
permissions.register("delivery.write_rooms", _plans)  # rooms, trainers' times and certificates
