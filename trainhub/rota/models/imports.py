"""Tables brought in: the file that waits for a yes, how its columns were read, what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainhub.db import UtcDateTime, append_only, db
from trainhub.people.models import Person


class PendingTable(db.Model):
    """A table its owner has uploaded and not yet confirmed; `mapping` is what the page says."""

    __tablename__ = "pending_table"
    __table_args__ = (CheckConstraint("kind IN ('rota', 'demand')", name="kind"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    file: Mapped[str] = mapped_column(String(200))
    data: Mapped[bytes]
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TableMapping(db.Model):
    """How the centre's tables with these heads are read, remembered for the next file.

    `signature` is a hash of the heads; `mapping` has the shape of `rules.mapping`.
    """

    __tablename__ = "table_mapping"
    __table_args__ = (
        CheckConstraint("kind IN ('rota', 'demand')", name="kind"),
        UniqueConstraint("kind", "signature"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    signature: Mapped[str] = mapped_column(String(64))
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class TableImport(db.Model):
    """One confirmed import (append only): the file's name and hash, who, when, what it changed."""

    __tablename__ = "table_import"
    __table_args__ = (CheckConstraint("kind IN ('rota', 'demand')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    file: Mapped[str] = mapped_column(String(200))
    file_hash: Mapped[str] = mapped_column(String(64))
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    imported_by: Mapped[Person | None] = relationship()


append_only(TableImport.__table__)
