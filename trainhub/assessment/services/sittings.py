"""Holding sittings: opening, changing and cancelling them, and who their candidates are."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from trainhub.assessment.models import Attempt, Candidate, Exam, Sitting, SittingTarget
from trainhub.assessment.queries.sittings import list_late_joiners
from trainhub.assessment.rules.sitting_checks import CODE_SIGNS, SittingPlan, code_of
from trainhub.assessment.rules.states import OPEN
from trainhub.assessment.services.closing import ReasonMissing
from trainhub.assessment.services.exams import ExamRetired
from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.errors import N_, DomainError
from trainhub.people.models import Cohort, Person, Team

_OPEN = tuple(state.value for state in OPEN)


class NotPublished(DomainError):
    """Only a published exam can be held."""

    code = "exam_not_published"
    message = N_("Publish the exam before opening a sitting of it.")


class SittingOver(DomainError):
    """The sitting was cancelled."""

    code = "sitting_cancelled"
    message = N_("This sitting was cancelled.")


class CandidateSitting(DomainError):
    """The candidate has an attempt under way."""

    code = "candidate_sitting"
    message = N_("%(name)s has an attempt under way and cannot be taken off the list now.")


@dataclass(frozen=True)
class Invited:
    """Whom a sitting is for. People of teams and cohorts who come later are added by the tick."""

    people: Sequence[Person] = ()
    teams: Sequence[Team] = ()
    cohorts: Sequence[Cohort] = ()


def new_access_code() -> str:
    """A fresh access code, easy to read aloud; one of 31⁶ ≈ 887 million."""
    return code_of([secrets.randbelow(len(CODE_SIGNS)) for _sign in range(6)])


def open_sitting(
    exam: Exam,
    plan: SittingPlan,
    invited: Invited,
    *,
    same_form_as: Sitting | None = None,
    actor: Person,
    now: datetime,
) -> Sitting:
    """Open the published version of an exam to candidates.

    Where candidates of a sitting share one form, `same_form_as` names an earlier sitting of the
    exam whose form this one has too; else it gets another. Raises `NotPublished`, `ExamRetired`.
    """
    if exam.retired_at is not None:
        raise ExamRetired()
    if exam.published is None:
        raise NotPublished()
    sitting = Sitting(
        exam=exam,
        version=exam.published,
        form_seed=same_form_as.form_seed if same_form_as else secrets.token_hex(8),
        form_item_ids=same_form_as.form_item_ids if same_form_as else None,
        created_at=now,
        created_by_id=actor.id,
        **_columns(plan),
    )
    db.session.add(sitting)
    db.session.flush()
    _record("sitting.opened", sitting, actor=actor, now=now, changes=_as_changes({}, plan))
    add_candidates(sitting, invited, actor=actor, now=now)
    return sitting


def _columns(plan: SittingPlan) -> dict[str, Any]:
    return {
        "name": plan.name,
        "opens_at": plan.opens_at,
        "closes_at": plan.closes_at,
        "access_code": plan.access_code,
        "networks": list(plan.networks),
    }


def _as_changes(before: Mapping[str, Any], plan: SittingPlan) -> dict[str, Any]:
    """What differs; of an access code only that it does, as the trail is read by many."""
    changes = {}
    for name, value in _columns(plan).items():
        if before.get(name) != value:
            pair = [before.get(name), value]
            if name == "access_code":
                pair = ["•••" if one else "" for one in pair]
            changes[name] = [one.isoformat() if isinstance(one, datetime) else one for one in pair]
    return changes


def change_sitting(sitting: Sitting, plan: SittingPlan, *, actor: Person, now: datetime) -> bool:
    """Give a sitting another name, window, code or ranges; False if they are the same.

    Attempts under way keep the wall they began with. Raises `SittingOver` for a cancelled one.
    """
    db.session.refresh(sitting, with_for_update={"of": Sitting})
    if sitting.cancelled_at is not None:
        raise SittingOver()
    before = {name: getattr(sitting, name) for name in _columns(plan)}
    changes = _as_changes(before, plan)
    if not changes:
        return False
    for name, value in _columns(plan).items():
        setattr(sitting, name, value)
    db.session.flush()
    _record("sitting.changed", sitting, actor=actor, now=now, changes=changes)
    return True


def cancel_sitting(sitting: Sitting, *, reason: str, actor: Person, now: datetime) -> None:
    """Let nobody begin any more. Attempts under way go on to their end and count.

    Raises `ReasonMissing`.
    """
    if not reason.strip():
        raise ReasonMissing(field="reason")
    db.session.refresh(sitting, with_for_update={"of": Sitting})
    if sitting.cancelled_at is None:
        sitting.cancelled_at, sitting.cancel_reason = now, reason.strip()
        db.session.flush()
        _record("sitting.cancelled", sitting, actor=actor, now=now, reason=reason.strip())


def add_candidates(sitting: Sitting, invited: Invited, *, actor: Person, now: datetime) -> int:
    """Put people, and the people of teams and cohorts, on the list; how many are new on it."""
    if sitting.cancelled_at is not None:
        raise SittingOver()
    _add_targets(sitting, invited, actor, now)
    count = _add_people(sitting, invited.people, actor, now)
    count += add_late_joiners(now, only=sitting.id)
    if count:
        names = [one.name for one in invited.teams] + [one.name for one in invited.cohorts]
        names += [one.name for one in invited.people]
        changes = {"candidates": [None, names[:50]], "count": [None, count]}
        _record("sitting.candidates_added", sitting, actor=actor, now=now, changes=changes)
    return count


def _add_targets(sitting: Sitting, invited: Invited, actor: Person, now: datetime) -> None:
    query = select(SittingTarget.team_id, SittingTarget.cohort_id)
    known = set(db.session.execute(query.where(SittingTarget.sitting_id == sitting.id)).all())
    wanted = [(team.id, None) for team in invited.teams]
    wanted += [(None, cohort.id) for cohort in invited.cohorts]  # type: ignore[misc]
    for team_id, cohort_id in wanted:
        if (team_id, cohort_id) not in known:
            db.session.add(
                SittingTarget(
                    sitting_id=sitting.id,
                    team_id=team_id,
                    cohort_id=cohort_id,
                    added_at=now,
                    added_by_id=actor.id,
                )
            )
    db.session.flush()


def _add_people(sitting: Sitting, people: Iterable[Person], actor: Person, now: datetime) -> int:
    query = select(Candidate).where(Candidate.sitting_id == sitting.id)
    known = {one.person_id: one for one in db.session.scalars(query)}
    count = 0
    for person in people:
        before = known.get(person.id)
        if before is None:
            db.session.add(_candidate(sitting.id, person.id, now, actor.id))
        elif before.removed_at is not None:
            before.removed_at = None
        else:
            continue
        count += 1
    db.session.flush()
    return count


def _candidate(sitting_id: int, person_id: int, now: datetime, by_id: int | None) -> Candidate:
    return Candidate(sitting_id=sitting_id, person_id=person_id, added_at=now, added_by_id=by_id)


def add_late_joiners(now: datetime, *, only: int | None = None) -> int:
    """Make candidates of people who have joined a team or cohort since a sitting was opened to
    it; `only` of one sitting. Who was taken off a list by hand stays off. How many."""
    fresh = [pair for pair in list_late_joiners(now) if only is None or pair[0] == only]
    db.session.add_all(_candidate(*pair, now, None) for pair in fresh)
    db.session.flush()
    return len(fresh)


def remove_candidate(candidate: Candidate, *, actor: Person, now: datetime) -> None:
    """Take somebody off the list. Attempts that have ended stay and count.

    Raises `CandidateSitting` while one is under way.
    """
    query = select(Candidate).where(Candidate.id == candidate.id)
    query = query.with_for_update(of=Candidate).execution_options(populate_existing=True)
    db.session.scalars(query).one()  # as starting does: nobody begins in between
    under_way = select(Attempt.id).where(
        Attempt.candidate_id == candidate.id, Attempt.state.in_(_OPEN)
    )
    if db.session.scalar(under_way) is not None:
        raise CandidateSitting(name=candidate.person.name)
    candidate.removed_at = now
    db.session.flush()
    changes = {"candidate": [candidate.person.name, None]}
    _record("sitting.candidate_removed", candidate.sitting, actor=actor, now=now, changes=changes)


def _record(
    action: str,
    sitting: Sitting,
    *,
    actor: Person,
    now: datetime,
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    append_entry(
        action,
        actor=actor,
        object_type="sitting",
        object_key=str(sitting.id),
        now=now,
        changes=changes,
        reason=reason,
    )
