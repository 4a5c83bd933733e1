"""A changed shift and the class it hits: told where it is changed, and on the class's page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from tests.checking import CheckingClient
from tests.delivery.centre import NINE, TUESDAY, WEDNESDAY, Centre
from trainhub.delivery.queries.seats.rota_fit import list_engagements

Browser = Callable[..., CheckingClient]


@pytest.fixture
def centre(app: Flask) -> Centre:
    return Centre(need=0)


def test_a_shift_that_hits_a_class_is_told_before_and_after(
    centre: Centre, client: Browser, now: datetime
) -> None:
    alice, bob = centre.people[:2]
    session = centre.add_class(TUESDAY, NINE, now=now, people=[alice, bob])
    browser = client(centre.planner)
    address = f"/rota/people/{alice.id}/shift?on={TUESDAY}"
    before = browser.page(address).text
    assert "Has a seat in" in before and "09:00–10:00" in before
    assert "does not fit the rota" not in browser.page(f"/classes/{session.id}").text
    form = {"code": "R", "reason": "is ill", "seen": "M"}
    browser.post(address, form, status=302)
    after = browser.page(f"/rota?team={centre.team.id}").text
    assert "which the rota no longer allows" in after
    page = browser.page(f"/classes/{session.id}").text
    assert page.count("does not fit the rota") == 1
    assert "has a day off on" in page
    assert "The rota has no time for it." in browser.page(address).text


def test_the_next_day_s_rest_counts_and_who_has_no_class_is_not_named(
    centre: Centre, client: Browser, now: datetime
) -> None:
    alice, bob = centre.people[:2]
    centre.add_class(TUESDAY, NINE, now=now, people=[alice])
    found = list(list_engagements([alice.id, bob.id], TUESDAY, TUESDAY, "en"))
    assert [(one.person_id, one.fits) for one in found] == [(alice.id, True)]
    centre.rota([alice], "MMMMMMMNMMM")  # a night before the class
    (one,) = list_engagements([alice.id], TUESDAY, TUESDAY, "en")
    assert one.fits is False


def test_ones_own_rota_shows_the_classes_one_has_been_told_of(
    centre: Centre, client: Browser, now: datetime
) -> None:
    alice, bob = centre.people[:2]
    centre.add_class(TUESDAY, NINE, now=now, people=[alice])
    centre.add_class(WEDNESDAY, NINE, now=now, people=[bob], published=False)
    page = client(alice).page(f"/rota/mine?on={TUESDAY}")
    assert "My classes on these days" in page.text
    assert page.text.count("09:00 Class:") == 1
    assert "09:00–10:00" in page.text
    assert page.all("dl")
    assert "My classes on these days" not in client(bob).page(f"/rota/mine?on={TUESDAY}").text


def test_home_names_the_seats_of_the_coming_weeks(
    centre: Centre, client: Browser, now: datetime
) -> None:
    alice, bob = centre.people[:2]
    far = TUESDAY + timedelta(days=35)
    centre.rota([alice, bob], "M" * 60)
    for on in (TUESDAY, WEDNESDAY, far):
        course = centre.add_course()
        centre.add_class(on, NINE, now=now, course=course, people=[alice, bob])
    browser = client(centre.planner)
    assert "no longer fit" not in browser.page("/").text
    centre.rota([alice], "R", first=WEDNESDAY)
    centre.rota([bob], "R", first=far)
    assert "1 seat no longer fits the rota" in browser.page("/").text
