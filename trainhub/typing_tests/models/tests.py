"""Typing tests, who is to take them by when, what single people are granted, supervised rooms."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainhub.db import UtcDateTime, append_only, db


class TypingTest(db.Model):
    """A typing test. `settings` has the shape of `rules.settings.TestSettings.as_dict`; a run
    freezes them at its start, so a change reaches only later runs."""

    __tablename__ = "typing_test"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    titles: Mapped[dict[str, str]] = mapped_column(JSON)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    revision: Mapped[int] = mapped_column(default=1)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TypingAssignment(db.Model):
    """A typing test given to a person, a team or a cohort, people who join later included."""

    __tablename__ = "typing_assignment"
    __table_args__ = (
        CheckConstraint(
            "CASE WHEN person_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN team_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN cohort_id IS NULL THEN 0 ELSE 1 END = 1",
            name="target",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    test_id: Mapped[int] = mapped_column(ForeignKey("typing_test.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    due_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    test: Mapped[TypingTest] = relationship()


class TypingAllowance(db.Model):
    """What one person is granted for one typing test, or for all of them (`test_id` None):
    seconds on top of the duration, further attempts, or not having to take it. Append only; the
    sums of all rows hold, the newest row says whether somebody is exempt."""

    __tablename__ = "typing_allowance"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    test_id: Mapped[int | None] = mapped_column(ForeignKey("typing_test.id"))
    extra_s: Mapped[int] = mapped_column(default=0)
    extra_attempts: Mapped[int] = mapped_column(default=0)
    is_exempt: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text)
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class TypingSitting(db.Model):
    """A room in which somebody supervises a typing test, entered by its code."""

    __tablename__ = "typing_sitting"
    __table_args__ = (CheckConstraint("opens_at < closes_at", name="window"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    test_id: Mapped[int] = mapped_column(ForeignKey("typing_test.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    room_code: Mapped[str] = mapped_column(String(40))
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    test: Mapped[TypingTest] = relationship()


append_only(TypingAllowance.__table__)
