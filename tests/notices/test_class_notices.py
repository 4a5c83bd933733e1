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
from tests.notices.test_jobs import letters, mailbox
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
    assert "您有一堂课" in letter["Subject"]
    text = letter.get_body(("plain",)).get_content()
    assert "2026-12-01 09:00 至 10:00（Asia/Shanghai）" in text
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
    assert "The trainer is ill" in "".join(
        letter.get_body(("plain",)).get_content() for letter in letters(mailbox)
    )


def test_who_declines_or_changes_is_not_told_of_a_loss(
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
    assert run(now + 2 * MINUTE) == [
        ("alice", "class_booked"), ("bob", "class_booked"), ("bob", "class_booked"),
    ]  # fmt: skip


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
    assert run(now + 2 * MINUTE)[2:] == [("bob", "seat_free"), ("carol", "swap_asked")]
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
