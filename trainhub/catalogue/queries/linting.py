"""The linter over texts of the database: gathers what a text is judged against.

A text and its surroundings are values, so findings are remembered for as long as none of
them changes; the desk asks for all texts at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, wraps
from typing import Any, TypeVar

from sqlalchemy import select

from trainhub.catalogue.models import (
    Course,
    CourseEdition,
    CourseVersion,
    Lesson,
    Picture,
    QuizEdition,
    Series,
)
from trainhub.catalogue.queries.finding import find_edition, find_quiz_edition
from trainhub.catalogue.queries.writing import list_course_editions, list_quiz_editions
from trainhub.catalogue.rules.course_text import CourseText, parse_course
from trainhub.catalogue.rules.estimates import Estimate, estimate_course
from trainhub.catalogue.rules.findings import Finding, Severity
from trainhub.catalogue.rules.lint import Translation, lint_course
from trainhub.catalogue.rules.lint_quiz import lint_quiz
from trainhub.catalogue.rules.quiz_text import QuizText, parse_quiz
from trainhub.db import db
from trainhub.errors import InputError, InputErrors


@dataclass(frozen=True)
class Linted:
    """A text read: what keeps it from being published, and what deserves a second look."""

    errors: tuple[InputError, ...] = ()
    findings: tuple[Finding, ...] = ()
    estimate: Estimate | None = None
    declared: int | None = None

    @property
    def stops(self) -> bool:
        """Whether it cannot be published as it is."""
        return bool(self.errors) or any(one.severity is Severity.ERROR for one in self.findings)

    @property
    def count(self) -> int:
        """Everything an author should look at; hints are not counted."""
        weighty = [one for one in self.findings if one.severity is not Severity.HINT]
        return len(self.errors) + len(weighty)

    def as_errors(self) -> list[InputError]:
        """What keeps the text from being published, each with its line."""
        grave = [one for one in self.findings if one.severity is Severity.ERROR]
        return [
            *self.errors,
            *(InputError(one.code, one.message, one.params, line=one.line) for one in grave),
        ]


# Texts longer than any hour's course are not remembered: few of them would fill the memory.
_LONGEST_KEPT = 150_000
Judge = TypeVar("Judge", bound=Callable[..., Any])


def _remembered(judge: Judge) -> Judge:
    """Keep what a function made of a source (its first argument) and its surroundings."""
    kept = lru_cache(maxsize=256)(judge)

    @wraps(judge)
    def judged(source: str, *around: Any) -> Any:
        return (kept if len(source) <= _LONGEST_KEPT else judge)(source, *around)

    return judged  # type: ignore[return-value]  # the same signature


@_remembered
def read_course(source: str) -> tuple[CourseText | None, tuple[InputError, ...]]:
    """A course's text read, or its errors."""
    try:
        return parse_course(source), ()
    except InputErrors as refused:
        return None, refused.errors


@_remembered
def read_quiz(source: str) -> tuple[QuizText | None, tuple[InputError, ...]]:
    """A quiz's text read, or its errors."""
    try:
        return parse_quiz(source), ()
    except InputErrors as refused:
        return None, refused.errors


Sources = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Surroundings:
    """What a course is judged against: quizzes by key, courses with their lessons, pictures,
    the text in the other language with its quizzes, the day.
    """

    quizzes: Sources
    courses: tuple[tuple[str, frozenset[str]], ...]
    pictures: frozenset[str]
    other: str
    other_quizzes: Sources
    today: date


@_remembered
def lint_source(source: str, around: Surroundings) -> Linted:
    """A course's text judged against its surroundings."""
    course, errors = read_course(source)
    if course is None:
        return Linted(errors)
    twin = read_course(around.other)[0] if around.other else None
    twins = [Translation(twin, _quizzes(around.other_quizzes))] if twin else []
    findings = lint_course(
        course,
        quizzes=_quizzes(around.quizzes),
        known_courses=dict(around.courses),
        media_names=around.pictures,
        translations=twins,
        today=around.today,
    )
    return Linted((), tuple(findings), estimate_course(course), course.meta.minutes)


@_remembered
def lint_quiz_source(source: str) -> Linted:
    """A quiz's text judged by itself."""
    quiz, errors = read_quiz(source)
    return Linted(errors, tuple(lint_quiz(quiz)) if quiz else ())


def _quizzes(sources: Sources) -> dict[str, QuizText]:
    read = {key: read_quiz(source)[0] for key, source in sources}
    return {key: quiz for key, quiz in read.items() if quiz is not None}


class Surveyor:
    """Judges a course's text, looking up what it is judged against."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.courses = _course_lessons()
        self.pictures = _picture_names()

    def lint(self, edition: CourseEdition, source: str | None = None) -> Linted:
        """The newest text of a course judged, or `source` in its place."""
        text = newest_source(edition) if source is None else source
        return lint_source(text, self._surroundings(edition, text))

    def _surroundings(self, edition: CourseEdition, text: str) -> Surroundings:
        language = "en" if edition.language == "zh" else "zh"
        course = read_course(text)[0]
        asked = sorted({quiz for quiz, _ in course.checkpoint_items()}) if course else []
        return Surroundings(
            self._quiz_sources(asked, edition.language),
            self.courses,
            self.pictures.get(edition.course.series_id, frozenset()),
            self._other_source(edition, language),
            self._quiz_sources(asked, language),
            self.today,
        )

    def _quiz_sources(self, keys: Iterable[str], language: str) -> Sources:
        found = [(key, self._quiz(key, language)) for key in keys]
        return tuple((key, _askable_source(quiz)) for key, quiz in found if quiz)

    def _quiz(self, key: str, language: str) -> QuizEdition | None:
        return find_quiz_edition(key, language)

    def _other_source(self, edition: CourseEdition, language: str) -> str:
        other = find_edition(edition.course.key, language)
        return newest_source(other) if other else ""


class Shelf(Surveyor):
    """Judges every text there is; everything is read once."""

    def __init__(self, today: date) -> None:
        super().__init__(today)
        self.editions = {(one.course_id, one.language): one for one in list_course_editions()}
        self.quizzes = {(one.quiz.key, one.language): one for one in list_quiz_editions()}

    def _quiz(self, key: str, language: str) -> QuizEdition | None:
        return self.quizzes.get((key, language))

    def _other_source(self, edition: CourseEdition, language: str) -> str:
        other = self.editions.get((edition.course_id, language))
        return newest_source(other) if other else ""


def _askable_source(quiz: QuizEdition) -> str:
    """Published questions count: a draft's cannot be asked yet, but are better than none."""
    return quiz.published.source if quiz.published else newest_source(quiz)


def newest_source(edition: CourseEdition | QuizEdition) -> str:
    """The newest text of an edition: the draft, else what is published."""
    if edition.draft is not None:
        return edition.draft.source
    return edition.published.source if edition.published else ""


def _course_lessons() -> tuple[tuple[str, frozenset[str]], ...]:
    """Every course by its key with the keys of its published lessons."""
    found: dict[str, set[str]] = defaultdict(set)
    rows = db.session.execute(
        select(Course.key, Lesson.key)
        .outerjoin(CourseEdition, CourseEdition.course_id == Course.id)
        .outerjoin(CourseVersion, CourseVersion.id == CourseEdition.published_version_id)
        .outerjoin(Lesson, Lesson.version_id == CourseVersion.id)
    )
    for course_key, lesson_key in rows:
        found[course_key] |= {lesson_key} if lesson_key else set()
    return tuple((key, frozenset(found[key])) for key in sorted(found))


def _picture_names() -> dict[int, frozenset[str]]:
    """The names of the current pictures by series."""
    found: dict[int, set[str]] = defaultdict(set)
    query = select(Picture.series_id, Picture.name).join(Series).where(Picture.is_current)
    for series_id, name in db.session.execute(query):
        found[series_id].add(name)
    return {series_id: frozenset(names) for series_id, names in found.items()}
