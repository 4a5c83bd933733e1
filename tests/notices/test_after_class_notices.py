"""People hear once of a class owed to them, of a seat that is offered, of an open survey."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.delivery.classrooms import MONDAY, NINE, Centre, at, booking_of
from tests.notices.test_jobs import body, letters, mailbox
from trainhub.db import db, transaction
from trainhub.delivery.jobs.classes import end_overdue_classes, offer_make_ups
from trainhub.delivery.models import TrainingSession
from trainhub.delivery.queries.teaching.classroom import lock_class
from trainhub.delivery.rules.teaching.attendance import AttendanceState
from trainhub.delivery.rules.teaching.classroom import Step
from trainhub.delivery.services.teaching import attendance, teaching
from trainhub.delivery.services.teaching.ending import end_class
from trainhub.delivery.services.teaching.surveys import answer_survey
from trainhub.notices import after_class_notices, jobs
from trainhub.notices.models import Notice
from trainhub.people.models import Person

__all__ = ["mailbox"]
END = at(NINE + 60)
FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture
def centre(app: Any) -> Centre:
    return Centre(heads=2)


def hold(centre: Centre, session: TrainingSession, came: dict[Person, str]) -> None:
    """The class runs its hour; who is not named is absent."""
    with transaction():
        row = lock_class(session.id)
        teaching.take_step(row, Step.BEGIN, now=session.starts_at, by_id=centre.trainer.id)
        for person, state in came.items():
            mark(centre, row, person, state, session.starts_at)
        end_class(row, Step.END, now=session.ends_at, by_id=centre.trainer.id)


def mark(centre: Centre, row: TrainingSession, person: Person, state: str, now: datetime) -> None:
    attendance.mark(
        row, booking_of(row, person), AttendanceState(state), actor=centre.trainer,
        by_planner=False, now=now, reason="Seen there",
    )  # fmt: skip


def run(now: datetime) -> list[tuple[str, str]]:
    """Who was told what, in the order of telling."""
    after_class_notices.collect(now)
    jobs.send_notices(now)
    db.session.rollback()
    rows = db.session.scalars(select(Notice).order_by(Notice.id))
    return [(row.person.username, row.kind) for row in rows]


def test_who_attended_is_asked_once_and_who_did_not_is_told_what_is_owed(
    centre: Centre, mailbox: Path
) -> None:
    came, away = centre.people
    with transaction():
        away.locale = "zh"
    session = centre.add_class()
    hold(centre, session, {came: "present"})
    expected = [(away.username, "class_owed"), (came.username, "survey_open")]
    assert run(END) == expected
    assert run(END + timedelta(minutes=1)) == expected
    found = {letter["To"]: letter for letter in letters(mailbox)}
    assert len(found) == 2
    assert found[came.email]["Subject"].startswith("What did you think of")
    letter = found[away.email]
    assert letter["Subject"].startswith("您有一节课待补：《")
    text = body(letter)
    assert "11月23日周一 09:00–10:00 的课《" in text
    assert "没有您的到课记录" in text
    assert "待补课时：1小时" in text
    assert "您无需操作" in text
    assert "/my-training-debt" in text


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("excused_operations", "the phones needed you during the class"),
        ("excused_personal", "you were excused from the class"),
        ("absent", "tell the trainer within 7 days"),
    ],
)
def test_the_missed_are_told_the_cause(
    centre: Centre, mailbox: Path, state: str, words: str
) -> None:
    away = centre.people[0]
    session = centre.add_class(people=[away])
    hold(centre, session, {away: state} if state != "absent" else {})
    assert run(END) == [(away.username, "class_owed")]
    (letter,) = letters(mailbox)
    assert words in body(letter)
    assert "To be made up: 1 hr\n" in body(letter)


def test_a_class_nobody_began_is_owed_and_told(centre: Centre, mailbox: Path) -> None:
    session = centre.add_class(people=centre.people[:1])
    then = END + timedelta(hours=25)
    end_overdue_classes(then)
    assert run(then) == [(centre.people[0].username, "class_owed")]
    (letter,) = letters(mailbox)
    assert "could not be held as planned, because of the trainer" in body(letter)
    assert session.state == "cancelled"


def test_an_offer_known_already_stands_in_the_same_message(centre: Centre, mailbox: Path) -> None:
    away = centre.people[0]
    hold(centre, centre.add_class(people=[away]), {})
    centre.put_on_shift(FRIDAY, [away])
    centre.add_class(FRIDAY, people=[])
    offer_make_ups(END)
    assert run(END) == [(away.username, "class_owed")]
    (letter,) = letters(mailbox)
    assert "The next class that fits your shift has a free seat:" in body(letter)
    assert "When: Fri, Nov 27 09:00–10:00\nRoom: Room A" in body(letter)


def test_an_offer_made_later_is_told_once(centre: Centre, mailbox: Path) -> None:
    away = centre.people[0]
    hold(centre, centre.add_class(people=[away]), {})
    run(END)
    centre.put_on_shift(FRIDAY, [away])
    centre.add_class(FRIDAY, people=[])
    offer_make_ups(END)
    expected = [(away.username, "class_owed"), (away.username, "seat_offered")]
    assert run(END) == expected
    assert run(END + timedelta(minutes=1)) == expected


def test_what_was_put_right_before_it_was_told_is_not_spoken_of(
    centre: Centre, mailbox: Path
) -> None:
    away = centre.people[0]
    session = centre.add_class(people=[away])
    hold(centre, session, {})
    after_class_notices.collect(END)
    with transaction():
        mark(centre, lock_class(session.id), away, "present", END + timedelta(minutes=5))
    jobs.send_notices(END)
    assert letters(mailbox) == []


def test_nobody_is_asked_again_after_answering(centre: Centre, mailbox: Path) -> None:
    came = centre.people[0]
    session = centre.add_class(people=[came])
    hold(centre, session, {came: "present"})
    with transaction():
        answer_survey(session.id, came.id, [5, 5, 5, 5], "", now=END)
    assert run(END) == []
    assert letters(mailbox) == []
