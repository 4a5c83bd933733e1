"""Training owed and repaid, what people thought of a class, and what remains of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainhub.db import UtcDateTime, append_only, db
from trainhub.delivery.models.classes import Booking, TrainingSession
from trainhub.people.models import Person


class DebtEntry(db.Model):
    """One line of the training-debt account (append only). `dedupe_key` names the fact.

    `planned` and `delivered` minutes, minutes `cancelled` with the cause, minutes `owed` to a
    person, `repaid` by a make-up, or `waived` with a reason. `team_id` is the team of that day.
    """

    __tablename__ = "debt_entry"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('planned', 'delivered', 'cancelled', 'owed', 'repaid', 'waived')",
            name="kind",
        ),
        CheckConstraint(
            "cause IN ('', 'operations', 'trainer', 'room', 'planner', 'personal', 'absent')",
            name="cause",
        ),
        Index("ix_debt_entry_person_id_on", "person_id", "on"),
        Index("ix_debt_entry_team_id_on", "team_id", "on", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    training_session_id: Mapped[int | None] = mapped_column(
        ForeignKey("training_session.id"), index=True
    )
    kind: Mapped[str] = mapped_column(String(10))
    cause: Mapped[str] = mapped_column(String(20), default="")
    minutes: Mapped[int]
    on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300), default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)


class MakeUp(db.Model):
    """A class somebody is owed because they missed one, until it is settled."""

    __tablename__ = "make_up"
    __table_args__ = (
        CheckConstraint("settled_as IN ('', 'attended', 'waived', 'learned')", name="settled_as"),
        Index("ix_make_up_person_id_settled_at", "person_id", "settled_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    missed_booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    cause: Mapped[str] = mapped_column(String(20))
    minutes: Mapped[int]
    owed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    offered_session_id: Mapped[int | None] = mapped_column(
        ForeignKey("training_session.id"), index=True
    )
    offered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_as: Mapped[str] = mapped_column(String(10), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")

    missed_booking: Mapped[Booking] = relationship()
    person: Mapped[Person] = relationship()
    offered_session: Mapped[TrainingSession | None] = relationship()


class SurveyTicket(db.Model):
    """Somebody who attended may answer once. Holds no time of the answer and no answer."""

    __tablename__ = "survey_ticket"

    training_session_id: Mapped[int] = mapped_column(
        ForeignKey("training_session.id"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_answered: Mapped[bool] = mapped_column(default=False)


class SurveyAnswer(db.Model):
    """One anonymous answer: no person, no time, and a random key so that order says nothing.

    Points from 1 to 5. Comments are shown only with at least five answers, in the order of keys.
    """

    __tablename__ = "survey_answer"
    __table_args__ = (
        CheckConstraint(
            "content BETWEEN 1 AND 5 AND trainer BETWEEN 1 AND 5 AND usefulness BETWEEN 1 AND 5"
            " AND fit BETWEEN 1 AND 5",
            name="points",
        ),
        {"sqlite_with_rowid": False},
    )

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    training_session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"), index=True)
    content: Mapped[int]
    trainer: Mapped[int]
    usefulness: Mapped[int]
    fit: Mapped[int]
    comment: Mapped[str] = mapped_column(Text, default="")


class DeliveryRecord(db.Model):
    """What remains of a class that ended (append only): who, what, when, how long, cover effect."""

    __tablename__ = "delivery_record"

    training_session_id: Mapped[int] = mapped_column(
        ForeignKey("training_session.id"), primary_key=True
    )
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


append_only(DebtEntry.__table__)
append_only(SurveyAnswer.__table__)
append_only(DeliveryRecord.__table__)
