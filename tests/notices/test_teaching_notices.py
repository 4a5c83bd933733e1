"""Whoever teaches hears of it: given, moved, taken away, tomorrow; once, in their language."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.delivery.centre import MONDAY, NINE, TUESDAY, WEDNESDAY, Centre
from tests.factories import Make
from tests.notices.test_class_notices import entry
from tests.notices.test_jobs import body, letters, mailbox
from trainhub.db import db, transaction
from trainhub.delivery.models import TrainerCourse, TrainingSession
from trainhub.delivery.services.classes import classes, publishing
from trainhub.notices import jobs, sending, services, teaching_notices
from trainhub.notices.models import Notice
from trainhub.people.models import Person, Role

__all__ = ["mailbox"]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def centre(app: Flask) -> Centre:
    return Centre()


@pytest.fixture
def other(centre: Centre) -> Person:
    """Another trainer, who may teach the course as well and reads Chinese."""
    other = Make.person("tom", Role.TRAINER, locale="zh")
    with transaction():
        db.session.add(
            TrainerCourse(person_id=other.id, course_id=centre.course.id, certified_on=MONDAY)
        )
    return other


def run(now: datetime) -> list[tuple[str, str]]:
    """Who was told what, in the order of telling."""
    teaching_notices.collect(now)
    jobs.send_notices(now)
    db.session.rollback()
    rows = db.session.scalars(select(Notice).order_by(Notice.id))
    return [(row.person.username, row.kind) for row in rows]


def move(
    centre: Centre, session: TrainingSession, now: datetime, on=TUESDAY, starts_min=NINE,
    **changes: int,
) -> None:  # fmt: skip
    with transaction():
        classes.move_class(
            session.id, centre.plan(on, starts_min, **changes), revision=None, now=now,
            actor=centre.planner,
        )  # fmt: skip


def test_publishing_tells_the_trainer_once(centre: Centre, mailbox: Path, now: datetime) -> None:
    with transaction():
        centre.trainer.locale = "zh"
    session = centre.add_class(now=now, published=False, people=centre.people[:2])
    assert run(now) == []
    with transaction():
        publishing.publish_class(session.id, now=now, actor=centre.planner)
    run(now)
    assert run(now + MINUTE) == [("tess", "teaching_given")]
    (letter,) = letters(mailbox)
    title = centre.course.key
    assert letter["Subject"] == f"授课安排：12月1日周二 09:00–10:00《{title}》"
    assert (
        f"《{title}》\n时间：12月1日周二 09:00–10:00\n教室：Room 1（Head office）\n学员：2 人\n"
        in body(letter)
    )
    assert "/teaching" in body(letter)
    method, event = entry(letter)
    assert method == "REQUEST"
    assert event["UID"] == f"class-{session.id}@trainhub"
    assert str(event["SUMMARY"]) == f"授课：{title}"


def test_a_move_tells_where_it_was_and_where_it_is(
    centre: Centre, mailbox: Path, now: datetime
) -> None:
    session = centre.add_class(now=now)
    run(now)
    move(centre, session, now + MINUTE, WEDNESDAY, room_id=centre.other_room.id, seats=4)
    assert run(now + MINUTE)[1:] == [("tess", "teaching_moved")]
    (letter,) = [one for one in letters(mailbox) if "has changed" in one["Subject"]]
    assert "Before: Tue, Dec 1 09:00–10:00\nNow: Wed, Dec 2 09:00–10:00\n" in body(letter)
    assert "Room: Room 2, Head office" in body(letter)
    method, event = entry(letter)
    assert (method, int(event["SEQUENCE"])) == ("REQUEST", 1)


def test_more_seats_alone_are_no_news(centre: Centre, mailbox: Path, now: datetime) -> None:
    session = centre.add_class(now=now)
    run(now)
    move(centre, session, now + MINUTE, seats=12)
    assert run(now + MINUTE) == [("tess", "teaching_given")]


def test_when_somebody_else_takes_over_both_are_told(
    centre: Centre, other: Person, mailbox: Path, now: datetime
) -> None:
    session = centre.add_class(now=now)
    run(now)
    move(centre, session, now + MINUTE, WEDNESDAY, trainer_id=other.id)
    assert run(now + MINUTE)[1:] == [("tom", "teaching_given"), ("tess", "teaching_cancelled")]
    found = {
        letter["To"]: letter for letter in letters(mailbox) if "You teach" not in letter["Subject"]
    }
    title = centre.course.key
    lost, given = found[centre.trainer.email], found[other.email]
    assert lost["Subject"] == f"Somebody else teaches: {title}, Tue, Dec 1 09:00–10:00"
    assert "is taught by Tom instead of you." in body(lost)
    assert entry(lost)[0] == "CANCEL"
    assert given["Subject"] == f"授课安排：12月2日周三 09:00–10:00《{title}》"
    assert entry(given)[0] == "REQUEST"
    assert int(entry(lost)[1]["SEQUENCE"]) == 1
    assert run(now + 2 * MINUTE)[3:] == []


def test_a_class_called_off_ends_the_entry(centre: Centre, mailbox: Path, now: datetime) -> None:
    with transaction():
        centre.trainer.locale = "zh"
    session = centre.add_class(now=now)
    run(now)
    with transaction():
        classes.cancel_class(session.id, cause="operations", reason="双十二话务", now=now + MINUTE,
                             actor=centre.planner)  # fmt: skip
    assert run(now + MINUTE)[1:] == [("tess", "teaching_cancelled")]
    (letter,) = [one for one in letters(mailbox) if "授课取消" in one["Subject"]]
    assert "原定由您讲授的 12月1日周二 09:00–10:00" in body(letter)
    assert "原因：双十二话务" in body(letter)
    method, event = entry(letter)
    assert (method, int(event["SEQUENCE"])) == ("CANCEL", 1)


def test_nothing_is_said_of_what_was_never_told(
    centre: Centre, other: Person, mailbox: Path, now: datetime
) -> None:
    session = centre.add_class(now=now)
    move(centre, session, now, trainer_id=other.id)
    gone = centre.add_class(WEDNESDAY, now=now, course=centre.add_course())
    with transaction():
        classes.cancel_class(gone.id, cause="planner", reason="No", now=now, actor=centre.planner)
    assert run(now) == [("tom", "teaching_given")]
    unpublished = centre.add_class(WEDNESDAY, 10 * 60, now=now, published=False)
    move(centre, unpublished, now, WEDNESDAY, 11 * 60)
    assert run(now) == [("tom", "teaching_given")]


def test_many_classes_at_once_are_one_message(centre: Centre, mailbox: Path, now: datetime) -> None:
    for hour in (9, 11, 13, 15):
        centre.add_class(WEDNESDAY, hour * 60, now=now, course=centre.add_course())
    run(now)
    run(now + MINUTE)
    (letter,) = letters(mailbox)
    assert letter["Subject"] == "You teach 4 more classes"
    text = body(letter)
    places = [text.index(f"\nWed, Dec 2 {hour:02}:00–") for hour in (9, 11, 13, 15)]
    assert places == sorted(places)
    assert "/agenda#calendar" in text
    files = list(letter.iter_attachments())
    assert [one.get_param("method") for one in files] == ["REQUEST"] * 4
    assert {one.get_content_type() for one in files} == {"text/calendar"}
    sent = db.session.scalars(select(Notice.sent_at)).all()
    assert len(sent) == 4
    assert None not in sent


def test_very_many_classes_are_left_to_the_calendar_address(
    centre: Centre, mailbox: Path, now: datetime
) -> None:
    for day in (0, 1, 2, 5, 6, 7):  # no Saturday, no Sunday
        for hour in (9, 11):
            on = WEDNESDAY + timedelta(days=day)
            centre.add_class(on, hour * 60, now=now, course=centre.add_course())
    run(now)
    (letter,) = letters(mailbox)
    assert letter["Subject"] == "You teach 12 more classes"
    assert "A calendar address brings them all into your calendar" in body(letter)
    assert not letter.is_multipart()


def test_a_few_classes_are_messages_of_their_own(
    centre: Centre, mailbox: Path, now: datetime
) -> None:
    for hour in (9, 11, 13):
        centre.add_class(WEDNESDAY, hour * 60, now=now, course=centre.add_course())
    run(now)
    assert {entry(letter)[0] for letter in letters(mailbox)} == {"REQUEST"}
    assert len(letters(mailbox)) == 3


@pytest.mark.parametrize(
    ("locale", "subject", "text"),
    [
        ("zh", "授课提醒：12月1日周二您有 2 节课要讲", "\n12月1日周二 11:00–12:00《course-"),
        ("en", "Reminder: you teach 2 classes on Tue, Dec 1", "\nTue, Dec 1 11:00–12:00 “"),
    ],
)
def test_the_classes_of_tomorrow_are_called_to_mind_together_once(
    centre: Centre, mailbox: Path, now: datetime, locale: str, subject: str, text: str
) -> None:
    with transaction():
        centre.trainer.locale = locale
    first = centre.add_class(now=now)
    centre.add_class(TUESDAY, 11 * 60, now=now, course=centre.add_course())
    run(now)
    eve = first.starts_at - timedelta(hours=24)
    run(eve)
    assert run(eve + timedelta(hours=3))[2:] == [("tess", "teaching_soon")]
    (letter,) = [one for one in letters(mailbox) if one["Subject"] == subject]
    assert text in body(letter)


def test_a_trainer_who_has_left_hears_nothing(centre: Centre, mailbox: Path, now: datetime) -> None:
    centre.add_class(now=now)
    with transaction():
        centre.trainer.disabled_at = now
    run(now)
    assert letters(mailbox) == []


def test_two_workers_tell_and_send_once(
    centre: Centre, mailbox: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre.add_class(now=now, people=centre.people[:1])
    sent: list[str] = []

    def send(to: str, *args: object, **kwargs: object) -> None:
        sent.append(to)
        if len(sent) == 1:  # the other worker comes along while the mail server takes its time
            teaching_notices.collect(now)
            jobs.send_notices(now)

    monkeypatch.setattr(sending, "send_mail", send)
    teaching_notices.collect(now)
    teaching_notices.collect(now)
    jobs.send_notices(now)
    assert sent == [centre.trainer.email]


def test_a_message_whose_sender_died_comes_up_again(
    centre: Centre, mailbox: Path, now: datetime
) -> None:
    centre.add_class(now=now)
    teaching_notices.collect(now)
    (notice,) = db.session.scalars(select(Notice))
    with transaction():
        assert services.claim_notices([notice.id], now=now) == [notice.id]
    jobs.send_notices(now + 9 * MINUTE)
    assert letters(mailbox) == []
    jobs.send_notices(now + 10 * MINUTE)
    assert len(letters(mailbox)) == 1
