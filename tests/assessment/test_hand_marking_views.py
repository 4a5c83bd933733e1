"""The marker's pages: the queue, the desk, and how far markers agree."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from tests.assessment.marked import (
    FULL,
    HALF,
    UNSAFE,
    claim,
    letter_sitting,
    mark_next,
    reread,
    sit,
)
from tests.checking import CheckingClient, Page
from tests.factories import Make
from trainhub.assessment.models import Sitting
from trainhub.assessment.rules.states import State
from trainhub.people.models import Person, Role

Clients = Callable[..., CheckingClient]
SECRET = "<script>alert('Ms Li')</script> & Co."


@pytest.fixture
def people(app: object) -> dict[str, Person]:
    red = Make.team("CANARYTEAM")
    return {
        "alice": Make.person("alice", name="CANARYALICE", team=red),
        "bob": Make.person("bob"),
        "tess": Make.person("tess", Role.TRAINER),
        "theo": Make.person("theo", Role.TRAINER, name="CANARYTHEO"),
        "tom": Make.person("tom", Role.TRAINER),
    }


@pytest.fixture
def sitting(people: dict[str, Person], now: datetime) -> Sitting:
    found = letter_sitting(people["alice"], people["bob"], markers=2)
    sit(found, people["alice"], now, fact=True, letter=SECRET)
    return found


def fields(points: dict[str, str], **more: str) -> dict[str, Any]:
    return {f"points-{key}": value for key, value in points.items()} | more


def take(browser: CheckingClient, sitting: Sitting) -> str:
    """Claim the next answer; the address of its page."""
    return str(browser.post("/marking/claim", {"exam_id": sitting.exam_id}).location)


def test_the_queue_says_what_waits(
    client: Clients, people: dict[str, Person], sitting: Sitting
) -> None:
    page = client(people["tess"]).page("/marking")
    assert "1 answer waits for you" in page.text
    assert "Entry exam" in page.text and "Mark the next" in page.text
    assert "CANARYALICE" not in page.text


def test_an_answer_is_shown_as_plain_text_and_blind(
    client: Clients,
    people: dict[str, Person],
    sitting: Sitting,
    now: datetime,
) -> None:
    mark_next(sitting, people["theo"], HALF, now, comment="CANARYCOMMENT")
    browser = client(people["tess"])
    html = browser.get(take(browser, sitting)).text
    assert "<script>alert" not in html
    assert SECRET in Page(html).text
    assert "Greets by name" in html and "CANARYMODEL" in html and "must be met" in html
    for word in ("CANARYALICE", "CANARYTEAM", "CANARYTHEO", "CANARYCOMMENT"):
        assert word not in html


def test_marking_leads_to_the_next_and_to_the_end(
    client: Clients,
    people: dict[str, Person],
    sitting: Sitting,
    now: datetime,
) -> None:
    attempt_id = sit(sitting, people["bob"], now, fact=True, letter="Second")
    for marker in ("tess", "tom"):
        browser = client(people[marker])
        first = take(browser, sitting)
        second = browser.post(first, fields(FULL)).location
        assert second != first and "/marking/" in second
        assert browser.post(second, fields(FULL)).location == "/marking"
    assert "Nothing waits to be marked" in client(people["tess"]).page("/marking").text
    attempt = reread(attempt_id)
    assert (attempt.state, attempt.mark_millionths) == (State.MARKED, 13_000_000)


def test_wrong_points_are_named_and_nothing_is_lost(
    client: Clients, people: dict[str, Person], sitting: Sitting
) -> None:
    browser = client(people["tess"])
    address = take(browser, sitting)
    sent = fields(FULL | {"greeting": "4.7", "privacy": ""}, comment="Well put")
    page = Page(browser.post(address, sent, status=422).text)
    assert "Points for “Greets by name” go from 0 to 4 in steps of a half." in page.text
    assert "Give points for “Keeps data private”." in page.text
    values = {one.get("name"): one.get("value") for one in page.all("input")}
    assert values["points-greeting"] == "4.7" and values["points-solution"] == "6"
    assert "Well put" in page.text


def test_a_draft_is_there_after_a_reload(
    client: Clients, people: dict[str, Person], sitting: Sitting
) -> None:
    browser = client(people["tess"])
    address = take(browser, sitting)
    body = {"points": {"greeting": "3.5", "unknown": "9"}, "comment": "So far"}
    said = browser.post_json(f"{address}/draft", body)
    assert re.fullmatch(r"\d\d:\d\d:\d\d", said["saved"]), "the time of the centre, to be shown"
    page = browser.page(address)
    values = {one.get("name"): one.get("value") for one in page.all("input")}
    assert values["points-greeting"] == "3.5" and "So far" in page.text
    browser.post(f"{address}/draft", fields(HALF, comment="By the button"))
    assert "By the button" in browser.page(address).text


@pytest.mark.parametrize("body", [None, [], {"points": 7}, {"points": {"greeting": [1]}}, "x"])
def test_a_senseless_draft_breaks_nothing(
    client: Clients, people: dict[str, Person], sitting: Sitting, body: Any
) -> None:
    browser = client(people["tess"])
    address = take(browser, sitting)
    browser.post_json(f"{address}/draft", body)
    browser.get(address)


def test_what_one_has_not_claimed_is_not_there(
    client: Clients, people: dict[str, Person], sitting: Sitting
) -> None:
    tess, tom = client(people["tess"]), client(people["tom"])
    address = take(tess, sitting)
    tom.get(address, status=404)
    tom.post(address, fields(FULL), status=404)
    tom.post(f"{address}/give-back", status=409)
    answer = tom.client.post(
        f"{address}/draft",
        json={},
        headers={"X-CSRFToken": tom.token(), "Accept": "application/json"},
    )
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "claim_lost")


def test_an_answer_can_be_given_back(
    client: Clients, people: dict[str, Person], sitting: Sitting
) -> None:
    tess, tom = client(people["tess"]), client(people["tom"])
    address = take(tess, sitting)
    assert "/marking/" not in take(tom, sitting), "it is on another desk"
    tess.post(f"{address}/give-back")
    tess.get(address, status=404)
    assert take(tom, sitting) == address


def test_the_agreement_shows_only_what_is_done(
    client: Clients,
    people: dict[str, Person],
    sitting: Sitting,
    now: datetime,
) -> None:
    mark_next(sitting, people["theo"], UNSAFE, now)
    assert claim(sitting, people["tess"], now) is not None
    browser = client(people["tess"])
    assert "No answer of this exam was marked twice" in browser.page("/exams/letters/markers").text
    mark_next(sitting, people["tess"], FULL, now)
    assert "No answer of this exam was marked twice" in browser.page("/exams/letters/markers").text
    mark_next(sitting, people["tom"], FULL, now)
    text = browser.page("/exams/letters/markers").text
    assert "third marker" in text and "a condition is not met" in text and "12 of 12" in text
    assert "Fewer than 10 answers were marked twice" in text
    assert "CANARYALICE" not in text


def test_the_pages_speak_chinese(
    client: Clients, people: dict[str, Person], sitting: Sitting
) -> None:
    browser = client(people["tess"], language="zh")
    assert browser.page("/marking").h1 == "阅卷"
    assert "参考答案" in browser.page(take(browser, sitting)).text
