"""Asking for many classes or people at once: the answers of one by one, at the price of one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from tests.checking import CheckingClient
from tests.delivery.centre import MONDAY, TUESDAY, WEDNESDAY, Centre, booking_of, states
from tests.learning.content import Queries
from trainhub import clock
from trainhub.db import db, transaction
from trainhub.delivery.models import Attendance, MakeUp, TrainingSession
from trainhub.delivery.queries.seats.agenda import list_joinable
from trainhub.delivery.queries.seats.seat_book import Joining, SeatBook
from trainhub.delivery.queries.seats.seat_checks import check_each, check_seats
from trainhub.delivery.queries.seats.seat_facts import slot_of
from trainhub.delivery.queries.teaching.make_ups import find_next_safe
from trainhub.delivery.services.seats import booking
from trainhub.delivery.services.seats.putting_in import put_in
from trainhub.people.models import Person

Browse = Callable[..., CheckingClient]


@pytest.fixture
def centre(app: Flask) -> Centre:
    found = Centre()
    found.teach_at_any_hour()
    return found


def queries_of(act: Callable[[], object]) -> int:
    db.session.rollback()
    db.session.expire_all()
    with Queries() as seen:
        act()
    return len(seen)


def week_of_classes(centre: Centre, now: datetime, days: int = 5) -> list[TrainingSession]:
    """A class on each of the days: some fit everybody, one a day off, one a short line."""
    centre.rota(centre.people[:1], "MMMMMMMMMRM")  # alice is off on the Wednesday
    campaign = centre.add_campaign()
    with transaction():
        campaign.state = "published"
    return [
        centre.add_class(MONDAY + timedelta(days=day), now=now, campaign=campaign, seats=3)
        for day in range(days)
    ]


def test_each_class_answers_as_if_asked_alone(centre: Centre, now: datetime) -> None:
    sessions = week_of_classes(centre, now)
    take = centre.people[1:3]
    for person in take:
        with transaction():
            booking.book(sessions[1].id, person, now=now, by_id=centre.planner.id)
    alice = centre.people[0].id
    asked = [Joining([alice], slot_of(one), one.campaign) for one in sessions]
    together = check_each(asked, language="en")
    alone = [check_seats([one], language="en") for one in asked]
    assert together == alone
    codes = [[one.code for one in found.conflicts] for found in together]
    assert codes == [[], ["COVERAGE"], ["REST_DAY"], [], []]


def test_the_agenda_asks_no_more_for_more_classes(
    centre: Centre, now: datetime, client: Browse
) -> None:
    week_of_classes(centre, now, days=1)
    browser = client(centre.people[1])
    few = queries_of(lambda: browser.get("/agenda"))
    course = centre.add_course()
    campaign = centre.add_campaign(course)
    with transaction():
        campaign.state = "published"
    for day in range(6):
        centre.add_class(
            MONDAY + timedelta(days=1 + day), now=now, course=course, campaign=campaign
        )
    assert queries_of(lambda: browser.get("/agenda")) <= few


def test_the_swap_page_asks_no_more_for_more_classes(
    centre: Centre, now: datetime, client: Browse
) -> None:
    mine = centre.add_class(TUESDAY, now=now, people=centre.people[:1])
    centre.add_class(WEDNESDAY, now=now, people=centre.people[1:2])
    browser = client(centre.people[0])
    few = queries_of(lambda: browser.get(f"/classes/{mine.id}/swap"))
    for day, person in enumerate(centre.people[2:5]):
        centre.add_class(MONDAY + timedelta(days=3 + day), now=now, people=[person])
    assert queries_of(lambda: browser.get(f"/classes/{mine.id}/swap")) <= few


def test_looking_for_a_make_up_asks_no_more_for_more_classes(centre: Centre, now: datetime) -> None:
    alice = centre.people[0]
    missed = centre.add_class(TUESDAY, now=now, people=[alice])
    with transaction():
        booking.cancel(booking_of(missed, alice), cause="operations", reason="", now=now,
                       by_id=centre.planner.id)  # fmt: skip
    owed = db.session.query(MakeUp).one()
    centre.rota([alice], "M" * 10 + "R" * 18)  # nothing fits from Thursday on
    centre.add_class(WEDNESDAY + timedelta(days=1), now=now)
    few = queries_of(lambda: find_next_safe(owed, now))
    for day in range(2, 8):
        centre.add_class(WEDNESDAY + timedelta(days=day), now=now)
    assert queries_of(lambda: find_next_safe(owed, now)) <= few
    assert find_next_safe(owed, now) is None
    safe = centre.add_class(WEDNESDAY, now=now)
    found = find_next_safe(owed, now)
    assert found is not None and found.id == safe.id


def put(centre: Centre, session: TrainingSession, people: list[Person], now: datetime) -> list[str]:
    with transaction():
        refused = put_in(session.id, people, now=now, by_id=centre.planner.id, language="en")
    return [f"{person.username} {error.code}" for person, error in refused]


def test_of_many_put_in_as_many_get_a_seat_as_the_line_can_spare(
    centre: Centre, now: datetime
) -> None:
    centre.rota(centre.people[:1], "M" * 8 + "R")
    session = centre.add_class(now=now)
    # Five on the line, four needed: one may go.
    assert put(centre, session, centre.people, now) == [
        "alice rest_day", "carol coverage", "dave coverage", "erin coverage", "frank coverage",
    ]  # fmt: skip
    assert states(session) == {"bob": "booked"}
    assert put(centre, session, centre.people[1:2] * 2, now) == []


def test_a_team_is_counted_while_it_is_put_in(app: Flask, now: datetime) -> None:
    centre = Centre(need=0)
    session = centre.add_class(now=now)
    assert put(centre, session, centre.people, now) == [
        "dave team_share", "erin team_share", "frank team_share",
    ]  # fmt: skip


def test_a_full_class_takes_no_more_of_many(app: Flask, now: datetime) -> None:
    centre = Centre(need=0)
    session = centre.add_class(now=now, seats=2)
    assert put(centre, session, centre.people[:3], now) == ["carol session_full"]


def test_putting_many_in_reads_the_rules_once(app: Flask, now: datetime) -> None:
    centre = Centre(people=8, need=0)
    campaign = centre.add_campaign()
    session = centre.add_class(now=now, campaign=campaign)
    other = centre.add_class(WEDNESDAY, now=now, course=centre.add_course(), campaign=campaign)

    def reads(into: TrainingSession, people: list[Person]) -> int:
        with Queries() as seen:
            put(centre, into, people, now)
        return sum("shift" in one or "typical_day" in one for one in seen)

    one, many = reads(session, centre.people[:1]), reads(other, centre.people)
    assert many <= one


def test_free_seats_go_to_as_many_who_wait_as_the_line_can_spare(
    centre: Centre, now: datetime
) -> None:
    session = centre.add_class(now=now, seats=2)
    waiting = centre.people[:4]
    with transaction():
        session.taken = 2
    for number, person in enumerate(waiting):
        with transaction():
            booking.join_waiting_list(session.id, person, now=now + timedelta(minutes=number))
    with transaction():
        session.taken = 0
        given = booking.fill_free_seats(session, now=now + timedelta(hours=1))
    assert [one.person.username for one in given] == ["alice", "bob"]
    assert states(session)["carol"] == "waiting"


def test_a_book_knows_who_was_seated_since_it_was_read(centre: Centre, now: datetime) -> None:
    session = centre.add_class(now=now)
    slot = slot_of(session)
    alone = [Joining([one.id], slot, None) for one in centre.people[:3]]
    book = SeatBook(alone, language="en")
    for joining in alone[:2]:
        assert not book.check([joining]).conflicts
        book.seat(joining)
    assert [one.code for one in book.check(alone[2:]).conflicts] == ["COVERAGE"]


def test_whoever_waits_reads_their_place_in_the_line(
    centre: Centre, now: datetime, client: Browse
) -> None:
    session = centre.add_class(now=now, seats=1, people=centre.people[:1])
    for number, person in enumerate(centre.people[1:4]):
        with transaction():
            booking.join_waiting_list(session.id, person, now=now + timedelta(minutes=number))
    assert "number 2 on the waiting list" in client(centre.people[2]).page("/agenda").text
    with transaction():
        booking.leave_waiting_list(booking_of(session, centre.people[1]), now=now, by_id=None)
    assert "number 1 on the waiting list" in client(centre.people[2]).page("/agenda").text


def test_whoever_has_checked_in_is_not_asked_to_again(
    centre: Centre, now: datetime, client: Browse
) -> None:
    alice, bob = centre.people[:2]
    session = centre.add_class(now=now, seats=2, people=[alice, bob])
    with transaction():
        session.state = "running"
        seat = booking_of(session, alice)
        seat.attendance = Attendance(state="present", way="code", minutes=0, marked_at=now)
    with clock.frozen(session.starts_at):
        for path in ("/agenda", "/"):
            assert "Checked in" in client(alice).page(path).text
            assert "Checked in" not in client(bob).page(path).text
        assert f'href="/agenda#class-{session.id}"' in client(alice).get("/").text


def test_what_may_be_taken_is_what_may_be_seen(
    centre: Centre, now: datetime, client: Browse
) -> None:
    sessions = week_of_classes(centre, now)
    other = centre.add_class(TUESDAY + timedelta(days=7), now=now, course=centre.add_course())
    alice = centre.people[0]
    seen = [one.session.id for one in list_joinable(alice, now=clock.now(), language="en")]
    assert sessions[2].id not in seen and sessions[0].id in seen
    browser = client(alice)
    browser.post(f"/classes/{other.id}/take", status=404)
    browser.post(f"/classes/{sessions[2].id}/take")  # off that day
    assert states(sessions[2]) == {}
