"""What a class leaves of the lines, before the eyes of those who answer for it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from tests.catalogue.test_library_views import counted_queries
from tests.delivery.centre import MONDAY, TUESDAY, Centre
from trainhub import clock
from trainhub.db import db, transaction
from trainhub.people.models import Role
from trainhub.rota.models import Queue, TeamPlace, TypicalDay

WEEK = timedelta(days=7)
WITH_TWO = "Calls: 2 off the phones, headroom 2 → 0 at 09:00"


@pytest.fixture
def centre(app: Flask) -> Centre:
    return Centre()


def test_the_class_page_shows_every_interval_with_and_without_it(
    centre: Centre, client, now: datetime
) -> None:
    session = centre.add_class(now=now, people=centre.people[:2])
    page = client(centre.planner).page(f"/classes/{session.id}")
    assert "The lines during this class" in page.text
    assert f"lines covered {WITH_TWO}" in page.text
    assert "09:00–09:30 Calls 4 2 0" in page.text
    assert "09:30–10:00 Calls 4 2 0" in page.text


def test_lines_that_are_short_are_said_in_red(centre: Centre, client, now: datetime) -> None:
    session = centre.add_class(now=now, people=centre.people[:2])
    with transaction():
        for day in db.session.query(TypicalDay):
            day.minimum = [5] * 48
    page = client(centre.planner).page(f"/classes/{session.id}")
    assert "1 head short Calls: 2 off the phones, headroom 1 → -1 at 09:00" in page.text


def test_what_nobody_knows_is_not_called_covered(centre: Centre, client, now: datetime) -> None:
    session = centre.add_class(now=now, people=centre.people[:2])
    with transaction():
        db.session.query(TypicalDay).delete()
    page = client(centre.planner).page(f"/classes/{session.id}")
    assert "demand not known Calls: 2 off the phones" in page.text
    assert "lines covered" not in page.text


def test_trainers_see_the_lines_of_their_people(centre: Centre, client, now: datetime) -> None:
    session = centre.add_class(now=now, people=centre.people[:2])
    tess = client(centre.trainer)
    assert WITH_TWO in tess.page(f"/classes/{session.id}").text
    assert WITH_TWO in tess.page("/teaching").text
    page = tess.page(f"/week?on={TUESDAY}")
    assert "Calls: 2 off the phones" in page.text
    assert any("least headroom" in one.get("aria-label", "") for one in page.all("svg"))
    assert not any("/cover" in one.get("href", "") for one in page.all("a"))
    with clock.frozen(session.starts_at - timedelta(hours=1)):
        assert WITH_TWO in client(centre.trainer).page("/").text


def test_trainers_see_a_curve_in_the_weeks_they_teach_its_people(
    centre: Centre, client, now: datetime
) -> None:
    centre.add_class(now=now, people=centre.people[:1])
    tess = client(centre.trainer)
    for on, seen in ((TUESDAY, True), (TUESDAY - WEEK, False), (TUESDAY + WEEK, False)):
        page = tess.page(f"/week?on={on}&queue={centre.queue.id}")
        has_curve = any("headroom" in one.get("aria-label", "") for one in page.all("svg"))
        assert (has_curve, centre.queue.name in page.text) == (seen, seen)


def test_supervisors_see_the_lines_of_their_own_queues_only(
    centre: Centre, client, make, now: datetime
) -> None:
    blue = make.team("Blue")
    with transaction():
        queue = Queue(key="chat", name="CANARYQUEUE", method="given", interval_min=30,
                      unplanned_shrinkage=0.0)  # fmt: skip
        db.session.add(queue)
        db.session.flush()
        db.session.add(TeamPlace(team_id=blue.id, site_id=centre.site.id, queue_id=queue.id))
        for weekday in range(7):
            db.session.add(
                TypicalDay(queue_id=queue.id, weekday=weekday, interval_min=30, contacts=[],
                           handling_s=[], minimum=[0] * 48)
            )  # fmt: skip
    eve = make.person("eve", team=blue)
    centre.rota([eve], "M" * 28)
    session = centre.add_class(now=now, people=[*centre.people[:2], eve])
    assert "CANARYQUEUE" in client(centre.planner).page(f"/classes/{session.id}").text
    sup = client(make.person("sup", Role.SUPERVISOR, supervises=centre.team))
    for path in (f"/classes/{session.id}", f"/week?on={TUESDAY}"):
        page = sup.page(path)
        assert "Calls: 2 off the phones" in page.text
        assert "CANARYQUEUE" not in page.text


def test_a_class_over_midnight_of_another_clock_counts_each_date(
    centre: Centre, client, now: datetime
) -> None:
    with transaction():
        centre.site.time_zone = "Europe/Berlin"
    session = centre.add_class(MONDAY, now=now, people=centre.people[:1])
    assert "09:00–09:30" in client(centre.planner).page(f"/classes/{session.id}").text


@pytest.mark.parametrize("path", ["/teaching", f"/week?on={TUESDAY}"])
def test_more_classes_ask_no_more(centre: Centre, client, now: datetime, path: str) -> None:
    centre.add_class(now=now, people=centre.people[:1])
    tess = client(centre.trainer)
    tess.page(path)
    with counted_queries() as few:
        tess.page(path)
    for day in range(1, 4):
        course = centre.add_course()
        centre.add_class(TUESDAY + timedelta(days=day), now=now, course=course,
                         people=centre.people[:1])  # fmt: skip
    with counted_queries() as more:
        tess.page(path)
    assert len(more) == len(few), "\n".join(more)
