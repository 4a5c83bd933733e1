"""Awards, what became of them, and the keys certificates are signed with."""

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

from trainhub.certification.models.enrolments import ProgrammeEnrolment
from trainhub.certification.models.programmes import Programme, ProgrammeVersion
from trainhub.db import UtcDateTime, append_only, db
from trainhub.people.models import Person

_IN_FORCE = text("state IN ('active', 'under_review')")


class Award(db.Model):
    """Somebody may do something, on frozen evidence, until a date. Never deleted.

    At most one in force per person and programme (the partial unique index decides races).
    `state` changes by guarded updates, each with its `AwardEvent`; everything else stays as it
    was granted. Whether a valid one is expiring follows from `valid_until` (the last valid day,
    None for ever). `code` (at least 128 random bits) opens the public page. `evidence` holds
    each requirement with what it rested on: ids, values, dates, who.
    """

    __tablename__ = "award"
    __table_args__ = (
        CheckConstraint(
            "state IN ('active', 'under_review', 'expired', 'revoked', 'superseded')", name="state"
        ),
        UniqueConstraint("person_id", "programme_id", "number"),
        Index(
            "uq_award_in_force", "person_id", "programme_id", unique=True,
            sqlite_where=_IN_FORCE, postgresql_where=_IN_FORCE,
        ),
        Index("ix_award_state_valid_until", "state", "valid_until"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("programme_version.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("programme_enrolment.id"), index=True)
    number: Mapped[int]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    state: Mapped[str] = mapped_column(String(12), default="active")
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    holder_name: Mapped[str] = mapped_column(String(80))
    titles: Mapped[dict[str, str]] = mapped_column(JSON)
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("award.id"))

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    granted_by: Mapped[Person | None] = relationship(foreign_keys=granted_by_id)
    programme: Mapped[Programme] = relationship()
    version: Mapped[ProgrammeVersion] = relationship()
    enrolment: Mapped[ProgrammeEnrolment] = relationship(foreign_keys=enrolment_id)


class AwardEvent(db.Model):
    """One transition of an award, with who and why. Append only."""

    __tablename__ = "award_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), index=True)
    old_state: Mapped[str] = mapped_column(String(12))
    new_state: Mapped[str] = mapped_column(String(12))
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    values: Mapped[dict[str, Any]] = mapped_column(JSON)

    award: Mapped[Award] = relationship()


append_only(AwardEvent.__table__)


class IssuerKey(db.Model):
    """A public key credentials were signed with; kept so that old ones can still be verified.

    The private half is derived from the server's secret and stands in no table.
    """

    __tablename__ = "issuer_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    multibase: Mapped[str] = mapped_column(String(80), unique=True)
    first_used_at: Mapped[datetime] = mapped_column(UtcDateTime)


append_only(IssuerKey.__table__)
