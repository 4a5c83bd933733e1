"""Rooms with classes to come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.assessment.racing import all_at_once
from tests.checking import CheckingClient
from tests.delivery.centre import NINE, WEDNESDAY, Centre
from trainhub.db import db, transaction
from trainhub.delivery.models import Room, TrainingSession
from trainhub.delivery.rules.planning.supply_checks import RoomPlan
from trainhub.delivery.services.classes.classes import create_class
from trainhub.delivery.services.planning import rooms
from trainhub.errors import DomainError
from trainhub.people.models import Person
from trainhub.rota.models import Site

Browser = Callable[..., CheckingClient]


@pytest.fixture
def centre(app: Flask) -> Centre:
    return Centre(need=0)


@pytest.fixture
def tokyo(centre: Centre) -> Site:
    with transaction():
        site = Site(name="Tokyo", time_zone="Asia/Tokyo")
        db.session.add(site)
    return site


def test_a_room_does_not_move_away_under_its_classes(
    centre: Centre, tokyo: Site, client: Browser, now: datetime
) -> None:
    session = centre.add_class(now=now, people=centre.people[:1])
    pia, address = client(centre.planner), f"/rooms/{centre.room.id}/edit"
    moved = {"name": centre.room.name, "site_id": str(tokyo.id), "seats": "20"}
    assert "Classes are still to come in this room" in pia.post(address, moved, status=422).text
    stays = {"name": "Big room", "site_id": str(centre.site.id), "seats": "21"}
    pia.post(address, stays, status=302)
    assert "Big room" in pia.page(f"/classes/{session.id}").text
    assert db.session.get_one(Room, session.room_id).site_id == centre.site.id


def test_a_room_moves_once_its_classes_are_over(centre: Centre, tokyo: Site, now: datetime) -> None:
    session = centre.add_class(now=now)
    plan = RoomPlan("Room 1", tokyo.id, 20, False)
    for at in (session.ends_at - timedelta(minutes=1), session.ends_at):
        try:
            with transaction():
                rooms.change_room(centre.room, plan, actor=centre.planner, now=at)
        except rooms.RoomStays:
            assert at < session.ends_at
    assert db.session.get_one(Room, centre.room.id).site_id == tokyo.id


def test_who_makes_a_class_and_who_moves_the_room_see_each_other(
    app: Flask, centre: Centre, tokyo: Site, now: datetime
) -> None:
    room_id, planner_id, tokyo_id = centre.room.id, centre.planner.id, tokyo.id
    course_id, plan = centre.course.id, centre.plan(WEDNESDAY, NINE)

    def move() -> None:
        with transaction():
            room, pia = db.session.get_one(Room, room_id), db.session.get_one(Person, planner_id)
            rooms.change_room(room, RoomPlan("Room 1", tokyo_id, 20, False), actor=pia, now=now)

    def make() -> None:
        with transaction():
            pia = db.session.get_one(Person, planner_id)
            create_class(course_id, plan, now=now, actor=pia)

    found = all_at_once(app, [move, make])
    assert all(one is None or isinstance(one, DomainError) for one in found), found
    room = db.session.get_one(Room, room_id)
    sites = set(db.session.scalars(select(TrainingSession.site_id)))
    assert sites <= {room.site_id}
