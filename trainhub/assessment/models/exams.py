"""Exams, their frozen versions, their sittings and candidates, and how pass marks were set."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainhub.db import UtcDateTime, append_only, db
from trainhub.people.models import Person


class Exam(db.Model):
    """An exam as its author sees it: `settings` is being written, versions are in force.

    `settings` has the shape of `rules.settings.ExamSettings.as_dict`.
    """

    __tablename__ = "exam"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    titles: Mapped[dict[str, str]] = mapped_column(JSON)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    revision: Mapped[int] = mapped_column(default=1)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("exam_version.id", use_alter=True, name="fk_exam_published_version_id")
    )

    published: Mapped[ExamVersion | None] = relationship(foreign_keys=published_version_id)


class ExamVersion(db.Model):
    """Blueprint and rules as they were published. Append only."""

    __tablename__ = "exam_version"
    __table_args__ = (UniqueConstraint("exam_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    number: Mapped[int]
    titles: Mapped[dict[str, str]] = mapped_column(JSON)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(Text, default="")

    exam: Mapped[Exam] = relationship(foreign_keys=exam_id)


class Sitting(db.Model):
    """An exam version opened to candidates from `opens_at` until `closes_at`.

    `access_code` "" means none is asked; `networks` are address ranges (CIDR), none means any.
    `form_seed` and `form_item_ids` (drawn at the first start) make the one form of a sitting whose
    candidates all get the same paper.
    `released_at` is when somebody released the results by hand.
    """

    __tablename__ = "sitting"
    __table_args__ = (CheckConstraint("opens_at < closes_at", name="window"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    exam_version_id: Mapped[int] = mapped_column(ForeignKey("exam_version.id"))
    name: Mapped[str] = mapped_column(String(120))
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    access_code: Mapped[str] = mapped_column(String(40), default="")
    networks: Mapped[list[str]] = mapped_column(JSON)
    form_seed: Mapped[str] = mapped_column(String(32))
    form_item_ids: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    exam: Mapped[Exam] = relationship()
    version: Mapped[ExamVersion] = relationship()


class SittingTarget(db.Model):
    """A team or cohort whose people, later ones too, are candidates of a sitting."""

    __tablename__ = "sitting_target"
    __table_args__ = (
        CheckConstraint("(team_id IS NULL) <> (cohort_id IS NULL)", name="target"),
        UniqueConstraint("sitting_id", "team_id"),
        UniqueConstraint("sitting_id", "cohort_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Candidate(db.Model):
    """A person who may sit. What was granted to this person alone stands here.

    `extra_s` are seconds added to the duration, `opens_at` and `closes_at` a window of one's
    own, `extra_attempts` tries beyond those of the exam's rules.
    """

    __tablename__ = "candidate"
    __table_args__ = (UniqueConstraint("sitting_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    extra_s: Mapped[int] = mapped_column(default=0)
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    extra_attempts: Mapped[int] = mapped_column(default=0)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    sitting: Mapped[Sitting] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=person_id)


class CandidateOverride(db.Model):
    """Who granted one person what, and why. Append only. `kind` is of `rules.overrides`."""

    __tablename__ = "candidate_override"

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class AngoffSheet(db.Model):
    """A round of judging which mark a just-competent agent would reach (modified Angoff)."""

    __tablename__ = "angoff_sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    item_ids: Mapped[list[int]] = mapped_column(JSON)
    judge_ids: Mapped[list[int]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cut_per_cent: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text, default="")


class AngoffJudgement(db.Model):
    """One judge's estimate for one item: of 100 just-competent agents, how many are right."""

    __tablename__ = "angoff_judgement"

    sheet_id: Mapped[int] = mapped_column(ForeignKey("angoff_sheet.id"), primary_key=True)
    judge_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("bank_item.id"), primary_key=True)
    per_cent: Mapped[int]
    judged_at: Mapped[datetime] = mapped_column(UtcDateTime)


append_only(ExamVersion.__table__)
append_only(CandidateOverride.__table__)
