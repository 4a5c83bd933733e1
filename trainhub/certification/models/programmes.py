"""Programmes and their frozen versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainhub.db import UtcDateTime, append_only, db


class Programme(db.Model):
    """A programme as its author sees it: `content` is being written, versions are in force.

    `content` has the shape of `rules.programmes.content.ProgrammeContent.as_dict`. `kind` says
    what it is for: bringing new agents in, renewing, a campaign's duty, becoming a trainer.
    """

    __tablename__ = "programme"
    __table_args__ = (
        CheckConstraint("kind IN ('onboarding', 'renewal', 'duty', 'trainer')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(20), default="onboarding")
    titles: Mapped[dict[str, str]] = mapped_column(JSON)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    revision: Mapped[int] = mapped_column(default=1)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("programme_version.id", use_alter=True, name="fk_programme_published_version_id")
    )

    published: Mapped[ProgrammeVersion | None] = relationship(foreign_keys=published_version_id)


class ProgrammeVersion(db.Model):
    """Stages, requirements and validity as they were published. Append only.

    `those_under_way` says what happens to people enrolled in an earlier version: "stay" on it,
    or "move" to this one; `refresh` names the short quiz that holders are asked for, or "".
    """

    __tablename__ = "programme_version"
    __table_args__ = (
        UniqueConstraint("programme_id", "number"),
        CheckConstraint("those_under_way IN ('stay', 'move')", name="those_under_way"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    number: Mapped[int]
    titles: Mapped[dict[str, str]] = mapped_column(JSON)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(String(64))
    those_under_way: Mapped[str] = mapped_column(String(10), default="stay")
    refresh: Mapped[str] = mapped_column(String(80), default="")
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(Text, default="")

    programme: Mapped[Programme] = relationship(foreign_keys=programme_id)


append_only(ProgrammeVersion.__table__)
