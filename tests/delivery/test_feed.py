"""Somebody's calendar, as their calendar program gets it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from icalendar import Calendar

from tests.delivery.centre import TUESDAY, WEDNESDAY, Centre, booking_of
from tests.learning.content import Queries
from trainhub import clock
from trainhub.db import db, transaction
from trainhub.delivery.models import CalendarFeed, TrainerCourse
from trainhub.delivery.rules.seats.calendar import feed_token
from trainhub.delivery.services.classes import classes
from trainhub.delivery.services.seats import booking, feeds
from trainhub.people.models import Person

MINUTE = timedelta(minutes=1)


@pytest.fixture
def centre(app: Flask) -> Centre:
    found = Centre()
    found.teach_at_any_hour()
    return found


def address(app: Flask, person: Person, now: datetime) -> str:
    with transaction():
        feed = feeds.renew_feed(person.id, now=now)
    secret = app.config["SETTINGS"].secret_key
    return f"/calendar/{feed_token(secret, person.id, feed.nonce)}/classes.ics"


def events(app: Flask, path: str) -> dict[str, tuple[str, int]]:
    """The state and number of each entry by its name; asked by nobody signed in."""
    answer = app.test_client().get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    found = Calendar.from_ical(answer.data).walk("VEVENT")
    return {str(one["UID"]): (str(one["STATUS"]), int(one["SEQUENCE"])) for one in found}


def test_an_entry_lives_through_changes_and_ends(app: Flask, centre: Centre, now: datetime) -> None:
    alice = centre.people[0]
    session = centre.add_class(now=now, people=[alice])
    uid, path = booking_of(session, alice).uid, address(app, alice, now)
    assert events(app, path) == {uid: ("CONFIRMED", 0)}
    with transaction():
        classes.move_class(session.id, centre.plan(WEDNESDAY), revision=None, now=now,
                           actor=centre.planner)  # fmt: skip
    assert events(app, path) == {uid: ("CONFIRMED", 1)}
    with transaction():
        classes.cancel_class(session.id, cause="room", reason="Flooded", now=now,
                             actor=centre.planner)  # fmt: skip
    assert events(app, path) == {uid: ("CANCELLED", 2)}
    with clock.frozen(now + timedelta(days=31)):
        assert events(app, path) == {}


def test_a_changed_class_ends_one_entry_and_begins_another(
    app: Flask, centre: Centre, now: datetime
) -> None:
    alice = centre.people[0]
    first, then = centre.add_class(now=now, people=[alice]), centre.add_class(WEDNESDAY, now=now)
    path = address(app, alice, now)
    with transaction():
        made = booking.change_class(booking_of(first, alice), then.id, reason="", now=now).uid
    assert events(app, path) == {
        booking_of(first, alice).uid: ("CANCELLED", 1), made: ("CONFIRMED", 0),
    }  # fmt: skip


def test_what_was_never_told_is_not_there(app: Flask, centre: Centre, now: datetime) -> None:
    alice, bob = centre.people[:2]
    centre.add_class(now=now, people=[alice], published=False)
    full = centre.add_class(WEDNESDAY, now=now, people=[bob], seats=1)
    with transaction():
        # Alice is booked for the course already, so somebody else waits.
        row = booking.join_waiting_list(full.id, centre.people[2], now=now)
        booking.leave_waiting_list(row, now=now, by_id=centre.people[2].id)
    assert events(app, address(app, alice, now)) == {}
    assert events(app, address(app, centre.people[2], now)) == {}


def test_trainers_have_what_they_teach(app: Flask, centre: Centre, now: datetime) -> None:
    session = centre.add_class(now=now)
    path = address(app, centre.trainer, now)
    assert events(app, path) == {f"class-{session.id}@trainhub": ("CONFIRMED", 0)}
    with transaction():
        classes.move_class(
            session.id, centre.plan(TUESDAY, trainer_id=_certified(centre)), revision=None,
            now=now, actor=centre.planner,
        )  # fmt: skip
    assert events(app, path) == {f"class-{session.id}@trainhub": ("CANCELLED", 1)}


def _certified(centre: Centre) -> int:
    db.session.add(
        TrainerCourse(person_id=centre.planner.id, course_id=centre.course.id, certified_on=TUESDAY)
    )
    db.session.flush()
    return centre.planner.id


def test_an_agents_feed_costs_the_same_however_much_is_moved(
    app: Flask, centre: Centre, now: datetime
) -> None:
    alice = centre.people[0]
    session = centre.add_class(now=now, people=[alice])
    path = address(app, alice, now)
    events(app, path)  # the reading is noted once a day

    def cost() -> int:
        db.session.rollback()
        with Queries() as seen:
            events(app, path)
        assert not any("training_session_event" in one for one in seen)
        return len(seen)

    few = cost()
    for day in (WEDNESDAY, TUESDAY):
        with transaction():
            classes.move_class(session.id, centre.plan(day), revision=None, now=now,
                               actor=centre.planner)  # fmt: skip
    centre.add_class(WEDNESDAY, now=now, course=centre.add_course(), people=[alice])
    assert cost() == few


def test_a_trainers_feed_asks_no_more_for_more_classes(
    app: Flask, centre: Centre, now: datetime
) -> None:
    path = address(app, centre.trainer, now)
    centre.add_class(now=now)
    events(app, path)

    def cost() -> int:
        db.session.rollback()
        with Queries() as seen:
            events(app, path)
        return len(seen)

    few = cost()
    for day in range(1, 4):
        centre.add_class(WEDNESDAY + timedelta(days=day), now=now)
    assert cost() <= few
    assert len(events(app, path)) == 4


def test_a_phone_rings_before_the_class_and_not_for_one_called_off(
    app: Flask, centre: Centre, now: datetime
) -> None:
    alice = centre.people[0]
    session = centre.add_class(now=now, people=[alice])
    path = address(app, alice, now)

    def alarms() -> list[timedelta]:
        found = Calendar.from_ical(app.test_client().get(path).data).walk("VALARM")
        return [one["TRIGGER"].dt for one in found]

    assert alarms() == [timedelta(minutes=-30)]
    with transaction():
        classes.cancel_class(session.id, cause="room", reason="Flooded", now=now,
                             actor=centre.planner)  # fmt: skip
    assert alarms() == []


def test_unchanged_is_said_without_sending_it_again(
    app: Flask, centre: Centre, now: datetime
) -> None:
    alice = centre.people[0]
    session = centre.add_class(now=now, people=[alice])
    path = address(app, alice, now)
    tag = app.test_client().get(path).headers["ETag"]
    again = app.test_client().get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    with transaction():
        booking.decline(booking_of(session, alice), reason="Ill", now=now + MINUTE)
    assert app.test_client().get(path, headers={"If-None-Match": tag}).status_code == 200


def test_a_renewed_or_ended_address_is_dead(
    app: Flask, centre: Centre, client, now: datetime
) -> None:
    alice = centre.people[0]
    old = address(app, alice, now)
    new = address(app, alice, now)
    assert old != new
    assert app.test_client().get(old).status_code == 404
    events(app, new)
    browser = client(alice)
    browser.post("/agenda/calendar", {"act": "end"}, status=302)
    assert app.test_client().get(new).status_code == 404
    assert db.session.get(CalendarFeed, alice.id) is None


def test_nobody_guesses_an_address(app: Flask, centre: Centre, now: datetime) -> None:
    alice = centre.people[0]
    path = address(app, alice, now)
    zeros = f"/calendar/{alice.id}-{'0' * 64}/classes.ics"
    for bad in (zeros, "/calendar/x/classes.ics", path.replace("-", "--")):
        assert app.test_client().get(bad).status_code == 404
    with transaction():
        db.session.get(Person, alice.id).disabled_at = now
    assert app.test_client().get(path).status_code == 404


def test_a_single_entry_is_ones_own(app: Flask, centre: Centre, client, now: datetime) -> None:
    alice, bob = centre.people[:2]
    session = centre.add_class(now=now, people=[alice])
    path = f"/agenda/{booking_of(session, alice).id}/event.ics"
    answer = client(alice).client.get(path)
    assert Calendar.from_ical(answer.data)["METHOD"] == "REQUEST"
    assert client(bob).client.get(path).status_code == 404


def test_the_page_gives_the_address(centre: Centre, client, now: datetime) -> None:
    browser = client(centre.people[0])
    browser.post("/agenda/calendar", status=302)
    page = browser.page("/agenda")
    (link,) = [one["href"] for one in page.all("a") if one.get("href", "").startswith("webcal:")]
    assert link.endswith("/classes.ics")
    assert link.removeprefix("webcal") in browser.get("/agenda").text.replace("http", "", 1)
    assert "Copy the address" in page.text
    for question in ("Make a new address?", "Switch the address off?"):
        assert question in page.text
