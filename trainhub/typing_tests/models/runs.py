"""Runs, their timelines in chunks, what happened to them, and what people said of them."""

from __future__ import annotations

from datetime import datetime
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

from trainhub.db import UtcDateTime, append_only, db
from trainhub.people.models import Person
from trainhub.typing_tests.models.passages import TypingPassageVersion
from trainhub.typing_tests.models.tests import TypingSitting, TypingTest

_OPEN = text("state = 'open'")
_WAITING = text("review = 'waiting'")
_LEFT = text("sweep_at IS NOT NULL")
_KEPT = text("timeline_gone_at IS NULL")


class TypingRun(db.Model):
    """One person's go at a text; practice where `test_id` is None.

    `text` is what is to be typed: of one passage, of several (`passage_version_ids`, in order)
    where a timed run needs more, or a practice lesson made for one person, which has none.
    `passage_version_id` is the first of them, by which runs of the same text are found.
    `rules` (`rules.settings.RunRules.as_dict`) are frozen at the start, `closes_at` is the wall.
    `sweep_at` is when the tick looks at the run: the wall, or later where scoring failed; None
    once nothing is left to do. `token_hash` is the SHA-256 of the token in force.
    `next_chunk` numbers the chunk that is awaited, from 1; `events` counts what has arrived.
    `final_text` and `metrics` (`rules.metrics.Metrics.as_dict`) are computed at the end;
    `speed_tenths` (tenths of the unit the rules name) and `accuracy` (final, hundredths of a per
    cent) are the two that lists sort by. `verdict` is None until a closed run is scored.
    `reasons` are codes of `rules.verification`. `rhythm` is the packed sequence of intervals by
    which a replayed timeline is known; it goes with the chunks when their time is over
    (`timeline_gone_at`).
    """

    __tablename__ = "typing_run"
    __table_args__ = (
        UniqueConstraint("person_id", "test_id", "number"),
        CheckConstraint("(test_id IS NULL) = (number IS NULL)", name="number"),
        CheckConstraint("test_id IS NULL OR passage_version_id IS NOT NULL", name="passage"),
        CheckConstraint("sitting_id IS NULL OR test_id IS NOT NULL", name="sitting"),
        Index(
            "uq_typing_run_open", "person_id", unique=True,
            sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
        Index("ix_typing_run_sweep_at", "sweep_at", sqlite_where=_LEFT, postgresql_where=_LEFT),
        Index("ix_typing_run_waiting", "ended_at", sqlite_where=_WAITING,
              postgresql_where=_WAITING),
        Index("ix_typing_run_kept", "ended_at", sqlite_where=_KEPT, postgresql_where=_KEPT),
        Index("ix_typing_run_person_id_started_at", "person_id", "started_at"),
        Index("ix_typing_run_test_id_state", "test_id", "state"),
        Index("ix_typing_run_passage_version_id", "passage_version_id"),
        Index("ix_typing_run_sitting_id", "sitting_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    passage_version_id: Mapped[int | None] = mapped_column(ForeignKey("typing_passage_version.id"))
    passage_version_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    text: Mapped[str] = mapped_column(Text)
    test_id: Mapped[int | None] = mapped_column(ForeignKey("typing_test.id"))
    test_revision: Mapped[int | None]
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("typing_sitting.id"))
    number: Mapped[int | None]  # among the person's runs of this test, from 1
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(12))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sweep_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_chunk_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_chunk: Mapped[int] = mapped_column(default=1)
    events: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(String(12))
    final_text: Mapped[str | None] = mapped_column(Text)
    metrics: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    speed_tenths: Mapped[int | None]
    accuracy: Mapped[int | None]
    verdict: Mapped[str | None] = mapped_column(String(12))
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    review: Mapped[str] = mapped_column(String(12), default="none")
    rhythm: Mapped[bytes | None]
    timeline_gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()
    passage_version: Mapped[TypingPassageVersion | None] = relationship()
    test: Mapped[TypingTest | None] = relationship()
    sitting: Mapped[TypingSitting | None] = relationship()


class TypingChunk(db.Model):
    """Events of a run as they arrived: a JSON list in `events`, ending at event `upto_event`
    (counted from the first, 1 for it alone). `server_ms` is the arrival, in milliseconds since
    the run's start by the server's clock. `digest` (SHA-256) knows a repeated chunk again."""

    __tablename__ = "typing_chunk"

    run_id: Mapped[int] = mapped_column(ForeignKey("typing_run.id"), primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True)
    upto_event: Mapped[int]
    server_ms: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    events: Mapped[str] = mapped_column(Text)


class TypingRunPart(db.Model):
    """Where a passage lies in the rhythm of a scored run: its gaps from `from_gap` on, up to
    `to_gap` and without it. By these rows runs of the same passage are found and compared,
    whichever came before it. They go with the rhythm."""

    __tablename__ = "typing_run_part"

    passage_version_id: Mapped[int] = mapped_column(
        ForeignKey("typing_passage_version.id"), primary_key=True
    )
    run_id: Mapped[int] = mapped_column(ForeignKey("typing_run.id"), primary_key=True, index=True)
    from_gap: Mapped[int]
    to_gap: Mapped[int]


class TypingRunEvent(db.Model):
    """What happened to a run: started, closed, voided, its timeline deleted. Append only."""

    __tablename__ = "typing_run_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("typing_run.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text, default="")


class TypingReview(db.Model):
    """What a trainer decided about a flagged run, or a supervised retest did. Append only."""

    __tablename__ = "typing_review"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("typing_run.id"), index=True)
    decision: Mapped[str] = mapped_column(String(12))
    retest_run_id: Mapped[int | None] = mapped_column(ForeignKey("typing_run.id"))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


append_only(TypingRunEvent.__table__)
append_only(TypingReview.__table__)
