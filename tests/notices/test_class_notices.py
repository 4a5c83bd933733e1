"""People hear of their classes, once each time, in their language, with the calendar's entry."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import event, select

from tests.delivery.centre import TUESDAY, WEDNESDAY, Centre, booking_of
from tests.notices.test_jobs import body, letters, mailbox
from trainhub.db import db, transaction
from trainhub.delivery.services.classes import classes, publishing
from trainhub.delivery.services.seats import booking, swapping
from trainhub.notices import class_notices, jobs
from trainhub.notices.models import Notice

__all__ = ["mailbox"]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def centre(app: Flask) -> Centre:
    return Centre()


def run(now: datetime) -> list[tuple[str, str]]:
    """Who was told what, in the order of telling."""
    class_notices.collect(now)
    jobs.send_notices(now)
    db.session.rollback()
    rows = db.session.scalars(select(Notice).order_by(Notice.id))
    return [(row.person.username, row.kind) for row in rows]


def entry(letter) -> tuple[str, object]:
    """The method and the event of the calendar that goes with a letter."""
    (part,) = [one for one in letter.walk() if one.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    assert part.get_param("method") == calendar["METHOD"]
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event


def test_publishing_tells_those_with_a_seat_once(
    centre: Centre, mailbox: Path, now: datetime
) -> None:
    alice = centre.people[0]
    with transaction():
        alice.locale = "zh"
    session = centre.add_class(now=now, people=[alice], published=False)
    assert run(now) == []
    with transaction():
        publishing.publish_class(session.id, now=now, actor=centre.planner)
    run(now)
    assert run(now + MINUTE) == [("alice", "class_booked")]
    (letter,) = letters(mailbox)
    assert "您有一节课" in letter["Subject"]
    text = body(letter)
    assert "时间：12月1日周二 09:00–10:00\n教室：Room 1（Head office）\n内训师：Tess\n" in text
    method, event = entry(letter)
    assert method == "REQUEST"
    assert (event["UID"], event["SEQUENCE"]) == (booking_of(session, alice).uid, 0)


def test_a_move_and_an_end_follow_the_same_entry(
    centre: Centre, mailbox: Path, now: datetime
) -> None:
    alice = centre.people[0]
    session = centre.add_class(now=now, people=[alice])
    run(now)
    with transaction():
        classes.move_class(session.id, centre.plan(WEDNESDAY), revision=None, now=now + MINUTE,
                           actor=centre.planner)  # fmt: skip
    run(now + MINUTE)
    with transaction():
        classes.cancel_class(session.id, cause="trainer", reason="The trainer is ill",
                             now=now + 2 * MINUTE, actor=centre.planner)  # fmt: skip
    told = run(now + 3 * MINUTE)
    assert told == [("alice", kind) for kind in ("class_booked", "class_moved", "class_cancelled")]
    found = [entry(letter) for letter in letters(mailbox)]
    assert sorted((method, int(event["SEQUENCE"])) for method, event in found) == [
        ("CANCEL", 2), ("REQUEST", 0), ("REQUEST", 1),
    ]  # fmt: skip
    assert len({event["UID"] for _, event in found}) == 1
    assert "The trainer is ill" in "".join(body(letter) for letter in letters(mailbox))


def test_who_declines_or_changes_has_it_confirmed_and_taken_out_of_the_calendar(
    centre: Centre, mailbox: Path, now: datetime
) -> None:
    alice, bob, *_ = centre.people
    first = centre.add_class(now=now, people=[alice, bob])
    then = centre.add_class(WEDNESDAY, now=now)
    run(now)
    with transaction():
        booking.decline(booking_of(first, alice), reason="Dentist", now=now + MINUTE)
    with transaction():
        booking.change_class(booking_of(first, bob), then.id, reason="", now=now + MINUTE)
    assert run(now + 2 * MINUTE)[2:] == [
        ("bob", "class_booked"), ("alice", "seat_left"), ("bob", "seat_left"),
    ]  # fmt: skip
    found = {(one["To"], one["Subject"]): one for one in letters(mailbox)}
    title = centre.course.key
    for person, words in ((alice, "Given back"), (bob, "Out of your calendar")):
        letter = found[person.email, f"{words}: {title}, Tue, Dec 1 09:00–10:00"]
        method, event = entry(letter)
        assert (method, int(event["SEQUENCE"])) == ("CANCEL", 1)
        assert event["UID"] == booking_of(first, person).uid
    changed = found[bob.email, f"Your class has another time: {title}"]
    text = body(changed)
    assert "Before: Tue, Dec 1 09:00–10:00\nNow: Wed, Dec 2 09:00–10:00\n" in text
    assert entry(changed)[0] == "REQUEST"


def test_who_waits_again_after_giving_back_has_it_out_of_the_calendar(
    centre: Centre, mailbox: Path, now: datetime
) -> None:
    alice, bob, *_ = centre.people
    session = centre.add_class(now=now, people=[alice], seats=1)
    with transaction():
        booking.join_waiting_list(session.id, bob, now=now)
    run(now)
    with transaction():
        booking.decline(booking_of(session, alice), reason="Dentist", now=now + MINUTE)
    with transaction():
        booking.join_waiting_list(session.id, alice, now=now + MINUTE)
    assert run(now + MINUTE)[1:] == [("bob", "seat_free"), ("alice", "seat_left")]
    (letter,) = [one for one in letters(mailbox) if "Given back" in one["Subject"]]
    assert entry(letter)[0] == "CANCEL"


def test_nothing_is_taken_out_of_a_calendar_that_was_never_told(
    centre: Centre, mailbox: Path, now: datetime
) -> None:
    alice = centre.people[0]
    session = centre.add_class(now=now, people=[alice])
    with transaction():
        booking.decline(booking_of(session, alice), reason="Dentist", now=now)
    run(now)
    assert letters(mailbox) == []


def test_a_seat_moved_before_it_was_told_is_one_message(
    centre: Centre, mailbox: Path, now: datetime
) -> None:
    session = centre.add_class(now=now, people=centre.people[:1])
    with transaction():
        classes.move_class(session.id, centre.plan(WEDNESDAY), revision=None, now=now,
                           actor=centre.planner)  # fmt: skip
    assert run(now) == [("alice", "class_booked")]
    assert run(now + MINUTE) == [("alice", "class_booked")]


def test_a_clock_is_named_only_where_the_reader_lives_by_another(
    centre: Centre, mailbox: Path, now: datetime
) -> None:
    alice, bob, *_ = centre.people
    with transaction():
        alice.time_zone, alice.locale = "Europe/Berlin", "zh"
    centre.add_class(now=now, people=[alice, bob])
    run(now)
    texts = {one["To"]: body(one) for one in letters(mailbox)}
    assert "时间：12月1日周二 09:00–10:00（中国标准时间）" in texts[alice.email]
    assert "When: Tue, Dec 1 09:00–10:00\n" in texts[bob.email]


def test_who_was_told_today_is_not_reminded_of_tomorrow(
    centre: Centre, mailbox: Path, now: datetime
) -> None:
    session = centre.add_class(TUESDAY, now=now, published=False, people=centre.people[:1])
    eve = session.starts_at - timedelta(hours=20)
    with transaction():
        publishing.publish_class(session.id, now=eve, actor=centre.planner)
    run(eve)
    told = run(eve + timedelta(hours=1))
    assert told == [("alice", "class_booked")]


def test_a_freed_seat_and_a_question_are_told(centre: Centre, mailbox: Path, now: datetime) -> None:
    alice, bob, carol, *_ = centre.people
    session = centre.add_class(now=now, people=[alice], seats=1)
    then = centre.add_class(WEDNESDAY, now=now, people=[carol])
    run(now)
    with transaction():
        booking.join_waiting_list(session.id, bob, now=now)
    with transaction():
        booking.decline(booking_of(session, alice), reason="Dentist", now=now + MINUTE)
    with transaction():
        swapping.ask(booking_of(session, bob), booking_of(then, carol), reason="School",
                     now=now + MINUTE)  # fmt: skip
    assert run(now + 2 * MINUTE)[2:] == [
        ("bob", "seat_free"), ("alice", "seat_left"), ("carol", "swap_asked"),
    ]  # fmt: skip
    (asked,) = [one for one in letters(mailbox) if "change places" in one["Subject"]]
    assert asked["Subject"].startswith("Bob")
    assert "School" in asked.get_content()


def test_a_class_of_tomorrow_is_called_to_mind_once(
    centre: Centre, mailbox: Path, now: datetime
) -> None:
    session = centre.add_class(TUESDAY, now=now, people=centre.people[:1])
    run(now)
    eve = session.starts_at - timedelta(hours=20)
    run(eve)
    assert run(eve + timedelta(hours=1))[1:] == [("alice", "class_soon")]


def test_a_seat_taken_away_before_it_was_told_is_not_spoken_of(
    centre: Centre, mailbox: Path, now: datetime
) -> None:
    alice = centre.people[0]
    session = centre.add_class(now=now, people=[alice])
    class_notices.collect(now)
    with transaction():
        booking.cancel(booking_of(session, alice), cause="planner", reason="", now=now,
                       by_id=centre.planner.id)  # fmt: skip
    jobs.send_notices(now)
    assert [one for one in letters(mailbox) if "You have a class" in one["Subject"]] == []


def test_who_was_told_keeps_nobody_waiting_again(centre: Centre, now: datetime) -> None:
    for on in (TUESDAY, WEDNESDAY):
        centre.add_class(on, now=now, people=centre.people[:1], course=centre.add_course())
    assert class_notices.collect(now) == 2
    written: list[str] = []

    def note(*about: Any) -> None:
        written.append(about[2].split()[0])

    event.listen(db.engine, "before_cursor_execute", note)
    assert class_notices.collect(now + MINUTE) == 0
    event.remove(db.engine, "before_cursor_execute", note)
    assert set(written) == {"SELECT"}
