"""The personal summary: written by its template, saved, handed in, sent back, accepted."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.certification.programmes import enrolled, published, requirement, values
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub import clock
from trainhub.certification.models import Award, PersonalSummary, SummaryEvent
from trainhub.certification.rules.summaries import compose, parts_of, written_length
from trainhub.db import db
from trainhub.people.models import Role

Client = Callable[..., CheckingClient]
SETTINGS = {"headings": {"zh": ["学到", "打算"], "en": ["Learned", "Next"]}, "min_characters": 10}
_WRITTEN = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=60)


@given(st.lists(_WRITTEN, min_size=1, max_size=4))
def test_what_is_written_comes_back_whatever_it_says(parts: list[str]) -> None:
    headings = [f"Heading {number}" for number in range(len(parts))]
    text = compose(headings, parts)
    back = parts_of(text, len(headings))
    assert ["".join(part.split()) for part in back] == ["".join(part.split()) for part in parts]
    assert compose(headings, back) == text
    assert written_length(text) == sum(len("".join(part.split())) for part in parts)


def test_a_heading_that_somebody_types_stays_text() -> None:
    text = compose(["One", "Two"], ["## not a heading\nmore", "b"])
    assert parts_of(text, 2) == ["## not a heading\nmore", "b"]


def test_a_template_that_lost_a_heading_loses_no_text() -> None:
    text = compose(["One", "Two", "Three"], ["a", "b", "c"])
    assert parts_of(text, 2) == ["a", "b\n\nc"]


class Place:
    """Somebody with a summary to write, and their supervisor."""

    def __init__(self, make: type[Make], now: datetime) -> None:
        red, blue = make.team("Red"), make.team("Blue")
        self.boss = make.person("boss", Role.SUPERVISOR, supervises=red)
        self.other = make.person("other", Role.SUPERVISOR, supervises=blue)
        self.agent = make.person("wang", team=red)
        programme = published(values(requirement("summary", "summary", settings=SETTINGS)))
        self.enrolment = enrolled(programme, self.agent, starts_on=now.date())
        self.path = f"/programme-enrolments/{self.enrolment.id}/summary/summary"


@pytest.fixture
def place(app: Flask, make: type[Make], now: datetime) -> Place:
    return Place(make, now)


def the_summary() -> PersonalSummary:
    db.session.expire_all()
    return db.session.scalars(select(PersonalSummary)).one()


def typed(one: str, two: str, seen: int, act: str = "save") -> dict[str, str]:
    return {"part-0": one, "part-1": two, "seen": str(seen), "act": act}


def test_from_the_first_word_to_accepted(place: Place, client: Client) -> None:
    agent, boss = client(place.agent), client(place.boss)
    page = agent.get(place.path)
    assert "Learned" in page.text
    agent.post(place.path, typed("calm voices", "", 0), status=302)
    assert "calm voices" not in boss.get(place.path).text, "a draft is its writer's alone"
    agent.post(place.path, typed("short", "", 1, "hand-in"), status=422)
    agent.post(place.path, typed("calm voices work", "typing", 1, "hand-in"), status=302)
    assert "calm voices work" in boss.get(place.path).text
    answer = f"{place.path}/answer"
    seen = str(the_summary().revision)
    boss.post(answer, {"answer": "returned", "comment": "", "seen": seen}, status=422)
    boss.post(answer, {"answer": "returned", "comment": "an example?", "seen": seen}, status=302)
    assert "an example?" in agent.get(place.path).text
    again = the_summary().revision
    agent.post(place.path, typed("calm voices, see 4711", "typing", again, "hand-in"), status=302)
    boss.post(answer, {"answer": "accepted", "comment": "", "seen": seen}, status=302)
    assert the_summary().state == "handed_in", "the answer was to an earlier text"
    seen = str(the_summary().revision)
    boss.post(answer, {"answer": "accepted", "comment": "good", "seen": seen}, status=302)
    kinds = [one.kind for one in db.session.scalars(select(SummaryEvent).order_by(SummaryEvent.id))]
    assert kinds == ["handed_in", "returned", "handed_in", "accepted"]
    assert db.session.scalars(select(Award)).one(), "accepting it granted the award at once"
    for browser in (agent, boss):
        assert "calm voices, see 4711" in browser.get(place.path).text


def test_two_windows_lose_nothing(place: Place, client: Client) -> None:
    agent = client(place.agent)
    agent.post(place.path, typed("from the first window", "", 0), status=302)
    page = agent.post(place.path, typed("from the second window", "", 0), status=422)
    assert "from the first window" in page.text
    assert "from the second window" in page.text
    assert "What is stored" in page.text and "<details" not in page.text.split("<form")[1], (
        "both open, side by side"
    )
    short = agent.post(place.path, typed("short", "", 1, "hand-in"), status=422).text
    assert "What is stored" not in short, "nobody has changed it in between"
    agent.post(place.path, typed("both", "", 1), status=302)
    assert "both" in the_summary().text


def test_it_saves_itself(place: Place, client: Client) -> None:
    agent = client(place.agent)
    agent.get(place.path)
    headers = {"X-CSRFToken": agent.token(), "Accept": "application/json"}

    def save(body: object) -> tuple[int, dict[str, object]]:
        answer = agent.client.post(f"{place.path}/draft", json=body, headers=headers)
        return answer.status_code, answer.get_json()

    assert save({"source": json.dumps(["one", "two"]), "seen": "0"})[1]["seen"] == "1"
    assert save({"source": json.dumps(["one!", "two"]), "seen": "1"})[1]["seen"] == "2"
    assert save({"source": json.dumps(["stale", ""]), "seen": "1"})[0] == 409
    for body in (None, [], {"source": 7}, {"source": "{"}, {"source": "[1, 2]"}, {"source": "[]"},
                 {"source": "[" * 5000, "seen": []}):  # fmt: skip
        assert save(body)[0] == 422, body
    assert parts_of(the_summary().text, 2) == ["one!", "two"]


def test_the_time_of_saving_is_the_centres(place: Place, client: Client) -> None:
    with clock.frozen(datetime(2026, 11, 23, 6, 5, 9, tzinfo=UTC)):  # eight hours behind it
        agent = client(place.agent)
        agent.get(place.path)
        sent = {"source": json.dumps(["one", "two"]), "seen": "0"}
        assert agent.post_json(f"{place.path}/draft", sent) == {"seen": "1", "saved": "14:05:09"}
        assert "14:05" in agent.get(place.path).text, "the page says the same"


def test_nobody_else_writes_or_answers(place: Place, client: Client) -> None:
    client(place.agent).post(place.path, typed("a summary of some length", "", 0, "hand-in"),
                             status=302)  # fmt: skip
    other = client(place.other)
    other.get(place.path, status=404)
    other.post(f"{place.path}/answer", {"answer": "accepted", "seen": "1"}, status=404)
    client(place.boss).post(place.path, typed("x" * 30, "", 1), status=404)
    client(place.agent).post(f"{place.path}/answer", {"answer": "accepted", "seen": "1"},
                             status=403)  # fmt: skip
    assert the_summary().state == "handed_in"
