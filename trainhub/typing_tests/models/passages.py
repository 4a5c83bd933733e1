"""Passages, their frozen texts, and the list of quick phrases that passages are made from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainhub.db import UtcDateTime, append_only, db


class TypingPassage(db.Model):
    """A text to type. `kind` is of `rules.settings.PassageKind`; `key` names a shipped one in
    its file. With `tests_width` full-width and half-width signs are different signs."""

    __tablename__ = "typing_passage"
    __table_args__ = (Index("ix_typing_passage_language_kind", "language", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    language: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(20))
    is_shipped: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version_id: Mapped[int | None] = mapped_column(
        ForeignKey("typing_passage_version.id", use_alter=True, name="fk_typing_passage_version_id")
    )

    version: Mapped[TypingPassageVersion | None] = relationship(foreign_keys=version_id)


class TypingPassageVersion(db.Model):
    """A passage's text as it was at one time. Append only.

    `facts` is `rules.passages.PassageFacts.as_dict`: characters, expected keystrokes, share of
    rare characters, difficulty.
    """

    __tablename__ = "typing_passage_version"
    __table_args__ = (UniqueConstraint("passage_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    passage_id: Mapped[int] = mapped_column(ForeignKey("typing_passage.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    tests_width: Mapped[bool] = mapped_column(default=False)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    passage: Mapped[TypingPassage] = relationship(foreign_keys=passage_id)


class TypingPhrase(db.Model):
    """A quick phrase, from which passages and practice lessons are made."""

    __tablename__ = "typing_phrase"
    __table_args__ = (UniqueConstraint("language", "text"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(8))
    group: Mapped[str] = mapped_column(String(60), default="")
    text: Mapped[str] = mapped_column(String(400))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


append_only(TypingPassageVersion.__table__)
