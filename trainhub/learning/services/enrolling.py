"""Assigning courses and enrolling people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from trainhub.audit import services as audit
from trainhub.catalogue.models import Course, CourseEdition, Series
from trainhub.db import db
from trainhub.errors import N_, DomainError
from trainhub.learning.models import Assignment, Enrolment
from trainhub.people.models import Cohort, CohortMember, Person, PersonRole, Role, Team

BATCH = 1_000


class SelfEnrolmentClosed(DomainError):
    """The course is given on assignment only."""

    code = "self_enrolment_closed"
    status = 403
    message = N_("This course is given on assignment only. Ask your trainer or supervisor.")


class NobodyToAssign(DomainError):
    """An assignment without a single target or course."""

    code = "nobody_to_assign"
    message = N_("Choose at least one course and at least one person, team or cohort.")


class DueDateInThePast(DomainError):
    """Nobody can meet it."""

    code = "due_date_past"
    message = N_("The due date lies in the past.")


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
) -> list[Assignment]:
    """Ask people to take courses by a date, and enrol them.

    Somebody who is enrolled already keeps their progress and gets the earlier due date.
    The caller has made sure that the acting person may assign to the targets.
    """
    if due_on is not None and due_on < today:
        raise DueDateInThePast(field="due_on")
    subjects: list[dict[str, int]] = [{"course_id": course.id} for course in courses]
    subjects += [{"series_id": one.id} for one in series]
    places: list[dict[str, int]] = [{"person_id": person.id} for person in targets.people]
    places += [{"team_id": team.id} for team in targets.teams]
    places += [{"cohort_id": cohort.id} for cohort in targets.cohorts]
    if not subjects or not places:
        raise NobodyToAssign()
    made = [
        Assignment(
            **subject,
            **place,
            due_on=due_on,
            note=note,
            assigned_by_id=actor.id,
            assigned_at=now,
        )
        for subject in subjects
        for place in places
    ]
    db.session.add_all(made)
    db.session.flush()
    for assignment in made:
        apply_assignment(assignment, now=now)
        audit.append_entry(
            "learning.assign",
            actor=actor,
            object_type="assignment",
            object_key=str(assignment.id),
            now=now,
            changes={"due_on": [None, due_on.isoformat() if due_on else None]},
        )
    return made


def apply_assignment(assignment: Assignment, *, now: datetime) -> int:
    """Enrol everybody an assignment reaches today; how many were new to their course."""
    courses = _course_ids(assignment)
    people = _person_ids(assignment)
    before = set(
        db.session.execute(
            select(Enrolment.person_id, Enrolment.course_id).where(
                Enrolment.course_id.in_(courses), Enrolment.person_id.in_(people)
            )
        ).tuples()
    )
    fresh = [
        {
            "person_id": person_id,
            "course_id": course_id,
            "assignment_id": assignment.id,
            "due_on": assignment.due_on,
            "enrolled_at": now,
            "lessons_done": 0,
            "lessons_total": 0,
            "last_lesson_key": "",
        }
        for person_id in people
        for course_id in courses
        if (person_id, course_id) not in before
    ]
    for start in range(0, len(fresh), BATCH):
        _insert_enrolments(fresh[start : start + BATCH])
    _hasten(assignment, courses, people)
    db.session.flush()
    return len(fresh)


def _insert_enrolments(rows: list[dict[str, Any]]) -> None:
    dialect = db.session.get_bind().dialect.name
    insert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    db.session.execute(
        insert(Enrolment)
        .values(rows)
        .on_conflict_do_nothing(index_elements=["person_id", "course_id"])
    )


def _hasten(assignment: Assignment, courses: list[int], people: list[int]) -> None:
    """Bring the due date forward for people on their way; withdrawn ones are asked again."""
    due = assignment.due_on
    affected = (
        Enrolment.course_id.in_(courses),
        Enrolment.person_id.in_(people),
        Enrolment.completed_at.is_(None),
    )
    db.session.execute(
        update(Enrolment)
        .where(*affected, Enrolment.withdrawn_at.is_not(None))
        .values(withdrawn_at=None, assignment_id=assignment.id, due_on=due)
    )
    if due is not None:
        db.session.execute(
            update(Enrolment)
            .where(*affected, (Enrolment.due_on.is_(None)) | (Enrolment.due_on > due))
            .values(due_on=due, assignment_id=assignment.id)
        )


def _course_ids(assignment: Assignment) -> list[int]:
    if assignment.course_id is not None:
        return [assignment.course_id]
    published = select(CourseEdition.course_id).where(
        CourseEdition.published_version_id.is_not(None)
    )
    query = select(Course.id).where(
        Course.series_id == assignment.series_id,
        Course.retired_at.is_(None),
        Course.id.in_(published),
    )
    return list(db.session.scalars(query))


def _person_ids(assignment: Assignment) -> list[int]:
    if assignment.person_id is not None:
        return [assignment.person_id]
    query = select(Person.id).where(Person.disabled_at.is_(None))
    if assignment.team_id is not None:
        agents = select(PersonRole.person_id).where(PersonRole.role == Role.AGENT.value)
        query = query.where(Person.team_id == assignment.team_id, Person.id.in_(agents))
    else:
        members = select(CohortMember.person_id).where(
            CohortMember.cohort_id == assignment.cohort_id
        )
        query = query.where(Person.id.in_(members))
    return list(db.session.scalars(query))


def withdraw_assignment(assignment: Assignment, *, actor: Person, now: datetime) -> None:
    """Take an assignment back. Enrolments nobody has started go with it; progress stays."""
    assignment.withdrawn_at = assignment.withdrawn_at or now
    db.session.execute(
        update(Enrolment)
        .where(Enrolment.assignment_id == assignment.id, Enrolment.started_at.is_(None))
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
    audit.append_entry(
        "learning.withdraw_assignment",
        actor=actor,
        object_type="assignment",
        object_key=str(assignment.id),
        now=now,
    )


def enrol(person: Person, course: Course, *, now: datetime) -> Enrolment:
    """Enrol oneself; an enrolment that exists is given back as it is, a withdrawn one anew."""
    query = select(Enrolment).where(
        Enrolment.person_id == person.id, Enrolment.course_id == course.id
    )
    known = db.session.scalars(query).one_or_none()
    if known is not None and known.withdrawn_at is None:
        return known
    if not course.self_enrolment or course.retired_at is not None:
        raise SelfEnrolmentClosed()
    if known is not None:
        known.withdrawn_at = None
        known.due_on = None
        db.session.flush()
        return known
    _insert_enrolments(
        [
            {
                "person_id": person.id,
                "course_id": course.id,
                "assignment_id": None,
                "due_on": None,
                "enrolled_at": now,
                "lessons_done": 0,
                "lessons_total": 0,
                "last_lesson_key": "",
            }
        ]
    )
    return db.session.scalars(query).one()


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
