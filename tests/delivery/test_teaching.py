"""Holding a class on a database: steps, the tick, what is owed, told and archived."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.delivery.classrooms import MONDAY, NINE, Centre, at, booking_of
from trainhub.db import db, transaction
from trainhub.delivery.jobs.classes import end_overdue_classes
from trainhub.delivery.models import (
    BookingEvent,
    DebtEntry,
    DeliveryRecord,
    MakeUp,
    SurveyTicket,
    TrainingSession,
)
from trainhub.delivery.queries.teaching.classroom import lock_class
from trainhub.delivery.rules.teaching.attendance import AttendanceState
from trainhub.delivery.rules.teaching.check_in import code_at, step_of
from trainhub.delivery.rules.teaching.classroom import Refusal, Step
from trainhub.delivery.rules.teaching.debts import Account, Cause, add_up
from trainhub.delivery.services.teaching import attendance, teaching
from trainhub.delivery.services.teaching.attendance import CodeWrong, MarkRefused, NoOpenClass
from trainhub.delivery.services.teaching.debts import MakeUpSettled, lost, waive
from trainhub.delivery.services.teaching.ending import end_class
from trainhub.delivery.services.teaching.teaching import StepRefused
from trainhub.learning.models import Enrolment
from trainhub.ledger.models import LearningRecord, Verb
from trainhub.people.models import Person

SECRET = "a secret for tests"
START, END = at(NINE), at(NINE + 60)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.fixture
def centre(app: Any) -> Centre:
    return Centre()


def step(session: TrainingSession, one: Step, now: datetime, **more: Any) -> None:
    with transaction():
        row = lock_class(session.id)
        if one in teaching.STEPS:
            teaching.take_step(row, one, now=now, by_id=row.trainer_id, **more)
        else:
            end_class(row, one, now=now, by_id=row.trainer_id, **more)


def mark(session: TrainingSession, person: Person, state: str, now: datetime, **more: Any) -> None:
    with transaction():
        row = lock_class(session.id)
        attendance.mark(
            row, booking_of(row, person), AttendanceState(state), actor=row.trainer,
            by_planner=False, now=now, **more,
        )  # fmt: skip


def check_in(session: TrainingSession, person: Person, now: datetime) -> None:
    code = code_at(SECRET, session.id, session.check_in_nonce, step_of(now))
    with transaction():
        attendance.check_in(person, code, secret=SECRET, now=now)


def held(centre: Centre, **more: Any) -> TrainingSession:
    """A class that ran its hour: the first came, the second late, the rest not."""
    session = centre.add_class(**more)
    step(session, Step.BEGIN, START)
    check_in(session, centre.people[0], START)
    check_in(session, centre.people[1], START + minutes(10))
    step(session, Step.END, END)
    return session


def account(person: Person) -> Account:
    rows = db.session.execute(
        select(DebtEntry.kind, DebtEntry.cause, DebtEntry.minutes).where(
            DebtEntry.person_id == person.id
        )
    )
    return add_up((kind, cause, count) for kind, cause, count in rows)


def make_ups(person: Person) -> list[MakeUp]:
    return list(db.session.scalars(select(MakeUp).where(MakeUp.person_id == person.id)))


def verbs(person: Person) -> list[str]:
    query = select(LearningRecord.verb).where(LearningRecord.person_id == person.id)
    return list(db.session.scalars(query.order_by(LearningRecord.id)))


def test_a_held_class_is_settled_for_everybody(centre: Centre) -> None:
    session = held(centre)
    came, late, away = centre.people
    states = [booking_of(session, person).state for person in centre.people]
    assert states == ["attended", "attended", "missed"]
    rows = [booking_of(session, person).attendance for person in centre.people]
    assert [(row.state, row.way, row.minutes) for row in rows if row] == [
        ("present", "code", 60),
        ("late", "code", 50),
        ("absent", "rule", 0),
    ]
    assert (account(came).delivered, account(late).delivered, account(away).delivered) == (
        60, 60, 0,
    )  # fmt: skip
    assert account(away).by_cause == (("absent", 60),)
    assert [(one.cause, one.minutes) for one in make_ups(away)] == [("absent", 60)]
    assert (verbs(came), verbs(away)) == ([Verb.ATTENDED], [])


def test_who_attended_gets_survey_and_quiz(centre: Centre) -> None:
    session = held(centre)
    tickets = db.session.scalars(select(SurveyTicket.person_id)).all()
    enrolled = db.session.execute(select(Enrolment.person_id, Enrolment.due_on)).all()
    came = [person.id for person in centre.people[:2]]
    assert sorted(tickets) == came
    assert sorted(enrolled) == [(one, MONDAY + timedelta(days=7)) for one in came]
    assert session.course.key == "opening"


def test_the_record_says_who_what_when_and_how_long(centre: Centre) -> None:
    session = held(centre)
    facts = db.session.get_one(DeliveryRecord, session.id).facts
    assert facts["course"] == "opening"
    assert (facts["planned_min"], facts["taught_min"], facts["is_held"]) == (60, 60, True)
    assert facts["attendance"]["absent"] == 1
    assert [one["state"] for one in facts["people"]] == ["present", "late", "absent"]


def test_a_paused_class_goes_on_with_what_remained(centre: Centre) -> None:
    session = centre.add_class()
    step(session, Step.BEGIN, START)
    step(session, Step.PAUSE, START + minutes(25), reason="the queue is up")
    assert session.remaining_s == 35 * 60
    step(session, Step.RESUME, START + minutes(300))
    assert (session.state, session.remaining_s) == ("running", None)
    step(session, Step.END, START + minutes(335))
    assert db.session.get_one(DeliveryRecord, session.id).facts["taught_min"] == 60


def test_the_rest_of_a_class_broken_off_is_owed(centre: Centre) -> None:
    session = centre.add_class()
    step(session, Step.BEGIN, START)
    check_in(session, centre.people[0], START)
    step(session, Step.PAUSE, START + minutes(20))
    step(session, Step.BREAK_OFF, START + minutes(50))
    came = centre.people[0]
    assert booking_of(session, came).state == "missed"
    assert (account(came).delivered, account(came).open) == (20, 40)
    assert account(came).by_cause == (("operations", 40),)
    assert verbs(came) == []
    assert session.remaining_s == 40 * 60


def test_the_tick_ends_what_nobody_ended(centre: Centre) -> None:
    session = centre.add_class()
    step(session, Step.BEGIN, START)
    check_in(session, centre.people[0], START)
    assert end_overdue_classes(END + minutes(29)) == 0
    assert end_overdue_classes(END + minutes(31)) == 1
    db.session.refresh(session)
    assert (session.state, session.ended_at) == ("completed", END)
    assert booking_of(session, centre.people[0]).attendance.minutes == 60  # type: ignore[union-attr]
    assert end_overdue_classes(END + minutes(60)) == 0


def test_a_class_nobody_began_is_owed_by_the_trainer(centre: Centre) -> None:
    session = centre.add_class()
    assert end_overdue_classes(END + timedelta(hours=25)) == 1
    db.session.refresh(session)
    assert (session.state, session.cancelled_cause, session.taken) == ("cancelled", "trainer", 0)
    assert {account(person).open for person in centre.people} == {60}


def test_a_class_held_without_the_screen_can_be_recorded(centre: Centre) -> None:
    session = centre.add_class()
    for person in centre.people[:2]:
        mark(session, person, "present", END + minutes(5))
    step(session, Step.RECORD, END + minutes(10))
    assert (session.begun_at, session.ended_at) == (START, END)
    assert [booking_of(session, one).state for one in centre.people] == [
        "attended", "attended", "missed",
    ]  # fmt: skip


def test_of_two_who_press_at_once_one_learns_of_the_other(centre: Centre) -> None:
    session = centre.add_class()
    step(session, Step.BEGIN, START)
    with pytest.raises(StepRefused) as refused:
        step(session, Step.BEGIN, START)
    assert (refused.value.refusal, refused.value.status) == (Refusal.WRONG_STATE, 409)


def test_only_people_booked_can_check_in(centre: Centre, make: Any) -> None:
    session = centre.add_class(people=centre.people[:2])
    step(session, Step.BEGIN, START)
    with pytest.raises(NoOpenClass):
        check_in(session, centre.people[2], START)
    with pytest.raises(CodeWrong), transaction():
        attendance.check_in(centre.people[0], "000", secret=SECRET, now=START)


def test_a_code_is_open_from_a_quarter_of_an_hour_before(centre: Centre) -> None:
    session = centre.add_class()
    with transaction():
        teaching.open_check_in(session, now=START - minutes(40), by_id=centre.trainer.id)
    with pytest.raises(NoOpenClass):
        check_in(session, centre.people[0], START - minutes(16))
    check_in(session, centre.people[0], START - minutes(15))
    check_in(session, centre.people[0], START - minutes(14))
    events = db.session.scalars(select(BookingEvent.new_state)).all()
    assert events.count("present") == 1


def test_who_comes_after_half_of_it_asks_the_trainer(centre: Centre) -> None:
    session = centre.add_class()
    step(session, Step.BEGIN, START)
    with pytest.raises(MarkRefused):
        check_in(session, centre.people[0], START + minutes(31))
    mark(session, centre.people[0], "late", START + minutes(31))
    assert booking_of(session, centre.people[0]).attendance.state == "late"  # type: ignore[union-attr]


def test_nobody_is_late_for_a_class_that_waits_for_its_trainer(centre: Centre) -> None:
    session = centre.add_class()
    step(session, Step.BEGIN, START + minutes(20))
    check_in(session, centre.people[0], START + minutes(24))
    assert booking_of(session, centre.people[0]).attendance.state == "present"  # type: ignore[union-attr]


def test_a_correction_puts_right_what_followed(centre: Centre) -> None:
    session = held(centre)
    away, now = centre.people[2], END + timedelta(days=1)
    mark(session, away, "present", now, reason="signed the paper list")
    assert (account(away).delivered, account(away).open) == (60, 0)
    assert (verbs(away), make_ups(away)) == ([Verb.ATTENDED], [])
    mark(session, away, "excused_operations", now, reason="mixed up")
    assert (account(away).delivered, account(away).open) == (0, 60)
    assert account(away).by_cause == (("operations", 60),)
    assert verbs(away) == [Verb.ATTENDED, Verb.VOIDED]
    mark(session, away, "present", now, reason="no, it was right")
    assert verbs(away) == [Verb.ATTENDED, Verb.VOIDED, Verb.ATTENDED]
    assert (account(away).planned, account(away).delivered, account(away).open) == (60, 60, 0)


def test_a_correction_needs_a_reason(centre: Centre) -> None:
    session = held(centre)
    with pytest.raises(MarkRefused):
        mark(session, centre.people[2], "present", END + minutes(5))
    with pytest.raises(MarkRefused):
        mark(session, centre.people[2], "present", END + timedelta(days=8), reason="late")


def test_attending_the_course_later_repays(centre: Centre) -> None:
    held(centre)
    away, tuesday = centre.people[2], MONDAY + timedelta(days=1)
    again = centre.add_class(tuesday, people=[away])
    step(again, Step.BEGIN, at(NINE, tuesday))
    check_in(again, away, at(NINE, tuesday))
    step(again, Step.END, at(NINE + 60, tuesday))
    found = account(away)
    assert (found.owed, found.repaid, found.open) == (60, 60, 0)
    assert [one.settled_as for one in make_ups(away)] == ["attended"]


def test_missing_the_make_up_owes_the_course_once(centre: Centre) -> None:
    held(centre)
    away, tuesday = centre.people[2], MONDAY + timedelta(days=1)
    again = centre.add_class(tuesday, people=[away])
    step(again, Step.BEGIN, at(NINE, tuesday))
    step(again, Step.END, at(NINE + 60, tuesday))
    assert (account(away).planned, account(away).cancelled, account(away).open) == (120, 120, 60)
    assert len(make_ups(away)) == 1


def test_what_was_repaid_is_owed_again_when_it_was_not_attended(centre: Centre) -> None:
    held(centre)
    away, tuesday = centre.people[2], MONDAY + timedelta(days=1)
    again = centre.add_class(tuesday, people=[away])
    step(again, Step.BEGIN, at(NINE, tuesday))
    check_in(again, away, at(NINE, tuesday))
    step(again, Step.END, at(NINE + 60, tuesday))
    mark(again, away, "absent", at(NINE + 90, tuesday), reason="somebody else's name")
    assert account(away).open == 60
    assert [one.settled_at for one in make_ups(away)] == [None]


def test_what_was_made_good_elsewhere_is_not_put_right_here(centre: Centre) -> None:
    session = held(centre)
    away, tuesday = centre.people[2], MONDAY + timedelta(days=1)
    again = centre.add_class(tuesday, people=[away])
    step(again, Step.BEGIN, at(NINE, tuesday))
    check_in(again, away, at(NINE, tuesday))
    step(again, Step.END, at(NINE + 60, tuesday))
    with pytest.raises(MakeUpSettled):
        mark(session, away, "present", at(NINE + 90, tuesday), reason="was there")
    assert account(away).open == 0


def test_who_took_a_seat_and_declined_is_owed_nothing(centre: Centre) -> None:
    session = centre.add_class(by_self=True)
    with transaction():
        lost(booking_of(session, centre.people[0]), cause="personal", now=START - minutes(60),
             by_id=centre.people[0].id)  # fmt: skip
        lost(booking_of(session, centre.people[1]), cause="room", now=START - minutes(60),
             by_id=centre.planner.id)  # fmt: skip
    assert (account(centre.people[0]).cancelled, account(centre.people[0]).open) == (60, 0)
    assert account(centre.people[1]).open == 60


def test_losing_twice_is_written_once(centre: Centre) -> None:
    session = centre.add_class()
    for _again in range(2):
        with transaction():
            lost(booking_of(session, centre.people[0]), cause=Cause.OPERATIONS, now=START,
                 by_id=centre.planner.id)  # fmt: skip
    assert account(centre.people[0]).open == 60


def test_nothing_is_lost_of_a_class_nobody_was_told_of(centre: Centre) -> None:
    session = centre.add_class(is_published=False)
    with transaction():
        lost(booking_of(session, centre.people[0]), cause="planner", now=START, by_id=None)
    assert account(centre.people[0]) == Account()


def test_a_class_owed_is_waived_with_a_reason(centre: Centre) -> None:
    held(centre)
    away = centre.people[2]
    with transaction():
        waive(make_ups(away)[0], reason="moves to another line", now=END, actor=centre.chief)
    assert (account(away).open, account(away).waived) == (0, 60)
    with pytest.raises(MakeUpSettled), transaction():
        waive(make_ups(away)[0], reason="again", now=END, actor=centre.chief)


def test_a_class_ended_early_counts_the_minutes_that_were_taught(centre: Centre) -> None:
    session = centre.add_class()
    step(session, Step.BEGIN, START)
    check_in(session, centre.people[0], START)
    step(session, Step.END, START + minutes(6))
    found = account(centre.people[0])
    assert (found.planned, found.delivered, found.cancelled, found.open) == (60, 6, 54, 0)
    assert found.by_cause == (("trainer", 54),)


def test_a_class_ended_some_minutes_early_is_whole(centre: Centre) -> None:
    session = centre.add_class()
    step(session, Step.BEGIN, START)
    check_in(session, centre.people[0], START)
    step(session, Step.END, START + minutes(55))
    found = account(centre.people[0])
    assert (found.planned, found.delivered, found.cancelled) == (60, 60, 0)
