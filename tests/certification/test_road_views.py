"""The road: the agent's and the supervisor's view of it, and what is done from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.certification.awarding import awarded, written
from tests.certification.programmes import (
    complete,
    enrolled,
    published,
    requirement,
    sit,
    values,
)
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub.certification.models import (
    Award,
    ProgrammeEnrolment,
    ProgrammeEnrolmentEvent,
    RequirementException,
    RequirementStanding,
    SignOff,
)
from trainhub.certification.rules.awards.states import AwardState
from trainhub.certification.services.awards import change
from trainhub.db import db
from trainhub.people.models import Person, Role

Client = Callable[..., CheckingClient]
HOUR = timedelta(hours=1)


class Place:
    """A team with its supervisor, one agent in a programme, and somebody of another team."""

    def __init__(self, make: type[Make], now: datetime, **more: Any) -> None:
        red, blue = make.team("Red"), make.team("Blue")
        self.boss = make.person("boss", Role.SUPERVISOR, supervises=red)
        self.other = make.person("other", Role.SUPERVISOR, supervises=blue)
        self.agent = make.person("wang", team=red, name="Wang Canary")
        raw = values(
            requirement("opening", due_days=3),
            requirement("exam", "exam", settings={"exam": "entry"}),
            requirement("word", "sign_off"),
            **more,
        )
        self.programme = published(raw)
        self.enrolment = enrolled(self.programme, self.agent, starts_on=now.date())
        self.path = f"/programme-enrolments/{self.enrolment.id}"


@pytest.fixture
def place(app: Flask, make: type[Make], now: datetime) -> Place:
    return Place(make, now)


def stored(enrolment: ProgrammeEnrolment) -> ProgrammeEnrolment:
    db.session.expire_all()
    found = db.session.get(ProgrammeEnrolment, enrolment.id)
    assert found is not None
    return found


def state_of(enrolment: ProgrammeEnrolment, key: str) -> str:
    db.session.expire_all()
    row = db.session.get(RequirementStanding, (enrolment.id, key))
    assert row is not None
    return row.state


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_agent_sees_what_is_done_what_is_open_and_what_is_next(
    place: Place, client: Client, now: datetime, language: str
) -> None:
    sit(place.agent, "entry", 85, at=now - HOUR)
    browser = client(place.agent, language=language)
    page = browser.get(place.path)
    assert "85" in page.text
    if language == "en":
        assert "What is next Opening" not in page.text
        assert "Take the course" in page.text
        assert "A word to them" not in page.text
        assert "Waive" not in page.text
    browser.get("/")
    browser.get("/my-certification", status=302)


def test_a_road_tells_that_its_award_was_taken_back(
    place: Place, client: Client, now: datetime
) -> None:
    award = awarded(place.agent, published(written(programme="other")))
    change(
        db.session.get_one(Award, award.id), AwardState.REVOKED, now=now, by=place.boss,
        reason="Copied answers",
    )  # fmt: skip
    db.session.commit()
    for person in (place.agent, place.boss):
        page = client(person).get(f"/programme-enrolments/{award.enrolment_id}").text
        assert "Copied answers" in page.split("What happens after")[0]
        assert "Certified until" not in page
        story = page.split("What has happened")[1]
        assert story.index("Certified") < story.index("Revoked")
        assert "Copied answers" in story
    assert "Revoked" in client(place.agent).get("/my-certification").text
    assert "Revoked" in client(place.boss).get(f"/people/{place.agent.id}").text


def test_the_story_tells_everything_that_was_said(
    place: Place, client: Client, now: datetime
) -> None:
    browser = client(place.boss)
    until = (now.date() + timedelta(days=30)).isoformat()
    typed = {"kind": "extension", "until_on": until, "reason": "was ill"}
    browser.post(f"{place.path}/requirements/opening/exception", typed, status=302)
    typed = {"decision": "not_yet", "comment": "calls are too short"}
    browser.post(f"{place.path}/sign-off/word", typed, status=302)
    made = db.session.scalars(select(RequirementException)).one()
    browser.post(f"{place.path}/exceptions/{made.id}/end", {"reason": "well again"}, status=302)
    story = browser.get(place.path).text.split("What has happened")[1]
    told = ("Taken into the programme", "was ill", "calls are too short", "well again")
    assert [words for words in told if words not in story] == []
    assert place.boss.name in story


def test_a_reminder_without_words_names_what_is_missing(
    place: Place, client: Client, now: datetime
) -> None:
    client(place.boss).post(f"{place.path}/remind", {}, status=302)
    for path in (place.path, "/"):
        said = client(place.agent).get(path).text.split("Your supervisor reminds you")[1]
        assert "opening, exam, word" in said[:200]


def test_a_road_of_somebody_else_belongs_to_the_matrix(place: Place, client: Client) -> None:
    browser = client(place.boss)
    page = browser.get(place.path)
    assert f"/certification?programme={place.programme.id}#row-{place.enrolment.id}" in page.text
    current = page.text.split('aria-current="page"')[0].rsplit("<a", 1)[1]
    assert 'href="/certification"' in current
    person = browser.get(f"/people/{place.agent.id}").text
    assert place.path in person
    assert f"/people/{place.agent.id}/competencies" in person


def test_only_ones_own_supervisor_sees_a_road(place: Place, client: Client) -> None:
    for person, status in ((place.boss, 200), (place.other, 404)):
        browser = client(person)
        page = browser.get(place.path, status=status)
        assert ("Wang Canary" in page.text) == (status == 200)
        for act in ("remind", "withdraw"):
            browser.post(
                f"{place.path}/{act}", {"reason": "x"}, status=302 if status == 200 else 404
            )


def test_nobody_acts_on_their_own_road(place: Place, client: Client) -> None:
    browser = client(place.agent)
    for act in ("remind", "withdraw", "requirements/opening/exception", "sign-off/word"):
        browser.post(f"{place.path}/{act}", {"reason": "x"}, status=403)
    assert stored(place.enrolment).state == "active"


def test_a_waiver_counts_at_once_and_ends_with_a_reason(
    place: Place, client: Client, now: datetime
) -> None:
    browser = client(place.boss)
    path = f"{place.path}/requirements/opening/exception"
    browser.get(path)
    until = (now.date() + timedelta(days=30)).isoformat()
    typed = {"kind": "waiver", "until_on": until, "reason": ""}
    browser.post(path, typed, status=422)
    browser.post(path, typed | {"reason": "did it at another centre"}, status=302)
    assert state_of(place.enrolment, "opening") == "waived"
    page = browser.get(place.path)
    assert "did it at another centre" in page.text
    made = db.session.scalars(select(RequirementException)).one()
    end = f"{place.path}/exceptions/{made.id}/end"
    browser.post(end, {"reason": ""}, status=302)
    assert state_of(place.enrolment, "opening") == "waived"
    browser.post(end, {"reason": "a mistake"}, status=302)
    assert state_of(place.enrolment, "opening") == "open"
    browser.post(end, {"reason": "again"}, status=302)
    assert "was ended already" in browser.get(place.path).text


def test_a_waiver_without_an_end_in_reach_is_refused(
    place: Place, client: Client, now: datetime
) -> None:
    browser = client(place.boss)
    for days in (-1, 400):
        until = (now.date() + timedelta(days=days)).isoformat()
        browser.post(
            f"{place.path}/requirements/opening/exception",
            {"kind": "waiver", "until_on": until, "reason": "x"},
            status=422,
        )
    assert db.session.scalars(select(RequirementException)).all() == []


def test_the_last_word_grants_the_award_in_the_same_moment(
    place: Place, client: Client, now: datetime
) -> None:
    complete(place.agent, "opening", at=now - 2 * HOUR)
    sit(place.agent, "entry", 90, at=now - HOUR)
    browser = client(place.boss)
    path = f"{place.path}/sign-off/word"
    assert "Everything else is done" in browser.get(path).text
    browser.post(path, {"decision": "not_yet", "comment": ""}, status=422)
    browser.post(path, {"decision": "not_yet", "comment": "greet by name"}, status=302)
    assert "greet by name" in client(place.agent).get(place.path).text
    assert db.session.scalars(select(Award)).all() == []
    browser.post(path, {"decision": "signed", "comment": ""}, status=302)
    assert db.session.scalars(select(Award)).one().person_id == place.agent.id
    assert [one.decision for one in db.session.scalars(select(SignOff))] == ["not_yet", "signed"]
    assert "Certified" in browser.get(place.path).text


def test_who_signs_off_although_something_is_missing_says_why(place: Place, client: Client) -> None:
    browser, path = client(place.boss), f"{place.path}/sign-off/word"
    assert "say why in the comment" in browser.get(path).text
    refused = browser.post(path, {"decision": "signed", "comment": " "}, status=422)
    assert "say why you sign them off all the same" in refused.text
    assert db.session.scalars(select(SignOff)).all() == []
    browser.post(path, {"decision": "signed", "comment": "The exam is next week"}, status=302)
    assert db.session.scalars(select(SignOff)).one().comment == "The exam is next week"


def test_one_reminder_a_day_and_the_agent_reads_it(place: Place, client: Client) -> None:
    browser = client(place.boss)
    for words in ("please begin", "again"):
        browser.post(f"{place.path}/remind", {"words": words}, status=302)
    events = db.session.scalars(
        select(ProgrammeEnrolmentEvent).where(ProgrammeEnrolmentEvent.kind == "reminded")
    ).all()
    assert [one.reason for one in events] == ["please begin"]
    agent = client(place.agent)
    assert "please begin" in agent.get(place.path).text
    assert "please begin" in agent.get("/").text


def test_who_left_can_be_taken_in_again(place: Place, client: Client, now: datetime) -> None:
    browser = client(place.boss)
    browser.post(f"{place.path}/withdraw", {"reason": "moved away"}, status=302)
    assert stored(place.enrolment).state == "withdrawn"
    assert "moved away" in browser.get(place.path).text
    path = f"/programmes/{place.programme.id}/enrol"
    typed = {"person_ids": [str(place.agent.id)], "starts_on": now.date().isoformat()}
    browser.get("/programmes/enrol")
    browser.post(path, typed, status=302)
    rows = db.session.scalars(select(ProgrammeEnrolment.state).order_by(ProgrammeEnrolment.id))
    assert list(rows) == ["withdrawn", "active"]


def test_a_supervisor_takes_in_only_their_own_people(
    place: Place, make: type[Make], client: Client, now: datetime
) -> None:
    stranger = make.person("li", team=make.team("Green"), name="Li Canary")
    mate = make.person("mate", team=db.session.get(Person, place.agent.id).team)
    cohort = make.cohort("November", (stranger, mate, place.agent))
    hidden = make.cohort("Hidden Canary", (stranger,))
    browser = client(place.boss)
    path = f"/programmes/{place.programme.id}/enrol"
    page = browser.get(path)
    assert "November" in page.text
    assert "Hidden Canary" not in page.text
    found = browser.post(
        path, {"words": "Canary", "find": "1", "starts_on": "2026-11-20"}, status=200
    )
    assert "Li Canary" not in found.text
    day = {"starts_on": now.date().isoformat()}
    browser.post(path, {"person_ids": [str(stranger.id)], **day}, status=422)
    browser.post(path, {"cohort_ids": [str(hidden.id)], **day}, status=422)
    browser.post(path, day, status=422)
    browser.post(path, {"cohort_ids": [str(cohort.id)], **day}, status=302)
    people = {one.person_id for one in db.session.scalars(select(ProgrammeEnrolment))}
    assert people == {place.agent.id, mate.id}


def test_a_combined_result_shows_its_formula_and_the_place(
    app: Flask, make: type[Make], client: Client, now: datetime
) -> None:
    parts = [
        {"requirement": "written", "weight": 60, "gate": True},
        {"requirement": "second", "weight": 40, "gate": False},
    ]
    raw = values(
        requirement("written", "exam", settings={"exam": "written"}),
        requirement("second", "exam", settings={"exam": "second"}),
        requirement("all", "composite", settings={"parts": parts, "pass_permille": 800}),
    )
    programme = published(raw)
    agent = make.person("wang")
    enrolment = enrolled(programme, agent)
    sit(agent, "written", 90, at=now - HOUR, attempt=1)
    sit(agent, "second", 80, at=now - HOUR, attempt=2)
    page = client(agent).get(f"/programme-enrolments/{enrolment.id}")
    assert "(60×900 + 40×800) ÷ 100 = 860" in page.text
