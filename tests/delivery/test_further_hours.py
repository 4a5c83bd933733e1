"""Hours that a campaign does not use are tried as well, and a plan of nothing says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from flask import Flask

from tests.checking import CheckingClient
from tests.delivery.planning import campaign, centre, planned, planner
from tests.delivery.test_giving_way import agree_to, relaxed
from trainhub.db import db, transaction
from trainhub.delivery.models import Campaign, PlanRun
from trainhub.delivery.rules.planning.campaign_settings import CampaignSettings

Browsers = Callable[..., CheckingClient]


def main_buttons(text: str) -> list[str]:
    """What the solid buttons say that are seen before anything is opened."""
    shown = re.sub(r'<div class="th-confirm-body">.*?</details>', "", text, flags=re.S)
    found = re.findall(r'class="btn btn-primary"[^>]*>(.*?)</(?:a|button|summary)>', shown, re.S)
    return [re.sub(r"<.*?>", "", one, flags=re.S).strip() for one in found]


def number_of(run: PlanRun, kind: str) -> int:
    return [one["kind"] for one in run.progress["offers"]].index(kind)


def test_hours_inside_the_shift_are_tried_and_kept_when_agreed_to(
    app: Flask, client: Browsers, now: datetime
) -> None:
    """The early shift has no early-class hour; in the afternoon one of four can be spared."""
    one = campaign(centre(people=4, pattern="EEEEERR"))
    first = planned(one, now)
    assert first.progress["placed"] == 0
    number = number_of(first, "hours")
    text = client(planner()).get(f"/plan-runs/{first.id}").text
    assert "Classes inside the shift as well, 14:00–16:00" in text
    second = relaxed(first, number, now)
    assert second.progress["placed"] == 4
    assert "inside the shift as well" in client(planner()).get(f"/plan-runs/{second.id}").text
    agree_to(second, now)
    settings = CampaignSettings.from_dict(db.session.get_one(Campaign, one.id).settings)
    assert settings.kinds == ("early", "in_shift")
    assert settings.in_shift == ((840, 960),)


def test_smaller_classes_are_tried_and_kept_when_agreed_to(app: Flask, now: datetime) -> None:
    one = campaign(centre(people=4, pattern="MMMMMRR"))
    with transaction():
        one.courses[0].min_seats = 3
    first = planned(one, now)
    assert first.progress["placed"] == 0
    second = relaxed(first, number_of(first, "min_seats"), now)
    assert second.progress["placed"] == 4
    agree_to(second, now)
    assert db.session.get_one(Campaign, one.id).courses[0].min_seats == 1


def test_where_nothing_helps_the_page_says_what_was_tried(
    app: Flask, client: Browsers, now: datetime
) -> None:
    one = campaign(centre(people=4, pattern="RRRRRRR"))
    run = planned(one, now)
    assert run.progress["offers"] == []
    page = client(planner()).get(f"/plan-runs/{run.id}")
    assert "None of these brings another seat by itself" in page.text
    assert "Several limits at once" in page.text
    assert f'href="/campaigns/{one.id}/edit"' in page.text


def test_a_plan_of_nothing_is_not_to_be_agreed_to_and_does_not_praise_itself(
    app: Flask, client: Browsers, now: datetime
) -> None:
    run = planned(campaign(centre(people=4, required=9)), now)
    text = client(planner()).get(f"/plan-runs/{run.id}").text
    assert f"/plan-runs/{run.id}/agree" not in text
    assert "No class can be held within these limits" in text
    assert "No better plan" not in text
    assert "Room for improvement" not in text
    assert "The lines stay covered" not in text


def test_the_step_that_is_due_is_the_main_button(
    app: Flask, client: Browsers, now: datetime
) -> None:
    one = campaign(centre(people=4))
    pia = client(planner())
    page = pia.get(f"/campaigns/{one.id}")
    assert main_buttons(page.text) == ["Plan"]
    run = planned(one, now)
    assert main_buttons(pia.get(f"/campaigns/{one.id}").text) == [
        "Look at it, agree to it or put it aside"
    ]
    assert "Agree to this plan" in main_buttons(pia.get(f"/plan-runs/{run.id}").text)
    agree_to(run, now)
    assert main_buttons(pia.get(f"/campaigns/{one.id}").text) == ["Publish: tell everybody"]
