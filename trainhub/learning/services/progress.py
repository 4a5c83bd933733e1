"""Going through a course: start, read, answer, finish."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from trainhub.catalogue.models import CourseEdition, CourseVersion, Item, Lesson
from trainhub.catalogue.queries.items import as_quiz_item
from trainhub.catalogue.rules.marking import Mark, check_response_shape, mark
from trainhub.db import db
from trainhub.errors import N_, DomainError, NotFound
from trainhub.learning.models import CheckpointResponse, Enrolment, LessonNote, LessonProgress
from trainhub.learning.queries.progress import find_item, progress_of
from trainhub.learning.rules import lessons_done
from trainhub.ledger import services as ledger
from trainhub.ledger.models import Verb

NOTE_LIMIT = 20_000
LONGEST_STRETCH_S = 120


class NotPublished(DomainError):
    """There is nothing to learn yet."""

    code = "not_published"
    status = 409
    message = N_("This course has no published text in the language asked for.")


class NoteTooLong(DomainError):
    """A note beyond the limit."""

    code = "note_too_long"
    message = N_("A note may have at most %(limit)s characters.")


def start_course(enrolment: Enrolment, edition: CourseEdition, *, now: datetime) -> None:
    """Begin a course on the version in force of an edition; a second start changes nothing."""
    if enrolment.version_id is not None:
        return
    version = edition.published
    if version is None or edition.course_id != enrolment.course_id:
        raise NotPublished()
    enrolment.version = version
    enrolment.started_at = now
    enrolment.last_active_at = now
    enrolment.lessons_total = _count_lessons(version.id)
    ledger.append_record(
        enrolment.person_id,
        Verb.STARTED,
        object_type="course",
        object_key=enrolment.course.key,
        object_version=_version_name(version),
        dedupe_key=f"enrolment:{enrolment.id}:started",
        occurred_at=now,
        now=now,
    )
    db.session.flush()


def _count_lessons(version_id: int) -> int:
    query = select(func.count()).select_from(Lesson).where(Lesson.version_id == version_id)
    return db.session.scalar(query) or 0


def _version_name(version: CourseVersion) -> str:
    return f"{version.edition.language}.{version.number}"


def _get_lesson(enrolment: Enrolment, lesson_key: str) -> Lesson:
    query = select(Lesson).where(
        Lesson.version_id == enrolment.version_id, Lesson.key == lesson_key
    )
    lesson = db.session.scalars(query).one_or_none()
    if lesson is None:
        raise NotFound()
    return lesson


def _progress_row(enrolment: Enrolment, lesson_key: str, now: datetime) -> LessonProgress:
    row = db.session.scalars(
        select(LessonProgress).where(
            LessonProgress.enrolment_id == enrolment.id, LessonProgress.lesson_key == lesson_key
        )
    ).one_or_none()
    if row is None:
        row = LessonProgress(
            enrolment_id=enrolment.id, lesson_key=lesson_key, opened_at=now, updated_at=now
        )
        row.scroll_permille = row.active_s = 0
        db.session.add(row)
    return row


def open_lesson(enrolment: Enrolment, lesson_key: str, *, now: datetime) -> None:
    """Note that a person is in a lesson: the place to resume on any device."""
    _get_lesson(enrolment, lesson_key)
    _progress_row(enrolment, lesson_key, now).updated_at = now
    enrolment.last_lesson_key = lesson_key
    enrolment.last_active_at = now
    db.session.flush()


def note_place(
    enrolment: Enrolment, lesson_key: str, *, scroll_permille: int, active_s: int, now: datetime
) -> None:
    """Keep how far the person has scrolled; the farthest place wins over a late message.

    `active_s` is the time in front of the lesson since the last call. What the browser says
    is bounded by the time that has really passed.
    """
    _get_lesson(enrolment, lesson_key)
    row = _progress_row(enrolment, lesson_key, now)
    passed_s = int((now - row.updated_at).total_seconds()) if row.id else 0
    row.active_s += max(0, min(active_s, passed_s, LONGEST_STRETCH_S))
    row.scroll_permille = max(row.scroll_permille, min(1000, max(0, scroll_permille)))
    row.updated_at = now
    enrolment.last_lesson_key = lesson_key
    enrolment.last_active_at = now
    db.session.flush()


def finish_lesson(enrolment: Enrolment, lesson_key: str, *, now: datetime) -> bool:
    """Mark a lesson as read; whether the course is complete now."""
    _get_lesson(enrolment, lesson_key)
    row = _progress_row(enrolment, lesson_key, now)
    row.completed_at = row.completed_at or now
    row.scroll_permille = 1000
    row.updated_at = now
    enrolment.last_active_at = now
    return review_completion(enrolment, now=now)


def answer_item(
    enrolment: Enrolment,
    lesson_key: str,
    quiz_key: str,
    item_key: str,
    response: Any,
    *,
    idempotency_key: str,
    now: datetime,
) -> tuple[CheckpointResponse, Mark, Item]:
    """Mark and keep one answer in a lesson's checkpoint.

    A repeated `idempotency_key` gives back the first answer. Raises `NotFound` for a
    question this lesson does not ask, `InputErrors` for a response of the wrong form.
    """
    lesson = _get_lesson(enrolment, lesson_key)
    assert enrolment.version_id is not None
    row = find_item(enrolment.version_id, quiz_key, item_key)
    if row is None or [quiz_key, item_key] not in lesson.checkpoint_items:
        raise NotFound()
    item = as_quiz_item(row)
    known = db.session.scalars(
        select(CheckpointResponse).where(
            CheckpointResponse.enrolment_id == enrolment.id,
            CheckpointResponse.idempotency_key == idempotency_key,
        )
    ).one_or_none()
    if known is not None:
        return known, mark(item, known.response), row
    check_response_shape(item, response)
    result = mark(item, response)
    kept = CheckpointResponse(
        enrolment_id=enrolment.id,
        item_id=row.id,
        quiz_key=quiz_key,
        item_key=item_key,
        lesson_key=lesson_key,
        number=_count_responses(enrolment.id, quiz_key, item_key) + 1,
        response=response,
        score_permille=int(result.score * 1000),
        is_right=result.right,
        responded_at=now,
        idempotency_key=idempotency_key,
    )
    db.session.add(kept)
    db.session.flush()
    _progress_row(enrolment, lesson_key, now).updated_at = now
    enrolment.last_lesson_key = lesson_key
    enrolment.last_active_at = now
    review_completion(enrolment, now=now)
    return kept, result, row


def _count_responses(enrolment_id: int, quiz_key: str, item_key: str) -> int:
    query = (
        select(func.count())
        .select_from(CheckpointResponse)
        .where(
            CheckpointResponse.enrolment_id == enrolment_id,
            CheckpointResponse.quiz_key == quiz_key,
            CheckpointResponse.item_key == item_key,
        )
    )
    return db.session.scalar(query) or 0


def review_completion(enrolment: Enrolment, *, now: datetime) -> bool:
    """Count the lessons done; when all are, complete the course and tell the ledger once.

    A completed course stays completed, whatever is answered afterwards.
    """
    progress = progress_of(enrolment)
    done = lessons_done(progress.plans, progress.read_keys, progress.scores)
    enrolment.lessons_done = len(done)
    enrolment.lessons_total = len(progress.lessons)
    if len(done) == len(progress.lessons) and enrolment.completed_at is None:
        enrolment.completed_at = now
        assert enrolment.version is not None
        ledger.append_record(
            enrolment.person_id,
            Verb.COMPLETED,
            object_type="course",
            object_key=enrolment.course.key,
            object_version=_version_name(enrolment.version),
            dedupe_key=f"enrolment:{enrolment.id}:completed",
            occurred_at=now,
            now=now,
            result={"marks_permille": _mean_mark(progress.scores)},
        )
    db.session.flush()
    return enrolment.completed_at is not None


def _mean_mark(scores: dict[tuple[str, str], int]) -> int | None:
    return sum(scores.values()) // len(scores) if scores else None


def move_to_version(enrolment: Enrolment, version: CourseVersion, *, now: datetime) -> None:
    """Go on with another published version of the same course (a newer one, or the other
    language). What was read and answered stays where lesson and question keys are the same.
    """
    if version.edition.course_id != enrolment.course_id:
        raise NotFound()
    enrolment.version = version
    enrolment.last_active_at = now
    keys = set(db.session.scalars(select(Lesson.key).where(Lesson.version_id == version.id)))
    if enrolment.last_lesson_key not in keys:
        enrolment.last_lesson_key = ""
    db.session.flush()
    review_completion(enrolment, now=now)


def save_note(enrolment: Enrolment, lesson_key: str, text: str, *, now: datetime) -> LessonNote:
    """Keep a person's own note beside a lesson."""
    if len(text) > NOTE_LIMIT:
        raise NoteTooLong(field="text", limit=NOTE_LIMIT)
    _get_lesson(enrolment, lesson_key)
    note = db.session.scalars(
        select(LessonNote).where(
            LessonNote.person_id == enrolment.person_id,
            LessonNote.course_id == enrolment.course_id,
            LessonNote.lesson_key == lesson_key,
        )
    ).one_or_none()
    if note is None:
        note = LessonNote(
            person_id=enrolment.person_id, course_id=enrolment.course_id, lesson_key=lesson_key
        )
        db.session.add(note)
    note.text = text.replace("\r\n", "\n")
    note.updated_at = now
    db.session.flush()
    return note
