"""Courses and quizzes as versioned rows.

A *course* is one subject matter in the library whatever its language; an *edition* is the
course in one language; a *version* is one published text of an edition and never changes.
Text that is not yet published is the edition's *draft*. Quizzes are built the same way.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    DDL,
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainhub.db import UtcDateTime, append_only, db


class Series(db.Model):
    """Courses that belong together on one knowledge line; `source` is its `_series.yaml`."""

    __tablename__ = "series"
    __table_args__ = (
        CheckConstraint("knowledge_line IN ('product', 'service', 'support')", name="line"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    knowledge_line: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    title_zh: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str] = mapped_column(String(120))
    summary_zh: Mapped[str] = mapped_column(Text, default="")
    summary_en: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(Text, default="")
    source_hash: Mapped[str] = mapped_column(String(64), default="")

    courses: Mapped[list[Course]] = relationship(
        back_populates="series", order_by="Course.position"
    )


class Course(db.Model):
    """One course of the library. `key` is the translation group of its files.

    Length, place and knowledge line are those of the version published last.
    """

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int] = mapped_column(default=60)
    self_enrolment: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    series: Mapped[Series] = relationship(back_populates="courses")
    editions: Mapped[list[CourseEdition]] = relationship(
        back_populates="course", order_by="CourseEdition.language"
    )


class CourseEdition(db.Model):
    """A course in one language, with what learners get now (`published_version_id`).

    `synced_hash` is the SHA-256 of the file when file and database last agreed: it tells
    which of the two has moved since.
    """

    __tablename__ = "course_edition"
    __table_args__ = (
        UniqueConstraint("course_id", "language"),
        UniqueConstraint("slug", "language"),
        CheckConstraint("language IN ('zh', 'en')", name="language"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    language: Mapped[str] = mapped_column(String(5))
    slug: Mapped[str] = mapped_column(String(80))
    owner: Mapped[str] = mapped_column(String(60), default="")
    synced_hash: Mapped[str] = mapped_column(String(64), default="")
    published_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("course_version.id", use_alter=True, name="fk_course_edition_published")
    )

    course: Mapped[Course] = relationship(back_populates="editions")
    published: Mapped[CourseVersion | None] = relationship(foreign_keys=published_version_id)
    draft: Mapped[CourseDraft | None] = relationship(
        back_populates="edition", cascade="all, delete-orphan"
    )


class CourseDraft(db.Model):
    """The text being written. `revision` counts saves, so that a stale one is noticed."""

    __tablename__ = "course_draft"

    edition_id: Mapped[int] = mapped_column(
        ForeignKey("course_edition.id", ondelete="CASCADE"), primary_key=True
    )
    source: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)
    base_version_id: Mapped[int | None] = mapped_column(ForeignKey("course_version.id"))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    edition: Mapped[CourseEdition] = relationship(back_populates="draft")


class CourseVersion(db.Model):
    """A published text of an edition. Append only.

    `source` is the whole file, byte for byte; `source_hash` its SHA-256; `content_hash`
    covers the pinned quiz versions as well. `is_material` says that holders should know.
    """

    __tablename__ = "course_version"
    __table_args__ = (UniqueConstraint("edition_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("course_edition.id"))
    number: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
    source_hash: Mapped[str] = mapped_column(String(64))
    content_hash: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(String(300))
    minutes: Mapped[int]
    competencies: Mapped[list[str]] = mapped_column(JSON)
    objectives: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    prerequisites: Mapped[list[str]] = mapped_column(JSON)
    review_by: Mapped[date | None]
    intro: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    is_material: Mapped[bool] = mapped_column(default=False)

    edition: Mapped[CourseEdition] = relationship(foreign_keys=edition_id)
    lessons: Mapped[list[Lesson]] = relationship(
        back_populates="version", order_by="Lesson.position"
    )


class Lesson(db.Model):
    """One lesson of one version: what stands under a second-level heading.

    `body` is Markdown with its marked blocks, trainers' notes included; `checkpoint_items`
    lists the `[quiz, item]` keys its checkpoints ask, in order; `minutes` is the linter's
    estimate.
    """

    __tablename__ = "lesson"
    __table_args__ = (
        UniqueConstraint("version_id", "key"),
        UniqueConstraint("version_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    minutes: Mapped[int] = mapped_column(default=0)
    checkpoint_items: Mapped[list[list[str]]] = mapped_column(JSON)

    version: Mapped[CourseVersion] = relationship(back_populates="lessons")


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
    items: Mapped[list[Item]] = relationship(
        back_populates="version", order_by="Item.position"
    )


class Item(db.Model):
    """One question of one quiz version. `content` is the kind's own part, key included."""

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


class Picture(db.Model):
    """A picture of a series, re-encoded by us. A new picture under an old name is a new row."""

    __tablename__ = "picture"
    __table_args__ = (UniqueConstraint("series_id", "name", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    name: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    media_type: Mapped[str] = mapped_column(String(40))
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    is_current: Mapped[bool] = mapped_column(default=True)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class CourseVersionPicture(db.Model):
    """Which picture a course version shows under a name: pinned when it is published."""

    __tablename__ = "course_version_picture"

    course_version_id: Mapped[int] = mapped_column(
        ForeignKey("course_version.id"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    picture_id: Mapped[int] = mapped_column(ForeignKey("picture.id"), index=True)


class SearchEntry(db.Model):
    """One searchable piece (a course's head or a lesson) of a version in force.

    `terms` is the text cut into the terms of `rules.search_terms`; the engine's own index
    (FTS5 or tsvector) lies over it.
    """

    __tablename__ = "search_entry"
    __table_args__ = (Index("ix_search_entry_edition_id", "edition_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("course_edition.id", ondelete="CASCADE"))
    lesson_key: Mapped[str] = mapped_column(String(80), default="")
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    terms: Mapped[str] = mapped_column(Text)


SEARCH_INDEX = {
    "sqlite": [
        "CREATE VIRTUAL TABLE search_index USING fts5("
        "terms, content='search_entry', content_rowid='id', tokenize='unicode61')",
        "CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN "
        "INSERT INTO search_index(rowid, terms) VALUES (new.id, new.terms); END",
        "CREATE TRIGGER search_entry_removed AFTER DELETE ON search_entry BEGIN "
        "INSERT INTO search_index(search_index, rowid, terms) "
        "VALUES ('delete', old.id, old.terms); END",
    ],
    "postgresql": [
        "CREATE INDEX ix_search_entry_terms ON search_entry "
        "USING gin (to_tsvector('simple', terms))",
    ],
}
for _dialect, _statements in SEARCH_INDEX.items():
    for _statement in _statements:
        event.listen(
            SearchEntry.__table__,
            "after_create",
            DDL(_statement).execute_if(dialect=_dialect),
        )
for _table in (CourseVersion, Lesson, QuizVersion, Item):
    append_only(_table.__table__)
