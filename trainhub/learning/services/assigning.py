"""Assigning: asking people, teams or cohorts to take courses by a date."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from trainhub.audit import services as audit
from trainhub.catalogue.models import Course, Series
from trainhub.db import db
from trainhub.errors import N_, DomainError
from trainhub.learning.models import Assignment, Enrolment
from trainhub.learning.services.enrolling import apply_assignment, courses_of, people_of
from trainhub.learning.services.reading import storable
from trainhub.learning.services.repeating import close_round
from trainhub.people.models import Cohort, Person, Team

MOST_AT_ONCE = 500
NOTE_LIMIT = 1_000
FARTHEST = timedelta(days=3_653)
SAME_ASKING = timedelta(days=1)


class NobodyToAssign(DomainError):
    """An assignment without a single target or course."""

    code = "nobody_to_assign"
    message = N_("Choose at least one course and at least one person, team or cohort.")


class DueDateInThePast(DomainError):
    """Nobody can meet it."""

    code = "due_date_past"
    message = N_("The due date lies in the past.")


class DueDateTooFar(DomainError):
    """A slip of the keyboard rather than a date."""

    code = "due_date_far"
    message = N_("The due date lies more than ten years ahead.")


class TooMuchAtOnce(DomainError):
    """More pairs of a course and a person, team or cohort than one form should make."""

    code = "too_much_at_once"
    message = N_("This makes %(count)s assignments; at most %(limit)s can be made at once.")


@dataclass(frozen=True)
class Targets:
    """Who is asked."""

    people: Sequence[Person] = ()
    teams: Sequence[Team] = ()
    cohorts: Sequence[Cohort] = ()


def assign(
    courses: Sequence[Course],
    series: Sequence[Series],
    targets: Targets,
    *,
    due_on: date | None,
    today: date,
    actor: Person,
    now: datetime,
    note: str = "",
    again: bool = False,
) -> list[Assignment]:
    """Ask people to take courses by a date, and enrol them.

    Somebody who is enrolled already keeps their progress and gets the earlier due date; what
    is asked already by the same date is not asked twice. Who has completed a course is asked to
    take it again only with `again`. The caller has made sure that the
    acting person may assign to the targets. Raises `NobodyToAssign`, `DueDateInThePast`,
    `DueDateTooFar`, `TooMuchAtOnce`.
    """
    if due_on is not None and due_on < today:
        raise DueDateInThePast(field="due_on")
    if due_on is not None and due_on > today + FARTHEST:
        raise DueDateTooFar(field="due_on")
    subjects: list[dict[str, int]] = [{"course_id": course.id} for course in courses]
    subjects += [{"series_id": one.id} for one in series]
    places: list[dict[str, int]] = [{"person_id": person.id} for person in targets.people]
    places += [{"team_id": team.id} for team in targets.teams]
    places += [{"cohort_id": cohort.id} for cohort in targets.cohorts]
    if not subjects or not places:
        raise NobodyToAssign()
    if len(subjects) * len(places) > MOST_AT_ONCE:
        raise TooMuchAtOnce(count=len(subjects) * len(places), limit=MOST_AT_ONCE)
    return [
        _ask_once(subject | place, due_on=due_on, note=note, again=again, actor=actor, now=now)
        for subject in subjects
        for place in places
    ]


def _ask_once(
    ends: dict[str, int],
    *,
    due_on: date | None,
    note: str,
    again: bool,
    actor: Person,
    now: datetime,
) -> Assignment:
    same = {"course_id": None, "series_id": None} | {
        "person_id": None, "team_id": None, "cohort_id": None,
    } | ends | {"due_on": due_on, "withdrawn_at": None, "again": again}  # fmt: skip
    query = select(Assignment).filter_by(**same).limit(1)
    if again and due_on is None:
        # Without a date, asking anew next year is no repetition; a second click is.
        query = query.where(Assignment.assigned_at > now - SAME_ASKING)
    known = db.session.scalars(query).one_or_none()
    if known is not None:
        return known
    assignment = Assignment(
        **ends,
        due_on=due_on,
        note=storable(note)[:NOTE_LIMIT],
        again=again,
        assigned_by_id=actor.id,
        assigned_at=now,
    )
    db.session.add(assignment)
    db.session.flush()
    apply_assignment(assignment, now=now)
    audit.append_entry(
        "learning.assign",
        actor=actor,
        object_type="assignment",
        object_key=str(assignment.id),
        now=now,
        changes={"due_on": [None, due_on.isoformat() if due_on else None]}
        | ({"again": [False, True]} if again else {}),
    )
    return assignment


def count_completed(assignments: Collection[Assignment]) -> int:
    """How many pairs of a course and a person that assignments name are completed already."""
    pairs: set[tuple[int, int]] = set()
    for assignment in assignments:
        query = select(Enrolment.course_id, Enrolment.person_id).where(
            Enrolment.course_id.in_(courses_of(assignment)),
            Enrolment.person_id.in_(people_of(assignment)),
            Enrolment.completed_at.is_not(None),
            Enrolment.withdrawn_at.is_(None),
        )
        pairs.update((course_id, person_id) for course_id, person_id in db.session.execute(query))
    return len(pairs)


def withdraw_assignment(assignment: Assignment, *, actor: Person, now: datetime) -> None:
    """Take an assignment back. Enrolments nobody has started go with it; progress stays.

    Who was asked to take a course again and has not begun has completed it as before. Somebody
    who is asked by another assignment as well stays enrolled by that one.
    """
    if assignment.withdrawn_at is not None:
        return
    assignment.withdrawn_at = now
    unbegun = (Enrolment.assignment_id == assignment.id, Enrolment.started_at.is_(None))
    again = select(Enrolment).where(*unbegun, Enrolment.completed_before_at.is_not(None))
    for enrolment in list(db.session.scalars(again.order_by(Enrolment.id).with_for_update())):
        close_round(enrolment, now=now)
    db.session.execute(
        update(Enrolment)
        .where(*unbegun, Enrolment.completed_before_at.is_(None))
        .values(withdrawn_at=now)
    )
    db.session.execute(
        update(Enrolment)
        .where(
            Enrolment.assignment_id == assignment.id,
            Enrolment.started_at.is_not(None),
            Enrolment.completed_at.is_(None),
        )
        .values(due_on=None)
    )
    for other in _others_asking(assignment):
        apply_assignment(other, now=now)
    audit.append_entry(
        "learning.withdraw_assignment",
        actor=actor,
        object_type="assignment",
        object_key=str(assignment.id),
        now=now,
    )


def _others_asking(assignment: Assignment) -> list[Assignment]:
    """Assignments in force that ask for one of the same courses."""
    courses = courses_of(assignment)
    series = select(Course.series_id).where(Course.id.in_(courses))
    query = select(Assignment).where(
        Assignment.withdrawn_at.is_(None),
        Assignment.course_id.in_(courses) | Assignment.series_id.in_(series),
    )
    return list(db.session.scalars(query.order_by(Assignment.id)))


def open_assignment_ids(limit: int = 10_000) -> Collection[int]:
    """Ids of assignments to teams, cohorts or series that may still reach new people."""
    query = (
        select(Assignment.id)
        .where(
            Assignment.withdrawn_at.is_(None),
            Assignment.person_id.is_(None) | Assignment.series_id.is_not(None),
        )
        .order_by(Assignment.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))
