"""Holding sittings: windows, candidates who come late, codes, what supervisors see."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.assessment.papers import add_exam, add_item, add_sitting
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub import pipeline
from trainhub.assessment.models import Candidate, ExamVersion, Sitting
from trainhub.assessment.rules.settings import Blueprint, ExamSettings, Form, Quota
from trainhub.assessment.rules.sitting_checks import CODE_SIGNS, read_networks
from trainhub.assessment.services import start_attempt
from trainhub.assessment.services.sittings import new_access_code
from trainhub.audit.models import AuditEntry
from trainhub.db import db, transaction
from trainhub.errors import InputErrors
from trainhub.people.models import Person, Role, Team

FORM = {
    "name": "Early shift",
    "opens_at": "2026-11-24T09:00",
    "closes_at": "2026-11-24T11:00",
    "access_code": "ABC-DEF",
    "networks": "10.20.0.0/16, 192.168.1.7",
}
OPEN = "/exams/entry/sittings/new"


@pytest.fixture
def team(app: Flask, make: type[Make]) -> Team:
    return make.team("Red")


@pytest.fixture
def trainer(app: Flask, make: type[Make], client: Any) -> CheckingClient:
    with transaction():
        for number in range(1, 6):
            add_item(f"item-{number}")
        add_exam()
    browser: CheckingClient = client(make.person("alice", Role.TRAINER))
    return browser


def only_sitting() -> Sitting:
    db.session.rollback()
    return db.session.query(Sitting).one()


def names() -> set[str]:
    db.session.rollback()
    query = db.session.query(Candidate).filter(Candidate.removed_at.is_(None))
    return {one.person.username for one in query}


def test_a_sitting_is_opened_in_the_time_of_the_centre(
    trainer: CheckingClient, make: type[Make], team: Team
) -> None:
    make.person("bob", team=team)
    trainer.post(OPEN, FORM | {"team_ids": [str(team.id)]})
    sitting = only_sitting()
    assert sitting.opens_at == datetime.fromisoformat("2026-11-24T01:00Z"), "nine in Shanghai"
    assert sitting.networks == ["10.20.0.0/16", "192.168.1.7/32"]
    assert names() == {"bob"}
    page = trainer.get(f"/sittings/{sitting.id}")
    assert "Bob" in page.text
    assert "ABC-DEF" in page.text
    assert "Early shift" in trainer.get("/sittings").text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Give the sitting a name"),
        ({"closes_at": "2026-11-24T08:00"}, "must close after it opens"),
        ({"closes_at": "2026-11-24T09:10"}, "shorter than the time for one attempt (45 min)"),
        ({"opens_at": "2026-11-20T09:00", "closes_at": "2026-11-20T19:00"}, "over already"),
        ({"networks": "10.20.0.0/40"}, "no address or range"),
        ({"opens_at": ""}, "Say when the sitting opens"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    trainer: CheckingClient, change: dict[str, str], words: str
) -> None:
    assert words in trainer.post(OPEN, FORM | change, status=422).text
    assert db.session.query(Sitting).count() == 0


def test_the_form_offers_an_access_code_to_read_aloud(trainer: CheckingClient) -> None:
    fields = trainer.page(OPEN).all("input")
    code = next(one["value"] for one in fields if one.get("name") == "access_code")
    assert len(code) == 7
    assert set(code.replace("-", "")) <= set(CODE_SIGNS)
    assert new_access_code() != new_access_code()


def test_networks_are_read_with_chinese_commas_and_once_each() -> None:
    assert read_networks("10.0.0.1，10.0.0.1\n2001:db8::/32") == ("10.0.0.1/32", "2001:db8::/32")
    with pytest.raises(InputErrors) as refused:
        read_networks("here, 10.0.0.0/8, there")
    assert len(refused.value.errors) == 2


def test_who_joins_the_team_later_is_added_by_the_tick(
    trainer: CheckingClient, make: type[Make], team: Team, now: datetime
) -> None:
    trainer.post(OPEN, FORM | {"team_ids": [str(team.id)]})
    assert names() == set()
    bob = make.person("bob", team=team)
    make.person("gone", team=team, disabled_at=now)
    assert pipeline.tick(now)["add candidates"] == 1
    assert names() == {"bob"}
    assert pipeline.tick(now)["add candidates"] == 0
    candidate = db.session.query(Candidate).one()
    trainer.post(f"/sittings/{only_sitting().id}/candidates/{candidate.id}/remove")
    assert pipeline.tick(now)["add candidates"] == 0, "who was taken off stays off"
    assert names() == set()
    trainer.post(f"/sittings/{only_sitting().id}/candidates/add", {"person_ids": [str(bob.id)]})
    assert names() == {"bob"}


def test_nobody_joins_a_sitting_that_is_over(
    trainer: CheckingClient, make: type[Make], team: Team, now: datetime
) -> None:
    trainer.post(OPEN, FORM | {"team_ids": [str(team.id)]})
    make.person("bob", team=team)
    assert pipeline.tick(now + timedelta(days=3))["add candidates"] == 0


def test_members_of_a_cohort_are_candidates(trainer: CheckingClient, make: type[Make]) -> None:
    cohort = make.cohort("November", (make.person("bob"), make.person("charlie")))
    trainer.post(OPEN, FORM | {"cohort_ids": [str(cohort.id)]})
    assert names() == {"bob", "charlie"}


def test_people_are_found_and_ticked(trainer: CheckingClient, make: type[Make]) -> None:
    bob = make.person("bob")
    page = trainer.post(OPEN, FORM | {"find": "1", "words": "bob"}, status=200)
    assert "Bob" in page.text
    trainer.post(OPEN, FORM | {"person_ids": [str(bob.id)]})
    assert names() == {"bob"}


def test_a_candidate_under_way_is_not_taken_off(
    trainer: CheckingClient, make: type[Make], now: datetime
) -> None:
    bob = make.person("bob")
    sitting = _sitting(bob)
    with transaction():
        start_attempt(sitting.id, bob, "en", now=now)
    candidate = db.session.query(Candidate).one()
    place = trainer.post(f"/sittings/{sitting.id}/candidates/{candidate.id}/remove").location
    assert "has an attempt under way" in trainer.get(place).text
    assert names() == {"bob"}


def _sitting(*people: Person) -> Sitting:
    with transaction():
        return add_sitting(db.session.query(ExamVersion).one(), *people)


def test_a_sitting_is_cancelled_with_a_reason(trainer: CheckingClient, make: type[Make]) -> None:
    sitting = _sitting(make.person("bob"))
    place = trainer.post(f"/sittings/{sitting.id}/cancel", {"reason": " "}).location
    assert "Say why" in trainer.get(place).text
    trainer.post(f"/sittings/{sitting.id}/cancel", {"reason": "Power cut"})
    assert "Power cut" in trainer.get(place).text
    assert "Early shift" in trainer.get("/sittings?phase=cancelled").text
    entry = db.session.query(AuditEntry).filter_by(action="sitting.cancelled").one()
    assert entry.reason == "Power cut"


def test_a_changed_window_is_on_the_trail_but_no_code(
    trainer: CheckingClient, make: type[Make]
) -> None:
    trainer.post(OPEN, FORM)
    sitting = only_sitting()
    path = f"/sittings/{sitting.id}/edit"
    assert "2026-11-24T09:00" in trainer.get(path).text
    trainer.post(path, FORM | {"closes_at": "2026-11-24T12:00", "access_code": "NEW-COD"})
    assert only_sitting().closes_at == datetime.fromisoformat("2026-11-24T04:00Z")
    entry = db.session.query(AuditEntry).filter_by(action="sitting.changed").one()
    assert set(entry.changes) == {"closes_at", "access_code"}
    assert "NEW-COD" not in str(entry.changes)


def test_what_is_granted_to_one_is_written_down(trainer: CheckingClient, make: type[Make]) -> None:
    sitting = _sitting(make.person("bob"))
    candidate = db.session.query(Candidate).one()
    path = f"/sittings/{sitting.id}/candidates/{candidate.id}"
    assert "Say why" in trainer.post(path, {"do": "time", "extra_min": "10"}, status=422).text
    trainer.post(path, {"do": "time", "extra_min": "10", "reason": "Dyslexia"})
    window = {"opens_at": "2026-11-25T09:00", "closes_at": "2026-11-25T11:00"}
    trainer.post(path, {"do": "window", "reason": "Was ill"} | window)
    trainer.post(path, {"do": "attempt", "reason": "Fire alarm"})
    db.session.rollback()
    candidate = db.session.query(Candidate).one()
    assert (candidate.extra_s, candidate.extra_attempts) == (600, 1)
    assert candidate.opens_at == datetime.fromisoformat("2026-11-25T01:00Z")
    page = trainer.get(path)
    assert all(reason in page.text for reason in ("Dyslexia", "Was ill", "Fire alarm"))


def test_another_sitting_may_have_the_same_form(trainer: CheckingClient, make: type[Make]) -> None:
    settings = ExamSettings(languages=("en",), blueprint=Blueprint((Quota(3),)), form=Form.SHARED)
    with transaction():
        add_exam("shared", settings)
    trainer.post("/exams/shared/sittings/new", FORM)
    first = only_sitting().id
    trainer.post("/exams/shared/sittings/new", FORM | {"same_form": str(first)})
    trainer.post("/exams/shared/sittings/new", FORM | {"same_form": "0"})
    seeds = [one.form_seed for one in db.session.query(Sitting).order_by(Sitting.id)]
    assert seeds[0] == seeds[1] != seeds[2]


def test_supervisors_see_their_own_people_only(
    trainer: CheckingClient, make: type[Make], team: Team, client: Any
) -> None:
    other = make.team("Blue")
    people = make.person("bob", team=team), make.person("charlie", team=other)
    sitting = _sitting(*people)
    browser = client(make.person("erin", Role.SUPERVISOR, supervises=team))
    page = browser.get(f"/sittings/{sitting.id}")
    assert "Bob" in page.text
    assert "Charlie" not in page.text
    assert "Access code" not in page.text
    assert "Early shift" in browser.get("/sittings").text
    stranger = client(make.person("frank", Role.SUPERVISOR, supervises=make.team("Green")))
    stranger.get(f"/sittings/{sitting.id}", status=404)
    assert "Early shift" not in stranger.get("/sittings").text
    candidate = db.session.query(Candidate).first()
    browser.get(f"/sittings/{sitting.id}/candidates/{candidate.id}", status=403)


def test_the_pages_are_in_chinese(make: type[Make], client: Any, trainer: CheckingClient) -> None:
    sitting = _sitting(make.person("bob"))
    browser = client(make.person("dan", Role.TRAINER), language="zh")
    assert "场次" in browser.get("/sittings").text
    for path in ("", "/edit", "/candidates/add"):
        browser.get(f"/sittings/{sitting.id}{path}")
    browser.get(OPEN)
