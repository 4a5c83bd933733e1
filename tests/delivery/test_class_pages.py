"""The pages of classes, as planners, supervisors, trainers and agents see them."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from flask import Flask

from tests.checking import Page
from tests.delivery.centre import MONDAY, TUESDAY, WEDNESDAY, Centre, booking_of, states
from trainhub.db import db, transaction
from trainhub.delivery.models import SwapRequest, TrainingSession
from trainhub.delivery.services.seats import booking
from trainhub.people.models import Role
from trainhub.rota.models import Queue, TeamPlace


@pytest.fixture
def centre(app: Flask) -> Centre:
    return Centre()


def test_the_week_shows_classes_over_the_cover(centre: Centre, client, now: datetime) -> None:
    session = centre.add_class(now=now, people=centre.people[:2])
    page = client(centre.planner).page(f"/week?on={TUESDAY}")
    assert centre.course.key in page.text
    assert "09:00–10:00 · Room 1 · Tess" in page.text
    assert "2 of 20 seats" in page.text
    assert any(
        "least headroom -4, at 00:00" in one.get("aria-label", "") for one in page.all("svg")
    )
    assert any(one.get("data-move") == f"/classes/{session.id}/move" for one in page.all("a"))


def test_the_board_opens_on_the_queue_its_classes_take_from(
    centre: Centre, client, make, now: datetime
) -> None:
    other = make.team("Blue")
    with transaction():
        chats = Queue(key="chats", name="A chats", method="given", interval_min=30)
        db.session.add(chats)
        db.session.flush()
        db.session.add(TeamPlace(team_id=other.id, site_id=centre.site.id, queue_id=chats.id))
    centre.add_class(now=now, people=centre.people[:2])
    planner = client(centre.planner)
    opened = planner.page(f"/week?on={TUESDAY}")
    assert _chosen(opened) == [str(centre.queue.id)]
    asked = planner.page(f"/week?on={TUESDAY}&queue={chats.id}")
    assert _chosen(asked) == [str(chats.id)]


def _chosen(page: Page) -> list[str]:
    return [one["value"] for one in page.all("option") if "selected" in one]


def test_the_board_shows_every_hour_anybody_works(centre: Centre, client, now: datetime) -> None:
    centre.add_class(now=now, people=centre.people[:1])
    page = client(centre.planner).page(f"/week?on={TUESDAY}")
    hours = [one for one in page.all("div") if "th-week-hours" in one.get("class", "")]
    assert "th-week-cells-24" in hours[0]["class"]  # the queue is asked for round the clock
    assert "by the rota, classes not taken off" in page.text


def test_moving_on_the_board_leads_back_to_it(centre: Centre, client, now: datetime) -> None:
    session = centre.add_class(now=now, people=centre.people[:1])
    browser = client(centre.planner)
    move = f"/classes/{session.id}/move"
    effect = browser.client.get(
        f"{move}?part=effect&on={WEDNESDAY}&starts=09:00&board={centre.queue.id}"
    )
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', effect.text))
    assert fields["board"] == str(centre.queue.id)
    answer = browser.post(move, fields, status=302)
    board = f"/week?on={WEDNESDAY}&site={centre.site.id}&queue={centre.queue.id}"
    assert answer.location == f"{board}#class-{session.id}"
    page = browser.page(board)
    assert "The class has been moved." in page.text
    assert any(one.get("id") == f"class-{session.id}" for one in page.all("a"))
    fields |= {"board": "", "on": TUESDAY.isoformat(), "revision": str(session.revision)}
    assert browser.post(move, fields, status=302).location == f"/classes/{session.id}"


def test_a_room_taken_away_from_under_a_class_is_said(
    centre: Centre, client, now: datetime
) -> None:
    session = centre.add_class(now=now)
    centre.add_class(WEDNESDAY, now=now, course=centre.add_course())
    pia = client(centre.planner)
    assert "room not available" not in pia.page(f"/week?on={TUESDAY}").text
    block = {"starts_at": f"{TUESDAY}T08:00", "ends_at": f"{TUESDAY}T12:00", "reason": "Audit"}
    pia.page(f"/rooms/{session.room_id}/edit")
    pia.post(f"/rooms/{session.room_id}/blocks", block, status=302)
    page = pia.page(f"/rooms/{session.room_id}/edit")
    assert "1 class is planned here while the room is not available" in page.text
    assert f"/classes/{session.id}" in [one.get("href") for one in page.all("a")]
    assert pia.page(f"/week?on={TUESDAY}").text.count("room not available") == 1


def test_an_empty_week_says_what_to_do(centre: Centre, client) -> None:
    page = client(centre.planner).page("/week")
    assert "No classes in this week" in page.text


def test_without_a_site_a_planner_is_sent_to_make_one(app: Flask, client, make) -> None:
    page = client(make.person("pia", Role.PLANNER)).page("/week")
    assert "No site yet" in page.text


def test_supervisors_see_the_classes_of_their_people_only(
    centre: Centre, client, make, now: datetime
) -> None:
    blue = make.team("Blue")
    with transaction():
        centre.place(blue)
    eve = make.person("eve", team=blue)
    centre.rota([eve], "O" * 28)
    theirs = centre.add_class(now=now, people=[eve])
    mine = centre.add_class(WEDNESDAY, now=now, people=centre.people[:1])
    sup = client(make.person("sup", Role.SUPERVISOR, supervises=centre.team))
    page = sup.page(f"/week?on={TUESDAY}")
    assert "1 of 20 seats" in page.text
    assert f"/classes/{theirs.id}" not in [one.get("href") for one in page.all("a")]
    assert not any("data-move" in one for one in page.all("a"))
    assert "Alice" in sup.page(f"/classes/{mine.id}").text
    sup.get(f"/classes/{theirs.id}", status=404)


def test_trainers_see_what_they_teach(centre: Centre, client, make, now: datetime) -> None:
    session = centre.add_class(now=now, people=centre.people[:1])
    assert "Alice" in client(centre.trainer).page(f"/classes/{session.id}").text
    client(make.person("tom", Role.TRAINER)).get(f"/classes/{session.id}", status=404)


def test_a_class_is_made_by_hand_and_filled(centre: Centre, client) -> None:
    browser = client(centre.planner)
    page = browser.page(f"/classes/new?on={TUESDAY}")
    values = {
        "course_id": centre.course.id, "on": TUESDAY.isoformat(),
        "starts": "9：00", "duration_min": "60", "room_id": centre.room.id,
        "trainer_id": centre.trainer.id, "seats": "2", "min_seats": "1", "campaign_id": "",
    }  # fmt: skip
    browser.post("/classes/new", values, status=302)
    session = db.session.query(TrainingSession).one()
    page = browser.page(f"/classes/{session.id}?team={centre.team.id}")
    assert "Nobody is in this class yet" in page.text
    people = [one.id for one in centre.people[:3]]
    browser.post(f"/classes/{session.id}/people", {"person_id": people, "team": centre.team.id})
    page = browser.page(f"/classes/{session.id}")
    assert "2 people have seats." in page.text
    assert "Carol:" in page.text
    browser.post(f"/classes/{session.id}/publish", {}, status=302)
    assert db.session.query(TrainingSession).one().published_at is not None


def test_what_stands_against_a_new_class_is_said(centre: Centre, client, now: datetime) -> None:
    centre.add_class(now=now)
    browser = client(centre.planner)
    page = browser.page("/classes/new")
    values = {
        "course_id": centre.course.id, "on": TUESDAY.isoformat(),
        "starts": "09:30", "duration_min": "60", "room_id": centre.room.id,
        "trainer_id": centre.trainer.id, "seats": "2", "min_seats": "1", "campaign_id": "",
    }  # fmt: skip
    page = Page(browser.post("/classes/new", values, status=422).text)
    assert "Room 1 holds" in page.text
    values |= {"on": "soon", "starts": "late", "seats": "0"}
    page = Page(browser.post("/classes/new", values, status=422).text)
    for words in ("Give a date.", "Give a time", "1 to 1000 seats"):
        assert words in page.text


def test_the_effect_of_a_move_is_shown_before_it_is_done(
    centre: Centre, client, now: datetime
) -> None:
    session = centre.add_class(now=now, people=centre.people[:2])
    browser = client(centre.planner)
    page = browser.page(f"/classes/{session.id}/move?on={WEDNESDAY}")
    assert "Nothing is in the way. 2 people come along" in page.text
    assert "What it does to the cover: headroom" in page.text
    assert session.on == TUESDAY
    centre.rota([centre.people[1]], "MMMMMMMMMR")
    page = browser.page(f"/classes/{session.id}/move?on={WEDNESDAY}")
    assert "Bob has a day off" in page.text
    inputs = {one["name"]: one.get("value", "") for one in page.all("input") if "name" in one}
    values = inputs | {
        "room_id": centre.room.id, "trainer_id": centre.trainer.id, "on": WEDNESDAY.isoformat(),
    }  # fmt: skip
    values.pop("leaves_out", None)
    browser.post(f"/classes/{session.id}/move", values, status=422)
    assert db.session.get(TrainingSession, session.id).on == TUESDAY
    answer = browser.post(
        f"/classes/{session.id}/move", values | {"look": "y", "leaves_out": "y"}, status=422
    )
    assert "1 person cannot come along" in Page(answer.text).text
    browser.post(f"/classes/{session.id}/move", values | {"leaves_out": "y"}, status=302)
    assert states(session) == {"alice": "booked", "bob": "cancelled"}
    assert db.session.get(TrainingSession, session.id).on == WEDNESDAY


def test_the_effect_comes_as_a_part_for_the_board(centre: Centre, client, now: datetime) -> None:
    session = centre.add_class(now=now, people=centre.people[:1])
    browser = client(centre.planner)
    answer = browser.client.get(f"/classes/{session.id}/move?on={MONDAY}&starts=09:00&part=effect")
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "<html" not in html
    assert "Move it here" in html
    assert "csrf_token" in html
    answer = browser.client.get(f"/classes/{session.id}/move?on={MONDAY}&starts=23:30&part=effect")
    assert "cannot teach" in answer.get_data(as_text=True)
    assert "Move it here" not in answer.get_data(as_text=True)


def test_days_and_shifts_are_said_as_people_say_them(centre: Centre, client, now: datetime) -> None:
    session = centre.add_class(now=now, people=centre.people[:1])
    with transaction():
        centre.codes["R"].name_zh, centre.codes["R"].name_en = "休息", "Rest"
    centre.rota(centre.people[:1], "MMMMMMMMMR")  # alice has Wednesday off
    browser = client(centre.planner)
    move = f"/classes/{session.id}/move?on={WEDNESDAY}&starts=09:00"
    assert "Alice has a day off on Wed, Dec 2 (Rest)." in browser.page(move).text
    chinese = client(centre.planner, language="zh")
    assert "Alice 12月2日周三不上班（休息）。" in chinese.page(move).text


def test_where_a_class_was_moved_from_is_said_with_its_weekday(
    centre: Centre, client, now: datetime
) -> None:
    session = centre.add_class(now=now)
    browser = client(centre.planner)
    page = browser.page(f"/classes/{session.id}/move?on={WEDNESDAY}")
    inputs = {one["name"]: one.get("value", "") for one in page.all("input") if "name" in one}
    inputs.pop("leaves_out", None)
    values = inputs | {"room_id": centre.room.id, "trainer_id": centre.trainer.id}
    browser.post(f"/classes/{session.id}/move", values, status=302)
    page = browser.page(f"/classes/{session.id}")
    assert "Tue, Dec 1 09:00–10:00 → Wed, Dec 2 09:00–10:00" in page.text


def test_calling_off_needs_a_reason(centre: Centre, client, now: datetime) -> None:
    session = centre.add_class(now=now, people=centre.people[:1])
    browser = client(centre.planner)
    values = {"cause": "trainer", "reason": ""}
    browser.post(f"/classes/{session.id}/cancel", values, status=302)
    assert db.session.get(TrainingSession, session.id).state == "scheduled"
    browser.post(f"/classes/{session.id}/cancel", values | {"reason": "Ill"}, status=302)
    page = browser.page(f"/classes/{session.id}")
    assert "Called off" in page.text
    assert page.text.count("Taken out") >= 1


def test_my_classes_stand_on_my_page_and_at_home(centre: Centre, client, now: datetime) -> None:
    centre.add_class(now=now, people=centre.people[:1])
    browser = client(centre.people[0])
    assert "My next class" in browser.page("/").text
    page = browser.page("/agenda")
    assert centre.course.key in page.text
    assert "09:00–10:00" in page.text
    assert "My next class" not in client(centre.people[1]).page("/").text


def test_what_is_not_published_is_not_seen(centre: Centre, client, now: datetime) -> None:
    session = centre.add_class(now=now, people=centre.people[:1], published=False)
    browser = client(centre.people[0])
    assert "No upcoming classes" in browser.page("/agenda").text
    browser.get(f"/classes/{session.id}/swap", status=404)


def test_declining_on_the_page(centre: Centre, client, now: datetime) -> None:
    session = centre.add_class(now=now, people=centre.people[:1])
    browser = client(centre.people[0])
    values = {"reason": "Dentist"}
    browser.post(f"/classes/{session.id}/decline", values, status=302)
    assert states(session) == {"alice": "declined"}
    other = client(centre.people[1])
    other.post(f"/classes/{session.id}/decline",
               {"reason": "x"}, status=404)  # fmt: skip


def test_swapping_on_the_pages(centre: Centre, client, now: datetime) -> None:
    alice, bob, *_ = centre.people
    first = centre.add_class(now=now, people=[alice], seats=1)
    then = centre.add_class(WEDNESDAY, now=now, people=[bob], seats=1)
    mine, theirs = client(alice), client(bob)
    page = mine.page(f"/classes/{first.id}/swap")
    assert "Bob" in page.text
    mine.post(
        f"/classes/{first.id}/swap",
        {"with": booking_of(then, bob).id, "reason": "School"},
        status=302,
    )
    assert "You asked Bob to change places" in mine.page("/agenda").text
    assert "1 colleague asks you" in theirs.page("/").text
    page = theirs.page("/agenda")
    assert "Alice asks you to change places" in page.text
    swap = db.session.query(SwapRequest).one().id
    client(centre.people[2]).post(f"/swaps/{swap}/answer", {"answer": "yes"}, status=404)
    theirs.post(f"/swaps/{swap}/answer", {"answer": "yes"}, status=302)
    assert states(first) == {"alice": "moved", "bob": "booked"}
    assert states(then) == {"bob": "moved", "alice": "booked"}


def test_seats_of_a_campaign_are_offered_and_lined_up_for(
    centre: Centre, client, now: datetime
) -> None:
    alice, bob, *_ = centre.people
    campaign = centre.add_campaign()
    session = centre.add_class(now=now, campaign=campaign, seats=1)
    with transaction():
        campaign.state = "published"
    mine, theirs = client(alice), client(bob)
    page = mine.page("/agenda")
    assert "1 free seat" in page.text
    mine.post(f"/classes/{session.id}/take", {}, status=302)
    page = theirs.page("/agenda")
    assert "Join the waiting list" in page.text
    theirs.post(f"/classes/{session.id}/wait", {}, status=302)
    assert "Waiting list" in theirs.page("/agenda").text
    with transaction():
        booking.decline(booking_of(session, alice), reason="Ill", now=now)
    assert states(session)["bob"] == "booked"


def test_nobody_takes_a_seat_they_are_not_offered(centre: Centre, client, now: datetime) -> None:
    session = centre.add_class(now=now)
    browser = client(centre.people[0])
    browser.post(f"/classes/{session.id}/take", {}, status=404)


def test_everything_is_there_in_chinese(centre: Centre, client, now: datetime) -> None:
    session = centre.add_class(now=now, people=centre.people[:1])
    browser = client(centre.planner, language="zh")
    for path in ("/week", f"/classes/{session.id}", f"/classes/{session.id}/move", "/classes/new"):
        browser.get(path)
    client(centre.people[0], language="zh").get("/agenda")


def test_a_new_class_begins_with_no_more_seats_than_its_room_has(centre: Centre, client) -> None:
    with transaction():
        for room in (centre.room, centre.other_room):
            room.seats = 4
    page = client(centre.planner).page("/classes/new")
    seats = next(one for one in page.all("input") if one.get("name") == "seats")
    assert seats["value"] == "4"
