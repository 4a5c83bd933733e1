"""What the bank has to know of the catalogue."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, selectinload, undefer

from trainhub.assessment.models import BankTakeOver
from trainhub.catalogue.models import (
    Course,
    CourseEdition,
    CourseVersionPicture,
    CourseVersionQuiz,
    Item,
    Picture,
    Quiz,
    QuizEdition,
    QuizVersion,
)
from trainhub.db import db


def _untaken() -> Select[tuple[QuizEdition]]:
    return (
        select(QuizEdition)
        .join(QuizEdition.quiz)
        .outerjoin(BankTakeOver, BankTakeOver.quiz_edition_id == QuizEdition.id)
        .where(
            QuizEdition.published_version_id.is_not(None),
            or_(
                BankTakeOver.quiz_version_id.is_(None),
                BankTakeOver.quiz_version_id != QuizEdition.published_version_id,
            ),
        )
    )


def has_untaken_editions() -> bool:
    """Whether a quiz has a published text that the bank has not taken over yet."""
    return db.session.scalar(_untaken().limit(1)) is not None


def list_untaken_editions() -> list[QuizEdition]:
    """The quiz editions with such a text, Chinese ones first."""
    query = (
        _untaken()
        .order_by(Quiz.key, QuizEdition.language.desc())
        .options(
            contains_eager(QuizEdition.quiz).selectinload(Quiz.editions),
            selectinload(QuizEdition.published).selectinload(QuizVersion.items),
        )
    )
    return list(db.session.scalars(query))


def published_item_keys(version_ids: Collection[int]) -> set[str]:
    """The keys of the questions of some quiz versions."""
    query = select(Item.key).where(Item.quiz_version_id.in_(version_ids))
    return set(db.session.scalars(query)) if version_ids else set()


def find_shown_pictures(quiz_key: str, language: str, names: Iterable[str]) -> dict[str, Picture]:
    """The pictures that a quiz's texts show, by name, with their bytes.

    Those that a course asking the quiz shows now, or else the ones of its series.
    """
    names = sorted(names)
    if not names:
        return {}
    editions = (
        select(CourseEdition.published_version_id, Course.series_id)
        .join(Course, Course.id == CourseEdition.course_id)
        .join(
            CourseVersionQuiz,
            CourseVersionQuiz.course_version_id == CourseEdition.published_version_id,
        )
        .where(CourseVersionQuiz.quiz_key == quiz_key, CourseEdition.language == language)
    )
    asking = db.session.execute(editions).all()
    versions, series = [one for one, _ in asking], {one for _, one in asking}
    current = select(Picture).where(
        Picture.series_id.in_(series), Picture.name.in_(names), Picture.is_current
    )
    pinned = (
        select(Picture)
        .join(CourseVersionPicture, CourseVersionPicture.picture_id == Picture.id)
        .where(
            CourseVersionPicture.course_version_id.in_(versions),
            CourseVersionPicture.name.in_(names),
        )
    )
    return {
        picture.name: picture
        for query in (current, pinned)
        for picture in db.session.scalars(query.order_by(Picture.id).options(undefer(Picture.data)))
    }
