"""Pictures of series, and which of them a course version shows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trainhub.db import UtcDateTime, db


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
