"""Marking by hand, and marking again after a key was wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from trainhub.db import UtcDateTime, append_only, db


class MarkingTask(db.Model):
    """One response that waits for markers, or has had them (`done_at`).

    `markers_needed` grows when two disagree (`rules.rubric`). A claim keeps the task for one
    marker until `claimed_until`. `draft` is what the claiming marker has not handed in yet.
    `marking_round` grows when the attempt is reopened: marks of earlier rounds are of a response
    that has changed since.
    """

    __tablename__ = "marking_task"
    __table_args__ = (
        UniqueConstraint("attempt_id", "no"),
        ForeignKeyConstraint(
            ["attempt_id", "no"], ["attempt_item.attempt_id", "attempt_item.no"],
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int]
    no: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    marking_round: Mapped[int] = mapped_column(default=1)
    markers_needed: Mapped[int] = mapped_column(default=1)
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class HandMark(db.Model):
    """What one marker gave: points by criterion, whether a fatal one failed. Append only."""

    __tablename__ = "hand_mark"
    __table_args__ = (UniqueConstraint("task_id", "marker_id", "marking_round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("marking_task.id"), index=True)
    marker_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    marking_round: Mapped[int] = mapped_column(default=1)
    criteria: Mapped[dict[str, Any]] = mapped_column(JSON)
    points_millionths: Mapped[int] = mapped_column(BigInteger)
    is_fatal: Mapped[bool] = mapped_column(default=False)
    comment: Mapped[str] = mapped_column(Text, default="")
    marked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Regrade(db.Model):
    """A question marked again by another key, or set aside, over finished attempts. Append only.

    `how` is of `rules.regrading`: by the version `to_version_id`, full marks for all, or left
    out of the total.
    """

    __tablename__ = "regrade"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("bank_item.id"), index=True)
    from_version_id: Mapped[int] = mapped_column(ForeignKey("bank_item_version.id"))
    to_version_id: Mapped[int | None] = mapped_column(ForeignKey("bank_item_version.id"))
    how: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class RegradeChange(db.Model):
    """Both scores of one attempt that a regrade looked at, equal where it changed nothing.

    `marking_round` is the attempt's afterwards. A change made before the attempt was last marked
    from scratch (`Attempt.marked_at`, after it had been reopened) no longer counts. Append only.
    """

    __tablename__ = "regrade_change"

    regrade_id: Mapped[int] = mapped_column(ForeignKey("regrade.id"), primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True, index=True)
    marking_round: Mapped[int] = mapped_column(primary_key=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    no: Mapped[int]
    item_mark_before: Mapped[int] = mapped_column(BigInteger)
    item_mark_after: Mapped[int] = mapped_column(BigInteger)
    mark_before: Mapped[int] = mapped_column(BigInteger)
    mark_after: Mapped[int] = mapped_column(BigInteger)
    max_points_before: Mapped[int]
    max_points_after: Mapped[int]
    was_passed: Mapped[bool]
    is_passed: Mapped[bool]


append_only(HandMark.__table__)
append_only(Regrade.__table__)
append_only(RegradeChange.__table__)
