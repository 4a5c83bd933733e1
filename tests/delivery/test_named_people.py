"""Requests that name their people: from the boxes of the form to the seats of a class."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.checking import CheckingClient
from tests.delivery.asking import accept, approve, ask, propose
from tests.delivery.centre import MONDAY, NINE, TUESDAY, Centre, booking_of, states
from tests.factories import Make
from trainhub.db import db, transaction
from trainhub.delivery.models import (
    Booking,
    Campaign,
    TrainerProfile,
    TrainingRequest,
    TrainingSession,
)
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings
from trainhub.delivery.services.seats import booking
from trainhub.people.models import Person, Role

Browse = Callable[..., CheckingClient]
FORM = {
    "topic": "Opening a sale", "heads": "", "wished_from": MONDAY.isoformat(),
    "wished_until": (MONDAY + timedelta(days=4)).isoformat(), "course_id": "", "submit": "1",
}  # fmt: skip


@pytest.fixture
def centre(app: Flask) -> Centre:
    """Six people of whom four are needed on the phones; half a team may be away."""
    made = Centre()
    Make.person("sue", Role.SUPERVISOR, supervises=made.team)
    with transaction():
        db.session.add(
            TrainerProfile(person_id=made.trainer.id, site_id=made.site.id, max_min_per_week=600)
        )
    return made


def supervisor() -> Person:
    """The supervisor of the team."""
    return db.session.scalars(select(Person).where(Person.username == "sue")).one()


def asked(centre: Centre, people: list[Person]) -> TrainingRequest:
    """A request for these people whose trainer has said yes."""
    ids = frozenset(one.id for one in people)
    made = ask(
        supervisor(), centre.team, heads=len(people), person_ids=ids,
        wished_from=MONDAY, wished_until=MONDAY + timedelta(days=4),
    )  # fmt: skip
    approve(made, centre.planner, centre.course)
    propose(made, centre.planner, centre.trainer)
    accept(made, centre.trainer)
    return made


def test_a_supervisor_ticks_the_people_of_the_team(centre: Centre, client: Browse) -> None:
    sue = client(supervisor())
    page = sue.page("/training-requests/new")
    boxes = {box["value"] for box in page.all("input") if box.get("name") == "person_ids"}
    assert boxes == {str(one.id) for one in centre.people}
    alice, bob = centre.people[:2]
    wish = FORM | {"team_id": str(centre.team.id), "person_ids": [alice.id, bob.id]}
    place = sue.post("/training-requests/new", wish, status=302).location
    shown = sue.page(place).text
    assert "2 people" in shown and alice.name in shown and centre.people[2].name not in shown
    made = db.session.scalars(select(TrainingRequest)).one()
    assert (made.heads, len(made.people)) == (2, 2)


def test_people_of_another_team_are_refused(centre: Centre, client: Browse) -> None:
    other = Make.person("olga", team=Make.team("Blue"))
    sue = client(supervisor())
    wish = FORM | {"team_id": str(centre.team.id), "person_ids": [other.id]}
    assert "Tick people of the team" in sue.post("/training-requests/new", wish, status=422).text
    assert db.session.scalar(select(TrainingRequest.id)) is None


def test_showing_another_team_keeps_what_was_typed(centre: Centre, client: Browse) -> None:
    blue = Make.team("Blue")
    olga = Make.person("olga", team=blue)
    pia = client(centre.planner)
    wish = FORM | {"team_id": str(blue.id), "people": "1"}
    text = pia.post("/training-requests/new", wish, status=200).text
    assert olga.name in text and "Opening a sale" in text
    assert db.session.scalar(select(TrainingRequest.id)) is None


def test_trainers_name_whom_they_teach_without_their_numbers(
    centre: Centre, client: Browse, now: datetime
) -> None:
    alice, bob, carol = centre.people[:3]
    session = centre.add_class(now=now, people=[alice, bob])
    with transaction():
        booking.decline(booking_of(session, bob), reason="Ill", now=now)
    tess = client(centre.trainer)
    wish = FORM | {"team_id": str(centre.team.id)}
    page = tess.post("/training-requests/new", wish | {"people": "1"}, status=200)
    assert alice.name in page.text and bob.name not in page.text and carol.name not in page.text
    assert alice.employee_no and alice.employee_no not in page.text
    assert "people who sit or sat in classes of yours" in page.text
    refused = tess.post("/training-requests/new", wish | {"person_ids": [carol.id]}, status=422)
    assert "Tick people of the team" in refused.text and carol.name not in refused.text
    tess.post("/training-requests/new", wish | {"person_ids": [alice.id]}, status=302)
    tess.post("/training-requests/new", wish | {"heads": "6"}, status=302)
    made = db.session.scalars(select(TrainingRequest).order_by(TrainingRequest.id)).all()
    assert [(one.heads, len(one.people)) for one in made] == [(1, 1), (6, 0)]
    shown = client(supervisor()).page("/training-requests/new").text
    assert alice.employee_no in shown and "classes of yours" not in shown


def test_trainers_do_not_list_people_of_every_team(centre: Centre, client: Browse) -> None:
    blue = Make.team("Blue")
    olga = Make.person("olga", team=blue)
    wish = FORM | {"team_id": str(blue.id), "people": "1"}
    text = client(centre.trainer).post("/training-requests/new", wish, status=200).text
    assert olga.name not in text


def test_its_campaign_is_for_those_people_with_that_trainer(centre: Centre, client: Browse) -> None:
    made = asked(centre, centre.people[:2])
    seen = {"revision": str(made.revision)}
    client(centre.planner).post(f"/training-requests/{made.id}/campaign", seen, status=302)
    one = db.session.scalars(select(Campaign)).one()
    assert {(each.person_id, each.team_id) for each in one.targets} == {
        (each.id, None) for each in centre.people[:2]
    }
    assert CampaignSettings.from_dict(one.settings).trainer_ids == (centre.trainer.id,)
    assert [(each.min_seats, each.seats) for each in one.courses] == [(2, 2)]


def test_hours_that_fit_are_found_and_one_click_makes_the_class(
    centre: Centre, client: Browse
) -> None:
    made = asked(centre, centre.people[:2])
    centre.rota([centre.people[0]], "R", TUESDAY)
    pia = client(centre.planner)
    page = pia.page(f"/training-requests/{made.id}?hours=fit")
    assert "all 2 people can come, the lines stay covered" in page.text
    assert "The best of 5 hours tried" in page.text
    hours = [box["value"] for box in page.all("input") if box.get("name") == "on"]
    assert TUESDAY.isoformat() in hours[4:], "who is at rest comes last"
    starts = {box["value"] for box in page.all("input") if box.get("name") == "starts"}
    assert starts == {"09:00"}
    wanted = {"revision": str(made.revision), "on": hours[0], "starts": "09:00", "seats": "2",
              "room_id": str(centre.room.id)}  # fmt: skip
    pia.post(f"/training-requests/{made.id}/class", wanted, status=302)
    session = db.session.scalars(select(TrainingSession)).one()
    assert (session.on, session.starts_min, session.trainer_id) == (MONDAY, NINE, centre.trainer.id)
    assert states(session) == {"alice": "booked", "bob": "booked"}


def test_who_cannot_sit_there_is_named_and_the_others_have_their_seat(
    centre: Centre, client: Browse
) -> None:
    alice, bob = centre.people[:2]
    made = asked(centre, [alice, bob])
    centre.rota([alice], "R", MONDAY)
    wanted = {"revision": str(made.revision), "on": MONDAY.isoformat(), "starts": "09:00",
              "seats": "2", "room_id": str(centre.room.id)}  # fmt: skip
    pia = client(centre.planner)
    place = pia.post(f"/training-requests/{made.id}/class", wanted, status=302).location
    text = pia.page(place).text
    assert "with 1 person in it" in text and f"{alice.name}:" in text
    assert db.session.scalars(select(Booking.person_id)).all() == [bob.id]


def test_hours_at_which_the_trainer_or_the_rooms_are_taken_are_not_tried(
    centre: Centre, client: Browse
) -> None:
    made = asked(centre, centre.people[:1])
    centre.rota([centre.trainer], "RRRRR", MONDAY)
    page = client(centre.planner).page(f"/training-requests/{made.id}?hours=fit").text
    assert "0 hours were tried, and none fits" in page


def test_without_early_classes_other_hours_are_tried(centre: Centre, client: Browse) -> None:
    with transaction():
        for code in centre.codes.values():
            code.early_class_starts_min = code.early_class_ends_min = None
    made = asked(centre, centre.people[:1])
    page = client(centre.planner).page(f"/training-requests/{made.id}?hours=fit").text
    assert "10:00–11:00" in page


def test_why_nobody_can_come_is_said(centre: Centre, client: Browse, now: datetime) -> None:
    alice = centre.people[0]
    made = asked(centre, [alice])
    centre.add_class(MONDAY + timedelta(days=9), now=now, people=[alice])
    page = client(centre.planner).page(f"/training-requests/{made.id}?hours=fit").text
    assert "5 hours were tried, and nobody could come" in page
    assert alice.name in page.split("nobody could come", 1)[1][:100]


def test_as_many_come_as_the_lines_can_spare(centre: Centre, client: Browse) -> None:
    """Six are there and four needed: two of the three at a time."""
    made = asked(centre, centre.people[:3])
    page = client(centre.planner).page(f"/training-requests/{made.id}?hours=fit").text
    assert "2 of 3 can come" in page and "all 3 people" not in page
