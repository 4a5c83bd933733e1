"""Training sessions, who is booked into them, who came."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from trainhub.catalogue.models import Course
from trainhub.db import UtcDateTime, append_only, db
from trainhub.delivery.models.planning import Campaign, Room
from trainhub.people.models import Person
from trainhub.rota.models import Site

_BOOKED: dict[str, Any] = {
    "sqlite_where": text("state = 'booked'"),
    "postgresql_where": text("state = 'booked'"),
}
_ASKED: dict[str, Any] = {
    "sqlite_where": text("state = 'asked'"),
    "postgresql_where": text("state = 'asked'"),
}


class TrainingSession(db.Model):
    """A course held on a date, in a room, by a trainer; what people call a class.

    `on`, `starts_min` and `ends_min` are the site's calendar and clock, `starts_at` and `ends_at`
    the same as instants. `taken` counts the bookings that hold a seat: the database itself keeps
    it within `seats`, so whoever books takes the seat by raising it first. Until `published_at`
    only planners, supervisors and the trainer see it. `remaining_s` is what is left to teach
    while it is paused; `sequence` counts the changes a calendar has to follow.
    """

    __tablename__ = "training_session"
    __table_args__ = (
        CheckConstraint(
            "state IN ('scheduled', 'running', 'paused', 'completed', 'cancelled')", name="state"
        ),
        CheckConstraint("taken BETWEEN 0 AND seats", name="taken"),
        CheckConstraint("starts_at < ends_at", name="times"),
        CheckConstraint(
            "window_kind IN ('early', 'before', 'after', 'in_shift')", name="window_kind"
        ),
        Index("ix_training_session_starts_at", "starts_at", "site_id"),
        Index("ix_training_session_trainer_id", "trainer_id", "starts_at"),
        Index("ix_training_session_room_id", "room_id", "starts_at"),
        Index("ix_training_session_on", "on", "site_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("training_request.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    trainer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    on: Mapped[date]
    starts_min: Mapped[int]
    ends_min: Mapped[int]
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    window_kind: Mapped[str] = mapped_column(String(10), default="early")
    seats: Mapped[int]
    min_seats: Mapped[int] = mapped_column(default=1)
    taken: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10), default="scheduled")
    is_pinned: Mapped[bool] = mapped_column(default=False)
    sequence: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    check_in_nonce: Mapped[str] = mapped_column(String(64), default="")
    begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    remaining_s: Mapped[int | None]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_cause: Mapped[str] = mapped_column(String(20), default="")

    campaign: Mapped[Campaign | None] = relationship()
    course: Mapped[Course] = relationship()
    site: Mapped[Site] = relationship()
    room: Mapped[Room] = relationship()
    trainer: Mapped[Person] = relationship(foreign_keys=[trainer_id])
    bookings: Mapped[list[Booking]] = relationship(back_populates="training_session")


class TrainingSessionEvent(db.Model):
    """What happened to a training session: planned, published, moved, begun, paused … cancelled."""

    __tablename__ = "training_session_event"
    __table_args__ = (Index("ix_training_session_event_kind", "kind", "occurred_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    training_session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    old: Mapped[dict[str, Any]] = mapped_column(JSON)
    new: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(300), default="")
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Booking(db.Model):
    """One person in one training session: one row for good, whose state changes.

    `booked` holds a seat; `waiting` stands in line for one; `attended` and `missed` are how a held
    class ends it; `declined`, `moved` and `cancelled` gave the seat back. Nobody holds two seats
    of one course (a unique index). `uid` names it in calendars for life, `sequence` rises with
    every change they have to follow.
    """

    __tablename__ = "booking"
    __table_args__ = (
        UniqueConstraint("training_session_id", "person_id"),
        CheckConstraint(
            "state IN ('booked', 'waiting', 'attended', 'missed', 'declined', 'moved',"
            " 'cancelled')",
            name="state",
        ),
        CheckConstraint(
            "window_kind IN ('early', 'before', 'after', 'in_shift')", name="window_kind"
        ),
        Index("ix_booking_person_id_course_id", "person_id", "course_id", unique=True, **_BOOKED),
        Index("ix_booking_person_id_state", "person_id", "state"),
        Index("ix_booking_course_id_state", "course_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    training_session_id: Mapped[int] = mapped_column(ForeignKey("training_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    state: Mapped[str] = mapped_column(String(10), default="booked")
    window_kind: Mapped[str] = mapped_column(String(10), default="early")
    is_on_phones: Mapped[bool] = mapped_column(default=True)
    is_pinned: Mapped[bool] = mapped_column(default=False)
    is_make_up: Mapped[bool] = mapped_column(default=False)
    uid: Mapped[str] = mapped_column(String(80), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    booked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(300), default="")

    training_session: Mapped[TrainingSession] = relationship(back_populates="bookings")
    person: Mapped[Person] = relationship()
    attendance: Mapped[Attendance | None] = relationship(back_populates="booking")


class BookingEvent(db.Model):
    """A booking or its attendance became another (append only)."""

    __tablename__ = "booking_event"
    __table_args__ = (Index("ix_booking_event_occurred_at", "occurred_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    old_state: Mapped[str] = mapped_column(String(20), default="")
    new_state: Mapped[str] = mapped_column(String(20), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Attendance(db.Model):
    """Whether somebody booked came: `minutes` are those of the class they were there for."""

    __tablename__ = "attendance"
    __table_args__ = (
        CheckConstraint(
            "state IN ('present', 'late', 'excused_operations', 'excused_personal', 'absent')",
            name="state",
        ),
        CheckConstraint("way IN ('code', 'roster', 'rule')", name="way"),
    )

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    way: Mapped[str] = mapped_column(String(10))
    minutes: Mapped[int] = mapped_column(default=0)
    checked_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(String(300), default="")
    marked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    booking: Mapped[Booking] = relationship(back_populates="attendance")


class SwapRequest(db.Model):
    """Somebody asks to change their class: into another session, or with somebody booked there."""

    __tablename__ = "swap_request"
    __table_args__ = (
        CheckConstraint(
            "state IN ('asked', 'done', 'refused', 'withdrawn', 'expired')", name="state"
        ),
        Index("ix_swap_request_asked", "asked_at", **_ASKED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    other_booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="asked")
    reason: Mapped[str] = mapped_column(String(300), default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    booking: Mapped[Booking] = relationship(foreign_keys=[booking_id])
    other_booking: Mapped[Booking] = relationship(foreign_keys=[other_booking_id])


class CalendarFeed(db.Model):
    """A person's calendar address. Its secret part is derived from `nonce`; a new one ends it."""

    __tablename__ = "calendar_feed"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


append_only(TrainingSessionEvent.__table__)
append_only(BookingEvent.__table__)
