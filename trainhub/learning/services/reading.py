"""Reading a lesson: the place, the end of it, and one's own notes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from trainhub.catalogue.models import Lesson
from trainhub.db import db
from trainhub.errors import N_, DomainError, NotFound
from trainhub.learning.models import Enrolment, LessonNote, LessonProgress
from trainhub.learning.services.completing import review_completion

NOTE_LIMIT = 20_000
LONGEST_STRETCH_S = 120


class NoteTooLong(DomainError):
    """A note beyond the limit."""

    code = "note_too_long"
    message = N_("A note may have at most %(limit)s characters.")


def get_lesson(enrolment: Enrolment, lesson_key: str) -> Lesson:
    """A lesson of the version an enrolment is on. Raises `NotFound`."""
    query = select(Lesson).where(
        Lesson.version_id == enrolment.version_id, Lesson.key == lesson_key
    )
    lesson = db.session.scalars(query).one_or_none()
    if lesson is None:
        raise NotFound()
    return lesson


def touch_lesson(enrolment: Enrolment, lesson_key: str, *, now: datetime) -> LessonProgress:
    """The progress row of a lesson, made when missing; the place to resume is here now."""
    row = db.session.scalars(
        select(LessonProgress).where(
            LessonProgress.enrolment_id == enrolment.id,
            LessonProgress.round == enrolment.round,
            LessonProgress.lesson_key == lesson_key,
        )
    ).one_or_none()
    if row is None:
        row = LessonProgress(
            enrolment_id=enrolment.id,
            round=enrolment.round,
            lesson_key=lesson_key,
            opened_at=now,
            updated_at=now,
        )
        row.scroll_permille = row.active_s = 0
        db.session.add(row)
    enrolment.last_lesson_key = lesson_key
    enrolment.last_active_at = now
    return row


def note_place(
    enrolment: Enrolment, lesson_key: str, *, scroll_permille: int, active_s: int, now: datetime
) -> None:
    """Keep how far the person has scrolled; the farthest place wins over a late message.

    `active_s` is the time in front of the lesson since the last call. What the browser says
    is bounded by the time that has really passed.
    """
    get_lesson(enrolment, lesson_key)
    row = touch_lesson(enrolment, lesson_key, now=now)
    passed_s = int((now - row.updated_at).total_seconds())
    row.active_s += max(0, min(active_s, passed_s, LONGEST_STRETCH_S))
    row.scroll_permille = max(row.scroll_permille, min(1000, max(0, scroll_permille)))
    row.updated_at = now
    db.session.flush()


def finish_lesson(enrolment: Enrolment, lesson_key: str, *, now: datetime) -> bool:
    """Mark a lesson as read; whether the course is complete now."""
    get_lesson(enrolment, lesson_key)
    row = touch_lesson(enrolment, lesson_key, now=now)
    row.completed_at = row.completed_at or now
    row.scroll_permille = 1000
    row.updated_at = now
    db.session.flush()
    return review_completion(enrolment, now=now)


def save_note(enrolment: Enrolment, lesson_key: str, text: str, *, now: datetime) -> LessonNote:
    """Keep a person's own note beside a lesson. Raises `NoteTooLong`."""
    if len(text) > NOTE_LIMIT:
        raise NoteTooLong(field="text", limit=NOTE_LIMIT)
    get_lesson(enrolment, lesson_key)
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
    note.text = storable(text)
    note.updated_at = now
    db.session.flush()
    return note


def storable(text: str) -> str:
    """Text as both databases keep it: plain line ends, no NUL, no lone surrogates."""
    clean = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return clean.encode("utf-8", "replace").decode("utf-8")
