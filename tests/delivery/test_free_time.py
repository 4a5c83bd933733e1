"""The time trainers have left: what the page of a request offers to be asked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.delivery.centre import MONDAY, NINE, TEN, TUESDAY, Centre
from trainhub import clock
from trainhub.db import db, transaction
from trainhub.delivery.models import TrainerProfile, TrainerTime
from trainhub.delivery.queries.classes.trainer_choice import TrainerChoice, list_trainer_choices
from trainhub.delivery.rules.classes.free_time import FreeTime, free_time
from trainhub.rota.models import ShiftCode

FRIDAY, SUNDAY = MONDAY + timedelta(days=4), MONDAY + timedelta(days=6)


@pytest.fixture
def centre(app: Flask) -> Centre:
    made = Centre(need=0)
    with transaction():
        db.session.add(
            TrainerProfile(person_id=made.trainer.id, site_id=made.site.id, max_min_per_week=600)
        )
    return made


def only(centre: Centre, first: date = MONDAY, last: date = SUNDAY) -> TrainerChoice:
    (found,) = list_trainer_choices(centre.course.id, first, last, class_min=60, now=clock.now())
    return found


def says(centre: Centre, **row: Any) -> None:
    with transaction():
        db.session.add(TrainerTime(person_id=centre.trainer.id, **row))


def leave(centre: Centre) -> None:
    with transaction():
        centre.codes["V"] = ShiftCode(
            code="V", name_zh="V", name_en="V", kind="leave", breaks=[], synonyms=[]
        )
        db.session.add(centre.codes["V"])


def test_a_week_has_no_more_than_its_limit(centre: Centre) -> None:
    assert only(centre).free == FreeTime(600, MONDAY)
    assert only(centre, last=SUNDAY + timedelta(days=7)).free.minutes == 1200


def test_who_is_on_leave_all_the_time_has_none(centre: Centre) -> None:
    leave(centre)
    centre.rota([centre.trainer], "V" * 28)
    assert only(centre).free == FreeTime(0, None)
    assert not only(centre).has_time


def test_rest_days_dates_away_and_taught_hours_do_not_count(centre: Centre, now: Any) -> None:
    centre.rota([centre.trainer], "RRMMRRR", MONDAY)  # at work on Wednesday and Thursday
    says(centre, on=MONDAY + timedelta(days=2), starts_min=0, ends_min=1440, is_away=True)
    thursday = MONDAY + timedelta(days=3)
    assert only(centre).free == FreeTime(600, thursday)
    says(centre, on=thursday, starts_min=TEN, ends_min=1440, is_away=True)
    assert only(centre).free == FreeTime(120, thursday)
    centre.add_class(thursday, NINE, now=now)
    found = only(centre)
    assert (found.free, found.taught_min) == (FreeTime(60, thursday), 60)


def test_days_that_are_over_are_no_time(centre: Centre) -> None:
    found = only(centre, first=clock.now().date() - timedelta(days=14))
    assert found.free.first_on == clock.now().date()


def test_a_stretch_shorter_than_the_class_is_no_time() -> None:
    days = {MONDAY: [(540, 585)], TUESDAY: [(540, 600), (600, 610)]}
    found = free_time(days, {}, limit_min=600, class_min=60)
    assert found == FreeTime(60, TUESDAY)
    assert free_time(days, {MONDAY: 560}, limit_min=600, class_min=60) == FreeTime(0, None)
