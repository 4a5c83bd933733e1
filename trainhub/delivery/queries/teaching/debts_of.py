"""What the training-debt account says about single bookings."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from trainhub.db import db
from trainhub.delivery.models import Booking, BookingEvent, DebtEntry, MakeUp
from trainhub.delivery.rules.teaching.debts import Line
from trainhub.learning.models import Enrolment
from trainhub.learning.queries.standings import has_completed

OF_A_BOOKING = ("planned", "delivered", "cancelled", "owed")


def booked_lines(person_id: int, session_id: int) -> dict[Line, int]:
    """Minutes by kind and cause that the account holds for one person in one class."""
    query = (
        select(DebtEntry.kind, DebtEntry.cause, func.sum(DebtEntry.minutes))
        .where(
            DebtEntry.person_id == person_id,
            DebtEntry.training_session_id == session_id,
            DebtEntry.kind.in_(OF_A_BOOKING),
        )
        .group_by(DebtEntry.kind, DebtEntry.cause)
    )
    return {(kind, cause): minutes for kind, cause, minutes in db.session.execute(query)}


def count_entries(person_id: int, dedupe_stem: str) -> int:
    """How many of a person's entries name the same fact already (the first, its corrections).

    By person, because no index serves the beginning of a key.
    """
    query = select(func.count()).where(
        DebtEntry.person_id == person_id, DebtEntry.dedupe_key.startswith(f"{dedupe_stem}:")
    )
    return db.session.scalar(query) or 0


def hold_make_up(missed_booking_id: int) -> MakeUp | None:
    """The make-up a lost booking has led to, settled or not, as it is stored now; nobody else
    settles it until the end of the transaction.
    """
    query = (
        select(MakeUp)
        .where(MakeUp.missed_booking_id == missed_booking_id)
        .with_for_update(of=MakeUp)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).one_or_none()


def list_open_make_ups(person_id: int, course_id: int) -> list[MakeUp]:
    """What a person is still owed of a course, the oldest first."""
    query = (
        select(MakeUp)
        .where(
            MakeUp.person_id == person_id,
            MakeUp.course_id == course_id,
            MakeUp.settled_at.is_(None),
        )
        .order_by(MakeUp.id)
    )
    return list(db.session.scalars(query))


def list_made_up_in(person_id: int, session_id: int) -> list[MakeUp]:
    """The make-ups that attending this class has settled."""
    query = (
        select(MakeUp)
        .where(
            MakeUp.person_id == person_id,
            MakeUp.offered_session_id == session_id,
            MakeUp.settled_as == "attended",
        )
        .order_by(MakeUp.id)
    )
    return list(db.session.scalars(query))


def learned_courses(person_id: int, course_ids: Collection[int]) -> set[int]:
    """Those of the courses that somebody has worked through alone."""
    query = select(Enrolment.course_id).where(
        Enrolment.person_id == person_id,
        Enrolment.course_id.in_(course_ids),
        has_completed(),
    )
    return set(db.session.scalars(query))


def was_asked_for(booking: Booking) -> bool:
    """Whether the centre wanted this person there, or they came of their own accord."""
    session = booking.training_session
    if session.campaign_id is not None or session.request_id is not None or booking.is_make_up:
        return True
    query = (
        select(BookingEvent.by_id)
        .where(BookingEvent.booking_id == booking.id)
        .order_by(BookingEvent.id)
        .limit(1)
    )
    first = db.session.execute(query).one_or_none()
    return first is None or first.by_id != booking.person_id
