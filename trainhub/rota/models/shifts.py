"""Shift codes, the rota itself, and every change of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainhub.db import UtcDateTime, append_only, db
from trainhub.errors import InLanguages
from trainhub.people.models import Person
from trainhub.rota.models.imports import TableImport
from trainhub.rota.rules.shift_times import ShiftTimes


class ShiftCode(db.Model):
    """A way to work a day, under the code planners write into their tables.

    `synonyms` are further words for it in tables. Minutes count from midnight of the shift's own
    date; an end after 1440 lies on the next day.
    Without times (rest, leave) nobody is there. `breaks` are pairs of minutes in which nobody of
    the code is on the phones. The early class is a piece of the shift meant for training:
    `early_class_on_phones` says whether the rota counts those people on the phones meanwhile
    (True: taking them costs cover; False: they were never counted).
    """

    __tablename__ = "shift_code"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('early', 'mid', 'late', 'night', 'training', 'rest', 'leave', 'other')",
            name="kind",
        ),
        CheckConstraint(
            "(starts_min IS NULL) = (ends_min IS NULL)"
            " AND (starts_min IS NULL OR starts_min < ends_min)",
            name="times",
        ),
        CheckConstraint(
            "(early_class_starts_min IS NULL) = (early_class_ends_min IS NULL)",
            name="early_class",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(10))
    starts_min: Mapped[int | None]
    ends_min: Mapped[int | None]
    breaks: Mapped[list[list[int]]] = mapped_column(JSON)
    early_class_starts_min: Mapped[int | None]
    early_class_ends_min: Mapped[int | None]
    early_class_on_phones: Mapped[bool] = mapped_column(default=True)
    synonyms: Mapped[list[str]] = mapped_column(JSON, default=list)
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def times(self) -> ShiftTimes:
        """The code's times as plain values, for the rules."""
        early_class = None
        if self.early_class_starts_min is not None and self.early_class_ends_min is not None:
            early_class = (self.early_class_starts_min, self.early_class_ends_min)
        return ShiftTimes(
            self.code,
            self.kind,
            self.starts_min,
            self.ends_min,
            tuple((start, end) for start, end in self.breaks),
            early_class,
            self.early_class_on_phones,
            InLanguages(self.name_zh, self.name_en),
        )


class Shift(db.Model):
    """What one person's rota says for one date. No row: the rota says nothing of that date."""

    __tablename__ = "shift"
    __table_args__ = (Index("ix_shift_on_shift_code_id", "on", "shift_code_id", "person_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    shift_code_id: Mapped[int] = mapped_column(ForeignKey("shift_code.id"))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("table_import.id"))

    person: Mapped[Person] = relationship()
    shift_code: Mapped[ShiftCode] = relationship()


class RotaChange(db.Model):
    """One date of one person's rota became another (append only).

    What an import fills into empty dates is told by `Shift.import_id` as long as nothing changes
    it; then that first filling is noted here (`old_code` empty, as of its own time), before the
    change. Every edit and swap in the browser leaves a row too.
    """

    __tablename__ = "rota_change"
    __table_args__ = (
        CheckConstraint("kind IN ('import', 'edit', 'swap', 'leave')", name="kind"),
        Index("ix_rota_change_person_id_on", "person_id", "on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    on: Mapped[date]
    old_code: Mapped[str] = mapped_column(String(20), default="")
    new_code: Mapped[str] = mapped_column(String(20), default="")
    kind: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(300), default="")
    import_id: Mapped[int | None] = mapped_column(ForeignKey("table_import.id"), index=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    changed_by: Mapped[Person | None] = relationship(foreign_keys=[changed_by_id])
    table_import: Mapped[TableImport | None] = relationship()

    @property
    def is_first_fill(self) -> bool:
        """Whether a table filled a date that said nothing."""
        return self.import_id is not None and not self.old_code


append_only(RotaChange.__table__)
