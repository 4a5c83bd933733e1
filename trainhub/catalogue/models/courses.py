"""Series, courses and their texts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
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


append_only(CourseVersion.__table__)
append_only(Lesson.__table__)
