"""Online classes: open to the people of every site, each by the clock of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from tests.checking import CheckingClient
from tests.delivery import planning
from tests.delivery.centre import NINE, TEN, TUESDAY, WEDNESDAY, Centre, booking_of
from tests.delivery.test_api import ask as asked
from tests.factories import Make
from trainhub.db import db, transaction
from trainhub.delivery.models import CampaignTarget, Room, TrainingSession
from trainhub.delivery.queries.seats.agenda import list_joinable
from trainhub.delivery.queries.seats.fit import list_misfits
from trainhub.delivery.rules.classes.conflicts import SeatRefused
from trainhub.delivery.rules.planning.supply_checks import read_room
from trainhub.delivery.services.planning.agreeing import agree
from trainhub.delivery.services.seats import booking
from trainhub.errors import InputErrors
from trainhub.people.models import Person, Role, Team
from trainhub.rota.models import ShiftCode, Site, TeamPlace

Browser = Callable[..., CheckingClient]
ADDRESS = "https://meet.example/early"


@pytest.fixture
def centre(app: Flask) -> Centre:
    return Centre(need=0)


@pytest.fixture
def online(centre: Centre) -> Room:
    with transaction():
        room = Room(site_id=centre.site.id, name="Web", seats=30, is_online=True, join_url=ADDRESS)
        db.session.add(room)
    return room


@pytest.fixture
def yuki(centre: Centre) -> Person:
    """Somebody in Tokyo, where it is an hour later; early class at ten."""
    team = Make.team("Tokyo")
    with transaction():
        tokyo = Site(name="Tokyo", time_zone="Asia/Tokyo")
        centre.codes["T"] = ShiftCode(
            code="T", name_zh="T", name_en="T", kind="mid", starts_min=TEN, ends_min=19 * 60,
            early_class_starts_min=TEN, early_class_ends_min=TEN + 60, breaks=[], synonyms=[],
        )  # fmt: skip
        db.session.add_all([tokyo, centre.codes["T"]])
        db.session.flush()
        db.session.add(TeamPlace(team_id=team.id, site_id=tokyo.id, queue_id=centre.queue.id))
    person = Make.person("yuki", team=team)
    centre.rota([person], "T" * 28)
    return person


def test_people_of_another_site_sit_in_it_at_the_hour_of_their_own_clock(
    centre: Centre, online: Room, yuki: Person, now: datetime
) -> None:
    session = centre.add_class(now=now, room_id=online.id, people=[yuki])
    assert booking_of(session, yuki).window_kind == "early"
    assert list_misfits(now=now) == []
    other = centre.add_course()
    late = centre.add_class(starts_min=19 * 60, course=other, now=now, room_id=online.id)
    with pytest.raises(SeatRefused) as refused, transaction():
        booking.book(late.id, yuki, now=now, by_id=centre.planner.id)
    assert (refused.value.code, refused.value.params["from"]) == ("no_window", "20:00")


def test_a_room_with_walls_is_for_its_own_site(centre: Centre, yuki: Person, now: datetime) -> None:
    session = centre.add_class(now=now)
    with pytest.raises(SeatRefused) as refused, transaction():
        booking.book(session.id, yuki, now=now, by_id=centre.planner.id)
    assert refused.value.code == "site"


def test_somebody_far_away_may_take_a_free_seat_and_reads_the_address(
    centre: Centre, online: Room, yuki: Person, client: Browser, now: datetime
) -> None:
    one = centre.add_campaign(centre.course)
    with transaction():
        one.targets[0].team_id = yuki.team_id
        one.state = "published"
    session = centre.add_class(TUESDAY, NINE, now=now, room_id=online.id, campaign=one)
    assert [each.session.id for each in list_joinable(yuki, now=now, language="en")] == [session.id]
    with transaction():
        booking.book(session.id, yuki, now=now, by_id=yuki.id)
    browser = client(yuki)
    assert f'href="{ADDRESS}"' in browser.get("/agenda").text
    feed = browser.get(f"/agenda/{booking_of(session, yuki).id}/event.ics").text.replace(
        "\r\n ", ""
    )
    assert ADDRESS in feed
    tess = client(centre.trainer)
    assert f'href="{ADDRESS}"' in tess.get(f"/classes/{session.id}").text


def test_the_address_is_told_with_a_seat_and_not_before(
    centre: Centre, online: Room, client: Browser, now: datetime
) -> None:
    alice, bob, carol = centre.people[:3]
    one = centre.add_campaign(centre.course)
    with transaction():
        one.state = "published"
    session = centre.add_class(now=now, room_id=online.id, campaign=one, seats=1, people=[alice])
    with transaction():
        booking.join_waiting_list(session.id, bob, now=now)
    centre.add_class(WEDNESDAY, now=now, room_id=online.id, campaign=one)
    seat = client(alice)
    assert asked(seat, "/agenda")["coming"][0]["join_url"] == ADDRESS
    choices = asked(seat, f"/bookings/{booking_of(session, alice).id}/choices")
    assert choices["choices"] and ADDRESS not in str(choices)
    waits = asked(client(bob), "/agenda")
    assert waits["waiting"] and ADDRESS not in str(waits)
    offered = asked(client(carol), "/agenda")
    assert len(offered["offers"]) == 2 and ADDRESS not in str(offered)
    with transaction():
        booking.decline(booking_of(session, alice), reason="Ill", now=now)
    assert ADDRESS not in str(asked(seat, "/agenda"))


def test_supervisors_read_the_address_when_one_of_theirs_has_a_seat(
    centre: Centre, online: Room, yuki: Person, client: Browser, now: datetime
) -> None:
    session = centre.add_class(now=now, room_id=online.id, seats=1, people=centre.people[:1])
    with transaction():
        booking.join_waiting_list(session.id, yuki, now=now)
    path = f"/classes/{session.id}"
    far = Make.person("far", Role.SUPERVISOR, supervises=db.session.get_one(Team, yuki.team_id))
    near = Make.person("near", Role.SUPERVISOR, supervises=centre.team)
    assert ADDRESS not in client(far).get(path).text
    for person in (near, centre.trainer, centre.planner):
        assert f'href="{ADDRESS}"' in client(person).get(path).text


@pytest.mark.parametrize(
    "address",
    [
        "https://user:secret@meet.example/x", "https://zoom.us@evil.example/x",
        "https://@evil.example/x", "https://zoom.us%40evil.example/x",
        "https://zoom.us\uff20evil.example/x", "https://meet.example:99999/x",
    ],
)  # fmt: skip
def test_no_name_and_no_look_alike_in_the_address(app: Flask, address: str) -> None:
    with pytest.raises(InputErrors) as refused:
        read_room("Web", 1, "3", is_online=True, join_url=address, site_ids=[1])
    assert [one.field for one in refused.value.errors] == ["join_url"]


@pytest.mark.parametrize(
    "address",
    ["https://meet.example/19:early@thread.v2?pwd=a%40b", "http://meet.example:8443/x"],
)
def test_plain_addresses_are_taken(address: str) -> None:
    room = read_room("Web", 1, "3", is_online=True, join_url=address, site_ids=[1])
    assert room.join_url == address


def test_the_planner_finds_teams_of_every_site_for_it(
    centre: Centre, online: Room, yuki: Person, client: Browser, now: datetime
) -> None:
    session = centre.add_class(TUESDAY, NINE, now=now, room_id=online.id)
    page = client(centre.planner).page(f"/classes/{session.id}?team={yuki.team_id}").text
    assert "Tokyo" in page and "yuki" in page.lower()


def test_one_plan_seats_people_of_two_sites_together(app: Flask, now: datetime) -> None:
    made, team = planning.centre(people=3, required=0), Make.team("Branch")
    with transaction():
        branch = Site(name="Branch", time_zone="Asia/Shanghai")
        db.session.add(branch)
        db.session.flush()
        room = Room(site_id=made.site.id, name="Web", seats=30, is_online=True)
        db.session.add_all(
            [room, TeamPlace(team_id=team.id, site_id=branch.id, queue_id=made.queue.id)]
        )
    afar = [Make.person(f"afar{number}", team=team) for number in range(3)]
    with transaction():
        planning.add_rota(afar, made.codes, "MMMMMRR", planning.MONDAY, 14)
    one = planning.campaign(made, room_ids=(room.id,), max_share=100)
    with transaction():
        one.targets.append(CampaignTarget(team_id=team.id))
        one.courses[0].min_seats = 6
    run = planning.planned(one, now)
    with transaction():
        agree(run, actor=planning.planner(), now=now)
    session = db.session.scalars(select(TrainingSession)).one()
    seated = {seat.person_id for seat in session.bookings}
    assert seated == {person.id for person in (*made.people, *afar)}
    assert list_misfits(now=now) == []
