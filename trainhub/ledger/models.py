"""The ledger's table."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from trainhub.db import UtcDateTime, append_only, db


class Verb(StrEnum):
    """What a learning record says somebody did."""

    STARTED = "started"
    COMPLETED = "completed"
    PASSED = "passed"
    FAILED = "failed"
    VOIDED = "voided"
    ATTENDED = "attended"


class LearningRecord(db.Model):
    """One dated fact. `occurred_at` is the world's time, `recorded_at` the book's.

    `dedupe_key` names the fact, so that recording it twice leaves one row.
    """

    __tablename__ = "learning_record"
    __table_args__ = (
        Index("ix_learning_record_object", "object_type", "object_key"),
        # Whoever has something new since they were last looked at.
        Index("ix_learning_record_person_id_recorded_at", "person_id", "recorded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    verb: Mapped[str] = mapped_column(String(20))
    object_type: Mapped[str] = mapped_column(String(20))
    object_key: Mapped[str] = mapped_column(String(80))
    object_version: Mapped[str] = mapped_column(String(40), default="")
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    dedupe_key: Mapped[str] = mapped_column(String(160), unique=True)


append_only(LearningRecord.__table__)
