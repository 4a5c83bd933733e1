"""Where and by whom classes can be held, campaigns, and the runs of the planner."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainhub.catalogue.models import Course, Series
from trainhub.db import UtcDateTime, db
from trainhub.people.models import Person
from trainhub.rota.models import Site


class Room(db.Model):
    """A place with seats.

    An online room is kept by one site, on whose clock its classes stand, and open to the people
    of every site; `join_url` is the address they join by.
    """

    __tablename__ = "room"
    __table_args__ = (
        UniqueConstraint("site_id", "name"),
        CheckConstraint("seats BETWEEN 1 AND 1000", name="seats"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    name: Mapped[str] = mapped_column(String(80))
    seats: Mapped[int]
    is_online: Mapped[bool] = mapped_column(default=False)
    join_url: Mapped[str] = mapped_column(String(300), default="")
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    site: Mapped[Site] = relationship()


class RoomBlock(db.Model):
    """A time in which a room is not to be had."""

    __tablename__ = "room_block"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="times"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(200), default="")

    room: Mapped[Room] = relationship()


class TrainerProfile(db.Model):
    """Where a trainer teaches and how many minutes of a week at most."""

    __tablename__ = "trainer_profile"
    __table_args__ = (CheckConstraint("max_min_per_week BETWEEN 0 AND 4200", name="limit"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    max_min_per_week: Mapped[int] = mapped_column(default=600)

    person: Mapped[Person] = relationship()
    site: Mapped[Site] = relationship()


class TrainerCourse(db.Model):
    """A course a trainer is certified to teach, with the date of the certificate."""

    __tablename__ = "trainer_course"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True, index=True)
    certified_on: Mapped[date]


class TrainerTime(db.Model):
    """A stretch of a weekday (0 = Monday) or of one date in which a trainer teaches, or, with
    `is_away`, in which they do not. What the rows make of a day: `rules.planning.teaching_times`.
    """

    __tablename__ = "trainer_time"
    __table_args__ = (
        CheckConstraint('(weekday IS NULL) <> ("on" IS NULL)', name="day"),
        CheckConstraint("starts_min < ends_min", name="times"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    weekday: Mapped[int | None]
    on: Mapped[date | None]
    starts_min: Mapped[int]
    ends_min: Mapped[int]
    is_away: Mapped[bool] = mapped_column(default=False)


class Campaign(db.Model):
    """People are to attend these courses between two dates, inside the limits of `settings`.

    `settings` has the shape of `rules.campaign_settings.CampaignSettings.as_dict`.
    """

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'agreed', 'published', 'closed')", name="state"),
        CheckConstraint("starts_on <= due_on AND due_on <= ends_on", name="dates"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10), default="draft", index=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("training_request.id"), index=True)
    starts_on: Mapped[date]
    due_on: Mapped[date]
    ends_on: Mapped[date]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    series: Mapped[Series | None] = relationship()
    courses: Mapped[list[CampaignCourse]] = relationship(
        cascade="all, delete-orphan", order_by="CampaignCourse.position"
    )
    targets: Mapped[list[CampaignTarget]] = relationship(cascade="all, delete-orphan")


class CampaignCourse(db.Model):
    """A course of a campaign. `min_gap_days` to the course before it; None: no order between."""

    __tablename__ = "campaign_course"
    __table_args__ = (
        CheckConstraint("min_seats >= 1 AND seats >= min_seats", name="seats"),
        CheckConstraint("duration_min BETWEEN 5 AND 480", name="duration"),
    )

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True
    )
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True, index=True)
    position: Mapped[int]
    duration_min: Mapped[int] = mapped_column(default=60)
    seats: Mapped[int] = mapped_column(default=20)
    min_seats: Mapped[int] = mapped_column(default=3)
    min_gap_days: Mapped[int | None]
    priority: Mapped[int] = mapped_column(default=1)

    course: Mapped[Course] = relationship()


class CampaignTarget(db.Model):
    """A person, a team or a cohort a campaign is meant for."""

    __tablename__ = "campaign_target"
    __table_args__ = (
        CheckConstraint(
            "CASE WHEN person_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN team_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN cohort_id IS NULL THEN 0 ELSE 1 END = 1",
            name="target",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)


class PlanRun(db.Model):
    """One run of the planner for a campaign, worked off outside the web.

    `problem` and `plan` are JSON of `trainhub.planner`, compressed with zlib; `people` gives the
    person of each agent number. Ids in them say what they stand for: ``C12`` course 12, ``R3``
    room 3, ``K7`` the trainer who is person 7, ``T4`` team 4, ``Q2`` queue 2, ``S1`` site 1,
    ``X9`` training session 9. A run that is `done` waits to be agreed to or dismissed. `seen_at`
    is the worker's sign of life.
    """

    __tablename__ = "plan_run"
    __table_args__ = (
        CheckConstraint(
            "state IN ('queued', 'running', 'done', 'cancelled', 'failed', 'agreed', 'dismissed')",
            name="state",
        ),
        Index("ix_plan_run_state", "state", "requested_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="queued")
    is_again: Mapped[bool] = mapped_column(default=False)
    problem: Mapped[bytes]
    people: Mapped[list[int]] = mapped_column(JSON)
    plan: Mapped[bytes | None]
    progress: Mapped[dict[str, Any]] = mapped_column(JSON)
    time_limit_s: Mapped[int]
    seed: Mapped[int] = mapped_column(default=1)
    cancel_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(Text, default="")
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    campaign: Mapped[Campaign] = relationship()
