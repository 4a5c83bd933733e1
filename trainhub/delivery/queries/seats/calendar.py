"""What stands in somebody's calendar: seats they hold or held, classes they teach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from trainhub.db import db
from trainhub.delivery.models import (
    Booking,
    BookingEvent,
    CalendarFeed,
    TrainerProfile,
    TrainingSession,
    TrainingSessionEvent,
)
from trainhub.delivery.queries.course_titles import titles_of
from trainhub.delivery.rules.seats.calendar import KEPT_FOR, LOOKS_BACK, Entry
from trainhub.delivery.rules.states import WERE_MEANT
from trainhub.errors import NotFound
from trainhub.people.models import Person, Role

_PARTS = (
    joinedload(TrainingSession.room),
    joinedload(TrainingSession.site),
    joinedload(TrainingSession.trainer),
)


def find_feed(person_id: int) -> CalendarFeed | None:
    """Somebody's calendar address, if they have made one."""
    return db.session.get(CalendarFeed, person_id)


def get_own_booking(booking_id: int, person_id: int) -> Booking:
    """Somebody's own booking of a class they may see. Raises `NotFound`."""
    booking = db.session.get(Booking, booking_id)
    if (
        booking is None
        or booking.person_id != person_id
        or booking.training_session.published_at is None
    ):
        raise NotFound()
    return booking


def entries_of(person: Person, *, now: datetime, language: str, root: str = "") -> list[Entry]:
    """Everything in somebody's calendar, in order of time; `root` is the site's address."""
    seats = _seats(person.id, now)
    taught = _taught(person, now)
    changed = changes_of(taught)
    courses = {one.course_id for one in seats} | {one.course_id for one in taught}
    titles = titles_of(courses, language)
    found = [entry_of(one, titles, root) for one in seats]
    found += [taught_entry_of(one, titles, root, person.id, changed[one.id]) for one in taught]
    return sorted(found, key=lambda entry: (entry.starts_at, entry.uid))


def entry_of(booking: Booking, titles: dict[int, str], root: str = "") -> Entry:
    """A booking as a calendar's entry."""
    return _entry(
        booking.training_session, titles, f"{root}/agenda" if root else "",
        uid=booking.uid, sequence=booking.sequence, changed_at=booking.changed_at,
        is_cancelled=booking.state not in WERE_MEANT,
    )  # fmt: skip


def taught_entry_of(
    session: TrainingSession, titles: dict[int, str], root: str, person_id: int,
    changed_at: datetime | None = None,
) -> Entry:  # fmt: skip
    """A class as the entry of whoever teaches it; an ended one for somebody else.

    `changed_at` where it is known already (`changes_of`).
    """
    return _entry(
        session, titles, f"{root}/classes/{session.id}" if root else "",
        uid=f"class-{session.id}@trainhub", sequence=session.sequence,
        changed_at=changed_at or changes_of([session])[session.id], is_taught=True,
        is_cancelled=session.state == "cancelled" or session.trainer_id != person_id,
    )  # fmt: skip


def _entry(
    session: TrainingSession, titles: dict[int, str], url: str, *, uid: str, sequence: int,
    changed_at: datetime, is_cancelled: bool, is_taught: bool = False,
) -> Entry:  # fmt: skip
    return Entry(
        uid=uid,
        sequence=sequence,
        is_cancelled=is_cancelled,
        title=titles.get(session.course_id, ""),
        room=session.room.name,
        site=session.site.name,
        trainer=session.trainer.name,
        zone=session.site.time_zone,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        changed_at=changed_at,
        url=url,
        is_taught=is_taught,
        join_url="" if is_cancelled else session.room.join_url,
    )


def _seats(person_id: int, now: datetime) -> list[Booking]:
    """Seats of published classes; those given up only where the person ever held them."""
    was_held = (
        select(BookingEvent.id)
        .where(BookingEvent.booking_id == Booking.id, BookingEvent.new_state == "booked")
        .exists()
    )
    query = (
        select(Booking)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .options(contains_eager(Booking.training_session).options(*_PARTS))
        .where(
            Booking.person_id == person_id,
            TrainingSession.published_at.is_not(None),
            or_(
                Booking.state.in_(WERE_MEANT) & (TrainingSession.ends_at > now - LOOKS_BACK),
                Booking.state.in_(("declined", "moved", "cancelled"))
                & (Booking.changed_at > now - KEPT_FOR)
                & (Booking.changed_at >= TrainingSession.published_at)
                & was_held,
            ),
        )
    )
    return list(db.session.scalars(query))


def _taught(person: Person, now: datetime) -> list[TrainingSession]:
    """Classes somebody teaches, and those taken from them or called off lately."""
    if not _has_taught(person):
        return []
    taken = select(TrainingSessionEvent.training_session_id).where(
        TrainingSessionEvent.kind == "moved",
        TrainingSessionEvent.occurred_at > now - KEPT_FOR,
        TrainingSessionEvent.old["trainer_id"].as_integer() == person.id,
    )
    query = (
        select(TrainingSession)
        .options(*_PARTS)
        .where(
            or_(TrainingSession.trainer_id == person.id, TrainingSession.id.in_(taken)),
            TrainingSession.published_at.is_not(None),
            TrainingSession.ends_at > now - LOOKS_BACK,
        )
    )
    return list(db.session.scalars(query))


def _has_taught(person: Person) -> bool:
    """Whether somebody teaches or may have taught: programs ask for everybody's calendar all day,
    and most people never do.
    """
    if person.has_role(Role.TRAINER):
        return True
    ever = exists().where(TrainingSession.trainer_id == person.id)
    return bool(db.session.scalar(select(_has_profile(person.id) | ever)))


def _has_profile(person_id: int) -> ColumnElement[bool]:
    return exists().where(TrainerProfile.person_id == person_id)


def changes_of(sessions: Sequence[TrainingSession]) -> dict[int, datetime]:
    """When each class last became another for calendars, by its id."""
    query = (
        select(TrainingSessionEvent.training_session_id, func.max(TrainingSessionEvent.occurred_at))
        .where(
            TrainingSessionEvent.training_session_id.in_([one.id for one in sessions]),
            TrainingSessionEvent.kind.in_(("created", "moved", "published", "cancelled")),
        )
        .group_by(TrainingSessionEvent.training_session_id)
    )
    known = dict(db.session.execute(query).all()) if sessions else {}
    return {one.id: known.get(one.id) or one.published_at or one.starts_at for one in sessions}
