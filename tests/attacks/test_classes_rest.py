"""Attacks upon rest: classes that are each fine, and together leave too short a night."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from tests.delivery import centre as seats
from tests.factories import Make
from trainhub.db import db, transaction
from trainhub.delivery.models import TrainerTime, TrainingSession
from trainhub.delivery.rules.classes.conflicts import ClassConflicts, SeatRefused
from trainhub.delivery.services.classes import classes
from trainhub.delivery.services.seats import booking
from trainhub.people.models import Person, Role
from trainhub.rota.models import ShiftCode

SEVEN, NINETEEN = 7 * 60, 19 * 60
DAYS = (seats.TUESDAY, seats.WEDNESDAY)


class _LongDays(seats.Centre):
    """Everybody works from seven to nineteen; the trainer is there day and night."""

    def __init__(self) -> None:
        super().__init__(need=0)
        with transaction():
            code = ShiftCode(code="D", name_zh="D", name_en="D", breaks=[], synonyms=[],
                             kind="mid", starts_min=SEVEN, ends_min=NINETEEN)  # fmt: skip
            db.session.add(code)
            for on in DAYS:
                db.session.add(
                    TrainerTime(person_id=self.trainer.id, on=on, starts_min=0, ends_min=1440)
                )
        self.codes["D"] = code
        self.rota(self.people, "D" * 28)

    def evening(self, now: datetime) -> TrainingSession:
        return self.add_class(seats.TUESDAY, NINETEEN, now=now)

    def morning(self, now: datetime, starts_min: int = SEVEN - 60) -> TrainingSession:
        return self.add_class(seats.WEDNESDAY, starts_min, now=now, course=self.add_course())


@pytest.fixture
def centre(app: Flask) -> _LongDays:
    return _LongDays()


def _book(session: TrainingSession, person: Person, now: datetime) -> None:
    with transaction():
        booking.book(session.id, person, now=now, by_id=None)


def _refused(session: TrainingSession, person: Person, now: datetime) -> str:
    with pytest.raises(SeatRefused) as caught:
        _book(session, person, now)
    return caught.value.conflict.code


@pytest.mark.parametrize("first", ["evening", "morning"])
def test_a_class_after_and_one_before_the_next_shift_leave_the_rest(
    centre: _LongDays, now: datetime, first: str
) -> None:
    person = centre.people[0]
    both = [centre.evening(now), centre.morning(now)]
    if first == "morning":
        both.reverse()
    _book(both[0], person, now)
    assert _refused(both[1], person, now) == "REST"  # ten hours


def test_a_class_after_and_one_at_the_next_shift_leave_enough(
    centre: _LongDays, now: datetime
) -> None:
    person = centre.people[0]
    evening, noon = centre.evening(now), centre.morning(now, 12 * 60)
    _book(evening, person, now)
    _book(noon, person, now)
    assert seats.booking_of(noon, person).state == "booked"


def test_two_classes_of_one_morning_are_no_night_apart(centre: _LongDays, now: datetime) -> None:
    person = centre.people[0]
    before = centre.add_campaign(
        centre.course, kinds=["before"], before_min=120, max_classes_per_day=2
    )
    first = centre.add_class(seats.WEDNESDAY, SEVEN - 120, now=now, campaign=before)
    second = centre.morning(now)
    centre.rota([person], "R", seats.TUESDAY)
    _book(second, person, now)
    _book(first, person, now)
    assert seats.booking_of(first, person).state == "booked"


def test_a_class_of_another_campaign_counts(centre: _LongDays, now: datetime) -> None:
    person = centre.people[0]
    evening = centre.add_class(
        seats.TUESDAY,
        NINETEEN,
        now=now,
        campaign=centre.add_campaign(centre.course, kinds=["after"]),
    )
    _book(evening, person, now)
    other = centre.add_course()
    morning = centre.add_class(
        seats.WEDNESDAY, SEVEN - 60, now=now, course=other,
        campaign=centre.add_campaign(other, kinds=["before"]),
    )  # fmt: skip
    assert _refused(morning, person, now) == "REST"


def test_who_teaches_in_the_evening_rests_as_well(centre: _LongDays, now: datetime) -> None:
    centre.trainer.team_id = centre.team.id
    db.session.commit()
    centre.rota([centre.trainer], "D" * 28)
    centre.evening(now)
    other = Make.person("tom", Role.TRAINER)
    with transaction():
        db.session.add(
            TrainerTime(person_id=other.id, on=seats.WEDNESDAY, starts_min=0, ends_min=1440)
        )
    morning = centre.add_class(
        seats.WEDNESDAY, SEVEN - 60, now=now, course=centre.add_course(other), trainer_id=other.id
    )
    assert _refused(morning, centre.trainer, now) == "REST"


def test_a_class_moved_into_the_morning_after_is_refused(centre: _LongDays, now: datetime) -> None:
    person = centre.people[0]
    evening, noon = centre.evening(now), centre.morning(now, 12 * 60)
    _book(evening, person, now)
    _book(noon, person, now)
    with pytest.raises(ClassConflicts) as caught, transaction():
        classes.move_class(
            noon.id, centre.plan(seats.WEDNESDAY, SEVEN - 60), revision=noon.revision, now=now,
            actor=centre.planner,
        )  # fmt: skip
    assert [one.code for one in caught.value.conflicts] == ["REST"]
