"""People in programmes, how each requirement stands for them, and exceptions made for them."""

from __future__ import annotations

from datetime import date, datetime
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

from trainhub.certification.models.programmes import Programme, ProgrammeVersion
from trainhub.db import UtcDateTime, append_only, db
from trainhub.people.models import Cohort, Person

_ACTIVE = text("state = 'active'")
_CURRENT = text("is_current")


class ProgrammeEnrolment(db.Model):
    """One person on the road of one programme version; at most one active per programme.

    `path` is "full" or "renewal" (the shorter way for holders, towards `renews_id`'s
    successor). Due days count from `starts_on`. `is_current` marks the latest of a person in a
    programme: the one that lists show.

    The columns from `done` on say how it stands: kept by the tick, so that pages of thousands
    need not work it out. Records of the ledger up to `facts_seen_until` have surely been seen.
    `next_due_on` is the earliest due date among unmet requirements,
    `is_at_risk` the forecast of the last review; whether something is late follows from dates.
    """

    __tablename__ = "programme_enrolment"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'awarded', 'withdrawn')", name="state"),
        CheckConstraint("path IN ('full', 'renewal')", name="path"),
        Index(
            "uq_programme_enrolment_active", "person_id", "programme_id", unique=True,
            sqlite_where=_ACTIVE, postgresql_where=_ACTIVE,
        ),
        Index(
            "ix_programme_enrolment_current", "programme_id", "next_due_on", "person_id",
            sqlite_where=_CURRENT, postgresql_where=_CURRENT,
        ),
        Index("ix_programme_enrolment_reviewed_at", "reviewed_at",
              sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("programme_version.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    path: Mapped[str] = mapped_column(String(10), default="full")
    renews_id: Mapped[int | None] = mapped_column(
        ForeignKey("award.id", use_alter=True, name="fk_programme_enrolment_renews_id")
    )
    state: Mapped[str] = mapped_column(String(10), default="active")
    is_current: Mapped[bool] = mapped_column(default=True)
    starts_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    facts_seen_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_stale: Mapped[bool] = mapped_column(default=True)
    done: Mapped[int] = mapped_column(default=0)
    needed: Mapped[int] = mapped_column(default=0)
    stage: Mapped[str] = mapped_column(String(40), default="")
    next_due_on: Mapped[date | None]
    final_due_on: Mapped[date | None]
    is_at_risk: Mapped[bool] = mapped_column(default=False)
    risk: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    programme: Mapped[Programme] = relationship()
    version: Mapped[ProgrammeVersion] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=person_id)
    cohort: Mapped[Cohort | None] = relationship()


class ProgrammeEnrolmentEvent(db.Model):
    """What happened to an enrolment: made, moved to a version, withdrawn, awarded. Append only."""

    __tablename__ = "programme_enrolment_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("programme_enrolment.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    values: Mapped[dict[str, Any]] = mapped_column(JSON)


append_only(ProgrammeEnrolmentEvent.__table__)


class RequirementStanding(db.Model):
    """How one requirement stands for one enrolment, as the last review found it.

    `state` is met, waived, awaited (somebody else has to act), open, or failed; late and
    expiring follow from the dates. `evidence` names what it rests on: kind, ids, values.
    """

    __tablename__ = "requirement_standing"
    __table_args__ = (
        CheckConstraint(
            "state IN ('met', 'waived', 'awaited', 'open', 'failed', 'not_needed')", name="state"
        ),
        Index("ix_requirement_standing_key", "requirement_key", "state"),
    )

    enrolment_id: Mapped[int] = mapped_column(
        ForeignKey("programme_enrolment.id"), primary_key=True
    )
    requirement_key: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    due_on: Mapped[date | None]
    met_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
    next_step: Mapped[dict[str, Any]] = mapped_column(JSON)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RequirementException(db.Model):
    """A waiver or an extension of one requirement for one person, with its reason and its end.

    A waiver counts until `until_on`; an extension moves the due date to `until_on`. Ended early,
    it keeps who ended it and why; it is never deleted.
    """

    __tablename__ = "requirement_exception"
    __table_args__ = (CheckConstraint("kind IN ('waiver', 'extension')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("programme_enrolment.id"), index=True)
    requirement_key: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))
    until_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    end_reason: Mapped[str] = mapped_column(Text, default="")

    granted_by: Mapped[Person] = relationship(foreign_keys=granted_by_id)


class SavedView(db.Model):
    """Filters of the matrix that somebody has given a name."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(60))
    filters: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
