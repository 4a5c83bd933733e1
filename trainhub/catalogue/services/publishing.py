"""Publishing: a text becomes a version that never changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from trainhub.audit.services import append_entry
from trainhub.catalogue import queries
from trainhub.catalogue.models import (
    Course,
    CourseEdition,
    CourseVersion,
    CourseVersionPicture,
    CourseVersionQuiz,
    Item,
    Lesson,
    Quiz,
    QuizEdition,
    QuizVersion,
    Series,
)
from trainhub.catalogue.rules.blocks import Block
from trainhub.catalogue.rules.course_text import CourseText, parse_course
from trainhub.catalogue.rules.estimates import lesson_minutes
from trainhub.catalogue.rules.front_matter import CourseMeta
from trainhub.catalogue.rules.marking import is_marked_by_hand
from trainhub.catalogue.rules.quiz_text import QuizText
from trainhub.catalogue.rules.references import list_references
from trainhub.catalogue.rules.sync import source_hash
from trainhub.catalogue.services.search_index import index_version
from trainhub.db import db
from trainhub.errors import N_, InputError, InputErrors

_NO_QUIZ = N_("The checkpoint names the quiz “%(quiz)s”, which has no published %(language)s text.")
_NO_ITEM = N_("The checkpoint names the question “%(item)s”, which “%(quiz)s” does not have.")
_BY_HAND = N_("The checkpoint asks “%(item)s” of “%(quiz)s”, a long answer: only exams may.")
_SLUG_TAKEN = N_("The file name “%(name)s” belongs to the course “%(course)s”.")
_NO_PICTURE = N_("The picture “%(name)s” has not been uploaded to this series.")


def ensure_series(meta: CourseMeta) -> Series:
    """The series a course names; one without a `_series.yaml` yet is named by its key."""
    series = queries.find_series(meta.series)
    if series is None:
        series = Series(
            key=meta.series,
            knowledge_line=meta.knowledge_line.value,
            position=0,
            title_zh=meta.series,
            title_en=meta.series,
        )
        db.session.add(series)
        db.session.flush()
    return series


def ensure_course(text: CourseText, slug: str, *, now: datetime) -> CourseEdition:
    """The edition a text belongs to; series, course and edition are created as needed.

    Raises `InputErrors` when another course has a file of this name.
    """
    meta = text.meta
    key = meta.group(slug)
    holder = queries.find_edition_by_slug(slug, meta.language)
    if holder is not None and holder.course.key != key:
        params = {"name": f"{slug}.{meta.language}.md", "course": holder.course.key}
        raise InputErrors([InputError("slug_taken", _SLUG_TAKEN, params, line=1)])
    course = queries.find_course(key)
    if course is None:
        series = ensure_series(meta)
        course = Course(
            key=key, created_at=now, minutes=meta.minutes, series=series, position=meta.order
        )
    edition = next((one for one in course.editions if one.language == meta.language), None)
    if edition is None:
        edition = CourseEdition(course=course, language=meta.language, slug=slug)
    db.session.add_all((course, edition))
    db.session.flush()
    return edition


def ensure_quiz(key: str, language: str) -> QuizEdition:
    """The edition a quiz text belongs to, created as needed."""
    quiz = queries.find_quiz(key) or Quiz(key=key)
    edition = next((one for one in quiz.editions if one.language == language), None)
    if edition is None:
        edition = QuizEdition(quiz=quiz, language=language)
    db.session.add_all((quiz, edition))
    db.session.flush()
    return edition


def publish_course(
    edition: CourseEdition,
    text: CourseText,
    *,
    actor: Any,
    now: datetime,
    note: str = "",
    is_material: bool = False,
) -> CourseVersion:
    """Make `text` the version in force of an edition, with its quizzes and pictures pinned.

    The draft, if there is one, is used up. Raises `InputErrors` where a checkpoint or a
    picture leads nowhere: a learner could not finish such a course.
    """
    version = _new_version(edition, text, actor=actor, now=now, note=note, is_material=is_material)
    edition.draft = None
    _record("course", edition.course.key, version, edition.language, actor, now)
    return _put_in_force(edition, version, text)


def _record(
    kind: str,
    key: str,
    version: CourseVersion | QuizVersion,
    language: str,
    actor: Any,
    now: datetime,
) -> None:
    """Put a publication by a person into the audit trail; imports are told by their report."""
    if actor is not None:
        append_entry(
            f"{kind}.published",
            actor=actor,
            object_type=kind,
            object_key=key,
            now=now,
            changes={"version": [None, f"{language} {version.number}"]},
            reason=version.note,
        )


def _new_version(
    edition: CourseEdition, text: CourseText, *, actor: Any, now: datetime, **words: Any
) -> CourseVersion:
    pins = _pinned_quizzes(text), _pinned_pictures(edition.course.series, text)
    meta = text.meta
    version = CourseVersion(
        edition=edition,
        number=_next_number(CourseVersion, edition.id),
        source=text.source,
        source_hash=source_hash(text.source),
        content_hash=_content_hash(text.source, pins[0]),
        title=meta.title,
        summary=meta.summary,
        minutes=meta.minutes,
        competencies=list(meta.competencies),
        objectives=[{"key": one.key, "text": one.text} for one in meta.objectives],
        prerequisites=list(meta.prerequisites),
        review_by=meta.review_by,
        intro=text.intro,
        published_at=now,
        published_by_id=actor.id if actor else None,
        lessons=_lessons(text),
        **words,
    )
    db.session.add(version)
    db.session.flush()
    _pin(version, *pins)
    return version


def _pin(version: CourseVersion, quizzes: dict[str, QuizVersion], pictures: dict[str, int]) -> None:
    number = version.id
    db.session.add_all(
        CourseVersionQuiz(course_version_id=number, quiz_version_id=quiz.id, quiz_key=key)
        for key, quiz in quizzes.items()
    )
    db.session.add_all(
        CourseVersionPicture(course_version_id=number, name=name, picture_id=picture_id)
        for name, picture_id in pictures.items()
    )


def _put_in_force(
    edition: CourseEdition, version: CourseVersion, text: CourseText
) -> CourseVersion:
    meta = text.meta
    course = edition.course
    edition.published = version
    edition.owner = meta.owner or ""
    course.minutes = meta.minutes
    course.position = meta.order
    if course.series.key != meta.series:
        course.series = ensure_series(meta)
    db.session.flush()
    index_version(edition, version)
    return version


def _lessons(text: CourseText) -> list[Lesson]:
    return [
        Lesson(
            position=position,
            key=lesson.key,
            title=lesson.title,
            body=lesson.body,
            minutes=lesson_minutes(lesson.body),
            checkpoint_items=[
                [point.quiz, item] for point in lesson.checkpoints for item in point.items
            ],
        )
        for position, lesson in enumerate(text.lessons, start=1)
    ]


def _pinned_quizzes(text: CourseText) -> dict[str, QuizVersion]:
    language = text.meta.language
    wanted = [point for lesson in text.lessons for point in lesson.checkpoints]
    found = queries.published_quizzes({point.quiz for point in wanted}, language)
    errors = []
    for point in wanted:
        version = found.get(point.quiz)
        if version is None:
            params: dict[str, Any] = {"quiz": point.quiz, "language": language}
            errors.append(InputError("checkpoint_quiz", _NO_QUIZ, params, line=point.line))
            continue
        errors += _unaskable(point, version)
    if errors:
        raise InputErrors(errors)
    return found


def _unaskable(point: Block, version: QuizVersion) -> Iterator[InputError]:
    """The questions a checkpoint names that are not there, or that only a person can mark."""
    kinds = {item.key: item.kind for item in version.items}
    for item in point.items:
        params = {"quiz": point.quiz, "item": item}
        if item not in kinds:
            yield InputError("checkpoint_item", _NO_ITEM, params, line=point.line)
        elif is_marked_by_hand(kinds[item]):
            yield InputError("checkpoint_by_hand", _BY_HAND, params, line=point.line)


def _pinned_pictures(series: Series, text: CourseText) -> dict[str, int]:
    wanted = [one for one in list_references(text) if one.media]
    found = queries.current_pictures(series.id, {one.media for one in wanted})
    missing = [one for one in wanted if one.media not in found]
    if missing:
        raise InputErrors(
            [
                InputError("media_missing", _NO_PICTURE, {"name": one.media}, line=one.line)
                for one in missing
            ]
        )
    return found


def _content_hash(source: str, quizzes: dict[str, QuizVersion]) -> str:
    parts = [source_hash(source)]
    parts += [f"{key}={quizzes[key].source_hash}" for key in sorted(quizzes)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _next_number(model: type[CourseVersion] | type[QuizVersion], edition_id: int) -> int:
    highest = select(func.max(model.number)).where(model.edition_id == edition_id)
    return (db.session.scalar(highest) or 0) + 1


def publish_quiz(
    edition: QuizEdition,
    text: QuizText,
    source: str,
    *,
    actor: Any,
    now: datetime,
    note: str = "",
) -> QuizVersion:
    """Make `text`, read from `source`, the version in force of a quiz."""
    version = QuizVersion(
        edition=edition,
        number=_next_number(QuizVersion, edition.id),
        source=source,
        source_hash=source_hash(source),
        title=text.title,
        pass_mark=text.pass_mark,
        published_at=now,
        published_by_id=actor.id if actor else None,
        note=note,
    )
    version.items = [
        Item(
            position=position,
            key=item.key,
            kind=item.kind.value,
            points=item.points,
            objective=item.objective,
            tags=list(item.tags),
            level=item.level,
            enemies=list(item.enemies) or None,
            stem=item.stem,
            feedback=item.feedback,
            content=dict(item.content),
        )
        for position, item in enumerate(text.items, start=1)
    ]
    db.session.add(version)
    edition.draft = None
    db.session.flush()
    edition.published = version
    db.session.flush()
    _record("quiz", edition.quiz.key, version, edition.language, actor, now)
    return version


def republish_courses_asking(quiz_key: str, language: str, *, actor: Any, now: datetime) -> int:
    """Give each published course that asks a quiz a version with the quiz's newest text.

    A course's text and its draft stay as they are; learners under way stay on what they
    started. Courses whose checkpoints name questions that are gone keep the old quiz.
    Returns how many courses have a new version.
    """
    count = 0
    for edition in queries.list_editions_asking(quiz_key, language):
        assert edition.published is not None
        text = parse_course(edition.published.source)
        with suppress(InputErrors):
            version = _new_version(edition, text, actor=actor, now=now, note=f"quiz {quiz_key}")
            if edition.draft and edition.draft.base_version_id == edition.published_version_id:
                edition.draft.base_version_id = version.id
            _put_in_force(edition, version, text)
            count += 1
    return count
