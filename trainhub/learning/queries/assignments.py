"""What has been assigned, and to whom one may assign."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import aliased, joinedload

from trainhub.catalogue.models import Course, CourseEdition, Series
from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.learning.models import Assignment, Enrolment, EnrolmentRound
from trainhub.learning.queries.scope import SEES_ALL, learners_in_sight, list_teams_in_sight
from trainhub.learning.queries.standings import count_completed, count_of
from trainhub.learning.rules import Standing
from trainhub.people.models import Cohort, Person, Team

PAGE_SIZE = 25
FOUND_AT_MOST = 20


@dataclass(frozen=True)
class AssignmentRow:
    """An assignment with the enrolments that follow it counted."""

    assignment: Assignment
    target: str
    kind: str
    assigned_by: str
    enrolled: int
    completed: int
    late: int


@dataclass(frozen=True)
class AssignmentPage:
    """One page of assignments, the newest first."""

    rows: list[AssignmentRow]
    page: int
    pages: int


def _in_sight(viewer: Person) -> ColumnElement[bool]:
    """Supervisors see what was asked of their teams and of people in them; of cohorts, which
    mix teams, they see nothing here.
    """
    if viewer.has_role(*SEES_ALL):
        return true()
    own = select(Person.id).where(learners_in_sight(viewer))
    return Assignment.team_id.in_(viewer.supervised_team_ids) | Assignment.person_id.in_(own)


def list_assignments(viewer: Person, *, today: date, page: int = 1) -> AssignmentPage:
    """Assignments in force that the viewer may see; the same few queries for any number."""
    shown = (Assignment.withdrawn_at.is_(None), _in_sight(viewer))
    total = db.session.scalar(select(func.count()).select_from(Assignment).where(*shown)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    assigner = aliased(Person)
    query = (
        select(Assignment, Team.name, Cohort.name, Person.name, assigner.name)
        .outerjoin(Team, Team.id == Assignment.team_id)
        .outerjoin(Cohort, Cohort.id == Assignment.cohort_id)
        .outerjoin(Person, Person.id == Assignment.person_id)
        .outerjoin(assigner, assigner.id == Assignment.assigned_by_id)
        .where(*shown)
        .order_by(Assignment.assigned_at.desc(), Assignment.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    found = db.session.execute(query).all()
    counts = _counts([row[0].id for row in found], today)
    return AssignmentPage([_row(row, counts) for row in found], page, pages)


def _row(row: Any, counts: dict[int, tuple[int, int, int]]) -> AssignmentRow:
    assignment, team, cohort, person, by = row
    kind = "team" if team else "cohort" if cohort else "person"
    enrolled, completed, late = counts.get(assignment.id, (0, 0, 0))
    target = team or cohort or person or ""
    return AssignmentRow(assignment, target, kind, by or "", enrolled, completed, late)


def _counts(ids: Collection[int], today: date) -> dict[int, tuple[int, int, int]]:
    query = (
        select(
            Enrolment.assignment_id,
            func.count(),
            count_completed(today),
            count_of(Standing.OVERDUE, today=today),
        )
        .where(Enrolment.assignment_id.in_(ids), Enrolment.withdrawn_at.is_(None))
        .group_by(Enrolment.assignment_id)
    )
    found = {
        assignment_id: (enrolled, completed, late)
        for assignment_id, enrolled, completed, late in db.session.execute(query)
        if assignment_id is not None
    }
    for assignment_id, count in db.session.execute(_count_earlier_rounds(ids)):
        enrolled, completed, late = found.get(assignment_id, (0, 0, 0))
        found[assignment_id] = (enrolled + count, completed + count, late)
    return found


def _count_earlier_rounds(ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    """What an assignment asked for was done, though the course is on another round now."""
    return (
        select(EnrolmentRound.assignment_id, func.count())
        .join(Enrolment, Enrolment.id == EnrolmentRound.enrolment_id)
        .where(
            EnrolmentRound.assignment_id.in_(ids),
            EnrolmentRound.completed_at.is_not(None),
            EnrolmentRound.round < Enrolment.round,
        )
        .group_by(EnrolmentRound.assignment_id)
    )


def get_assignment(assignment_id: int, viewer: Person) -> Assignment:
    """An assignment the viewer may see and take back. Raises `NotFound`."""
    query = select(Assignment).where(Assignment.id == assignment_id, _in_sight(viewer))
    assignment = db.session.scalars(query).one_or_none()
    if assignment is None:
        raise NotFound()
    return assignment


def list_cohorts_for(viewer: Person) -> list[Cohort]:
    """The cohorts the viewer may assign to: none for supervisors, as cohorts mix teams."""
    if not viewer.has_role(*SEES_ALL):
        return []
    return list(db.session.scalars(select(Cohort).order_by(Cohort.start_on.desc(), Cohort.name)))


def list_teams_for(viewer: Person) -> list[Team]:
    """The teams the viewer may assign to."""
    return list_teams_in_sight(viewer)


def find_people_for(
    viewer: Person, words: str, chosen: Collection[int] = ()
) -> tuple[list[Person], bool]:
    """People the viewer may assign to: those chosen, then those found by words (name, pinyin,
    number); and whether more were found than are listed.
    """
    allowed = (Person.disabled_at.is_(None), learners_in_sight(viewer))
    query = select(Person).where(*allowed).options(joinedload(Person.team))
    query = query.order_by(Person.name_key, Person.id)
    picked = list(db.session.scalars(query.where(Person.id.in_(chosen)))) if chosen else []
    clean = "".join(sign for sign in words[:200] if sign.isprintable())
    parts = clean.casefold().split()[:10]
    if not parts:
        return picked, False
    for part in parts:
        query = query.where(Person.search_key.contains(part, autoescape=True))
    found = list(db.session.scalars(query.limit(FOUND_AT_MOST + 1)))
    known = {person.id for person in picked}
    fresh = [person for person in found[:FOUND_AT_MOST] if person.id not in known]
    return picked + fresh, len(found) > FOUND_AT_MOST


def list_assignable_courses() -> list[Course]:
    """Courses that are published and not retired, in the order of the map."""
    published = select(CourseEdition.course_id).where(
        CourseEdition.published_version_id.is_not(None)
    )
    query = (
        select(Course)
        .join(Series, Series.id == Course.series_id)
        .where(Course.retired_at.is_(None), Course.id.in_(published))
        .order_by(Series.position, Series.key, Course.position, Course.key)
        .options(joinedload(Course.series))
    )
    return list(db.session.scalars(query))
