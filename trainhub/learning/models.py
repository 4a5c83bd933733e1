"""Assignments, enrolments and progress.

A course can be taken again: `Enrolment.round` counts from 1, and rows of progress and answers
say which round they belong to, so that a new round begins empty and nothing is deleted.
"""

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
    set. People who join the team or cohort later are enrolled by the tick. `again` asks those
    too who had completed the course before.
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
    again: Mapped[bool] = mapped_column(default=False, server_default="0")
    assigned_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assigned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Enrolment(db.Model):
    """One person's way through one course.

    `version_id` is set when the person starts and changes only when they accept a newer
    version. `last_active_at` and `last_lesson_key` say where to resume. Everything here is of the
    round under way; `completed_before_at` says when the last round before it was completed.
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
            "completed_before_at",
            "person_id",
        ),
        Index(
            "ix_enrolment_person_id_completed_at",
            "person_id",
            "completed_at",
            "due_on",
            "started_at",
            "withdrawn_at",
            "completed_before_at",
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
    round: Mapped[int] = mapped_column(default=1, server_default="1")
    completed_before_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()
    course: Mapped[Course] = relationship()
    version: Mapped[CourseVersion | None] = relationship()


class EnrolmentRound(db.Model):
    """A finished round of an enrolment as it ended: completed, or given up half-way.

    Written when another round begins, or when one is given up; never changed. Lessons read and
    answers given stay in their own tables under the same `round`.
    """

    __tablename__ = "enrolment_round"
    __table_args__ = (UniqueConstraint("enrolment_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"))
    round: Mapped[int]
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("course_version.id"))
    due_on: Mapped[date | None]
    enrolled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lessons_done: Mapped[int]
    lessons_total: Mapped[int]
    marks_permille: Mapped[int | None]
    active_s: Mapped[int]


class LessonProgress(db.Model):
    """How far a person is in one lesson: `scroll_permille` of its length was seen."""

    __tablename__ = "lesson_progress"
    __table_args__ = (UniqueConstraint("enrolment_id", "round", "lesson_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"))
    lesson_key: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    scroll_permille: Mapped[int] = mapped_column(default=0)
    active_s: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=1, server_default="1")


class CheckpointResponse(db.Model):
    """One answer to one item inside a lesson. Append only: each try is a row.

    `score_permille` is the share of the item's points earned, 0 to 1000. `number` goes on over
    the rounds: a question is met for the first time once.
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
    round: Mapped[int] = mapped_column(default=1, server_default="1")


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


append_only(EnrolmentRound.__table__)
append_only(CheckpointResponse.__table__)
