"""Which questions of a course's checkpoints are missed most."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, cast, func, select

from trainhub.catalogue.markdown import plain_text
from trainhub.catalogue.models import (
    CourseEdition,
    CourseVersionQuiz,
    Item,
    Lesson,
)
from trainhub.catalogue.rules.quiz_kinds import GAP
from trainhub.db import db
from trainhub.learning.models import CheckpointResponse, Enrolment
from trainhub.learning.queries.scope import SEES_ALL, learners_in_sight
from trainhub.learning.rules import FirstTries
from trainhub.people.models import Person

LATEST_ANSWERS = 5_000
STEM_SHOWN = 120


@dataclass(frozen=True)
class QuestionRow:
    """A question with how it was answered the first time. `stem` is its plain text, cut."""

    quiz: str
    key: str
    stem: str
    lesson: str
    lesson_key: str
    course_id: int
    tries: FirstTries


def list_questions(viewer: Person, course_id: int, language: str) -> list[QuestionRow]:
    """The questions of a course's versions in force, the most missed first, those with too
    few answers last. Answers in both languages count together; of the people in sight.
    """
    asked = _asked_items(course_id)
    tries = _first_tries({item_id for item_id, *_ in asked}, viewer)
    shown: dict[tuple[str, str], QuestionRow] = {}
    asked.sort(key=lambda one: one[4] != language)
    for item_id, quiz, key, stem, _, lesson, lesson_key in asked:
        known = shown.get((quiz, key))
        mine = tries.get(item_id, FirstTries(0, 0))
        if known is None:
            text = _short(stem)
            shown[quiz, key] = QuestionRow(quiz, key, text, lesson, lesson_key, course_id, mine)
        else:
            both = FirstTries(known.tries.right + mine.right, known.tries.count + mine.count)
            shown[quiz, key] = QuestionRow(
                quiz, key, known.stem, known.lesson, known.lesson_key, course_id, both
            )
    return sorted(shown.values(), key=_most_missed)


def _most_missed(row: QuestionRow) -> tuple[bool, float, str]:
    share = row.tries.share
    return (share is None, share if share is not None else 0.0, row.key)


def _short(stem: str) -> str:
    text = " ".join(plain_text(GAP.sub("____", stem)).split())
    return text if len(text) <= STEM_SHOWN else text[:STEM_SHOWN].rstrip() + "…"


def _asked_items(course_id: int) -> list[tuple[int, str, str, str, str, str, str]]:
    """Questions asked in a lesson of a version in force: id, quiz, key, stem, language,
    title and key of the lesson.
    """
    versions = dict(
        db.session.execute(
            select(CourseEdition.published_version_id, CourseEdition.language).where(
                CourseEdition.course_id == course_id,
                CourseEdition.published_version_id.is_not(None),
            )
        ).all()
    )
    lessons: dict[tuple[Any, str, str], tuple[str, str]] = {}
    for version_id, key, title, listed in db.session.execute(
        select(Lesson.version_id, Lesson.key, Lesson.title, Lesson.checkpoint_items).where(
            Lesson.version_id.in_(versions)
        )
    ):
        for quiz, item in listed:
            lessons[version_id, quiz, item] = (title, key)
    rows = db.session.execute(
        select(
            Item.id,
            CourseVersionQuiz.quiz_key,
            Item.key,
            Item.stem,
            CourseVersionQuiz.course_version_id,
        )
        .join(Item, Item.quiz_version_id == CourseVersionQuiz.quiz_version_id)
        .where(CourseVersionQuiz.course_version_id.in_(versions))
    )
    return [
        (item_id, quiz, key, stem, versions[version_id], *lessons[version_id, quiz, key])
        for item_id, quiz, key, stem, version_id in rows
        if (version_id, quiz, key) in lessons
    ]


def _first_tries(item_ids: Iterable[int], viewer: Person) -> dict[int, FirstTries]:
    """Right and all first answers by question; trainers' from the index alone."""
    query = (
        select(
            CheckpointResponse.item_id,
            func.sum(cast(CheckpointResponse.is_right, Integer)),
            func.count(),
        )
        .where(CheckpointResponse.item_id.in_(item_ids), CheckpointResponse.number == 1)
        .group_by(CheckpointResponse.item_id)
    )
    if not viewer.has_role(*SEES_ALL):
        query = (
            query.join(Enrolment, Enrolment.id == CheckpointResponse.enrolment_id)
            .join(Person, Person.id == Enrolment.person_id)
            .where(learners_in_sight(viewer))
        )
    return {
        item_id: FirstTries(int(right or 0), count)
        for item_id, right, count in db.session.execute(query)
    }


@dataclass(frozen=True)
class MissedQuestion:
    """A question missed often lately, for the trainer's home page."""

    course_id: int
    stem: str
    language: str
    tries: FirstTries


def list_recently_missed(language: str, limit: int = 5) -> list[MissedQuestion]:
    """The questions most missed among the latest `LATEST_ANSWERS` first answers, both
    languages together, their stems in `language` where there is one.
    """
    tries = _latest_first_tries()
    asked = db.session.execute(
        select(
            Item.id,
            CourseEdition.course_id,
            CourseVersionQuiz.quiz_key,
            Item.key,
            CourseEdition.language,
        )
        .join(CourseVersionQuiz, CourseVersionQuiz.quiz_version_id == Item.quiz_version_id)
        .join(
            CourseEdition,
            CourseEdition.published_version_id == CourseVersionQuiz.course_version_id,
        )
    )
    together: dict[tuple[int, str, str], FirstTries] = {}
    editions: dict[tuple[int, str, str], dict[str, int]] = {}
    for item_id, course_id, quiz, key, item_language in asked:
        question = (course_id, quiz, key)
        before, mine = together.get(question, FirstTries(0, 0)), tries.get(item_id)
        if mine is not None:
            before = FirstTries(before.right + mine.right, before.count + mine.count)
        together[question] = before
        editions.setdefault(question, {})[item_language] = item_id
    enough = [(one.share, q) for q, one in together.items() if one.share is not None]
    worst = [question for share, question in sorted(enough)[:limit] if share < 1]
    shown = {q: language if language in editions[q] else next(iter(editions[q])) for q in worst}
    ids = [editions[question][shown[question]] for question in worst]
    stems = dict(db.session.execute(select(Item.id, Item.stem).where(Item.id.in_(ids))).all())
    return [
        MissedQuestion(q[0], _short(stems[editions[q][shown[q]]]), shown[q], together[q])
        for q in worst
    ]


def _latest_first_tries() -> dict[int, FirstTries]:
    """First answers among the latest ones, by question."""
    latest = (
        select(CheckpointResponse.item_id, CheckpointResponse.is_right)
        .where(CheckpointResponse.number == 1)
        .order_by(CheckpointResponse.id.desc())
        .limit(LATEST_ANSWERS)
        .subquery()
    )
    counted = db.session.execute(
        select(latest.c.item_id, func.sum(cast(latest.c.is_right, Integer)), func.count()).group_by(
            latest.c.item_id
        )
    )
    return {item_id: FirstTries(int(right or 0), count) for item_id, right, count in counted}
