"""Teams with their supervisors, cohorts with their members."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, Conflict, InputErrors
from trainhub.people import queries
from trainhub.people.models import (
    Cohort,
    CohortMember,
    Person,
    PersonRole,
    Role,
    Team,
    TeamSupervision,
)
from trainhub.people.rules import fold_name, list_name_errors

NAME_TAKEN = N_("There is already one with this name.")


def add_team(name: str, *, actor: Person | None, now: datetime) -> Team:
    """Add a team. Raises `InputErrors` for the name, `Conflict` if it exists."""
    team = Team(name=_checked_name(name))
    db.session.add(team)
    _flush()
    _audit("team.added", "team", team.name, actor=actor, now=now)
    return team


def rename_team(team: Team, name: str, *, actor: Person | None, now: datetime) -> None:
    """Rename a team. Raises `InputErrors`, `Conflict`."""
    before, after = team.name, _checked_name(name)
    if before != after:
        team.name = after
        _flush()
        changes = {"name": [before, after]}
        _audit("team.renamed", "team", before, actor=actor, now=now, changes=changes)


def set_supervisors(
    team: Team, person_ids: Collection[int], *, actor: Person | None, now: datetime
) -> None:
    """Say who answers for the team; people without the supervisor role are left out."""
    holders = select(PersonRole.person_id).where(PersonRole.role == Role.SUPERVISOR.value)
    wanted = set(
        db.session.scalars(
            select(Person.id).where(Person.id.in_(person_ids), Person.id.in_(holders))
        )
    )
    rows = select(TeamSupervision.person_id).where(TeamSupervision.team_id == team.id)
    before = set(db.session.scalars(rows))
    if wanted == before:
        return
    _remove(TeamSupervision, TeamSupervision.team_id == team.id, before - wanted)
    db.session.add_all(
        TeamSupervision(team_id=team.id, person_id=number) for number in sorted(wanted - before)
    )
    db.session.flush()
    changes = {"supervisors": [sorted(before), sorted(wanted)]}
    _audit("team.supervisors_changed", "team", team.name, actor=actor, now=now, changes=changes)


def set_supervised_teams(
    person: Person, team_ids: Collection[int], *, actor: Person | None, now: datetime
) -> None:
    """Say for which teams a supervisor answers; none for somebody without the role."""
    wanted = set(team_ids) if person.has_role(Role.SUPERVISOR) else set()
    wanted = set(db.session.scalars(select(Team.id).where(Team.id.in_(wanted))))
    rows = select(TeamSupervision.team_id).where(TeamSupervision.person_id == person.id)
    before = set(db.session.scalars(rows))
    if wanted == before:
        return
    person.supervisions = [
        *(row for row in person.supervisions if row.team_id in wanted),
        *(TeamSupervision(team_id=number) for number in sorted(wanted - before)),
    ]
    db.session.flush()
    changes = {"supervised_teams": [sorted(before), sorted(wanted)]}
    _audit(
        "person.supervision_changed",
        "person",
        person.username,
        actor=actor,
        now=now,
        changes=changes,
    )


def add_cohort(name: str, start_on: date, *, actor: Person | None, now: datetime) -> Cohort:
    """Add a cohort. Raises `InputErrors` for the name, `Conflict` if it exists."""
    cohort = Cohort(name=_checked_name(name), start_on=start_on)
    db.session.add(cohort)
    _flush()
    _audit("cohort.added", "cohort", cohort.name, actor=actor, now=now)
    return cohort


def change_cohort(
    cohort: Cohort, name: str, start_on: date, *, actor: Person | None, now: datetime
) -> None:
    """Rename a cohort or move its start. Raises `InputErrors`, `Conflict`."""
    before = {"name": cohort.name, "start_on": cohort.start_on}
    after = {"name": _checked_name(name), "start_on": start_on}
    changes = {k: [str(before[k]), str(after[k])] for k in before if before[k] != after[k]}
    if changes:
        cohort.name, cohort.start_on = str(after["name"]), start_on
        _flush()
        key = str(before["name"])
        _audit("cohort.changed", "cohort", key, actor=actor, now=now, changes=changes)


def add_cohort_members(
    cohort: Cohort, people: Collection[Person], *, actor: Person | None, now: datetime
) -> int:
    """Put people into a cohort; how many were not in it before."""
    rows = select(CohortMember.person_id).where(CohortMember.cohort_id == cohort.id)
    before = set(db.session.scalars(rows))
    new = [person for person in people if person.id not in before]
    if new:
        db.session.add_all(CohortMember(cohort_id=cohort.id, person_id=p.id) for p in new)
        _flush()
        changes = {"members": [None, sorted(person.username for person in new)]}
        _audit("cohort.joined", "cohort", cohort.name, actor=actor, now=now, changes=changes)
    return len(new)


def remove_cohort_member(
    cohort: Cohort, person: Person, *, actor: Person | None, now: datetime
) -> None:
    """Take somebody out of a cohort; nothing happens if they are not in it."""
    _remove(CohortMember, CohortMember.cohort_id == cohort.id, {person.id})
    changes = {"members": [[person.username], None]}
    _audit("cohort.left", "cohort", cohort.name, actor=actor, now=now, changes=changes)


def set_cohorts(
    person: Person, cohort_ids: Collection[int], *, actor: Person | None, now: datetime
) -> None:
    """Say to which cohorts somebody belongs; each joining and leaving is on record."""
    wanted = set(cohort_ids)
    before = {cohort.id for cohort in queries.list_cohorts_of(person)}
    for cohort in queries.list_cohorts():
        if cohort.id in wanted - before:
            add_cohort_members(cohort, [person], actor=actor, now=now)
        elif cohort.id in before - wanted:
            remove_cohort_member(cohort, person, actor=actor, now=now)


def _remove(model: Any, which: Any, person_ids: set[int]) -> None:
    db.session.execute(
        delete(model)
        .where(which, model.person_id.in_(person_ids))
        .execution_options(synchronize_session="fetch")
    )


def _checked_name(name: str) -> str:
    folded = fold_name(name)
    errors = list_name_errors(folded)
    if errors:
        raise InputErrors(errors)
    return folded


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(NAME_TAKEN, code="name_taken", field="name") from error


def _audit(
    action: str,
    kind: str,
    key: str,
    *,
    actor: Person | None,
    now: datetime,
    changes: dict[str, Any] | None = None,
) -> None:
    append_entry(action, actor=actor, object_type=kind, object_key=key, now=now, changes=changes)
