"""What customers ask for: per queue and date, or as a typical day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainhub.db import db
from trainhub.rota.models.places import Queue


class DayDemand(db.Model):
    """One date of one queue, interval by interval from midnight.

    Lists of 1440 / `interval_min` numbers: contacts (may be fractions), mean handling time in
    seconds, or the minimum staff where that was given directly. A list is empty where unknown.
    """

    __tablename__ = "day_demand"
    __table_args__ = (CheckConstraint("interval_min IN (15, 30, 60)", name="interval"),)

    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id"), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    interval_min: Mapped[int]
    contacts: Mapped[list[float]] = mapped_column(JSON)
    handling_s: Mapped[list[float]] = mapped_column(JSON)
    minimum: Mapped[list[int]] = mapped_column(JSON)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("table_import.id"))

    queue: Mapped[Queue] = relationship()


class TypicalDay(db.Model):
    """The demand of a date that has none of its own: by weekday (0 = Monday), 7 for holidays."""

    __tablename__ = "typical_day"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 7", name="weekday"),
        CheckConstraint("interval_min IN (15, 30, 60)", name="interval"),
    )

    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    interval_min: Mapped[int]
    contacts: Mapped[list[float]] = mapped_column(JSON)
    handling_s: Mapped[list[float]] = mapped_column(JSON)
    minimum: Mapped[list[int]] = mapped_column(JSON)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("table_import.id"))

    queue: Mapped[Queue] = relationship()
