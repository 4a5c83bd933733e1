"""Enrolling people: by what was assigned, or of their own accord."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from trainhub.catalogue.models import Course, CourseEdition
from trainhub.db import db
from trainhub.errors import N_, DomainError
from trainhub.learning.models import Assignment, Enrolment
from trainhub.learning.rules import due_for_newcomer
from trainhub.learning.services.repeating import close_round, open_round
from trainhub.people.models import CohortMember, Person, PersonRole, Role

BATCH = 1_000


class SelfEnrolmentClosed(DomainError):
    """The course is given on assignment only."""

    code = "self_enrolment_closed"
    status = 403
    message = N_("This course is given on assignment only. Ask your trainer or supervisor.")


class NotVoluntary(DomainError):
    """Somebody has asked the person to take this course."""

    code = "not_voluntary"
    status = 409
    message = N_("This course was assigned to you, or is finished; you cannot leave it yourself.")


def apply_assignment(assignment: Assignment, *, now: datetime) -> int:
    """Enrol everybody an assignment reaches today; how many were new to their course.

    Who joins later, and whoever gets a course that joins a series later, has as many days as
    the others had (`rules.due_for_newcomer`). Who had completed a course before they were
    asked takes it again only if the assignment says so.
    """
    due_on = due_for_newcomer(assignment.due_on, assigned_at=assignment.assigned_at, now=now)
    courses = courses_of(assignment)
    people = people_of(assignment)
    before = set(
        db.session.execute(
            select(Enrolment.person_id, Enrolment.course_id).where(
                Enrolment.course_id.in_(courses), Enrolment.person_id.in_(people)
            )
        ).all()
    )
    course_ids = list(db.session.scalars(courses))
    fresh = [
        {
            "person_id": person_id,
            "course_id": course_id,
            "assignment_id": assignment.id,
            "due_on": due_on,
            "enrolled_at": now,
            "lessons_done": 0,
            "lessons_total": 0,
            "last_lesson_key": "",
        }
        for person_id in db.session.scalars(people)
        for course_id in course_ids
        if (person_id, course_id) not in before
    ]
    for start in range(0, len(fresh), BATCH):
        _insert_enrolments(fresh[start : start + BATCH])
    _hasten(assignment, courses, people, due_on)
    db.session.flush()
    return len(fresh) + _ask_again(assignment, courses, people, due_on, now=now)


def _ask_again(
    assignment: Assignment,
    courses: Select[Any],
    people: Select[Any],
    due_on: date | None,
    *,
    now: datetime,
) -> int:
    """Open another round for those who had completed a course when this was asked."""
    if not assignment.again:
        return 0
    query = (
        select(Enrolment)
        .where(
            Enrolment.course_id.in_(courses),
            Enrolment.person_id.in_(people),
            Enrolment.completed_at < assignment.assigned_at,
            Enrolment.withdrawn_at.is_(None),
        )
        .order_by(Enrolment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return sum(
        open_round(enrolment, now=now, assignment_id=assignment.id, due_on=due_on)
        for enrolment in list(db.session.scalars(query))
    )


def _insert_enrolments(rows: list[dict[str, Any]]) -> None:
    dialect = db.session.get_bind().dialect.name
    insert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    db.session.execute(
        insert(Enrolment)
        .values(rows)
        .on_conflict_do_nothing(index_elements=["person_id", "course_id"])
    )


def _hasten(
    assignment: Assignment, courses: Select[Any], people: Select[Any], newcomers_due: date | None
) -> None:
    """Bring the due date forward for people on their way when they were asked; withdrawn ones
    are asked again, and who came of their own accord is now asked. Who takes a course again is
    left in peace, unless they were under way when somebody asked for just that.
    """
    due = assignment.due_on
    first_time = Enrolment.completed_before_at.is_(None)
    already = Enrolment.enrolled_at <= assignment.assigned_at
    affected = (
        Enrolment.course_id.in_(courses),
        Enrolment.person_id.in_(people),
        Enrolment.completed_at.is_(None),
        first_time | already if assignment.again else first_time,
    )
    asked = {Enrolment.assignment_id: assignment.id}
    changes: list[tuple[Any, dict[Any, Any]]] = [
        (
            Enrolment.withdrawn_at.is_not(None),
            asked | {Enrolment.withdrawn_at: None, Enrolment.due_on: newcomers_due},
        ),
        (Enrolment.assignment_id.is_(None), asked | {Enrolment.due_on: newcomers_due}),
    ]
    if due is not None:
        later = Enrolment.due_on.is_(None) | (Enrolment.due_on > due)
        changes.append((later & already, asked | {Enrolment.due_on: due}))
    for condition, values in changes:
        db.session.execute(
            update(Enrolment)
            .where(*affected, condition)
            .values(values)
            .execution_options(synchronize_session=False)
        )
    db.session.expire_all()


def courses_of(assignment: Assignment) -> Select[Any]:
    """The ids of the courses an assignment asks for today."""
    query = select(Course.id).where(Course.retired_at.is_(None))
    if assignment.course_id is not None:
        return query.where(Course.id == assignment.course_id)
    published = select(CourseEdition.course_id).where(
        CourseEdition.published_version_id.is_not(None)
    )
    return query.where(Course.series_id == assignment.series_id, Course.id.in_(published))


def people_of(assignment: Assignment) -> Select[Any]:
    """The ids of the people an assignment reaches today: of a team, its agents."""
    query = select(Person.id).where(Person.disabled_at.is_(None))
    if assignment.person_id is not None:
        return query.where(Person.id == assignment.person_id)
    if assignment.team_id is not None:
        agents = select(PersonRole.person_id).where(PersonRole.role == Role.AGENT.value)
        return query.where(Person.team_id == assignment.team_id, Person.id.in_(agents))
    members = select(CohortMember.person_id).where(CohortMember.cohort_id == assignment.cohort_id)
    return query.where(Person.id.in_(members))


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


def leave(enrolment: Enrolment, *, now: datetime) -> None:
    """Withdraw from a course taken of one's own accord. What was done is kept for a return.

    Who gives up taking a course again has completed it as before. Raises `NotVoluntary` for one
    that was assigned or is complete.
    """
    if enrolment.assignment_id is not None or enrolment.completed_at is not None:
        raise NotVoluntary()
    if close_round(enrolment, now=now):
        return
    enrolment.withdrawn_at = enrolment.withdrawn_at or now
    db.session.flush()
