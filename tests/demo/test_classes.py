"""The demonstration's rota, campaigns, classes and requests hold to every rule and can be shown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.attacks.world import ONE_ENGINE
from trainhub import clock, pipeline
from trainhub.audit.queries import find_broken_entry
from trainhub.db import db, transaction
from trainhub.delivery.models import (
    Booking,
    Campaign,
    DebtEntry,
    PlanRun,
    SurveyAnswer,
    TrainingRequest,
    TrainingSession,
)
from trainhub.delivery.rules.requests import State
from trainhub.demo import build_centre
from trainhub.ops.content import load_shipped_content
from trainhub.people.models import Person
from trainhub.rota.models import Queue, Shift, ShiftCode
from trainhub.rota.queries.cover import cover_of

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def today(app: Flask, now: datetime) -> date:
    """The demonstration centre, built at noon."""
    with transaction():
        load_shipped_content(now)
        build_centre(size=120, seed=1, now=now, zone=ZONE, typists=0)
    return now.astimezone(ZONE).date()


def shift_of(booking: Booking) -> ShiftCode:
    query = select(ShiftCode).join(Shift, Shift.shift_code_id == ShiftCode.id)
    held = booking.training_session
    return db.session.scalars(query.where(Shift.person_id == booking.person_id,
                                          Shift.on == held.on)).one()  # fmt: skip


def test_the_centre_is_there_to_be_shown(today: date, now: datetime) -> None:
    last = db.session.scalar(select(func.max(Shift.on)))
    assert last is not None and last >= today + timedelta(days=90), "a rota for the quarter"
    selling = db.session.scalars(
        select(Campaign).where(Campaign.key == "five-steps-of-selling")
    ).one()
    assert (selling.state, len(selling.courses)) == ("published", 5)
    coming = db.session.scalars(select(TrainingSession).filter_by(campaign_id=selling.id)).all()
    assert len(coming) >= 15 and all(one.published_at and one.starts_at > now for one in coming)
    assert {one.course_id for one in coming} == {one.course_id for one in selling.courses}
    run = db.session.scalars(select(PlanRun).filter_by(campaign_id=selling.id)).one()
    assert run.state == "agreed" and run.progress["placed"] >= 0.9 * run.progress["needed"]
    soon = select(TrainingSession).where(
        TrainingSession.on == today,
        TrainingSession.state == "scheduled",
        TrainingSession.taken > 0,
        TrainingSession.starts_at < now + timedelta(minutes=30),
    )
    assert db.session.scalars(soon).all(), "a class to run today"
    states = set(db.session.scalars(select(TrainingRequest.state)))
    assert states >= {one.value for one in State} - {"evaluated"}
    answers = select(TrainingSession.course_id, func.count()).join(
        SurveyAnswer, SurveyAnswer.training_session_id == TrainingSession.id
    )
    counts = dict(db.session.execute(answers.group_by(TrainingSession.course_id)).all())
    assert sum(count >= 5 for count in counts.values()) >= 3
    waits = select(TrainingRequest).join(Person, Person.id == TrainingRequest.asked_by_id)
    waits = waits.where(Person.username == "gao.feng", TrainingRequest.state == "delivered")
    assert db.session.scalars(waits).all(), "one of gao.feng's waits for a word"
    seats = select(Booking).join(Person, Person.id == Booking.person_id)
    for username in ("xu.jiayi", "olivia.reed"):
        mine = seats.where(Person.username == username, Booking.state == "booked")
        assert db.session.scalars(mine).all(), f"{username} has a class ahead"
    assert set(db.session.scalars(select(DebtEntry.kind))) >= {"delivered", "owed", "repaid"}
    assert find_broken_entry() is None


def test_nobody_is_in_class_on_a_rest_day_or_outside_the_shift(today: date) -> None:
    bookings = db.session.scalars(select(Booking).where(Booking.state == "booked")).all()
    assert len(bookings) > 100
    for booking in bookings:
        code, held = shift_of(booking), booking.training_session
        assert code.starts_min is not None and code.ends_min is not None, "a rest day"
        assert code.starts_min <= held.starts_min and held.ends_min <= code.ends_min


def test_the_lines_stay_covered(today: date) -> None:
    queues = db.session.scalars(select(Queue.id)).all()
    coming = select(func.min(TrainingSession.on), func.max(TrainingSession.on)).where(
        TrainingSession.state == "scheduled"
    )
    first, last = db.session.execute(coming).one()
    during = set(
        db.session.scalars(
            select(TrainingSession.on).where(
                TrainingSession.state == "scheduled", TrainingSession.starts_min == 540,
                TrainingSession.taken > 0,
            )
        )
    )  # fmt: skip
    for (_, on), day in cover_of(queues, first, last).items():
        if on in during:
            assert min(day.headroom[18:20]) >= 0, (on, day.headroom)


@ONE_ENGINE
@pytest.mark.parametrize("hour", [0, 7, 19, 21, 22])
def test_it_is_made_at_any_hour_and_the_tick_goes_on_from_there(
    app: Flask, now: datetime, hour: int
) -> None:
    at = now.astimezone(ZONE).replace(hour=hour).astimezone(UTC)
    with clock.frozen(at):
        with transaction():
            load_shipped_content(at)
            build_centre(size=120, seed=1, now=at, zone=ZONE, typists=0)
        on = at.astimezone(ZONE).date()
        today = select(TrainingSession).join(Person, Person.id == TrainingSession.trainer_id)
        today = today.where(
            Person.username == "lin.yue",
            TrainingSession.on == on,
            TrainingSession.state == "scheduled",
            TrainingSession.taken > 0,
        )
        held = db.session.scalars(today).all()
        assert held, "lin.yue has a class to run today"
        assert any(one.starts_at <= at + timedelta(hours=2) or hour < 7 for one in held)
        assert None not in pipeline.tick(at + timedelta(minutes=5)).values()
