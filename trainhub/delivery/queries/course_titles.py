"""Titles of courses for pages about classes."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from trainhub.catalogue.models import Course, CourseEdition, CourseVersion
from trainhub.db import db


def titles_of(course_ids: Collection[int], language: str) -> dict[int, str]:
    """The published titles of these courses, in the language asked for if there is one.

    A course with nothing published is named by its key.
    """
    if not course_ids:
        return {}
    keys = db.session.execute(select(Course.id, Course.key).where(Course.id.in_(course_ids)))
    found: dict[int, str] = {row.id: row.key for row in keys}
    rows = db.session.execute(
        select(CourseEdition.course_id, CourseEdition.language, CourseVersion.title)
        .join(CourseVersion, CourseVersion.id == CourseEdition.published_version_id)
        .where(CourseEdition.course_id.in_(course_ids))
    ).all()
    found |= {row.course_id: row.title for row in rows}
    found |= {row.course_id: row.title for row in rows if row.language == language}
    return found
