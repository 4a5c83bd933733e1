"""Everything a course's page shows, in a number of queries that does not grow."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from trainhub.catalogue.models import Course, CourseEdition, CourseVersion, Lesson, Series
from trainhub.db import db


@dataclass(frozen=True)
class LessonLine:
    """A lesson in the contents of a course; `questions` are those of its checkpoints."""

    key: str
    title: str
    position: int
    minutes: int
    questions: int


@dataclass(frozen=True)
class CourseName:
    """A course by its key, with its title in the language of the page where there is one."""

    id: int
    key: str
    title: str


@dataclass(frozen=True)
class VersionLine:
    """A published version in the list for trainers."""

    id: int
    language: str
    number: int
    published_at: datetime
    note: str
    is_material: bool
    is_in_force: bool


@dataclass(frozen=True)
class CoursePage:
    """A course in one language: the version in force and what stands around it."""

    id: int
    key: str
    language: str
    languages: tuple[str, ...]
    series_key: str
    series_title: str
    knowledge_line: str
    minutes: int
    self_enrolment: bool
    retired_at: datetime | None
    version_id: int
    number: int
    published_at: datetime
    review_by: date | None
    owner: str
    title: str
    summary: str
    intro: str
    competencies: tuple[str, ...]
    objectives: tuple[str, ...]
    lessons: tuple[LessonLine, ...]
    prerequisites: tuple[CourseName, ...]
    neighbours: tuple[CourseName, ...]

    @property
    def previous(self) -> CourseName | None:
        """The course before this one in its series."""
        place = self._place()
        return self.neighbours[place - 1] if place else None

    @property
    def next(self) -> CourseName | None:
        """The course after this one in its series."""
        place = self._place()
        if place is None or place + 1 >= len(self.neighbours):
            return None
        return self.neighbours[place + 1]

    def _place(self) -> int | None:
        keys = [one.key for one in self.neighbours]
        return keys.index(self.key) if self.key in keys else None


def find_course_page(key: str, language: str) -> CoursePage | None:
    """The page of a course that has something published, in `language` if it can be.

    None for a course that does not exist or has never been published.
    """
    course = db.session.scalars(
        select(Course)
        .where(Course.key == key)
        .options(
            joinedload(Course.series),
            selectinload(Course.editions).joinedload(CourseEdition.published),
        )
    ).one_or_none()
    if course is None:
        return None
    editions = {one.language: one for one in course.editions if one.published is not None}
    if not editions:
        return None
    edition = editions.get(language) or next(iter(editions.values()))
    return _page(course, edition, tuple(sorted(editions, reverse=True)), language)


def _page(
    course: Course, edition: CourseEdition, languages: tuple[str, ...], reading: str
) -> CoursePage:
    version = edition.published
    assert version is not None
    series = course.series
    return CoursePage(
        id=course.id,
        key=course.key,
        language=edition.language,
        languages=languages,
        series_key=series.key,
        series_title=series.title_zh if reading == "zh" else series.title_en,
        knowledge_line=series.knowledge_line,
        minutes=course.minutes,
        self_enrolment=course.self_enrolment,
        retired_at=course.retired_at,
        version_id=version.id,
        number=version.number,
        published_at=version.published_at,
        review_by=version.review_by,
        owner=edition.owner,
        title=version.title,
        summary=version.summary,
        intro=version.intro,
        competencies=tuple(version.competencies),
        objectives=tuple(one["text"] for one in version.objectives),
        lessons=_lesson_lines(version.id),
        prerequisites=_named(Course.key.in_(version.prerequisites), reading),
        neighbours=_named(Course.series_id == series.id, reading),
    )


def _lesson_lines(version_id: int) -> tuple[LessonLine, ...]:
    columns = (Lesson.key, Lesson.title, Lesson.position, Lesson.minutes, Lesson.checkpoint_items)
    rows = db.session.execute(
        select(*columns).where(Lesson.version_id == version_id).order_by(Lesson.position)
    )
    return tuple(LessonLine(*row[:4], questions=len(row[4])) for row in rows)


def _named(condition: object, reading: str) -> tuple[CourseName, ...]:
    """Published courses of the library that fulfil a condition, in the order of the map."""
    rows = db.session.execute(
        select(Course.id, Course.key, CourseEdition.language, CourseVersion.title)
        .join(CourseEdition, CourseEdition.course_id == Course.id)
        .join(CourseVersion, CourseVersion.id == CourseEdition.published_version_id)
        .where(condition, Course.retired_at.is_(None))  # type: ignore[arg-type]  # an SQL condition
        .order_by(Course.position, Course.key)
    ).all()
    chosen: dict[str, CourseName] = {}
    for row in rows:
        if row.key not in chosen or row.language == reading:
            chosen[row.key] = CourseName(row.id, row.key, row.title)
    return tuple(chosen.values())


def list_versions(course_id: int, languages: Collection[str] = ("zh", "en")) -> list[VersionLine]:
    """Every published version of a course, the newest first."""
    rows = db.session.execute(
        select(
            CourseVersion.id,
            CourseEdition.language,
            CourseVersion.number,
            CourseVersion.published_at,
            CourseVersion.note,
            CourseVersion.is_material,
            CourseEdition.published_version_id,
        )
        .join(CourseEdition, CourseEdition.id == CourseVersion.edition_id)
        .where(CourseEdition.course_id == course_id, CourseEdition.language.in_(languages))
        .order_by(CourseVersion.published_at.desc(), CourseVersion.id.desc())
    )
    return [VersionLine(*row[:6], is_in_force=row[0] == row[6]) for row in rows]


def list_retired(reading: str) -> list[CourseName]:
    """Courses taken out of the library, by key, with a title of theirs."""
    rows = db.session.execute(
        select(Course.id, Course.key, CourseEdition.language, CourseVersion.title)
        .join(CourseEdition, CourseEdition.course_id == Course.id)
        .join(CourseVersion, CourseVersion.id == CourseEdition.published_version_id)
        .where(Course.retired_at.is_not(None))
        .order_by(Course.key)
    ).all()
    chosen: dict[str, CourseName] = {}
    for row in rows:
        if row.key not in chosen or row.language == reading:
            chosen[row.key] = CourseName(row.id, row.key, row.title)
    return list(chosen.values())


def list_series_titles(reading: str) -> list[tuple[str, str]]:
    """Key and title of every series, in the order of the map."""
    rows = db.session.execute(
        select(Series.key, Series.title_zh, Series.title_en).order_by(Series.position, Series.key)
    )
    return [(row.key, row.title_zh if reading == "zh" else row.title_en) for row in rows]
