"""Requests for training, from the wish to the closed record."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainhub.catalogue.models import Course
from trainhub.db import UtcDateTime, append_only, db
from trainhub.people.models import Person, Team


class TrainingRequest(db.Model):
    """Somebody who answers for people asks for a class.

    `course_id` where the library has it already, else `topic` alone. `figure` is the business
    figure it should move, with where it stands and where it should go in words. `trainer_state`
    says how the proposed trainer answered.
    """

    __tablename__ = "training_request"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'submitted', 'in_review', 'approved', 'rejected', 'withdrawn',"
            " 'planned', 'delivered', 'evaluated', 'closed')",
            name="state",
        ),
        CheckConstraint(
            "trainer_state IN ('', 'proposed', 'accepted', 'declined')", name="trainer_state"
        ),
        CheckConstraint("wished_from <= wished_until", name="window"),
        Index("ix_training_request_state", "state", "submitted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(160))
    reason: Mapped[str] = mapped_column(Text, default="")
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    heads: Mapped[int]
    wished_from: Mapped[date]
    wished_until: Mapped[date]
    figure: Mapped[str] = mapped_column(String(160), default="")
    figure_now: Mapped[str] = mapped_column(String(60), default="")
    figure_goal: Mapped[str] = mapped_column(String(60), default="")
    state: Mapped[str] = mapped_column(String(12), default="draft")
    revision: Mapped[int] = mapped_column(default=1)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    trainer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    trainer_state: Mapped[str] = mapped_column(String(10), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    course: Mapped[Course | None] = relationship()
    team: Mapped[Team | None] = relationship()
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    reviewer: Mapped[Person | None] = relationship(foreign_keys=[reviewer_id])
    trainer: Mapped[Person | None] = relationship(foreign_keys=[trainer_id])
    people: Mapped[list[TrainingRequestPerson]] = relationship(cascade="all, delete-orphan")


class TrainingRequestPerson(db.Model):
    """Somebody a request names; a request that names nobody means all of its team."""

    __tablename__ = "training_request_person"

    request_id: Mapped[int] = mapped_column(
        ForeignKey("training_request.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)

    person: Mapped[Person] = relationship()


class TrainingRequestEvent(db.Model):
    """One step of a request (append only): what changed, who, what they said."""

    __tablename__ = "training_request_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("training_request.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    old_state: Mapped[str] = mapped_column(String(12), default="")
    new_state: Mapped[str] = mapped_column(String(12), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    by: Mapped[Person | None] = relationship()


append_only(TrainingRequestEvent.__table__)
