"""One thing by its key."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload, undefer

from trainhub.catalogue.models import (
    Course,
    CourseEdition,
    CourseVersion,
    CourseVersionPicture,
    CourseVersionQuiz,
    Picture,
    Quiz,
    QuizEdition,
    QuizVersion,
    Series,
)
from trainhub.db import db


def find_series(key: str) -> Series | None:
    """A series by its key."""
    return db.session.scalars(select(Series).where(Series.key == key)).one_or_none()


def find_course(key: str) -> Course | None:
    """A course by its key, with its editions."""
    query = select(Course).where(Course.key == key).options(selectinload(Course.editions))
    return db.session.scalars(query).one_or_none()


def find_edition(course_key: str, language: str) -> CourseEdition | None:
    """A course in one language, with its draft and what is published."""
    query = (
        select(CourseEdition)
        .join(CourseEdition.course)
        .where(Course.key == course_key, CourseEdition.language == language)
        .options(
            joinedload(CourseEdition.course).joinedload(Course.series),
            joinedload(CourseEdition.published),
            joinedload(CourseEdition.draft),
        )
    )
    return db.session.scalars(query).one_or_none()


def find_edition_by_slug(slug: str, language: str) -> CourseEdition | None:
    """The edition whose file is called `<slug>.<language>.md`, with its course."""
    query = (
        select(CourseEdition)
        .where(CourseEdition.slug == slug, CourseEdition.language == language)
        .options(joinedload(CourseEdition.course))
    )
    return db.session.scalars(query).one_or_none()


def find_version(version_id: int) -> CourseVersion | None:
    """A version with its lessons."""
    query = (
        select(CourseVersion)
        .where(CourseVersion.id == version_id)
        .options(selectinload(CourseVersion.lessons), joinedload(CourseVersion.edition))
    )
    return db.session.scalars(query).one_or_none()


def find_quiz(key: str) -> Quiz | None:
    """A quiz by its key, with its editions."""
    query = select(Quiz).where(Quiz.key == key).options(selectinload(Quiz.editions))
    return db.session.scalars(query).one_or_none()


def find_quiz_edition(key: str, language: str) -> QuizEdition | None:
    """A quiz in one language, with its draft and what is published."""
    query = (
        select(QuizEdition)
        .join(QuizEdition.quiz)
        .where(Quiz.key == key, QuizEdition.language == language)
        .options(joinedload(QuizEdition.published), joinedload(QuizEdition.draft))
    )
    return db.session.scalars(query).one_or_none()


def published_quizzes(keys: Collection[str], language: str) -> dict[str, QuizVersion]:
    """The versions in force of quizzes in a language, with their items, by quiz key."""
    query = (
        select(Quiz.key, QuizVersion)
        .join(QuizEdition, QuizEdition.quiz_id == Quiz.id)
        .join(QuizVersion, QuizVersion.id == QuizEdition.published_version_id)
        .where(Quiz.key.in_(keys), QuizEdition.language == language)
        .options(selectinload(QuizVersion.items))
    )
    return dict(db.session.execute(query).all())


def list_editions_asking(quiz_key: str, language: str) -> list[CourseEdition]:
    """Course editions whose version in force asks a quiz, but not its newest version."""
    newest = (
        select(QuizEdition.published_version_id)
        .join(Quiz, Quiz.id == QuizEdition.quiz_id)
        .where(Quiz.key == quiz_key, QuizEdition.language == language)
        .scalar_subquery()
    )
    query = (
        select(CourseEdition)
        .join(
            CourseVersionQuiz,
            CourseVersionQuiz.course_version_id == CourseEdition.published_version_id,
        )
        .where(
            CourseVersionQuiz.quiz_key == quiz_key,
            CourseVersionQuiz.quiz_version_id != newest,
            CourseEdition.language == language,
        )
        .order_by(CourseEdition.id)
    )
    return list(db.session.scalars(query))


def list_source_hashes(edition: CourseEdition | QuizEdition) -> set[str]:
    """The source hashes of every version an edition has ever published."""
    model = CourseVersion if isinstance(edition, CourseEdition) else QuizVersion
    query = select(model.source_hash).where(model.edition_id == edition.id)
    return set(db.session.scalars(query))


def current_pictures(series_id: int, names: Collection[str]) -> dict[str, int]:
    """Ids of the current pictures of a series by name."""
    query = select(Picture.name, Picture.id).where(
        Picture.series_id == series_id, Picture.name.in_(names), Picture.is_current
    )
    return dict(db.session.execute(query).all())


def find_version_picture(course_key: str, language: str, number: int, name: str) -> Picture | None:
    """The picture, with its bytes, that a version of a course shows under a name."""
    query = (
        select(Picture)
        .join(CourseVersionPicture, CourseVersionPicture.picture_id == Picture.id)
        .join(CourseVersion, CourseVersion.id == CourseVersionPicture.course_version_id)
        .join(CourseEdition, CourseEdition.id == CourseVersion.edition_id)
        .join(Course, Course.id == CourseEdition.course_id)
        .where(
            Course.key == course_key,
            CourseEdition.language == language,
            CourseVersion.number == number,
            CourseVersionPicture.name == name,
        )
        .options(undefer(Picture.data))
    )
    return db.session.scalars(query).one_or_none()
