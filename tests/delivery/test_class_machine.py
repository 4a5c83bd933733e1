"""A class's life in any order of acts, at any time: what always holds.

`TRAINHUB_EXAMPLES` asks for a longer run: 300 take some minutes on both databases.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

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

from tests.delivery.classrooms import MONDAY, NINE, Centre, at, booking_of
from trainhub.db import db, transaction
from trainhub.delivery.jobs.classes import end_overdue_classes
from trainhub.delivery.models import (
    Booking,
    DeliveryRecord,
    MakeUp,
    SurveyTicket,
    TrainingSession,
)
from trainhub.delivery.queries.teaching.classroom import list_events, lock_class
from trainhub.delivery.queries.teaching.debts import account_of
from trainhub.delivery.rules.teaching.attendance import AttendanceState
from trainhub.delivery.rules.teaching.check_in import code_at, step_of
from trainhub.delivery.rules.teaching.classroom import Step
from trainhub.delivery.services.teaching import attendance, teaching
from trainhub.delivery.services.teaching.ending import ENDINGS, end_class
from trainhub.errors import DomainError
from trainhub.ledger.models import LearningRecord, Verb

EXAMPLES = int(os.environ.get("TRAINHUB_EXAMPLES", "8"))
SECRET = "a secret for tests"
ENDED = {"completed", "cancelled"}
places = st.integers(0, 1)
people = st.integers(0, 2)


class ClassMachine(RuleBasedStateMachine):
    """Two classes of one course on two days, three people booked into both in turn."""

    clean: Callable[[], None]

    @initialize()
    def open(self) -> None:
        """A centre with nothing held."""
        self.clean()
        self.centre = Centre()
        self.now = at(NINE) - timedelta(minutes=40)
        later = self.centre.add_class(MONDAY + timedelta(days=1), people=[])
        self.ids = [self.centre.add_class(MONDAY).id, later.id]
        self.ends: dict[int, str] = {}

    def attempt(self, act: Callable[[], Any]) -> bool:
        """Whether the act was let through; a refusal changes nothing."""
        try:
            with transaction():
                act()
        except DomainError:
            return False
        return True

    @rule(minutes=st.sampled_from([1, 6, 20, 35, 61, 24 * 60 - 30, 25 * 60]))
    def wait(self, minutes: int) -> None:
        """Time passes."""
        self.now += timedelta(minutes=minutes)

    @rule()
    def tick(self) -> None:
        """The worker looks at what is due."""
        end_overdue_classes(self.now)

    @rule(place=places, step=st.sampled_from(list(Step)))
    def take_step(self, place: int, step: Step) -> None:
        """The trainer presses a button, whichever."""

        def act() -> None:
            session = lock_class(self.ids[place])
            if step in ENDINGS:
                end_class(session, step, now=self.now, by_id=session.trainer_id)
            else:
                teaching.take_step(session, step, now=self.now, by_id=session.trainer_id)

        self.attempt(act)

    @rule(who=people)
    def move_to_the_second(self, who: int) -> None:
        """Somebody who holds no seat any more is booked into the second class."""
        person = self.centre.people[who]

        def act() -> None:
            second = lock_class(self.ids[1])
            held = db.session.scalar(
                select(func.count()).where(
                    Booking.person_id == person.id, Booking.state.in_(["booked", "attended"])
                )
            )
            known = db.session.scalar(
                select(func.count()).where(
                    Booking.person_id == person.id, Booking.training_session_id == second.id
                )
            )
            if held or known or second.state != "scheduled":
                return
            second.taken += 1
            db.session.add(
                Booking(
                    training_session_id=second.id, person_id=person.id,
                    course_id=second.course_id, uid=f"again-{person.id}", booked_at=self.now,
                    changed_at=self.now, is_make_up=True,
                )
            )  # fmt: skip

        self.attempt(act)

    @rule(place=places, who=people)
    def check_in(self, place: int, who: int) -> None:
        """Somebody types the code of a class, booked or not."""
        session = db.session.get_one(TrainingSession, self.ids[place])
        code = code_at(SECRET, session.id, session.check_in_nonce, step_of(self.now))
        person = self.centre.people[who]
        self.attempt(lambda: attendance.check_in(person, code, secret=SECRET, now=self.now))

    @rule(
        place=places, who=people, state=st.sampled_from(list(AttendanceState)),
        reason=st.sampled_from(["", "was there after all"]),
    )  # fmt: skip
    def mark(self, place: int, who: int, state: AttendanceState, reason: str) -> None:
        """The trainer marks somebody, or puts a mark right."""

        def act() -> None:
            session = lock_class(self.ids[place])
            query = select(Booking).where(
                Booking.training_session_id == session.id,
                Booking.person_id == self.centre.people[who].id,
            )
            booking = db.session.scalars(query).one_or_none()
            if booking is not None:
                attendance.mark(
                    session, booking, state, actor=session.trainer, by_planner=False,
                    now=self.now, reason=reason,
                )  # fmt: skip

        self.attempt(act)

    @invariant()
    def what_is_over_stays_over(self) -> None:
        """An ended class never begins again, and one that was held has one record."""
        db.session.expire_all()
        for session_id in self.ids:
            session = db.session.get_one(TrainingSession, session_id)
            if session_id in self.ends:
                assert session.state == self.ends[session_id]
            elif session.state in ENDED:
                self.ends[session_id] = session.state
            has_record = db.session.get(DeliveryRecord, session_id) is not None
            assert has_record == (session.state == "completed")
            left = {"booked", "waiting"} & {one.state for one in session.bookings}
            assert not (session.state in ENDED and left)
            kinds = [event.kind for event in list_events(session_id)]
            assert kinds.count("begun") <= 1

    @invariant()
    def the_account_adds_up(self) -> None:
        """Planned is held and lost; what is owed stands as open classes, one a course."""
        for person in self.centre.people:
            account = account_of(person.id)
            assert account.planned == account.delivered + account.cancelled
            owed = list(
                db.session.scalars(
                    select(MakeUp).where(MakeUp.person_id == person.id, MakeUp.settled_at.is_(None))
                )
            )
            assert account.open == sum(one.minutes for one in owed)
            assert len(owed) <= 1

    @invariant()
    def ledger_and_survey_follow_attendance(self) -> None:
        """Who attended, and nobody else, has a record in force and a survey."""
        for person in self.centre.people:
            attended = [
                one.training_session_id
                for one in db.session.scalars(
                    select(Booking).where(
                        Booking.person_id == person.id, Booking.state == "attended"
                    )
                )
            ]
            verbs = [
                record.verb
                for record in db.session.scalars(
                    select(LearningRecord).where(
                        LearningRecord.person_id == person.id,
                        LearningRecord.verb.in_([Verb.ATTENDED.value, Verb.VOIDED.value]),
                    )
                )
            ]
            assert verbs.count(Verb.ATTENDED) - verbs.count(Verb.VOIDED) == len(attended)
            tickets = db.session.scalars(
                select(SurveyTicket.training_session_id).where(SurveyTicket.person_id == person.id)
            )
            assert sorted(tickets) == sorted(attended)


def test_a_class_keeps_its_promises_whatever_is_done(whole_app: tuple[Flask, Any]) -> None:
    application, cleaner = whole_app

    class OnThisDatabase(ClassMachine):
        """The machine with the tables of this engine."""

        @staticmethod
        def clean() -> None:
            """Empty tables."""
            db.session.rollback()
            db.session.remove()
            cleaner.clean()

    with application.app_context():
        try:
            run_state_machine_as_test(
                OnThisDatabase,
                settings=settings(
                    max_examples=EXAMPLES, stateful_step_count=30, deadline=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )  # fmt: skip
        finally:
            db.session.rollback()
            cleaner.clean()


def test_a_refused_mark_leaves_no_trace(app: Flask) -> None:
    centre = Centre(heads=1)
    session = centre.add_class()
    early: datetime = at(NINE) - timedelta(hours=2)
    with pytest.raises(DomainError, match="15 minutes"), transaction():
        attendance.mark(
            lock_class(session.id), booking_of(session, centre.people[0]),
            AttendanceState.PRESENT, actor=centre.trainer, by_planner=False, now=early,
        )  # fmt: skip
    assert booking_of(session, centre.people[0]).attendance is None
