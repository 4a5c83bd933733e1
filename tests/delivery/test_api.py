"""The JSON interface of one's own classes."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from tests.delivery.centre import WEDNESDAY, Centre, booking_of, states
from trainhub.db import transaction


@pytest.fixture
def centre(app: Flask) -> Centre:
    return Centre()


def ask(browser, path: str, status: int = 200):
    answer = browser.client.get(f"/api/v1{path}", headers={"Accept": "application/json"})
    assert answer.status_code == status, answer.text
    return answer.get_json()


def test_the_agenda_tells_what_is_ahead(centre: Centre, client, now: datetime) -> None:
    alice = centre.people[0]
    centre.add_class(now=now, people=[alice])
    (seat,) = ask(client(alice), "/agenda")["coming"]
    assert seat["starts_at"] == "2026-12-01T01:00:00.000Z"
    assert (seat["time_zone"], seat["room"], seat["window"]) == (
        "Asia/Shanghai", "Room 1", "early",
    )  # fmt: skip
    assert seat["may_change"] is True


def test_a_seat_is_changed_and_declined(centre: Centre, client, now: datetime) -> None:
    alice = centre.people[0]
    first = centre.add_class(now=now, people=[alice])
    then = centre.add_class(WEDNESDAY, now=now)
    browser, mine = client(alice), booking_of(first, alice).id
    (choice,) = ask(browser, f"/bookings/{mine}/choices")["choices"]
    assert (choice["class_id"], choice["seats_left"], choice["refusal"]) == (then.id, 20, "")
    made = browser.post_json(f"/api/v1/bookings/{mine}/change", {"class_id": then.id}, status=201)
    assert states(first) == {"alice": "moved"}
    path = f"/api/v1/bookings/{made['booking_id']}/decline"
    assert browser.post_json(path, {"reason": ""}, status=422)
    assert browser.post_json(path, {"reason": "Ill"})["state"] == "declined"
    assert states(then) == {"alice": "declined"}


def test_anothers_booking_is_not_there(centre: Centre, client, now: datetime) -> None:
    alice, bob = centre.people[:2]
    session = centre.add_class(now=now, people=[alice])
    mine = booking_of(session, alice).id
    ask(client(bob), f"/bookings/{mine}/choices", 404)
    client(bob).post_json(f"/api/v1/bookings/{mine}/decline", {"reason": "Mine"}, status=404)
    assert states(session) == {"alice": "booked"}


def test_the_line_is_joined_and_left(centre: Centre, client, now: datetime) -> None:
    alice, bob = centre.people[:2]
    campaign = centre.add_campaign()
    session = centre.add_class(now=now, campaign=campaign, people=[alice], seats=1)
    with transaction():
        campaign.state = "published"
    browser = client(bob)
    (offer,) = ask(browser, "/agenda")["offers"]
    assert (offer["class_id"], offer["seats_left"]) == (session.id, 0)
    path = f"/api/v1/classes/{session.id}"
    refused = browser.post_json(f"{path}/seat", {}, status=422)
    assert refused["error"]["code"] == "session_full"
    assert browser.post_json(f"{path}/waiting", {}, status=201)["state"] == "waiting"
    answer = browser.client.delete(
        f"{path}/waiting", headers={"X-CSRFToken": browser.token(), "Accept": "application/json"}
    )
    assert answer.get_json()["state"] == "cancelled"


def test_a_rule_says_no_by_its_name(centre: Centre, client, now: datetime) -> None:
    alice = centre.people[0]
    first = centre.add_class(now=now, people=[alice])
    then = centre.add_class(WEDNESDAY, now=now)
    centre.rota([alice], "MMMMMMMMMR")
    mine = booking_of(first, alice).id
    path = f"/api/v1/bookings/{mine}/change"
    refused = client(alice).post_json(path, {"class_id": then.id}, status=422)
    assert refused["error"] == {
        "code": "rest_day", "message": "You have a day off on Wed, Dec 2.", "field": None,
    }  # fmt: skip
