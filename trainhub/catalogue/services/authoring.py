"""Beginning a text, and making a draft the text that learners get."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from trainhub.catalogue import queries
from trainhub.catalogue.models import Course, CourseEdition, Quiz, QuizEdition, Series
from trainhub.catalogue.rules.course_text import parse_course
from trainhub.catalogue.rules.front_matter import CourseMeta
from trainhub.catalogue.rules.quiz_text import parse_quiz
from trainhub.catalogue.rules.skeletons import (
    NewCourse,
    course_skeleton,
    course_to_translate,
    quiz_skeleton,
    quiz_to_translate,
)
from trainhub.catalogue.services.drafts import (
    DraftMoved,
    current_source,
    draft_token,
    hold,
    save_draft,
)
from trainhub.catalogue.services.publishing import (
    publish_course,
    publish_quiz,
    republish_courses_asking,
)
from trainhub.db import db
from trainhub.errors import N_, Conflict, InputError, InputErrors

_MESSAGES = {
    "key_taken": N_("“%(key)s” is in use: choose another key."),
    "text_exists": N_("This text exists in that language already."),
    "language_changed": N_("The language of this text is %(language)s; it cannot be changed here."),
    "group_changed": N_("The translation group of this course is %(key)s; keep it."),
    "quiz_key_changed": N_("The key of this quiz is %(key)s; keep it."),
}


def _refuse(code: str, field: str, line: int | None = None, **params: Any) -> InputErrors:
    return InputErrors([InputError(code, _MESSAGES[code], params, field=field, line=line)])


def _insert(rows: tuple[object, ...], field: str, key: str) -> None:
    """Store new rows; somebody who was first by a moment counts as a key in use."""
    try:
        db.session.add_all(rows)
        db.session.flush()
    except IntegrityError as error:
        raise _refuse("key_taken", field, key=key) from error


def start_course(
    series: Series, slug: str, language: str, title: str, *, actor: Any, now: datetime
) -> CourseEdition:
    """Begin a course: its first draft is a skeleton. Raises `InputErrors` for a key in use."""
    taken = queries.find_course(slug) or queries.find_edition_by_slug(slug, language)
    if taken is not None:
        raise _refuse("key_taken", "slug", key=slug)
    order = max((course.position for course in series.courses), default=0) + 1
    course = Course(key=slug, series=series, position=order, created_at=now)
    db.session.add(course)
    edition = CourseEdition(course=course, language=language, slug=slug, owner=actor.username)
    _insert((course, edition), "slug", slug)
    new = NewCourse(title, series.key, order, series.knowledge_line, language, slug, actor.username)
    save_draft(edition, course_skeleton(new), seen=draft_token(edition), actor=actor, now=now)
    return edition


def start_course_translation(
    origin: CourseEdition, language: str, *, actor: Any, now: datetime
) -> CourseEdition:
    """Begin a course's other language from the text there is, with the same keys.

    Raises `Conflict` when that language has a text already.
    """
    course = origin.course
    if any(one.language == language for one in course.editions):
        raise Conflict(_MESSAGES["text_exists"], code="text_exists")
    edition = CourseEdition(
        course=course, language=language, slug=origin.slug, owner=actor.username
    )
    _insert((edition,), "slug", origin.slug)
    text = course_to_translate(current_source(origin), language, course.key)
    save_draft(edition, text, seen=draft_token(edition), actor=actor, now=now)
    return edition


def start_quiz(key: str, language: str, title: str, *, actor: Any, now: datetime) -> QuizEdition:
    """Begin a quiz with one question. Raises `InputErrors` for a key in use."""
    if queries.find_quiz(key) is not None:
        raise _refuse("key_taken", "key", key=key)
    return _new_quiz(Quiz(key=key), language, quiz_skeleton(key, language, title), actor, now)


def start_quiz_translation(
    origin: QuizEdition, language: str, *, actor: Any, now: datetime
) -> QuizEdition:
    """Begin a quiz's other language from the questions there are, with the same keys.

    Raises `Conflict` when that language has a text already, `InputErrors` when the questions
    cannot be read.
    """
    if any(one.language == language for one in origin.quiz.editions):
        raise Conflict(_MESSAGES["text_exists"], code="text_exists")
    text = quiz_to_translate(parse_quiz(current_source(origin)), language)
    return _new_quiz(origin.quiz, language, text, actor, now)


def _new_quiz(quiz: Quiz, language: str, text: str, actor: Any, now: datetime) -> QuizEdition:
    edition = QuizEdition(quiz=quiz, language=language)
    _insert((quiz, edition), "key", quiz.key)
    save_draft(edition, text, seen=draft_token(edition), actor=actor, now=now)
    return edition


def publish_draft(
    edition: CourseEdition | QuizEdition,
    *,
    seen: str,
    actor: Any,
    now: datetime,
    note: str = "",
    is_material: bool = False,
) -> int:
    """Make the newest text the one learners get; the number of its version.

    A quiz's new text also goes into the courses that ask it. Raises `InputErrors` for a text
    with errors, `DraftMoved` when it is not the text the writer has `seen`.
    """
    hold(edition)
    source = current_source(edition)
    if draft_token(edition) != seen:
        author = edition.draft.updated_by_id if edition.draft else None
        raise DraftMoved(source, source, draft_token(edition), author)
    if isinstance(edition, CourseEdition):
        text = parse_course(source)
        _check_place(edition, text.meta)
        return publish_course(
            edition, text, actor=actor, now=now, note=note, is_material=is_material
        ).number
    quiz = parse_quiz(source)
    if quiz.language != edition.language:
        raise _refuse("language_changed", "language", 1, language=edition.language)
    if quiz.key != edition.quiz.key:
        raise _refuse("quiz_key_changed", "quiz", 1, key=edition.quiz.key)
    number = publish_quiz(edition, quiz, source, actor=actor, now=now, note=note).number
    republish_courses_asking(quiz.key, quiz.language, actor=actor, now=now)
    return number


def _check_place(edition: CourseEdition, meta: CourseMeta) -> None:
    """A text stays the text it is: another language or group would be another course."""
    if meta.language != edition.language:
        raise _refuse("language_changed", "language", 1, language=edition.language)
    if meta.group(edition.slug) != edition.course.key:
        raise _refuse("group_changed", "translation_group", 1, key=edition.course.key)
