"""What an author should look at again. Nothing here stops a course from being published.

`lint_course` knows the course, its quizzes and its translation; what else exists is told to it
as plain names, so it runs on files and on the database alike.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from trainhub.catalogue.rules.course_text import CourseText, LessonText
from trainhub.catalogue.rules.estimates import estimate_course
from trainhub.catalogue.rules.findings import Finding, Severity
from trainhub.catalogue.rules.lint_quiz import lint_pair, lint_quiz, odd_keys
from trainhub.catalogue.rules.marking import is_marked_by_hand
from trainhub.catalogue.rules.quiz_text import QuizItem, QuizText
from trainhub.catalogue.rules.references import list_references
from trainhub.catalogue.rules.source_lines import walk
from trainhub.catalogue.rules.vocabulary import LANGUAGES
from trainhub.errors import N_

MINUTES_TOLERANCE = 0.15
_HEADING = re.compile(r"(?P<signs>#{1,6})[ ]+\S")
_CONTENT = re.compile(r"[^\s:#*_=~-]")

_MESSAGES = {
    "minutes_differ": N_("%(declared)s minutes are declared, %(estimated)s are estimated."),
    "objective_untested": N_("No question tests the objective “%(key)s”."),
    "objective_unknown": N_("The question names an objective the course does not have: %(key)s."),
    "quiz_missing": N_("The checkpoint asks the quiz “%(quiz)s”, which does not exist."),
    "item_missing": N_("The checkpoint asks “%(item)s”, which the quiz does not have."),
    "item_by_hand": N_(
        "The checkpoint asks “%(item)s”, a long answer: only exams have people to mark it."
    ),
    "course_link_dead": N_("There is no course “%(group)s”."),
    "lesson_link_dead": N_("The course “%(group)s” has no lesson “%(lesson)s”."),
    "media_missing": N_("There is no picture “%(name)s” in the series."),
    "prerequisite_unknown": N_("The prerequisite “%(group)s” does not exist."),
    "translation_missing": N_("The course does not exist in the other language (%(language)s)."),
    "lessons_differ": N_("The other language (%(language)s) has other lessons: %(keys)s."),
    "objectives_differ": N_("The other language (%(language)s) has other objectives: %(keys)s."),
    "review_overdue": N_("The course was to be read again by %(day)s."),
    "heading_order": N_("This heading skips a level; a lesson begins with “###”."),
    "heading_top": N_("“#” is for the title of the course; use “###” within a lesson."),
    "lesson_empty": N_("The lesson has no text."),
}


@dataclass(frozen=True)
class Translation:
    """The same course in the other language, and its quizzes by key."""

    course: CourseText
    quizzes: Mapping[str, QuizText] = field(default_factory=dict)


def lint_course(
    course: CourseText,
    *,
    quizzes: Mapping[str, QuizText],
    known_courses: Mapping[str, Collection[str]],
    media_names: Collection[str],
    translations: Sequence[Translation],
    today: date,
) -> list[Finding]:
    """Everything worth a second look, in the order of the file, the quizzes last.

    `quizzes` are those in the course's language by key, `known_courses` the lesson keys of
    every course by translation group, `media_names` the pictures of its series.
    """
    found = [
        *_minutes(course),
        *_objectives(course, quizzes),
        *_checkpoints(course, quizzes),
        *_references(course, known_courses, media_names),
        *_translations(course, quizzes, translations),
        *_review(course, today),
        *_headings(course),
        *_empty_lessons(course),
    ]
    found.sort(key=lambda finding: (finding.quiz is not None, finding.line or 0))
    return found + _questions(course, quizzes)


def _questions(course: CourseText, quizzes: Mapping[str, QuizText]) -> list[Finding]:
    asked = dict.fromkeys(quiz for quiz, _ in course.checkpoint_items())
    objectives = {objective.key for objective in course.meta.objectives}
    found: list[Finding] = []
    for key in asked:
        if key in quizzes:
            found += _unknown_objectives(quizzes[key], objectives)
            found += lint_quiz(quizzes[key])
    return found


def _finding(
    code: str,
    severity: Severity,
    params: Mapping[str, object],
    *,
    line: int | None = 1,
    field: str | None = None,
    lesson: str | None = None,
) -> Finding:
    return Finding(code, severity, _MESSAGES[code], params, line, field, lesson)


def _item_finding(
    code: str, quiz: QuizText, item: QuizItem | None, params: Mapping[str, object]
) -> Finding:
    line, key = (item.line, item.key) if item else (None, None)
    message = _MESSAGES[code]
    return Finding(code, Severity.WARNING, message, params, line, quiz=quiz.key, item=key)


def _minutes(course: CourseText) -> Iterator[Finding]:
    declared, estimated = course.meta.minutes, estimate_course(course).total
    if abs(estimated - declared) > MINUTES_TOLERANCE * declared:
        params = {"declared": declared, "estimated": round(estimated)}
        yield _finding("minutes_differ", Severity.WARNING, params, field="minutes")


def _asked_items(course: CourseText, quizzes: Mapping[str, QuizText]) -> list[QuizItem]:
    """Every item of the quizzes that the course asks, whether a checkpoint names it or not."""
    keys = {quiz for quiz, _ in course.checkpoint_items()}
    return [item for key in sorted(keys & quizzes.keys()) for item in quizzes[key].items]


def _objectives(course: CourseText, quizzes: Mapping[str, QuizText]) -> Iterator[Finding]:
    tested = {item.objective for item in _asked_items(course, quizzes)}
    for objective in course.meta.objectives:
        if objective.key not in tested:
            params = {"key": objective.key}
            yield _finding("objective_untested", Severity.WARNING, params, field="objectives")


def _unknown_objectives(quiz: QuizText, known: Collection[str]) -> Iterator[Finding]:
    for item in quiz.items:
        if item.objective and item.objective not in known:
            yield _item_finding("objective_unknown", quiz, item, {"key": item.objective})


def _checkpoints(course: CourseText, quizzes: Mapping[str, QuizText]) -> Iterator[Finding]:
    for lesson in course.lessons:
        for block in lesson.checkpoints:
            quiz = quizzes.get(block.quiz)
            wrong = [("quiz_missing", {"quiz": block.quiz})]
            if quiz is not None:
                found = [(key, quiz.find_item(key)) for key in block.items]
                wrong = [("item_missing", {"item": key}) for key, item in found if item is None]
                by_hand = [key for key, item in found if item and is_marked_by_hand(item.kind)]
                wrong += [("item_by_hand", {"item": key}) for key in by_hand]
            for code, params in wrong:
                yield _finding(code, Severity.ERROR, params, line=block.line, lesson=lesson.key)


def _references(
    course: CourseText, known: Mapping[str, Collection[str]], media: Collection[str]
) -> Iterator[Finding]:
    for each in list_references(course):
        target = {"group": each.group, "lesson": each.anchor}
        if each.media:
            dead, code, params = each.media not in media, "media_missing", {"name": each.media}
        elif each.group not in known:
            dead, code, params = True, "course_link_dead", target
        else:
            lost = each.anchor != "" and each.anchor not in known[each.group]
            dead, code, params = lost, "lesson_link_dead", target
        if dead:
            lesson = each.lesson or None
            yield _finding(code, Severity.ERROR, params, line=each.line, lesson=lesson)
    for group in course.meta.prerequisites:
        if group not in known:
            params = {"group": group}
            yield _finding("prerequisite_unknown", Severity.ERROR, params, field="prerequisites")


def _translations(
    course: CourseText, quizzes: Mapping[str, QuizText], translations: Sequence[Translation]
) -> Iterator[Finding]:
    there = {each.course.meta.language for each in translations} | {course.meta.language}
    for language in LANGUAGES:
        if language not in there:
            yield _finding("translation_missing", Severity.WARNING, {"language": language})
    asked = {quiz for quiz, _ in course.checkpoint_items()}
    for other in translations:
        yield from _keys_alike(course, other.course)
        for key in sorted(asked & quizzes.keys() & other.quizzes.keys()):
            yield from lint_pair(quizzes[key], other.quizzes[key])


def _keys_alike(course: CourseText, other: CourseText) -> Iterator[Finding]:
    mine, yours = (
        [objective.key for objective in each.meta.objectives] for each in (course, other)
    )
    pairs = [
        ("lessons_differ", list(course.lesson_keys), list(other.lesson_keys)),
        ("objectives_differ", mine, yours),
    ]
    for code, ours, theirs in pairs:
        if ours != theirs:
            params = {"language": other.meta.language, "keys": odd_keys(ours, theirs)}
            yield _finding(code, Severity.WARNING, params)


def _review(course: CourseText, today: date) -> Iterator[Finding]:
    due = course.meta.review_by
    if due is not None and due < today:
        params = {"day": due.isoformat()}
        yield _finding("review_overdue", Severity.WARNING, params, field="review_by")


def _headings(course: CourseText) -> Iterator[Finding]:
    for lesson in course.lessons:
        level = 2
        for line in walk(lesson.body, lesson.body_line):
            match = None if line.fence else _HEADING.match(line.text)
            if match is None:
                continue
            new = len(match["signs"])
            code = "heading_top" if new == 1 else "heading_order" if new > level + 1 else None
            if code:
                key = lesson.key
                yield _finding(code, Severity.WARNING, {}, line=line.number, lesson=key)
            level = max(2, new)


def _empty_lessons(course: CourseText) -> Iterator[Finding]:
    for lesson in course.lessons:
        if not _has_text(lesson):
            key = lesson.key
            yield _finding("lesson_empty", Severity.WARNING, {}, line=lesson.line, lesson=key)


def _has_text(lesson: LessonText) -> bool:
    return any(
        _CONTENT.search(line.text)
        for line in walk(lesson.body)
        if line.fence or not line.text.startswith((":::", "#"))
    )
