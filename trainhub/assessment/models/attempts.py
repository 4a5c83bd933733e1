"""Attempts: one candidate's go at a paper, question by question, and all that happened to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainhub.assessment.models.bank import BankItemVersion
from trainhub.assessment.models.exams import Candidate, Exam, ExamVersion, Sitting
from trainhub.db import UtcDateTime, append_only, db
from trainhub.people.models import Person

_OPEN = text("state IN ('created', 'in_progress')")
_RUNNING = text("state = 'in_progress'")


class Attempt(db.Model):
    """One go at an exam. The rules in force are those of `exam_version_id`, frozen at the start.

    `closes_at` is the wall: min(start + duration + extra, end of the window). `kind` is
    "sitting", or "practice" (no ledger record) or "preview" (an author's try, counted nowhere);
    a preview has neither candidate nor sitting. `position` is the furthest question opened where
    going back is not allowed. `mark_millionths` are points earned, in millionths, of `max_points`
    whole points. `marking_round` counts markings: 1 at the end, one more with each regrade.
    `copy_key` encrypts the browser's copy of the answers.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("candidate_id", "number"),
        CheckConstraint("(candidate_id IS NULL) = (kind = 'preview')", name="candidate"),
        Index(
            "uq_attempt_open", "person_id", "exam_id", unique=True,
            sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
        Index("ix_attempt_running", "closes_at", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
        Index("ix_attempt_exam_version_id_state", "exam_version_id", "state"),
        Index("ix_attempt_sitting_id_state", "sitting_id", "state"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int | None] = mapped_column(ForeignKey("candidate.id"))
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sitting.id"))
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    exam_version_id: Mapped[int] = mapped_column(ForeignKey("exam_version.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20), default="sitting")
    language: Mapped[str] = mapped_column(String(5))
    state: Mapped[str] = mapped_column(String(20))
    seed: Mapped[str] = mapped_column(String(32))
    copy_key: Mapped[str] = mapped_column(String(64))
    extra_s: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(String(20))
    marked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    marking_round: Mapped[int] = mapped_column(default=0)
    mark_millionths: Mapped[int | None] = mapped_column(BigInteger)
    max_points: Mapped[int]
    is_passed: Mapped[bool | None]

    candidate: Mapped[Candidate | None] = relationship()
    sitting: Mapped[Sitting | None] = relationship()
    exam: Mapped[Exam] = relationship()
    version: Mapped[ExamVersion] = relationship()
    person: Mapped[Person] = relationship()
    items: Mapped[list[AttemptItem]] = relationship(order_by="AttemptItem.no", viewonly=True)

    __allow_unmapped__ = True
    is_new: bool = False  # set on the object that `services.start_attempt` has just made


class AttemptItem(db.Model):
    """One drawn question of an attempt with the response in force and its mark.

    `seq` numbers the saves of this question, the highest wins; `idempotency_key` and `device`
    tell a repeated save from another one. `active_ms` is the time the question was in view, in
    milliseconds, as far as the browser told. `mark_millionths` is None until it is marked.
    """

    __tablename__ = "attempt_item"
    __table_args__ = (
        Index("ix_attempt_item_item_id", "item_id", "version_id"),
        Index("ix_attempt_item_version_id", "version_id"),
    )

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("bank_item.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("bank_item_version.id"))
    option_seed: Mapped[str] = mapped_column(String(32))
    points: Mapped[int]
    response: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    seq: Mapped[int] = mapped_column(default=0)
    idempotency_key: Mapped[str] = mapped_column(String(60), default="")
    device: Mapped[str] = mapped_column(String(40), default="")
    saved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    active_ms: Mapped[int] = mapped_column(default=0)
    is_flagged: Mapped[bool] = mapped_column(default=False)
    mark_millionths: Mapped[int | None] = mapped_column(BigInteger)
    is_right: Mapped[bool | None]
    needs_marking: Mapped[bool] = mapped_column(default=False)

    version: Mapped[BankItemVersion] = relationship()


class AttemptEvent(db.Model):
    """One transition of an attempt. Append only; as many rows as there were transitions."""

    __tablename__ = "attempt_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    old_state: Mapped[str] = mapped_column(String(20))
    new_state: Mapped[str] = mapped_column(String(20))
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    values: Mapped[dict[str, Any]] = mapped_column(JSON)


class AttemptSighting(db.Model):
    """Something seen during an attempt: focus lost, another device. Append only, for a person
    to judge; nothing follows from it by itself."""

    __tablename__ = "attempt_sighting"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)


class KeptResponse(db.Model):
    """A response that does not count, kept as evidence: it came late, or another device's newer
    one stands (`why` is of `rules.saving`). Append only."""

    __tablename__ = "kept_response"
    __table_args__ = (UniqueConstraint("attempt_id", "no", "idempotency_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    no: Mapped[int]
    response: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))
    seq: Mapped[int]
    idempotency_key: Mapped[str] = mapped_column(String(60))
    device: Mapped[str] = mapped_column(String(40), default="")
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    why: Mapped[str] = mapped_column(String(20))


append_only(AttemptEvent.__table__)
append_only(AttemptSighting.__table__)
append_only(KeptResponse.__table__)
