"""The catalogue as files: what `content export` writes."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import undefer

from trainhub.catalogue.models import (
    Course,
    CourseEdition,
    CourseVersion,
    Picture,
    Quiz,
    QuizEdition,
    QuizVersion,
    Series,
)
from trainhub.db import db


def list_export_files() -> Iterator[tuple[str, bytes]]:
    """Path and bytes of every published text and current picture, as `content import` takes
    them. Text that was imported comes out byte for byte as it went in.
    """
    for series in db.session.scalars(select(Series).order_by(Series.key)):
        if series.source:
            yield f"courses/{series.key}/_series.yaml", series.source.encode("utf-8")
    courses = (
        select(Series.key, CourseEdition.slug, CourseEdition.language, CourseVersion.source)
        .select_from(CourseEdition)
        .join(Course, Course.id == CourseEdition.course_id)
        .join(Series, Series.id == Course.series_id)
        .join(CourseVersion, CourseVersion.id == CourseEdition.published_version_id)
        .order_by(Series.key, CourseEdition.slug, CourseEdition.language)
    )
    for series_key, slug, language, source in db.session.execute(courses):
        yield f"courses/{series_key}/{slug}.{language}.md", source.encode("utf-8")
    quizzes = (
        select(Quiz.key, QuizEdition.language, QuizVersion.source)
        .select_from(QuizEdition)
        .join(Quiz, Quiz.id == QuizEdition.quiz_id)
        .join(QuizVersion, QuizVersion.id == QuizEdition.published_version_id)
        .order_by(Quiz.key, QuizEdition.language)
    )
    for key, language, source in db.session.execute(quizzes):
        yield f"quizzes/{key}.{language}.yaml", source.encode("utf-8")
    pictures = (
        select(Picture, Series.key)
        .join(Series, Series.id == Picture.series_id)
        .where(Picture.is_current)
        .options(undefer(Picture.data))
        .order_by(Series.key, Picture.name)
    )
    for picture, series_key in db.session.execute(pictures):
        yield f"courses/{series_key}/media/{picture.name}", picture.data
