"""Sites, queues, where a team belongs, and the days that are not what their weekday says."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainhub.db import UtcDateTime, db
from trainhub.people.models import Team


class Site(db.Model):
    """A place people work at, with its own time zone (an IANA name)."""

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    time_zone: Mapped[str] = mapped_column(String(50))


class Queue(db.Model):
    """A pool of contacts with its own requirement, and how that requirement is reckoned.

    Shares and shrinkage are fractions from 0 to 1. `concurrency` is how many chats somebody
    holds at once (1 for calls): handling time is divided by it. `buffer` heads stay on top of the
    requirement whatever the plan. `patience_s` is needed by Erlang A alone.
    """

    __tablename__ = "queue"
    __table_args__ = (
        CheckConstraint("method IN ('erlang_c', 'erlang_a', 'given')", name="method"),
        CheckConstraint("channel IN ('calls', 'chats')", name="channel"),
        CheckConstraint("interval_min IN (15, 30, 60)", name="interval"),
        CheckConstraint("concurrency >= 1 AND buffer >= 0", name="bounds"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    channel: Mapped[str] = mapped_column(String(10), default="calls")
    method: Mapped[str] = mapped_column(String(10), default="erlang_c")
    interval_min: Mapped[int] = mapped_column(default=30)
    service_level: Mapped[float] = mapped_column(default=0.8)
    answer_within_s: Mapped[int] = mapped_column(default=20)
    max_occupancy: Mapped[float] = mapped_column(default=0.85)
    patience_s: Mapped[int | None]
    planned_shrinkage: Mapped[float] = mapped_column(default=0.0)
    unplanned_shrinkage: Mapped[float] = mapped_column(default=0.05)
    concurrency: Mapped[float] = mapped_column(default=1.0)
    buffer: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TeamPlace(db.Model):
    """Where a team belongs: its site and the queue it serves."""

    __tablename__ = "team_place"

    team_id: Mapped[int] = mapped_column(
        ForeignKey("team.id", ondelete="CASCADE"), primary_key=True
    )
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    queue_id: Mapped[int] = mapped_column(ForeignKey("queue.id"), index=True)

    team: Mapped[Team] = relationship()
    site: Mapped[Site] = relationship()
    queue: Mapped[Queue] = relationship()


class CalendarDay(db.Model):
    """A date the centre itself calls a holiday or a working day, over the public calendar."""

    __tablename__ = "calendar_day"
    __table_args__ = (CheckConstraint("kind IN ('holiday', 'workday')", name="kind"),)

    on: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(80), default="")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
