"""What holders are asked for when something material has changed: a short quiz, by a day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainhub.assessment.models import Sitting
from trainhub.catalogue.models import CourseVersion
from trainhub.certification.models.awards import Award
from trainhub.certification.models.programmes import ProgrammeVersion
from trainhub.db import UtcDateTime, append_only, db
from trainhub.people.models import Person


class RefreshRequest(db.Model):
    """Somebody asks holders for a refresh after one change. Append only.

    The change is a version of a programme, or a course version published as a material change;
    each is asked about once. Passing the exam `exam_key` after `changed_at` settles it;
    `sitting` is the one that the holders were called to.
    """

    __tablename__ = "refresh_request"
    __table_args__ = (
        CheckConstraint(
            "(programme_version_id IS NULL) <> (course_version_id IS NULL)", name="change"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("programme_version.id"), unique=True
    )
    course_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("course_version.id"), unique=True
    )
    exam_key: Mapped[str] = mapped_column(String(80))
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), unique=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    programme_version: Mapped[ProgrammeVersion | None] = relationship()
    course_version: Mapped[CourseVersion | None] = relationship()
    sitting: Mapped[Sitting] = relationship()
    asked_by: Mapped[Person] = relationship()


append_only(RefreshRequest.__table__)


class AwardRefresh(db.Model):
    """One award of which a refresh is asked: once for each change.

    "open" until the exam is passed ("done", by `record_id` of the ledger) or a person decides
    that the award holds without it ("excused"). `questioned_at` is when the award was put under
    review because it was not done in time.
    """

    __tablename__ = "award_refresh"
    __table_args__ = (
        UniqueConstraint("award_id", "request_id"),
        CheckConstraint("state IN ('open', 'done', 'excused')", name="state"),
        Index("ix_award_refresh_state_due_on", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("refresh_request.id"), index=True)
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default="open")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    record_id: Mapped[int | None] = mapped_column(ForeignKey("learning_record.id"))
    questioned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    award: Mapped[Award] = relationship()
    request: Mapped[RefreshRequest] = relationship()
