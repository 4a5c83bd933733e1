"""Courses as learners' pages name them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, defer

from trainhub.catalogue.models import Course, CourseEdition, CourseVersion, Lesson, Series
from trainhub.db import db
from trainhub.learning.models import Enrolment
from trainhub.learning.queries.standings import has_completed
from trainhub.learning.rules import LessonChange, changed_lessons


@dataclass(frozen=True)
class CourseHead:
    """A course that has something published. `title` is in the language asked for, if there
    is an edition in it; `titles` has those of every edition.
    """

    id: int
    key: str
    series_id: int
    position: int
    minutes: int
    is_open: bool
    title: str
    language: str
    titles: dict[str, str] = field(default_factory=dict)


# On most pages: built once, because building it takes longer than running it.
_HEADS = (
    select(
        Course.id,
        Course.key,
        Course.series_id,
        Course.position,
        Course.minutes,
        Course.retired_at,
        Course.self_enrolment,
        CourseEdition.language,
        CourseVersion.title,
    )
    .join(CourseEdition, CourseEdition.course_id == Course.id)
    .join(CourseVersion, CourseVersion.id == CourseEdition.published_version_id)
    .join(Series, Series.id == Course.series_id)
    .order_by(Series.position, Series.key, Course.position, Course.key)
)


def list_course_heads(language: str) -> dict[int, CourseHead]:
    """Every course with a version in force by id, retired ones too, in the order of the map."""
    found: dict[int, CourseHead] = {}
    for row in db.session.execute(_HEADS):
        titles = (found[row.id].titles if row.id in found else {}) | {row.language: row.title}
        shown = language if language in titles else next(iter(titles))
        found[row.id] = CourseHead(
            id=row.id,
            key=row.key,
            series_id=row.series_id,
            position=row.position,
            minutes=row.minutes,
            is_open=row.self_enrolment and row.retired_at is None,
            title=titles[shown],
            language=shown,
            titles=titles,
        )
    return found


def list_series_titles(language: str) -> dict[int, str]:
    """The titles of all series by id, in order."""
    rows = db.session.execute(
        select(Series.id, Series.title_zh, Series.title_en).order_by(Series.position, Series.key)
    )
    return {row.id: row.title_zh if language == "zh" else row.title_en for row in rows}


def list_published(course_key: str) -> dict[str, CourseVersion]:
    """The versions in force of a course by language, with edition and course."""
    query = (
        select(CourseVersion)
        .join(CourseEdition, CourseEdition.published_version_id == CourseVersion.id)
        .join(Course, Course.id == CourseEdition.course_id)
        .where(Course.key == course_key)
        .order_by(CourseEdition.language.desc())
        .options(
            contains_eager(CourseVersion.edition).contains_eager(CourseEdition.course),
            defer(CourseVersion.source),
        )
    )
    return {one.edition.language: one for one in db.session.scalars(query)}


@dataclass(frozen=True)
class Prerequisite:
    """A course to finish first, and when the person has."""

    head: CourseHead
    completed_at: datetime | None


def list_prerequisites(
    person_id: int, keys: Collection[str], heads: dict[int, CourseHead]
) -> list[Prerequisite]:
    """The courses that come before one, and whether the person has completed them."""
    wanted = [head for head in heads.values() if head.key in keys]
    if not wanted:
        return []
    completed_at = func.coalesce(Enrolment.completed_at, Enrolment.completed_before_at)
    query = select(Enrolment.course_id, completed_at).where(
        Enrolment.person_id == person_id,
        Enrolment.course_id.in_([head.id for head in wanted]),
    )
    done = dict(db.session.execute(query).all())
    return [Prerequisite(head, done.get(head.id)) for head in wanted]


def find_next_course(
    person_id: int, course: Course, heads: dict[int, CourseHead]
) -> CourseHead | None:
    """The next course of the same series that the person has not completed."""
    rest = [
        head
        for head in heads.values()
        if head.series_id == course.series_id and head.position > course.position
    ]
    if not rest:
        return None
    query = select(Enrolment.course_id).where(Enrolment.person_id == person_id, has_completed())
    done = set(db.session.scalars(query))
    return next((head for head in rest if head.id not in done), None)


def list_changes(old_version_id: int, new_version_id: int) -> list[LessonChange]:
    """What differs between two versions, lesson by lesson, as a learner sees them."""
    rows = db.session.execute(
        select(Lesson.version_id, Lesson.key, Lesson.title, Lesson.body)
        .where(Lesson.version_id.in_((old_version_id, new_version_id)))
        .order_by(Lesson.position)
    ).all()
    texts: dict[int, dict[str, tuple[str, str]]] = {old_version_id: {}, new_version_id: {}}
    for row in rows:
        texts[row.version_id][row.key] = (row.title, row.body)
    return changed_lessons(texts[old_version_id], texts[new_version_id])


def list_lessons(version_id: int) -> list[Any]:
    """Every lesson of a version with its text, in order."""
    query = select(Lesson).where(Lesson.version_id == version_id).order_by(Lesson.position)
    return list(db.session.scalars(query))
