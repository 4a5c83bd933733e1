"""How far one person is in one course."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, defer, joinedload

from trainhub.catalogue.models import (
    Course,
    CourseEdition,
    CourseVersion,
    CourseVersionQuiz,
    Item,
    Lesson,
    QuizVersion,
)
from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.learning.models import (
    CheckpointResponse,
    Enrolment,
    EnrolmentRound,
    LessonNote,
    LessonProgress,
)
from trainhub.learning.rules import AskedItem, LessonPlan


@dataclass(frozen=True)
class LessonHead:
    """A lesson without its text."""

    key: str
    title: str
    position: int
    plan: LessonPlan


@dataclass(frozen=True)
class Progress:
    """A person's way through a version: lessons, which are read, the best scores."""

    lessons: tuple[LessonHead, ...]
    read_keys: frozenset[str]
    scores: dict[tuple[str, str], int]
    rows: dict[str, LessonProgress]

    @property
    def plans(self) -> tuple[LessonPlan, ...]:
        """What each lesson asks."""
        return tuple(lesson.plan for lesson in self.lessons)


def find_enrolment(
    person_id: int, course_key: str, *, for_update: bool = False
) -> Enrolment | None:
    """A person's enrolment in a course, with the course and the version it is on.

    `for_update` makes others who want to change it wait for the end of the transaction.
    """
    query = (
        select(Enrolment)
        .join(Enrolment.course)
        .where(Enrolment.person_id == person_id, Course.key == course_key)
        .options(
            joinedload(Enrolment.course).joinedload(Course.series),
            joinedload(Enrolment.version).options(
                joinedload(CourseVersion.edition),
                defer(CourseVersion.source),
                defer(CourseVersion.intro),
            ),
        )
    )
    if for_update:
        query = query.with_for_update(of=Enrolment).execution_options(populate_existing=True)
    return db.session.scalars(query).one_or_none()


def list_assigned_dates(person_id: int, course_keys: Collection[str]) -> dict[str, date]:
    """By when somebody is asked for courses they have not completed, by the key of the course."""
    if not course_keys:
        return {}
    query = (
        select(Course.key, Enrolment.due_on)
        .join(Course, Course.id == Enrolment.course_id)
        .where(
            Enrolment.person_id == person_id,
            Course.key.in_(course_keys),
            Enrolment.due_on.is_not(None),
            Enrolment.completed_at.is_(None),
            Enrolment.withdrawn_at.is_(None),
        )
    )
    return {key: due_on for key, due_on in db.session.execute(query) if due_on is not None}


def get_enrolment(person_id: int, course_key: str, *, for_update: bool = False) -> Enrolment:
    """Like `find_enrolment`; raises `NotFound` where there is none or it was withdrawn."""
    enrolment = find_enrolment(person_id, course_key, for_update=for_update)
    if enrolment is None or enrolment.withdrawn_at is not None:
        raise NotFound()
    return enrolment


def get_started_enrolment(
    person_id: int, course_key: str, *, for_update: bool = False
) -> Enrolment:
    """An enrolment that is on a version. Raises `NotFound` for others."""
    enrolment = get_enrolment(person_id, course_key, for_update=for_update)
    if enrolment.version_id is None:
        raise NotFound()
    return enrolment


def asked_items(version_id: int) -> dict[tuple[str, str], tuple[int, int, int]]:
    """The pinned questions of a version: `(quiz, item)` → id, points, pass mark."""
    query = (
        select(CourseVersionQuiz.quiz_key, Item.key, Item.id, Item.points, QuizVersion.pass_mark)
        .join(QuizVersion, QuizVersion.id == CourseVersionQuiz.quiz_version_id)
        .join(Item, Item.quiz_version_id == QuizVersion.id)
        .where(CourseVersionQuiz.course_version_id == version_id)
    )
    return {
        (row.quiz_key, row.key): (row.id, row.points, row.pass_mark)
        for row in db.session.execute(query)
    }


def lesson_heads(version_id: int) -> tuple[LessonHead, ...]:
    """The lessons of a version in order, without their texts."""
    items = asked_items(version_id)
    rows = db.session.execute(
        select(Lesson.key, Lesson.title, Lesson.position, Lesson.minutes, Lesson.checkpoint_items)
        .where(Lesson.version_id == version_id)
        .order_by(Lesson.position)
    )
    return tuple(
        LessonHead(
            key=row.key,
            title=row.title,
            position=row.position,
            plan=LessonPlan(row.key, row.minutes, _asked(row.checkpoint_items, items)),
        )
        for row in rows
    )


def _asked(
    listed: list[list[str]], items: dict[tuple[str, str], tuple[int, int, int]]
) -> tuple[AskedItem, ...]:
    found = []
    for quiz, key in listed:
        if (quiz, key) in items:
            _, points, pass_mark = items[quiz, key]
            found.append(AskedItem(quiz, key, points, pass_mark))
    return tuple(found)


def best_scores(enrolment: Enrolment) -> dict[tuple[str, str], int]:
    """The best score, in permille, of every question a person has answered in this round.

    The best, not the newest: trying again takes nothing away, and a message that arrives late
    changes nothing.
    """
    query = (
        select(
            CheckpointResponse.quiz_key,
            CheckpointResponse.item_key,
            func.max(CheckpointResponse.score_permille),
        )
        .where(
            CheckpointResponse.enrolment_id == enrolment.id,
            CheckpointResponse.round == enrolment.round,
        )
        .group_by(CheckpointResponse.quiz_key, CheckpointResponse.item_key)
    )
    return {(quiz, item): best for quiz, item, best in db.session.execute(query)}


def progress_of(enrolment: Enrolment) -> Progress:
    """How far a started enrolment is."""
    assert enrolment.version_id is not None
    rows = {
        row.lesson_key: row
        for row in db.session.scalars(
            select(LessonProgress).where(
                LessonProgress.enrolment_id == enrolment.id,
                LessonProgress.round == enrolment.round,
            )
        )
    }
    return Progress(
        lessons=lesson_heads(enrolment.version_id),
        read_keys=frozenset(key for key, row in rows.items() if row.completed_at is not None),
        scores=best_scores(enrolment),
        rows=rows,
    )


def list_completed_rounds(enrolment: Enrolment) -> list[EnrolmentRound]:
    """The earlier rounds of an enrolment that were completed, the latest first."""
    query = (
        select(EnrolmentRound)
        .where(
            EnrolmentRound.enrolment_id == enrolment.id,
            EnrolmentRound.completed_at.is_not(None),
            EnrolmentRound.round < enrolment.round,
        )
        .order_by(EnrolmentRound.round.desc())
    )
    return list(db.session.scalars(query))


def find_item(version_id: int, quiz_key: str, item_key: str) -> Item | None:
    """The pinned question of a course version."""
    query = (
        select(Item)
        .join(CourseVersionQuiz, CourseVersionQuiz.quiz_version_id == Item.quiz_version_id)
        .where(
            CourseVersionQuiz.course_version_id == version_id,
            CourseVersionQuiz.quiz_key == quiz_key,
            Item.key == item_key,
        )
    )
    return db.session.scalars(query).one_or_none()


def list_items(version_id: int, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], Item]:
    """The pinned questions of a lesson by `(quiz, item)`."""
    query = (
        select(CourseVersionQuiz.quiz_key, Item)
        .join(Item, CourseVersionQuiz.quiz_version_id == Item.quiz_version_id)
        .where(
            CourseVersionQuiz.course_version_id == version_id,
            Item.key.in_([key for _, key in wanted]),
        )
    )
    found = {(quiz, item.key): item for quiz, item in db.session.execute(query)}
    return {pair: found[pair] for pair in wanted if pair in found}


def newest_responses(enrolment: Enrolment, lesson_key: str) -> dict[tuple[str, str], Any]:
    """The newest response row of every question answered in a lesson in this round."""
    newest = (
        select(func.max(CheckpointResponse.id))
        .where(
            CheckpointResponse.enrolment_id == enrolment.id,
            CheckpointResponse.round == enrolment.round,
            CheckpointResponse.lesson_key == lesson_key,
        )
        .group_by(CheckpointResponse.quiz_key, CheckpointResponse.item_key)
    )
    rows = db.session.scalars(select(CheckpointResponse).where(CheckpointResponse.id.in_(newest)))
    return {(row.quiz_key, row.item_key): row for row in rows}


def find_newer_version(enrolment: Enrolment) -> CourseVersion | None:
    """The version in force of the enrolment's edition, if the person is on an older one."""
    if enrolment.version is None:
        return None
    query = (
        select(CourseVersion)
        .join(CourseEdition, CourseEdition.published_version_id == CourseVersion.id)
        .where(CourseEdition.id == enrolment.version.edition_id)
    )
    version = db.session.scalars(query).one_or_none()
    return version if version is not None and version.id != enrolment.version_id else None


def find_lesson(version_id: int, lesson_key: str) -> Lesson | None:
    """A lesson of a version."""
    query = select(Lesson).where(Lesson.version_id == version_id, Lesson.key == lesson_key)
    return db.session.scalars(query).one_or_none()


def find_note(enrolment: Enrolment, lesson_key: str) -> LessonNote | None:
    """The learner's own note beside a lesson."""
    query = select(LessonNote).where(
        LessonNote.person_id == enrolment.person_id,
        LessonNote.course_id == enrolment.course_id,
        LessonNote.lesson_key == lesson_key,
    )
    return db.session.scalars(query).one_or_none()


def find_published(course_key: str, language: str) -> CourseVersion | None:
    """The version in force of a course that is not retired, in `language` if there is one,
    else in another; with its edition and course.
    """
    query = (
        select(CourseVersion)
        .join(CourseEdition, CourseEdition.published_version_id == CourseVersion.id)
        .join(Course, Course.id == CourseEdition.course_id)
        .where(Course.key == course_key, Course.retired_at.is_(None))
        .order_by((CourseEdition.language == language).desc(), CourseEdition.language)
        .options(
            contains_eager(CourseVersion.edition).contains_eager(CourseEdition.course),
            defer(CourseVersion.source),
        )
        .limit(1)
    )
    return db.session.scalars(query).one_or_none()
