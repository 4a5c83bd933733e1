"""What waits for a planner on the home page."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from tests.catalogue.test_library_views import counted_queries
from tests.delivery import planning
from tests.delivery.centre import TUESDAY, WEDNESDAY, Centre
from trainhub import clock
from trainhub.db import db, transaction
from trainhub.rota.models import TypicalDay


@pytest.fixture
def centre(app: Flask) -> Centre:
    return Centre(need=0)


def test_nothing_is_said_where_nothing_waits(centre: Centre, client) -> None:
    text = client(centre.planner).page("/").text
    assert "Planning that waits" not in text
    assert "Short in the next" not in text


def test_a_plan_waits_for_a_decision(app: Flask, client, now: datetime) -> None:
    made = planning.centre()
    run = planning.planned(planning.campaign(made), now)
    page = client(planning.planner()).page("/")
    assert "a plan waits for your decision" in page.text
    assert f"/plan-runs/{run.id}" in [one.get("href") for one in page.all("a")]


def test_classes_to_publish_are_counted_by_campaign(centre: Centre, client, now: datetime) -> None:
    campaign = centre.add_campaign()
    centre.add_class(now=now, published=False, campaign=campaign)
    centre.add_class(WEDNESDAY, now=now, published=False, course=centre.add_course())
    text = client(centre.planner).page("/").text
    assert "Selling the first on" in text
    assert text.count("1 class not published") == 2
    assert "Classes outside campaigns" in text


def test_a_class_nobody_began_is_asked_for(centre: Centre, client, now: datetime) -> None:
    session = centre.add_class(now=now, people=centre.people[:1])
    with clock.frozen(session.ends_at + timedelta(minutes=5)):
        text = client(centre.planner).page("/").text
    assert "Nobody has begun it" in text
    assert centre.course.key in text


def test_queues_short_in_the_coming_days_are_named(centre: Centre, client) -> None:
    with transaction():
        for day in db.session.query(TypicalDay):
            day.minimum = [0] * 18 + [8] * 2 + [0] * 28
    text = client(centre.planner).page("/").text
    assert "Short in the next 7 days" in text
    assert "09:00–10:00 · short on 7 days" in text
    assert "2 heads short" in text
    assert "Short in" not in client(centre.trainer).page("/").text


def test_more_classes_ask_no_more(centre: Centre, client, now: datetime) -> None:
    with transaction():
        for day in db.session.query(TypicalDay):
            day.minimum = [0] * 18 + [8] * 2 + [0] * 28
    centre.add_class(now=now, published=False)
    browser = client(centre.planner)
    before = _count(browser)
    for number in range(3):
        centre.add_class(TUESDAY + timedelta(days=number + 1), now=now, published=False,
                         course=centre.add_course())  # fmt: skip
    assert _count(browser) == before


def _count(browser) -> int:
    browser.page("/")
    with counted_queries() as seen:
        browser.page("/")
    return len(seen)
