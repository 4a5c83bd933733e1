"""Regrading in the browser: nothing changes before somebody has seen what would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.assessment.marked import choice_sitting, colour, correct, letter_sitting, reread, sit
from tests.assessment.test_regrading import BLUE_IS_RIGHT, old_version
from tests.checking import CheckingClient, Page
from tests.factories import Make
from trainhub import clock
from trainhub.assessment import services
from trainhub.assessment.models import Regrade
from trainhub.db import db, transaction
from trainhub.people.models import Person, Role

Clients = Callable[..., CheckingClient]


@pytest.fixture
def people(app: object) -> dict[str, Person]:
    names = ("alice", "bob")
    return {name: Make.person(name) for name in names} | {"tess": Make.person("tess", Role.TRAINER)}


@pytest.fixture
def papers(people: dict[str, Person], now: datetime) -> dict[str, int]:
    sitting = choice_sitting(people["alice"], people["bob"])
    return {
        "alice": sit(sitting, people["alice"], now, colour=colour("Red"), fact=True),
        "bob": sit(sitting, people["bob"], now, colour=colour("Blue"), fact=True),
    }


@pytest.fixture
def browser(client: Clients, people: dict[str, Person]) -> CheckingClient:
    return client(people["tess"])


def address(how: str, to: int | None = None) -> str:
    more = f"&to={to}" if to else ""
    return f"/regrades/preview?version={old_version().id}&how={how}{more}"


def decide(browser: CheckingClient, path: str, reason: str = "The key was wrong") -> str:
    page = browser.page(path)
    seen = next(one["value"] for one in page.all("input") if one.get("name") == "seen")
    return str(browser.post(path, {"seen": seen, "reason": reason}).location)


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Regrade)) or 0


def test_choosing_shows_the_versions_with_their_papers(
    browser: CheckingClient, papers: dict[str, int], now: datetime
) -> None:
    assert "Nothing changes before you have seen" in browser.page("/regrades/new").text
    correct("colour", BLUE_IS_RIGHT, now)
    text = browser.page("/regrades/new?item=colour").text
    assert "2 marked papers have it." in text and "version 2 of" in text
    text = browser.page("/regrades/new?item=no-such-one").text
    assert "There is no question with the key “no-such-one”." in text


def test_the_preview_names_who_passes_and_who_fails(
    browser: CheckingClient, papers: dict[str, int], now: datetime
) -> None:
    newer = correct("colour", BLUE_IS_RIGHT, now)
    text = browser.page(address("by_version", newer.id)).text
    assert "Alice" in text and "passed → failed" in text
    assert "Bob" in text and "failed → passed" in text
    assert "Entry exam" in text and "Early shift" in text
    assert count() == 0


def test_deciding_marks_every_paper_again(
    browser: CheckingClient, papers: dict[str, int], now: datetime
) -> None:
    newer = correct("colour", BLUE_IS_RIGHT, now)
    with clock.frozen(now + timedelta(hours=1)):
        browser.sign_in(db.session.scalars(select(Person).filter_by(username="tess")).one())
        place = decide(browser, address("by_version", newer.id))
        text = browser.page(place).text
    assert reread(papers["alice"]).mark_millionths == 1_000_000
    assert "Both scores" in text and "The key was wrong" in text
    assert "Question “colour” marked again" in text
    assert "still to be done" not in text
    assert "The key was wrong" in browser.page("/regrades").text


def test_a_preview_that_has_aged_shows_the_new_one(
    browser: CheckingClient, people: dict[str, Person], papers: dict[str, int], now: datetime
) -> None:
    path = address("full_marks")
    page = browser.page(path)
    seen = next(one["value"] for one in page.all("input") if one.get("name") == "seen")
    with transaction():
        services.void_attempt(papers["bob"], reason="Cheated", actor=people["tess"], now=now)
    sent = {"seen": seen, "reason": "CANARYREASON"}
    page = Page(browser.post(path, sent, status=409).text)
    assert "Papers have changed since this preview" in page.text
    assert "CANARYREASON" in page.text, "what was typed is not lost"
    assert count() == 0


def test_no_reason_no_regrade(browser: CheckingClient, papers: dict[str, int]) -> None:
    path = address("left_out")
    page = browser.page(path)
    seen = next(one["value"] for one in page.all("input") if one.get("name") == "seen")
    assert "Say why" in browser.post(path, {"seen": seen, "reason": " "}, status=422).text
    assert count() == 0


def test_what_cannot_be_matched_is_refused_in_words(
    browser: CheckingClient, papers: dict[str, int], now: datetime
) -> None:
    newer = correct("colour", {"options": [{"text": "Red", "correct": True}, {"text": "Pi"}]}, now)
    text = browser.get(address("by_version", newer.id), status=422).text
    assert "missing from the new text" in text


def test_an_old_password_is_asked_again_first(
    browser: CheckingClient, papers: dict[str, int], now: datetime
) -> None:
    with clock.frozen(now + timedelta(minutes=20)):
        answer = browser.get(address("full_marks"), status=302)
        assert "/confirm-password" in answer.location or "password" in answer.location
        assert browser.post("/regrades/preview", {"reason": "x"}).location != "/regrades"
    assert count() == 0


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?version=1",
        "?how=full_marks",
        "?version=x&how=full_marks",
        "?version=99999999999999&how=full_marks",
        "?version=1&how=by_version&to=77",
    ],
)
def test_a_senseless_address_is_nothing(
    browser: CheckingClient, papers: dict[str, int], query: str
) -> None:
    browser.get(f"/regrades/preview{query}", status=404)


def test_a_letter_offers_no_key(
    browser: CheckingClient, people: dict[str, Person], now: datetime
) -> None:
    sitting = letter_sitting(people["alice"])
    sit(sitting, people["alice"], now, letter="Dear Ms Li")
    page = browser.page("/regrades/new?item=letter")
    assert "Full marks for everybody" in page.text
    assert "by_version" not in {one.get("value") for one in page.all("input")}


def test_agents_and_supervisors_are_kept_out(client: Clients, papers: dict[str, int]) -> None:
    for person in (Make.person("sup", Role.SUPERVISOR), Make.person("dora")):
        client(person).get("/regrades/new", status=403)
        client(person).get("/regrades", status=403)


def test_the_pages_speak_chinese(
    client: Clients, people: dict[str, Person], papers: dict[str, int]
) -> None:
    browser = client(people["tess"], language="zh")
    assert browser.page("/regrades").h1 == "重新判分"
    assert "不计入" in browser.page("/regrades/new?item=colour").text
