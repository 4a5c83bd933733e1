"""Who may see standings, act on them, write programmes, rate work and decide on awards.

Whose rows somebody sees is decided in the queries: supervisors see their own teams, raters the
cases they were asked for, everybody their own.
"""

from __future__ import annotations

from trainhub import permissions
from trainhub.people.models import Person, Role


def _anybody(person: Person) -> bool:
    return True


def _answers_for_teams(person: Person) -> bool:
    return person.has_role(Role.SUPERVISOR, Role.ADMINISTRATOR)


def _writes_programmes(person: Person) -> bool:
    return person.has_role(Role.TRAINER, Role.ADMINISTRATOR)


def _rates(person: Person) -> bool:
    return person.has_role(Role.SUPERVISOR, Role.TRAINER, Role.ADMINISTRATOR)


def _audits(person: Person) -> bool:
    return person.has_role(Role.AUDITOR, Role.ADMINISTRATOR)


def _reads_awards(person: Person) -> bool:
    return _answers_for_teams(person) or _audits(person)


def _decides(person: Person) -> bool:
    return person.has_role(Role.ADMINISTRATOR)


permissions.register("certification.own", _anybody)  # one's own road, certificates, summaries
permissions.register("certification.view", _answers_for_teams)  # supervisors: their own teams
permissions.register("certification.act", _answers_for_teams)  # enrol, waive, extend, sign off
permissions.register("certification.write_programmes", _writes_programmes)
permissions.register("certification.rate", _rates)  # the cases one is asked to rate
permissions.register("certification.view_awards", _reads_awards)  # supervisors: their own teams
permissions.register("certification.award", _decides)  # by hand, revoke, decide a review
permissions.register("certification.view_audit", _audits)  # every award with its evidence
