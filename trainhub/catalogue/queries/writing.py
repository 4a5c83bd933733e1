"""The writers' desk: what is being written, what is published, by whom."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import column, func, select, table
from sqlalchemy.orm import joinedload, selectinload, undefer

from trainhub.catalogue.models import (
    Course,
    CourseEdition,
    CourseVersion,
    CourseVersionQuiz,
    Item,
    Picture,
    Quiz,
    QuizEdition,
    QuizVersion,
    Series,
)
from trainhub.db import db

# Equals do not import each other: as in a foreign key, the table is known by its name.
_person = table("person", column("id"), column("name"))


def names_of_people(ids: Iterable[int | None]) -> dict[int, str]:
    """Names by id, for saying who saved or published something."""
    wanted = {one for one in ids if one is not None}
    rows = db.session.execute(select(_person.c.id, _person.c.name).where(_person.c.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def list_course_editions() -> list[CourseEdition]:
    """Every course in every language, with draft and published text, in the map's order."""
    query = (
        select(CourseEdition)
        .join(CourseEdition.course)
        .join(Course.series)
        .where(Course.retired_at.is_(None))
        .options(
            joinedload(CourseEdition.course).joinedload(Course.series),
            joinedload(CourseEdition.published),
            joinedload(CourseEdition.draft),
        )
        .order_by(Series.position, Series.key, Course.position, Course.key, CourseEdition.id)
    )
    return list(db.session.scalars(query))


def list_quiz_editions() -> list[QuizEdition]:
    """Every quiz in every language, with draft and published text, by key."""
    query = (
        select(QuizEdition)
        .join(QuizEdition.quiz)
        .options(
            joinedload(QuizEdition.quiz),
            joinedload(QuizEdition.published),
            joinedload(QuizEdition.draft),
        )
        .order_by(Quiz.key, QuizEdition.language)
    )
    return list(db.session.scalars(query))


def list_series() -> list[Series]:
    """Every series, in the map's order."""
    return list(db.session.scalars(select(Series).order_by(Series.position, Series.key)))


def list_versions(edition: CourseEdition | QuizEdition) -> list[CourseVersion | QuizVersion]:
    """Every published version of a text, the newest first."""
    model = CourseVersion if isinstance(edition, CourseEdition) else QuizVersion
    query = select(model).where(model.edition_id == edition.id).order_by(model.number.desc())
    return list(db.session.scalars(query))


def find_numbered_version(
    edition: CourseEdition | QuizEdition, number: int
) -> CourseVersion | QuizVersion | None:
    """One version of a text by its number."""
    return next((one for one in list_versions(edition) if one.number == number), None)


def list_pictures(series_id: int) -> list[Picture]:
    """The current pictures of a series by name, without their bytes."""
    query = (
        select(Picture)
        .where(Picture.series_id == series_id, Picture.is_current)
        .order_by(Picture.name)
    )
    return list(db.session.scalars(query))


def find_series_picture(series_key: str, name: str) -> Picture | None:
    """The current picture of a series under a name, with its bytes."""
    query = (
        select(Picture)
        .join(Series, Series.id == Picture.series_id)
        .where(Series.key == series_key, Picture.name == name, Picture.is_current)
        .options(undefer(Picture.data))
    )
    return db.session.scalars(query).one_or_none()


def list_courses_asking(quiz_key: str) -> list[Course]:
    """The courses whose published text asks a quiz, in any language."""
    query = (
        select(Course)
        .join(CourseEdition, CourseEdition.course_id == Course.id)
        .join(
            CourseVersionQuiz,
            CourseVersionQuiz.course_version_id == CourseEdition.published_version_id,
        )
        .where(CourseVersionQuiz.quiz_key == quiz_key)
        .options(selectinload(Course.editions).joinedload(CourseEdition.published))
        .distinct()
    )
    return list(db.session.scalars(query))


def count_items() -> dict[int, int]:
    """How many questions each published version of a quiz has, by the version's id."""
    query = select(Item.quiz_version_id, func.count()).group_by(Item.quiz_version_id)
    return {row[0]: row[1] for row in db.session.execute(query)}
