"""Example tables can be imported as they are, in both languages and both formats."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from tests.checking import CheckingClient
from tests.conftest import NOON
from tests.factories import Make
from trainhub import clock
from trainhub.db import db, transaction
from trainhub.people.models import Role
from trainhub.rota.models import Queue, Shift, Site, TeamPlace
from trainhub.rota.rules.tables.example_tables import CYCLE, ExamplePerson, code_on
from trainhub.rota.services import importing_demand, importing_rota
from trainhub.rota.services.shift_codes import add_standard_codes

Browse = Callable[..., CheckingClient]
TODAY = NOON.date()
ALICE = ExamplePerson("10001", "Alice", "Red", 3)


@pytest.fixture
def centre(app: Flask) -> None:
    team = Make.team("Red")
    for name in ("alice", "bob", "carol"):
        Make.person(name, team=team)
    with transaction():
        site = Site(name="Centre", time_zone="Asia/Shanghai")
        queue = Queue(key="hotline", name="Hotline")
        db.session.add_all([site, queue])
        db.session.flush()
        db.session.add(TeamPlace(team_id=team.id, site_id=site.id, queue_id=queue.id))
        add_standard_codes(actor=None, now=clock.now())


def test_everybody_has_an_early_class_and_rests_in_each_cycle() -> None:
    for first in range(400):
        days = [TODAY + timedelta(days=first + day) for day in range(len(CYCLE))]
        codes = [code_on(ALICE, day) for day in days]
        if "V" not in codes:
            assert codes.count("M") == codes.count("R") == 2


def test_nobody_is_rostered_against_the_nights_rest() -> None:
    times = {"E": (420, 900), "M": (540, 1080), "L": (840, 1320)}
    for day in range(400):
        on = TODAY + timedelta(days=day)
        today, tomorrow = code_on(ALICE, on), code_on(ALICE, on + timedelta(days=1))
        if today in times and tomorrow in times:
            assert times[tomorrow][0] + 1440 - times[today][1] >= 660


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_downloaded_can_be_imported(
    centre: None, client: Browse, language: str, kind: str
) -> None:
    browser = client(Make.person("pia", Role.PLANNER), language=language)
    data = browser.get(f"/rota/example/{kind}").data
    lines = importing_rota.read_file(data, f"rota.{kind}")
    mapping, _ = importing_rota.mapping_for(lines, f"rota.{kind}", TODAY)
    with transaction():
        plan, _ = importing_rota.import_rota(
            lines, mapping, file="rota", file_hash="", actor=None, now=clock.now()
        )
    assert plan.read.people == 3 and plan.read.first == date(2026, 11, 30)
    assert db.session.query(Shift).count() == 3 * 98
    data = browser.get(f"/demand/example/{kind}").data
    lines = importing_demand.read_file(data, f"demand.{kind}")
    reading, _ = importing_demand.mapping_for(lines, TODAY)
    with transaction():
        done = importing_demand.import_demand(
            lines, reading, file="demand", file_hash="", actor=None, now=clock.now()
        )
    assert (done.counts["typical_days"], done.unknown) == (8, 0)


def test_the_import_pages_lead_to_the_examples(centre: None, client: Browse) -> None:
    browser = client(Make.person("pia", Role.PLANNER))
    for page, file in (
        ("/rota/import", "/rota/example/xlsx"),
        ("/demand/import", "/demand/example/xlsx"),
    ):
        assert file in [link["href"] for link in browser.page(page).all("a")]


def test_without_people_or_queues_there_is_no_example(app: Flask, client: Browse) -> None:
    browser = client(Make.person("root", Role.ADMINISTRATOR))
    assert browser.get("/rota/example/csv", status=302).location == "/rota/import"
    assert browser.get("/demand/example/csv", status=302).location == "/demand"
