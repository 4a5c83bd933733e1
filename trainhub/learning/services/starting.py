"""Beginning a course, and going on with another version of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from trainhub.catalogue.models import CourseEdition, CourseVersion, Lesson
from trainhub.db import db
from trainhub.errors import N_, DomainError, NotFound
from trainhub.learning.models import Enrolment
from trainhub.learning.services.completing import review_completion, round_key, version_name
from trainhub.ledger import services as ledger
from trainhub.ledger.models import Verb


class NotPublished(DomainError):
    """There is nothing to learn yet."""

    code = "not_published"
    status = 409
    message = N_("This course has no published text in the language asked for.")


def start_course(enrolment: Enrolment, edition: CourseEdition, *, now: datetime) -> None:
    """Begin a course on the version in force of an edition; a second start changes nothing."""
    if enrolment.version_id is not None:
        return
    version = edition.published
    if version is None or edition.course_id != enrolment.course_id:
        raise NotPublished()
    enrolment.version = version
    enrolment.started_at = now
    enrolment.last_active_at = now
    enrolment.lessons_total = _count_lessons(version.id)
    ledger.append_record(
        enrolment.person_id,
        Verb.STARTED,
        object_type="course",
        object_key=enrolment.course.key,
        object_version=version_name(version),
        dedupe_key=round_key(enrolment, "started"),
        occurred_at=now,
        now=now,
    )
    db.session.flush()


def _count_lessons(version_id: int) -> int:
    query = select(func.count()).select_from(Lesson).where(Lesson.version_id == version_id)
    return db.session.scalar(query) or 0


def move_to_version(enrolment: Enrolment, version: CourseVersion, *, now: datetime) -> None:
    """Go on with another published version of the same course (a newer one, or the other
    language). What was read and answered stays where lesson and question keys are the same.
    Raises `NotFound` for a version of another course.
    """
    if enrolment.version_id is None or version.edition.course_id != enrolment.course_id:
        raise NotFound()
    if enrolment.version_id == version.id:
        return
    enrolment.version = version
    enrolment.last_active_at = now
    keys = set(db.session.scalars(select(Lesson.key).where(Lesson.version_id == version.id)))
    if enrolment.last_lesson_key not in keys:
        enrolment.last_lesson_key = ""
    db.session.flush()
    review_completion(enrolment, now=now)
