"""Bookings in any order of acts: what always holds, reckoned without the rules' own code."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from tests.conftest import NOON
from tests.delivery.centre import MONDAY, NINE, Centre
from trainhub.db import db, transaction
from trainhub.delivery.jobs import seats as seat_jobs
from trainhub.delivery.models import Booking, SwapRequest, TrainingSession
from trainhub.delivery.services.classes import classes
from trainhub.delivery.services.seats import booking, swapping
from trainhub.errors import DomainError
from trainhub.people.models import Person

PEOPLE, NEED, DAYS = 6, 4, 4
# Person 0 rests on the first day, person 1 on the second; the others are there every day.
ROTA = ["MMMMMMMRMMMMM", "MMMMMMMMRMMMM"]
people = st.integers(0, PEOPLE - 1)
classes_of = st.integers(0, DAYS - 1)
_centre: list[Centre] = []


class Seats(RuleBasedStateMachine):
    """Six people, one course, a class a day: booked, declined, changed, swapped, moved."""

    @initialize()
    def open(self) -> None:
        self.centre = _centre[0]
        self.people = [one.id for one in self.centre.people]
        self.now = NOON
        course = self.centre.add_course()
        with transaction():
            for session in db.session.scalars(select(TrainingSession)):
                if session.state == "scheduled":
                    classes.cancel_class(session.id, cause="planner", reason="Next round",
                                         now=NOON, actor=self.centre.planner)  # fmt: skip
        self.classes = [
            self.centre.add_class(MONDAY + timedelta(days=day), now=NOON, course=course,
                                  seats=1 + day % 2).id
            for day in range(DAYS)
        ]  # fmt: skip

    def act(self, do: object, *args: object, **options: object) -> None:
        """Try; a refusal is an answer, anything else a fault."""
        self.now += timedelta(seconds=1)
        try:
            with transaction():
                do(*args, now=self.now, **options)  # type: ignore[operator]
        except DomainError:
            db.session.rollback()

    def person(self, number: int) -> Person:
        found = db.session.get(Person, self.people[number])
        assert found is not None
        return found

    def row(self, number: int, one: int) -> Booking | None:
        return booking.find_booking(self.classes[one], self.people[number])

    @rule(who=people, one=classes_of)
    def book(self, who: int, one: int) -> None:
        self.act(booking.book, self.classes[one], self.person(who), by_id=self.centre.planner.id)

    @rule(who=people, one=classes_of)
    def wait(self, who: int, one: int) -> None:
        self.act(booking.join_waiting_list, self.classes[one], self.person(who))

    @rule(who=people, one=classes_of)
    def decline(self, who: int, one: int) -> None:
        if (row := self.row(who, one)) is not None:
            self.act(booking.decline, row, reason="Ill")

    @rule(who=people, one=classes_of)
    def take_out(self, who: int, one: int) -> None:
        if (row := self.row(who, one)) is not None:
            self.act(booking.cancel, row, cause="planner", reason="", by_id=None)

    @rule(who=people, one=classes_of, to=classes_of)
    def change(self, who: int, one: int, to: int) -> None:
        if (row := self.row(who, one)) is not None:
            self.act(booking.change_class, row, self.classes[to], reason="")

    @rule(who=people, one=classes_of, other=people, to=classes_of)
    def swap(self, who: int, one: int, other: int, to: int) -> None:
        mine, theirs = self.row(who, one), self.row(other, to)
        if mine is None or theirs is None or mine.id == theirs.id:
            return
        self.act(swapping.ask, mine, theirs, reason="")
        query = select(SwapRequest).where(SwapRequest.state == "asked")
        for request in db.session.scalars(query).all():
            self.act(swapping.agree, request)

    @rule(one=classes_of, day=st.integers(0, DAYS), leaves_out=st.booleans())
    def move(self, one: int, day: int, leaves_out: bool) -> None:
        plan = self.centre.plan(MONDAY + timedelta(days=day), seats=1 + one % 2)
        self.act(classes.move_class, self.classes[one], plan, revision=None,
                 leaves_out=leaves_out, actor=self.centre.planner)  # fmt: skip

    @rule()
    def tick(self) -> None:
        seat_jobs.give_free_seats(self.now)

    @invariant()
    def nothing_is_there_twice_and_nothing_is_broken(self) -> None:
        db.session.rollback()
        held = db.session.execute(
            select(Booking.person_id, TrainingSession)
            .join(TrainingSession, TrainingSession.id == Booking.training_session_id)
            .where(Booking.state == "booked", TrainingSession.state == "scheduled")
        ).all()
        assert len({person for person, _ in held}) == len(held)  # one course, one seat
        for session_id in self.classes:
            session = db.session.get(TrainingSession, session_id)
            assert session is not None
            there = [person for person, one in held if one.id == session_id]
            assert session.taken == len(there) <= session.seats
        for on in {session.on for _, session in held}:
            away = [person for person, session in held if session.on == on]
            resting = {0: 0, 1: 1}.get((on - MONDAY).days)
            present = PEOPLE - (resting is not None)
            assert len(away) <= present - NEED
            assert resting is None or self.people[resting] not in away
            assert all(one.starts_min == NINE for _, one in held)

    @invariant()
    def every_entry_of_a_calendar_has_its_own_name(self) -> None:
        rows = db.session.execute(select(func.count(), func.count(func.distinct(Booking.uid))))
        total, different = rows.one()
        assert total == different


@pytest.mark.parametrize("whole_app", ["sqlite"], indirect=True)
def test_no_order_of_acts_breaks_a_rule(app: Flask) -> None:
    centre = Centre(people=PEOPLE, need=NEED)
    for person, codes in zip(centre.people, ROTA, strict=False):
        centre.rota([person], codes)
    _centre[:] = [centre]
    run_state_machine_as_test(
        Seats,
        settings=settings(
            max_examples=12, stateful_step_count=18, deadline=None,
            suppress_health_check=list(HealthCheck), derandomize=True, database=None,
        ),
    )  # fmt: skip
