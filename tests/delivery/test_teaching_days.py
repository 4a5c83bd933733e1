"""A trainer's working day is the same for a plan and for a class made by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from tests.delivery.centre import TUESDAY, Centre
from trainhub.db import db, transaction
from trainhub.delivery.models import TrainerProfile, TrainerTime
from trainhub.delivery.queries.classes.moving import effect_of_new
from trainhub.delivery.queries.planning.planning_facts import load_facts
from trainhub.delivery.rules.planning.assembling_supply import hours_of
from trainhub.delivery.rules.planning.planning_facts import Period
from trainhub.rota.models import CalendarDay

SUNDAY = TUESDAY + timedelta(days=5)


@pytest.fixture
def centre(app: Flask) -> Centre:
    """A trainer without team, rota or hours of their own."""
    made = Centre()
    with transaction():
        db.session.add(TrainerProfile(person_id=made.trainer.id, site_id=made.site.id))
    return made


def by_hand(centre: Centre, on: date, now: datetime) -> bool:
    """Whether a class may be made by hand on a date."""
    found = effect_of_new(centre.plan(on), centre.course.id, now=now, language="en")
    codes = {one.code for one in found.conflicts}
    assert codes <= {"TRAINER_AWAY"}
    return not codes


def by_plan(centre: Centre, on: date) -> bool:
    """Whether a plan could have the trainer teach at nine on a date."""
    campaign = centre.add_campaign()
    period = Period(TUESDAY, TUESDAY + timedelta(days=9), TUESDAY + timedelta(days=9))
    facts = load_facts(campaign, period)
    [trainer] = facts.trainers
    hours = hours_of(facts, trainer, period.day(on))
    return any(start <= 540 and end >= 600 for start, end in hours)


def say(centre: Centre, **values: object) -> None:
    """Write down a time of the trainer's, from eight to noon."""
    with transaction():
        db.session.add(
            TrainerTime(person_id=centre.trainer.id, starts_min=480, ends_min=720, **values)
        )


def agrees(centre: Centre, now: datetime, *, on: date = TUESDAY) -> bool:
    """The one answer of both."""
    hand, plan = by_hand(centre, on, now), by_plan(centre, on)
    assert hand == plan
    return hand


def test_without_a_rota_the_calendar_decides(centre: Centre, now: datetime) -> None:
    assert agrees(centre, now)
    assert not agrees(centre, now, on=SUNDAY)
    with transaction():
        db.session.add_all([
            CalendarDay(on=TUESDAY, kind="holiday", name="Anniversary", changed_at=now),
            CalendarDay(on=SUNDAY, kind="workday", name="In its place", changed_at=now),
        ])  # fmt: skip
    assert not agrees(centre, now)
    assert agrees(centre, now, on=SUNDAY)


def test_weekdays_named_count_whatever_the_calendar_says(centre: Centre, now: datetime) -> None:
    say(centre, weekday=6)
    assert agrees(centre, now, on=SUNDAY)
    assert not agrees(centre, now)


def test_a_rota_that_leaves_out_the_date_says_no(centre: Centre, now: datetime) -> None:
    centre.rota([centre.trainer], "M.M", TUESDAY - timedelta(days=1))
    assert not agrees(centre, now)
    assert agrees(centre, now, on=TUESDAY + timedelta(days=1))


def test_a_week_the_rota_knows_nothing_of_is_the_calendars(centre: Centre, now: datetime) -> None:
    centre.rota([centre.trainer], "MMMMMRR")  # the week before
    assert agrees(centre, now)
    centre.rota([centre.trainer], "R", TUESDAY - timedelta(days=1))
    assert not agrees(centre, now)


def test_rest_gives_way_to_a_single_date_and_leave_to_nothing(
    centre: Centre, now: datetime
) -> None:
    centre.rota([centre.trainer], "R", TUESDAY)
    say(centre, on=TUESDAY)
    assert agrees(centre, now)
    with transaction():
        centre.codes["R"].kind = "leave"
    assert not agrees(centre, now)
