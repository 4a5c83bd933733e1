"""Assignments, enrolments and progress."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainhub.catalogue.models import Course, CourseVersion
from trainhub.db import UtcDateTime, append_only, db
from trainhub.people.models import Person

OPEN: dict[str, Any] = {  # a partial index over enrolments that are not complete
    "sqlite_where": text("completed_at IS NULL"),
    "postgresql_where": text("completed_at IS NULL"),
}


class Assignment(db.Model):
    """Somebody asks people to take a course, or every course of a series, by a date.

    Exactly one of `course_id` and `series_id`, and exactly one of the three targets, is
    set. People who join the team or cohort later are enrolled by the tick.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("(course_id IS NULL) <> (series_id IS NULL)", name="subject"),
        CheckConstraint(
            "(CASE WHEN person_id IS NULL THEN 0 ELSE 1 END) + "
            "(CASE WHEN team_id IS NULL THEN 0 ELSE 1 END) + "
            "(CASE WHEN cohort_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="target",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), index=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    due_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")
    assigned_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assigned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Enrolment(db.Model):
    """One person's way through one course.

    `version_id` is set when the person starts and changes only when they accept a newer
    version. `last_active_at` and `last_lesson_key` say where to resume.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("person_id", "course_id"),
        # Counts by course and by team are answered from these two alone.
        Index(
            "ix_enrolment_course_id_completed_at",
            "course_id",
            "completed_at",
            "due_on",
            "started_at",
            "withdrawn_at",
            "person_id",
        ),
        Index(
            "ix_enrolment_person_id_completed_at",
            "person_id",
            "completed_at",
            "due_on",
            "started_at",
            "withdrawn_at",
            "course_id",
        ),
        # What is open and due, and what is open and untouched: a small part of the table.
        Index("ix_enrolment_due_on", "due_on", "withdrawn_at", "person_id", **OPEN),
        Index(
            "ix_enrolment_last_active_at",
            "course_id",
            "last_active_at",
            "withdrawn_at",
            "person_id",
            **OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("course_version.id"), index=True)
    due_on: Mapped[date | None]
    enrolled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_active_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_lesson_key: Mapped[str] = mapped_column(String(80), default="")
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lessons_done: Mapped[int] = mapped_column(default=0)
    lessons_total: Mapped[int] = mapped_column(default=0)

    person: Mapped[Person] = relationship()
    course: Mapped[Course] = relationship()
    version: Mapped[CourseVersion | None] = relationship()


class LessonProgress(db.Model):
    """How far a person is in one lesson: `scroll_permille` of its length was seen."""

    __tablename__ = "lesson_progress"
    __table_args__ = (UniqueConstraint("enrolment_id", "lesson_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"))
    lesson_key: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    scroll_permille: Mapped[int] = mapped_column(default=0)
    active_s: Mapped[int] = mapped_column(default=0)


class CheckpointResponse(db.Model):
    """One answer to one item inside a lesson. Append only: each try is a row.

    `score_permille` is the share of the item's points earned, 0 to 1000.
    `idempotency_key` makes a repeated sending of the same answer one row.
    """

    __tablename__ = "checkpoint_response"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "idempotency_key"),
        UniqueConstraint("enrolment_id", "quiz_key", "item_key", "number"),
        # First tries of a question are counted from the index alone.
        Index("ix_checkpoint_response_item_id", "item_id", "number", "is_right"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    quiz_key: Mapped[str] = mapped_column(String(80))
    item_key: Mapped[str] = mapped_column(String(80))
    lesson_key: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    response: Mapped[Any] = mapped_column(JSON)
    score_permille: Mapped[int]
    is_right: Mapped[bool]
    responded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    idempotency_key: Mapped[str] = mapped_column(String(60))


class LessonNote(db.Model):
    """A person's own note beside a lesson. Nobody else reads it."""

    __tablename__ = "lesson_note"
    __table_args__ = (UniqueConstraint("person_id", "course_id", "lesson_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    lesson_key: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


append_only(CheckpointResponse.__table__)
