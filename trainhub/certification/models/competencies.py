"""Competency models, and work observed and rated on them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainhub.certification.models.enrolments import ProgrammeEnrolment
from trainhub.db import UtcDateTime, append_only, db
from trainhub.people.models import Person


class CompetencyModel(db.Model):
    """A weighted competency model as it is being written; versions are in force.

    `content` has the shape of `rules.competencies.model.ModelContent.as_dict`.
    """

    __tablename__ = "competency_model"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    titles: Mapped[dict[str, str]] = mapped_column(JSON)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_version_id: Mapped[int | None] = mapped_column(
        ForeignKey(
            "competency_model_version.id", use_alter=True,
            name="fk_competency_model_published_version_id",
        )
    )  # fmt: skip

    published: Mapped[CompetencyModelVersion | None] = relationship(
        foreign_keys=published_version_id
    )


class CompetencyModelVersion(db.Model):
    """A model as it was published: what ratings were made on. Append only."""

    __tablename__ = "competency_model_version"
    __table_args__ = (UniqueConstraint("model_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("competency_model.id"))
    number: Mapped[int]
    titles: Mapped[dict[str, str]] = mapped_column(JSON)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(Text, default="")

    model: Mapped[CompetencyModel] = relationship(foreign_keys=model_id)


append_only(CompetencyModelVersion.__table__)


class ObservedCase(db.Model):
    """A piece of live work (a call, a chat) that is rated: by one rater or blind by two.

    `raters_needed` grows to three where two disagree. `result` holds the settled scores
    (`rules.competencies.raters.settle`); a void case counts for nothing and says why.
    """

    __tablename__ = "observed_case"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'settled', 'void')", name="state"),
        CheckConstraint("raters_needed BETWEEN 1 AND 3", name="raters_needed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    enrolment_id: Mapped[int | None] = mapped_column(
        ForeignKey("programme_enrolment.id"), index=True
    )
    requirement_key: Mapped[str] = mapped_column(String(40), default="")
    model_version_id: Mapped[int] = mapped_column(ForeignKey("competency_model_version.id"))
    what: Mapped[str] = mapped_column(String(200))
    held_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default="open")
    raters_needed: Mapped[int] = mapped_column(default=1)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    void_reason: Mapped[str] = mapped_column(Text, default="")

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    enrolment: Mapped[ProgrammeEnrolment | None] = relationship()
    model_version: Mapped[CompetencyModelVersion] = relationship()
    ratings: Mapped[list[Rating]] = relationship(back_populates="case", order_by="Rating.place")


class Rating(db.Model):
    """One rater's scores of one case. Others see it only once all have handed in."""

    __tablename__ = "rating"
    __table_args__ = (UniqueConstraint("case_id", "rater_id"), UniqueConstraint("case_id", "place"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("observed_case.id"))
    rater_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    place: Mapped[int]
    scores: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    fatal: Mapped[list[str]] = mapped_column(JSON, default=list)
    comment: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handed_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    case: Mapped[ObservedCase] = relationship(back_populates="ratings")
    rater: Mapped[Person] = relationship(foreign_keys=rater_id)
