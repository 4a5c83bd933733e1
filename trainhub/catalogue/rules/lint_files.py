"""The linter over a set of files: each course with the quizzes, pictures and twin beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from trainhub.catalogue.rules.course_text import CourseText
from trainhub.catalogue.rules.findings import Finding
from trainhub.catalogue.rules.lint import Translation, lint_course
from trainhub.catalogue.rules.lint_quiz import lint_pair, lint_quiz
from trainhub.catalogue.rules.quiz_text import QuizText
from trainhub.catalogue.rules.source_files import ParsedFiles
from trainhub.catalogue.rules.vocabulary import LANGUAGES


def lint_files(parsed: ParsedFiles, *, today: date) -> list[tuple[str, Finding]]:
    """What to look at again, with the path of its file; quizzes that no course asks included."""
    paths = {(quiz.key, quiz.language): file.path for file, quiz in parsed.quizzes}
    quizzes = {(quiz.key, quiz.language): quiz for _, quiz in parsed.quizzes}
    known = {course.meta.group(slug): course.lesson_keys for _, slug, course in parsed.courses}
    media: dict[str, set[str]] = {}
    for file in parsed.pictures:
        media.setdefault(_series_of(file.path), set()).add(file.name)
    found: list[tuple[str, Finding]] = []
    asked: set[tuple[str, str]] = set()
    for file, slug, course in parsed.courses:
        mine = _quizzes_of(course, quizzes)
        asked |= {(key, course.meta.language) for key in mine}
        findings = lint_course(
            course,
            quizzes=mine,
            known_courses=known,
            media_names=media.get(course.meta.series, ()),
            translations=_twins(slug, course, parsed, quizzes),
            today=today,
        )
        language = course.meta.language
        found += [(paths.get((one.quiz or "", language), file.path), one) for one in findings]
    for place, quiz in quizzes.items():
        if place not in asked:
            found += [(paths[place], one) for one in lint_quiz(quiz)]
            others = [quizzes.get((quiz.key, language)) for language in LANGUAGES]
            twins = [each for each in others if each is not None and each is not quiz]
            found += [(paths[place], one) for twin in twins for one in lint_pair(quiz, twin)]
    return found


def _series_of(path: str) -> str:
    parts = path.split("/")
    return parts[-3] if len(parts) >= 3 else ""


def _quizzes_of(
    course: CourseText, quizzes: dict[tuple[str, str], QuizText]
) -> dict[str, QuizText]:
    keys = {key for key, _ in course.checkpoint_items()}
    language = course.meta.language
    return {key: quizzes[key, language] for key in keys if (key, language) in quizzes}


def _twins(
    slug: str,
    course: CourseText,
    parsed: ParsedFiles,
    quizzes: dict[tuple[str, str], QuizText],
) -> Sequence[Translation]:
    group, language = course.meta.group(slug), course.meta.language
    return [
        Translation(other, _quizzes_of(other, quizzes))
        for _, its_slug, other in parsed.courses
        if other.meta.group(its_slug) == group and other.meta.language != language
    ]
