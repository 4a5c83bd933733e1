"""The course map: knowledge line → series → course."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from trainhub.catalogue.models import Course, CourseEdition, CourseVersion, Series
from trainhub.db import db


@dataclass(frozen=True)
class MapCourse:
    """A course on the map, in the language shown. `languages` are those it is published in."""

    id: int
    key: str
    series_id: int
    position: int
    minutes: int
    language: str
    languages: tuple[str, ...]
    title: str
    summary: str
    competencies: tuple[str, ...]
    prerequisites: tuple[str, ...]
    version_id: int


@dataclass
class MapSeries:
    """A series on the map with its courses in order."""

    id: int
    key: str
    knowledge_line: str
    title: str
    summary: str
    courses: list[MapCourse] = field(default_factory=list)


def list_map(
    language: str,
    *,
    competency: str | None = None,
    minutes: int | None = None,
    only_language: str | None = None,
) -> list[MapSeries]:
    """Every series with published courses, in order; texts in `language` where there is one.

    The filters leave out courses without the competency, of another length, or not
    published in `only_language`; a series left empty is left out.
    """
    rows = db.session.execute(
        select(
            Course.id,
            Course.key,
            Course.series_id,
            Course.position,
            Course.minutes,
            CourseEdition.language,
            CourseVersion.title,
            CourseVersion.summary,
            CourseVersion.competencies,
            CourseVersion.prerequisites,
            CourseVersion.id.label("version_id"),
        )
        .join(CourseEdition, CourseEdition.course_id == Course.id)
        .join(CourseVersion, CourseVersion.id == CourseEdition.published_version_id)
        .where(Course.retired_at.is_(None))
        .order_by(Course.position, Course.key)
    ).all()
    languages: dict[int, list[str]] = {}
    for row in rows:
        languages.setdefault(row.id, []).append(row.language)
    chosen = {}
    for row in rows:
        if row.id not in chosen or row.language == language:
            chosen[row.id] = row
    shown = [
        MapCourse(
            id=row.id,
            key=row.key,
            series_id=row.series_id,
            position=row.position,
            minutes=row.minutes,
            language=row.language,
            languages=tuple(sorted(languages[row.id], reverse=True)),
            title=row.title,
            summary=row.summary,
            competencies=tuple(row.competencies),
            prerequisites=tuple(row.prerequisites),
            version_id=row.version_id,
        )
        for row in chosen.values()
        if (competency is None or competency in row.competencies)
        and (minutes is None or row.minutes == minutes)
        and (only_language is None or only_language in languages[row.id])
    ]
    return _by_series(shown, language)


def _by_series(courses: list[MapCourse], language: str) -> list[MapSeries]:
    found = db.session.scalars(select(Series).order_by(Series.position, Series.key))
    series = {
        one.id: MapSeries(
            id=one.id,
            key=one.key,
            knowledge_line=one.knowledge_line,
            title=one.title_zh if language == "zh" else one.title_en,
            summary=one.summary_zh if language == "zh" else one.summary_en,
        )
        for one in found
    }
    for course in courses:
        series[course.series_id].courses.append(course)
    return [one for one in series.values() if one.courses]
