"""Who has no seat yet and why: for planners, and for supervisors about their own people only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from tests.catalogue.test_library_views import counted_queries
from tests.checking import CheckingClient
from tests.delivery.planning import MONDAY, Centre, add_rota, campaign, centre, planned, planner
from tests.factories import Make
from trainhub.db import db, transaction
from trainhub.delivery.models import Booking, Campaign, CampaignTarget, TrainingSession
from trainhub.delivery.services.planning import agreeing
from trainhub.delivery.services.planning.campaigns import close_campaign
from trainhub.delivery.services.seats import booking
from trainhub.people.models import Person, Role, Team
from trainhub.rota.models import TeamPlace

Browsers = Callable[..., CheckingClient]
BLUE = "CANARYBLUE"


def agreed(made: Centre, one: Campaign, now: datetime) -> None:
    """Plan it and agree to the plan."""
    run = planned(one, now)
    with transaction():
        agreeing.agree(run, actor=planner(), now=now)


def supervisor(*teams: Team) -> Person:
    return Make.person("sup", Role.SUPERVISOR, supervises=teams[0])


@pytest.fixture
def made(app: Flask) -> Centre:
    return centre()


def newcomer(made: Centre, name: str, team: Team | None = None) -> Person:
    """Somebody of the team with a rota."""
    person = Make.person(name, team=team or made.team)
    with transaction():
        add_rota([person], made.codes, "MMMMMRR", MONDAY - timedelta(days=7), 28)
    return person


def test_who_came_since_the_plan_is_named_and_planned_again(
    made: Centre, client: Browsers, now: datetime
) -> None:
    one = campaign(made)
    agreed(made, one, now)
    pia = client(planner())
    assert "Everybody has a seat" in pia.page(f"/campaigns/{one.id}").text
    newcomer(made, "newcomer")
    page = pia.page(f"/campaigns/{one.id}")
    assert "1 person has no seat yet" in page.text
    assert "Newcomer Red Selling 1 New since the plan" in page.text
    assert "planning again looks for it" in page.text


def test_who_gave_the_seat_back_is_told_apart(
    made: Centre, client: Browsers, now: datetime
) -> None:
    one = campaign(made)
    agreed(made, one, now)
    later = now + timedelta(hours=1)
    rows = list(db.session.query(Booking).order_by(Booking.person_id))[:2]
    with transaction():
        booking.decline(rows[0], reason="Ill that day", now=later)
        booking.cancel(rows[1], cause="planner", reason="", now=later, by_id=planner().id)
    text = client(planner()).page(f"/campaigns/{one.id}").text
    assert "Gave the seat back" in text
    assert "Was taken out of the class" in text
    assert "Ill that day" not in text


def test_reasons_of_the_plan_are_told_to_the_supervisor(
    app: Flask, client: Browsers, now: datetime
) -> None:
    made = centre(required=8)
    one = campaign(made)
    agreed(made, one, now)
    text = client(supervisor(made.team)).page(f"/campaigns/{one.id}").text
    assert "8 people have no seat yet" in text
    assert "The lines would not be covered" in text
    assert "In the early-class hour of all" in text
    assert "Plan again" not in text


def test_the_part_that_comes_before_is_named(app: Flask, client: Browsers, now: datetime) -> None:
    made = centre(courses=2)
    one = campaign(made, gap=60)  # days, and the campaign has eleven
    agreed(made, one, now)
    text = client(planner()).page(f"/campaigns/{one.id}").text
    assert "possible times keeps the order and the gap to “Selling 1”" in text


def test_supervisors_see_classes_and_lines_of_their_people(
    made: Centre, client: Browsers, now: datetime
) -> None:
    one = campaign(made)
    agreed(made, one, now)
    sup = client(supervisor(made.team))
    assert "/campaigns" in [link.get("href") for link in sup.page("/").all("a")]
    page = sup.page("/campaigns")
    assert "Selling" in page.text
    page = sup.page(f"/campaigns/{one.id}")
    assert "Classes of your people" in page.text
    assert "lines covered" in page.text
    assert "Hotline:" in page.text
    session = db.session.query(TrainingSession).first()
    assert session is not None
    assert f"/classes/{session.id}" in [link.get("href") for link in page.all("a")]
    for path in (f"/campaigns/{one.id}/edit", "/campaigns/new"):
        sup.get(path, status=403)


def test_a_campaign_nobody_agreed_to_is_not_there_for_supervisors(
    made: Centre, client: Browsers, now: datetime
) -> None:
    one = campaign(made)
    sup = client(supervisor(made.team))
    sup.get(f"/campaigns/{one.id}", status=404)
    assert "No campaigns here" in sup.page("/campaigns").text


def test_a_closed_draft_is_not_there_for_supervisors_either(
    made: Centre, client: Browsers, now: datetime
) -> None:
    one, pia = campaign(made), planner()
    with transaction():
        close_campaign(one, actor=pia, now=now)
    sup = client(supervisor(made.team))
    sup.get(f"/campaigns/{one.id}", status=404)
    assert "No campaigns here" in sup.page("/campaigns?shelf=closed").text


def test_what_was_agreed_to_stays_in_sight_when_it_is_closed(
    made: Centre, client: Browsers, now: datetime
) -> None:
    one = campaign(made)
    agreed(made, one, now)
    with transaction():
        close_campaign(one, actor=planner(), now=now)
    sup = client(supervisor(made.team))
    assert one.name in sup.page("/campaigns?shelf=closed").text
    assert one.name in sup.page(f"/campaigns/{one.id}").text


def test_nothing_of_another_team_appears(made: Centre, client: Browsers, now: datetime) -> None:
    blue = Make.team(f"{BLUE} team")
    with transaction():
        db.session.add(TeamPlace(team_id=blue.id, site_id=made.site.id, queue_id=made.queue.id))
    for number in range(3):
        newcomer(made, f"{BLUE.lower()}{number}", blue)
    one = campaign(made)
    with transaction():
        one.targets.append(CampaignTarget(team_id=blue.id))
    agreed(made, one, now)
    late = newcomer(made, f"{BLUE.lower()}late", blue)
    assert late.name in client(planner()).page(f"/campaigns/{one.id}").text
    sup = client(supervisor(made.team))
    for path in ("/campaigns", f"/campaigns/{one.id}", "/"):
        page = sup.page(path)
        assert "canary" not in page.text.lower(), path
    assert "People of yours 8" in sup.page(f"/campaigns/{one.id}").text
    assert "Everybody has a seat" in sup.page(f"/campaigns/{one.id}").text
    lead = client(Make.person("lead", Role.SUPERVISOR, supervises=Make.team("Green")))
    lead.get(f"/campaigns/{one.id}", status=404)
    assert "No campaigns here" in lead.page("/campaigns").text
    with transaction():
        two = Campaign(key="blue", name=f"{BLUE} round", state="agreed", starts_on=one.starts_on,
                       due_on=one.due_on, ends_on=one.ends_on, settings=one.settings,
                       created_at=now)  # fmt: skip
        two.targets = [CampaignTarget(team_id=blue.id)]
        db.session.add(two)
    sup.get(f"/campaigns/{two.id}", status=404)
    assert "canary" not in sup.page("/campaigns").text.lower()


def test_home_says_how_many_of_yours_have_no_seat(
    made: Centre, client: Browsers, now: datetime
) -> None:
    one = campaign(made)
    sup = supervisor(made.team)
    assert "no seat yet" not in client(sup).page("/").text
    agreed(made, one, now)
    assert "no seat yet" not in client(sup).page("/").text
    newcomer(made, "newcomer")
    newcomer(made, "another")
    assert "2 of yours have no seat yet" in client(sup).page("/").text


def test_the_number_of_queries_does_not_grow(made: Centre, client: Browsers, now: datetime) -> None:
    one = campaign(made)
    agreed(made, one, now)
    newcomer(made, "newcomer")
    sup, pia = client(supervisor(made.team)), client(planner())
    pages = [(sup, "/campaigns"), (sup, f"/campaigns/{one.id}"), (pia, f"/campaigns/{one.id}")]
    before = [_count(*page) for page in pages]
    for number in range(5):
        newcomer(made, f"more{number}")
    assert [_count(*page) for page in pages] == before


def _count(browser: CheckingClient, path: str) -> int:
    browser.page(path)
    with counted_queries() as seen:
        browser.page(path)
    return len(seen)


def test_publishing_asks_with_the_number_of_people_told(
    made: Centre, client: Browsers, now: datetime
) -> None:
    one = campaign(made)
    agreed(made, one, now)
    pia = client(planner())
    assert "8 people are told of their classes by mail" in pia.page(f"/campaigns/{one.id}").text
    session = db.session.query(TrainingSession).first()
    assert session is not None
    words = f"{session.taken} people are told"
    assert words in pia.page(f"/classes/{session.id}").text


def test_plan_and_campaign_count_the_same_seats(
    made: Centre, client: Browsers, now: datetime
) -> None:
    one = campaign(made)
    pia = client(planner())
    assert "Seats given 0 of 8" in pia.page(f"/campaigns/{one.id}").text
    run = planned(one, now)
    assert "Seats given 8 of 8" in pia.page(f"/plan-runs/{run.id}").text
    with transaction():
        agreeing.agree(run, actor=planner(), now=now)
    assert "Seats given 8 of 8" in pia.page(f"/campaigns/{one.id}").text
    newcomer(made, "newcomer")
    assert "Seats given 8 of 9" in pia.page(f"/campaigns/{one.id}").text


def test_agreeing_names_who_stays_without_a_seat(
    app: Flask, client: Browsers, now: datetime
) -> None:
    run = planned(campaign(centre(required=7), days=1), now)  # one a day can be spared
    text = client(planner()).page(f"/plan-runs/{run.id}").text
    assert "6 people stay without a seat: Agent" in text
