"""Classes that exist, and what of a campaign's courses people have behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, func, select

from trainhub.catalogue.models import Course
from trainhub.db import db
from trainhub.delivery.models import Booking, TrainingSession
from trainhub.delivery.queries.planning.audience import meant_for
from trainhub.delivery.rules.planning.planning_facts import ClassFacts, Period, SeatFacts
from trainhub.delivery.rules.states import HOLD_A_SEAT
from trainhub.ledger.models import LearningRecord
from trainhub.people.models import Person

ATTENDED = "attended"


def list_classes(first: date, last: date) -> list[ClassFacts]:
    """Every training session of these dates that is not cancelled, with who holds a seat."""
    dates = TrainingSession.on.between(first, last), TrainingSession.state != "cancelled"
    seats = _seats(*dates)
    query = (
        select(TrainingSession, Person.team_id)
        # Whom an account is closed for the rota does not count on the phones.
        .outerjoin(Person, (Person.id == TrainingSession.trainer_id) & Person.disabled_at.is_(None))
        .where(*dates)
        .order_by(TrainingSession.id)
    )
    return [
        ClassFacts(
            id=one.id,
            campaign_id=one.campaign_id,
            course_id=one.course_id,
            site_id=one.site_id,
            room_id=one.room_id,
            trainer_id=one.trainer_id,
            on=one.on,
            starts_min=one.starts_min,
            ends_min=one.ends_min,
            state=one.state,
            is_pinned=one.is_pinned,
            seats=tuple(seats[one.id]),
            trainer_team_id=team_id,
        )
        for one, team_id in db.session.execute(query)
    ]


def _seats(*dates: ColumnElement[bool]) -> dict[int, list[SeatFacts]]:
    """Who holds a seat, by class, under these conditions on `TrainingSession`."""
    query = (
        select(
            Booking.training_session_id, Booking.person_id, Person.team_id, Booking.is_on_phones,
            Booking.is_pinned, Booking.state == ATTENDED, Booking.window_kind,
        )
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .join(Person, Person.id == Booking.person_id)
        .where(*dates, Booking.state.in_(HOLD_A_SEAT))
        .order_by(Booking.person_id)
    )  # fmt: skip
    found: dict[int, list[SeatFacts]] = defaultdict(list)
    for row in db.session.execute(query):
        found[row[0]].append(SeatFacts(*row[1:]))
    return found


def find_done(campaign_id: int, course_ids: Collection[int]) -> frozenset[tuple[int, int]]:
    """(person, course) attended, whatever the campaign, or booked in another campaign's class."""
    meant = select(Person.id).where(meant_for(campaign_id))
    booked = (
        select(Booking.person_id, Booking.course_id)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .where(
            Booking.course_id.in_(course_ids),
            (Booking.state == ATTENDED)
            | (
                (Booking.state == "booked")
                & (
                    TrainingSession.campaign_id.is_(None)
                    | (TrainingSession.campaign_id != campaign_id)
                )
            ),
        )
    )
    recorded = (
        select(LearningRecord.person_id, Course.id)
        .join(Course, Course.key == LearningRecord.object_key)
        .where(
            LearningRecord.verb == ATTENDED,
            LearningRecord.object_type == "course",
            Course.id.in_(course_ids),
            LearningRecord.person_id.in_(meant),
        )
    )
    rows = [*db.session.execute(booked), *db.session.execute(recorded)]
    return frozenset((person_id, course_id) for person_id, course_id in rows)


def count_dawns(first: date, before: date, dawn_before_min: int) -> dict[int, int]:
    """How many classes before dawn ends each person has had from `first` until `before`."""
    query = (
        select(Booking.person_id, func.count())
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .where(
            TrainingSession.on >= first,
            TrainingSession.on < before,
            TrainingSession.starts_min < dawn_before_min,
            Booking.state.in_(HOLD_A_SEAT),
        )
        .group_by(Booking.person_id)
    )
    return dict(db.session.execute(query).all())


def list_declined(course_ids: Collection[int], period: Period) -> list[tuple[int, date, int]]:
    """(person, date, start) of classes of these courses that people have declined."""
    query = (
        select(Booking.person_id, TrainingSession.on, TrainingSession.starts_min)
        .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
        .where(
            Booking.state == "declined",
            Booking.course_id.in_(course_ids),
            TrainingSession.on.between(period.first, period.last),
        )
        .order_by(Booking.person_id, TrainingSession.on, TrainingSession.starts_min)
        .distinct()
    )
    return [(person_id, on, start) for person_id, on, start in db.session.execute(query)]
