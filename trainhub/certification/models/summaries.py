"""Personal summaries and sign-offs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainhub.certification.models.enrolments import ProgrammeEnrolment
from trainhub.db import UtcDateTime, append_only, db
from trainhub.people.models import Person


class PersonalSummary(db.Model):
    """What somebody writes about their own period, by the headings of the requirement."""

    __tablename__ = "personal_summary"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "requirement_key"),
        CheckConstraint("state IN ('draft', 'handed_in', 'returned', 'accepted')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("programme_enrolment.id"))
    requirement_key: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10), default="draft")
    text: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    enrolment: Mapped[ProgrammeEnrolment] = relationship()


class SummaryEvent(db.Model):
    """Handed in, sent back or accepted, with the text as it was and the comment. Append only."""

    __tablename__ = "summary_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    summary_id: Mapped[int] = mapped_column(ForeignKey("personal_summary.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text, default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    by: Mapped[Person] = relationship()


append_only(SummaryEvent.__table__)


class SignOff(db.Model):
    """A supervisor's word on a requirement: signed, or not yet with what is missing.

    The latest row of an enrolment and requirement is in force. Append only.
    """

    __tablename__ = "sign_off"
    __table_args__ = (CheckConstraint("decision IN ('signed', 'not_yet')", name="decision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("programme_enrolment.id"), index=True)
    requirement_key: Mapped[str] = mapped_column(String(40))
    decision: Mapped[str] = mapped_column(String(10))
    comment: Mapped[str] = mapped_column(Text, default="")
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    by: Mapped[Person] = relationship()


append_only(SignOff.__table__)
