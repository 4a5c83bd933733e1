"""Quizzes, their texts and questions, and which of them a course version asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainhub.db import UtcDateTime, append_only, db


class Quiz(db.Model):
    """A set of questions, whatever the language."""

    __tablename__ = "quiz"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)

    editions: Mapped[list[QuizEdition]] = relationship(
        back_populates="quiz", order_by="QuizEdition.language"
    )


class QuizEdition(db.Model):
    """A quiz in one language; `synced_hash` as in `CourseEdition`."""

    __tablename__ = "quiz_edition"
    __table_args__ = (UniqueConstraint("quiz_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"))
    language: Mapped[str] = mapped_column(String(5))
    synced_hash: Mapped[str] = mapped_column(String(64), default="")
    published_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("quiz_version.id", use_alter=True, name="fk_quiz_edition_published")
    )

    quiz: Mapped[Quiz] = relationship(back_populates="editions")
    published: Mapped[QuizVersion | None] = relationship(foreign_keys=published_version_id)
    draft: Mapped[QuizDraft | None] = relationship(
        back_populates="edition", cascade="all, delete-orphan"
    )


class QuizDraft(db.Model):
    """The questions being written."""

    __tablename__ = "quiz_draft"

    edition_id: Mapped[int] = mapped_column(
        ForeignKey("quiz_edition.id", ondelete="CASCADE"), primary_key=True
    )
    source: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    base_version_id: Mapped[int | None] = mapped_column(ForeignKey("quiz_version.id"))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    edition: Mapped[QuizEdition] = relationship(back_populates="draft")


class QuizVersion(db.Model):
    """A published text of a quiz. Append only."""

    __tablename__ = "quiz_version"
    __table_args__ = (UniqueConstraint("edition_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("quiz_edition.id"))
    number: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
    source_hash: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(120))
    pass_mark: Mapped[int]
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(Text, default="")

    edition: Mapped[QuizEdition] = relationship(foreign_keys=edition_id)
    items: Mapped[list[Item]] = relationship(back_populates="version", order_by="Item.position")


class Item(db.Model):
    """One question of one quiz version. `content` is the kind's own part, key included.

    `enemies` are keys of groups of which an exam paper holds one question; None for none.
    """

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("quiz_version_id", "key"),
        UniqueConstraint("quiz_version_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_version_id: Mapped[int] = mapped_column(ForeignKey("quiz_version.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    points: Mapped[int] = mapped_column(default=1)
    objective: Mapped[str] = mapped_column(String(80), default="")
    tags: Mapped[list[str]] = mapped_column(JSON)
    stem: Mapped[str] = mapped_column(Text)
    feedback: Mapped[str] = mapped_column(Text, default="")
    level: Mapped[str] = mapped_column(String(20), default="standard", server_default="standard")
    enemies: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)

    version: Mapped[QuizVersion] = relationship(back_populates="items")


class CourseVersionQuiz(db.Model):
    """Which quiz version a course version asks: pinned when it is published."""

    __tablename__ = "course_version_quiz"

    course_version_id: Mapped[int] = mapped_column(
        ForeignKey("course_version.id"), primary_key=True
    )
    quiz_version_id: Mapped[int] = mapped_column(
        ForeignKey("quiz_version.id"), primary_key=True, index=True
    )
    quiz_key: Mapped[str] = mapped_column(String(80))


append_only(QuizVersion.__table__)
append_only(Item.__table__)
