"""One person's courses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select

from trainhub.catalogue.models import Course, CourseEdition, CourseVersion, Series
from trainhub.db import db
from trainhub.learning.models import Assignment, Enrolment, LessonProgress
from trainhub.learning.queries.courses import CourseHead
from trainhub.learning.rules import ORDER_OF_NEED, Standing, minutes_left, standing


@dataclass(frozen=True)
class MyCourse:
    """An enrolment as its person sees it in a list. `note` is the assigner's."""

    key: str
    title: str
    language: str
    standing: Standing
    minutes: int
    minutes_left: int
    due_on: date | None
    started_at: datetime | None
    completed_at: datetime | None
    completed_before_at: datetime | None
    last_active_at: datetime | None
    lessons_done: int
    lessons_total: int
    note: str
    series_id: int


def list_my_courses(
    person_id: int,
    heads: dict[int, CourseHead],
    *,
    today: date,
    only: ColumnElement[bool] | None = None,
) -> list[MyCourse]:
    """A person's courses, what needs them most first: overdue, due soon, under way, not
    started, completed; within that by due date, what was touched last, the order of the map.

    A course begun has the title of the edition it was begun in; others that of `heads`.
    """
    query = (
        select(
            Enrolment,
            Course.key,
            Course.minutes,
            Course.series_id,
            CourseVersion.title,
            CourseEdition.language,
            Assignment.note,
        )
        .join(Course, Course.id == Enrolment.course_id)
        .outerjoin(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .outerjoin(CourseEdition, CourseEdition.id == CourseVersion.edition_id)
        .outerjoin(Assignment, Assignment.id == Enrolment.assignment_id)
        .join(Series, Series.id == Course.series_id)
        .where(Enrolment.person_id == person_id, Enrolment.withdrawn_at.is_(None))
        .order_by(Series.position, Series.key, Course.position, Course.key)
    )
    if only is not None:
        query = query.where(only)
    found = []
    for row in db.session.execute(query):
        enrolment, key, minutes, series_id, begun_title, begun_language, note = row
        head = heads.get(enrolment.course_id)
        title: str | None = begun_title
        language: str | None = begun_language
        if title is None and head is None:
            continue  # never published, or taken back before the person began
        total = enrolment.lessons_total
        found.append(
            MyCourse(
                key=key,
                title=title or (head.title if head else ""),
                language=language or (head.language if head else ""),
                standing=standing(
                    completed=enrolment.completed_at is not None,
                    started=enrolment.started_at is not None,
                    due_on=enrolment.due_on,
                    today=today,
                    completed_before=enrolment.completed_before_at is not None,
                ),
                minutes=minutes,
                minutes_left=minutes_left(minutes, enrolment.lessons_done, total),
                due_on=enrolment.due_on,
                started_at=enrolment.started_at,
                completed_at=enrolment.completed_at,
                completed_before_at=enrolment.completed_before_at,
                last_active_at=enrolment.last_active_at,
                lessons_done=enrolment.lessons_done,
                lessons_total=total,
                note=note or "",
                series_id=series_id,
            )
        )
    return sorted(found, key=_need)


def _need(course: MyCourse) -> tuple[int, date, float]:
    touched = course.completed_at or course.last_active_at
    return (
        ORDER_OF_NEED.index(course.standing),
        course.due_on or date.max,
        -touched.timestamp() if touched else 0.0,
    )


def count_active_seconds(enrolment: Enrolment) -> int:
    """The time a person has spent in front of a course's lessons in this round."""
    query = select(func.sum(LessonProgress.active_s)).where(
        LessonProgress.enrolment_id == enrolment.id, LessonProgress.round == enrolment.round
    )
    return int(db.session.scalar(query) or 0)


@dataclass(frozen=True)
class CourseProgress:
    """How far somebody is with a course begun; `was_completed` in an earlier round."""

    course_id: int
    is_completed: bool
    was_completed: bool
    lessons_done: int
    lessons_total: int


def list_marks(person_id: int, course_ids: Collection[int]) -> list[CourseProgress]:
    """How far somebody is with those of the courses that they have begun or completed."""
    query = select(
        Enrolment.course_id,
        Enrolment.completed_at.is_not(None),
        Enrolment.completed_before_at.is_not(None),
        Enrolment.lessons_done,
        Enrolment.lessons_total,
    ).where(
        Enrolment.person_id == person_id,
        Enrolment.course_id.in_(course_ids),
        Enrolment.withdrawn_at.is_(None),
        (Enrolment.lessons_total > 0) | Enrolment.completed_before_at.is_not(None),
    )
    return [CourseProgress(*row) for row in db.session.execute(query)]
