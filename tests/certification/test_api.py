"""The JSON interface of certification: the words of the pages, and nobody else's things."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.catalogue.texts import library, take
from tests.certification.awarding import EXAM, HOUR, NOW, award_of, awarded, written
from tests.certification.programmes import complete, enrolled, published, requirement, sit
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub import clock
from trainhub.audit.queries import list_entries
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.services.exceptions import make_exception
from trainhub.db import db, transaction
from trainhub.people.models import Role
from trainhub.people.services.links import issue_access_token
from trainhub.web.filters import show_duration

Browse = Callable[..., CheckingClient]
START = NOW.date() - timedelta(days=20)
BOTH = pytest.mark.parametrize("language", ["en", "zh"])


class Place:
    """Red's Wang is late with a course, has passed the exam, and has a waiver; Blue has Eve."""

    def __init__(self) -> None:
        red, blue = Make.team("Red"), Make.team("Blue")
        self.boss = Make.person("boss", Role.SUPERVISOR, supervises=red)
        self.other = Make.person("other", Role.SUPERVISOR, supervises=blue)
        self.admin = Make.person("ada", Role.ADMINISTRATOR)
        self.wang = Make.person("wang", team=red, name="Wang Lei")
        self.eve = Make.person("eve", team=blue, name="Eve Canary")
        both = {"zh": "开场白", "en": "The opening"}
        self.programme = published(
            written(
                requirement("opening", due_days=4) | {"titles": both},
                EXAM | {"due_days": 5},
                requirement("phrases", due_days=12),
                requirement("spare"),
                requirement("quick", "exam", settings={"exam": "quick"}),
                requirement("sum", "composite", settings={
                    "parts": [{"requirement": "exam", "weight": 2, "gate": True},
                              {"requirement": "quick", "weight": 1}],
                    "pass_permille": 600}),
                requirement("word", "sign_off", due_days=200),
                needs=["opening", "exam", "quick", "sum", "word", {"any": ["phrases", "spare"]}],
            )
        )  # fmt: skip
        self.road = enrolled(self.programme, self.wang, starts_on=START)
        self.hers = enrolled(self.programme, self.eve, starts_on=START)
        sit(self.wang, "entry", 85, at=NOW - HOUR)
        sit(self.wang, "quick", 90, at=NOW - HOUR, attempt=2)
        with transaction():
            make_exception(
                self.road, "phrases", "waiver", until_on=NOW.date() + timedelta(days=30),
                reason="did it elsewhere", actor=self.boss, today=NOW.date(), now=NOW,
            )  # fmt: skip
        review_enrolments(NOW)
        self.path = f"/programme-enrolments/{self.road.id}"


@pytest.fixture
def place(app: Flask) -> Iterator[Place]:
    with clock.frozen(NOW):
        yield Place()


def ask(browser: CheckingClient, path: str, status: int = 200) -> Any:
    """The body of an answer of the interface."""
    answer = browser.client.get(f"/api/v1{path}")
    assert answer.status_code == status, answer.text
    return answer.get_json()


def lines_of(road: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The requirements of a road by key."""
    return {
        one["requirement"]: one
        for stage in road["stages"]
        for group in stage["groups"]
        for one in group["requirements"]
    }


def test_my_standing_says_what_is_done_late_and_next(place: Place, client: Browse) -> None:
    body = ask(client(place.wang), "/me/certification")
    (road,) = body["programmes"]
    assert (road["programme"], road["title"]) == ("onboarding", "Ready for the phones")
    assert (road["state"], road["words"]) == ("late", "Late")
    assert (road["done"], road["needed"], body["awards"]) == (4, 6, [])
    assert road["today"] == "2026-11-23" and road["starts_on"] == START.isoformat()
    lines = lines_of(road)
    assert {key: one["state"] for key, one in lines.items()} == {
        "opening": "open", "exam": "met", "phrases": "waived", "spare": "not_needed",
        "quick": "met", "sum": "met", "word": "open",
    }  # fmt: skip
    late = lines["opening"]
    assert late["is_late"] and late["due_on"] == road["next_due_on"] < road["today"]
    assert late["step"]["words"] == "Take the course"
    assert (late["step"]["turn"], late["step"]["turn_words"]) == ("person", "your turn")
    assert road["next"]["requirement"] == "opening" and road["next"]["title"] == "The opening"
    assert lines["word"]["step"]["turn"] == "supervisor" and lines["word"]["step"]["url"] == ""
    (piece,) = lines["exam"]["evidence"]
    assert (piece["on"], piece["at"]) == ("2026-11-23", "2026-11-23T03:00:00.000Z")
    assert piece["record_id"] > 0
    (waiver,) = lines["phrases"]["exceptions"]
    assert (waiver["granted_by"], waiver["reason"]) == (place.boss.name, "did it elsewhere")
    assert lines["phrases"]["ends_on"] == waiver["until_on"] == "2026-12-23"
    combined = lines["sum"]["composite"]
    assert (combined["permille"], combined["formula"]) == (867, "(2×850 + 1×900) ÷ 3 = 867")
    assert (combined["place"], combined["among"]) == (1, 1)


@BOTH
@pytest.mark.parametrize("reader", ["wang", "boss"])
def test_the_words_are_those_of_the_page(
    place: Place, client: Browse, language: str, reader: str
) -> None:
    browser = client(getattr(place, reader), language=language)
    road, page = ask(browser, place.path), browser.page(place.path)
    said = [road["title"], road["words"], road["next"]["words"], road["next"]["turn_words"]]
    for stage in road["stages"]:
        said += [stage["title"], *(group["words"] for group in stage["groups"])]
    for one in lines_of(road).values():
        said += [one["title"], one["asked"], one["words"], one["said"], one["risk"]]
        said += [made["reason"] for made in one["exceptions"]]
        said += [one["step"]["words"], one["step"]["turn_words"]] if one["step"] else []
        said += [one["composite"]["formula"]] if one["composite"] else []
    said += [text for term in road["after"] for text in (term["term"], term["text"])]
    missing = [words for words in said if words and " ".join(words.split()) not in page.text]
    assert missing == []
    links = {link.get("href") for link in page.all("a")}
    urls = [one["step"]["url"] for one in lines_of(road).values() if one["step"]]
    assert {url for url in urls if url} <= links
    assert any(urls), "there is something the reader can do"


def test_a_risk_is_told_with_its_reason_as_on_the_page(app: Flask, client: Browse) -> None:
    with clock.frozen(NOW):
        wang = Make.person("wang")
        lesson = requirement(
            "lesson", "class", settings={"course": "opening", "min_minutes": 0}, due_days=5
        )
        road = enrolled(published(written(lesson)), wang, starts_on=NOW.date())
        review_enrolments(NOW)
        for language in ("en", "zh"):
            browser = client(wang, language=language)
            answer = ask(browser, f"/programme-enrolments/{road.id}")
            page = browser.page(f"/programme-enrolments/{road.id}").text
            line = lines_of(answer)["lesson"]
            assert line["is_at_risk"] and not line["is_late"] and line["risk"] in page
            assert answer["state"] == "at_risk" and answer["words"] in page


@BOTH
def test_the_next_step_leads_to_the_course_and_says_how_long_it_takes(
    place: Place, client: Browse, app: Flask, language: str
) -> None:
    take(library(), now=NOW)
    browser = client(place.wang, language=language)
    road, page = ask(browser, place.path), browser.page(place.path)
    following = road["next"]
    assert following["url"] == "/learning/opening"
    assert following["minutes"] == road["minutes_left"] > 0
    with app.test_request_context(headers={"Accept-Language": language}):
        assert show_duration(following["minutes"]) in page.text
    link = next(one for one in page.all("a") if one.get("href") == following["url"])
    assert "btn-primary" in link["class"], "the page leads to the same step"


def test_a_road_is_read_by_its_owner_their_supervisor_and_administrators(
    place: Place, client: Browse
) -> None:
    hers = f"/programme-enrolments/{place.hers.id}"
    for person, path, status in (
        (place.wang, place.path, 200), (place.boss, place.path, 200),
        (place.admin, place.path, 200), (place.other, place.path, 404),
        (place.eve, place.path, 404), (place.wang, hers, 404), (place.boss, hers, 404),
        (place.boss, "/programme-enrolments/4242424", 404),
    ):  # fmt: skip
        body = ask(client(person), path, status)
        if status == 404:
            assert body["error"]["code"] == "not_found"
            (entry,) = list_entries(limit=1)
            assert (entry.action, entry.object_key) == ("access.refused", f"/api/v1{path}")


def test_the_supervisors_turn_leads_the_supervisor_only(place: Place, client: Browse) -> None:
    to_boss = lines_of(ask(client(place.boss), place.path))["word"]["step"]
    assert to_boss["url"] == f"{place.path}/sign-off/word"
    assert lines_of(ask(client(place.wang), place.path))["word"]["step"]["url"] == ""


@BOTH
def test_the_matrix_is_that_of_the_page(place: Place, client: Browse, language: str) -> None:
    browser = client(place.boss, language=language)
    address = f"/certification?programme={place.programme.id}"
    body, page = ask(browser, address), browser.page(address)
    (row,) = body["rows"]
    assert (row["name"], row["state"], row["team"]) == ("Wang Lei", "late", "Red")
    assert row["words"] in page.text
    assert [(one["state"], one["people"]) for one in body["counts"]] == [("late", 1)]
    titles = {attributes.get("title") or attributes.get("aria-label")
              for _tag, attributes in page.elements}  # fmt: skip
    sentences = {cell["sentence"] for cell in row["cells"]}
    assert len(sentences) == len(body["columns"]) == 7
    assert sentences <= titles
    assert {cell["requirement"]: cell["state"] for cell in row["cells"]}["opening"] == "late"
    assert (body["people"], body["page"], body["pages"]) == (1, 1, 1)
    assert ask(browser, f"/programme-enrolments/{row['enrolment_id']}")["done"] == row["done"]


def test_the_matrix_is_narrowed_and_paged(place: Place, client: Browse) -> None:
    for number in range(51):
        person = Make.person(f"p{number:02}", team=place.wang.team)
        enrolled(place.programme, person, starts_on=START)
    review_enrolments(NOW)
    browser = client(place.boss)
    first, second = ask(browser, "/certification"), ask(browser, "/certification?page=2")
    assert (first["people"], first["pages"]) == (52, 2)
    assert (len(first["rows"]), len(second["rows"])) == (50, 2)
    ids = [row["enrolment_id"] for row in first["rows"] + second["rows"]]
    assert len(set(ids)) == 52 and place.hers.id not in ids
    assert ask(browser, "/certification?page=99")["page"] == 2
    assert len(ask(browser, "/certification?q=wang")["rows"]) == 1
    assert ask(browser, "/certification?state=certified")["rows"] == []
    assert ask(browser, "/certification?requirement=exam")["people"] == 51
    assert ask(browser, "/certification?q=%00wang")["people"] == 1


def test_what_is_asked_wrongly_is_refused_by_name(place: Place, client: Browse) -> None:
    browser = client(place.boss)
    for path, field in (
        ("/certification?page=x", "page"), ("/certification?state=good", "state"),
        ("/certification?programme=0", "programme"), ("/awards?shelf=top", "shelf"),
        ("/awards?page=99999999999", "page"),
    ):  # fmt: skip
        error = ask(browser, path, 422)["error"]
        assert (error["code"], error["field"]) == ("field_invalid", field)
    blue = place.eve.team_id
    assert ask(browser, f"/certification?team={blue}", 404)["error"]["code"] == "not_found"
    assert ask(browser, "/certification?programme=4242", 404)["error"]["code"] == "not_found"
    ask(client(place.wang), "/certification", 403)
    ask(client(place.wang), "/awards", 403)
    ask(client(), "/me/certification", 401)


def test_a_centre_without_programmes_has_an_empty_matrix(app: Flask, client: Browse) -> None:
    body = ask(client(Make.person("ada", Role.ADMINISTRATOR)), "/certification")
    assert (body["programme"], body["rows"], body["pages"]) == (None, [], 1)


@BOTH
def test_an_award_tells_its_frozen_evidence_as_the_page_does(
    app: Flask, client: Browse, language: str
) -> None:
    with clock.frozen(NOW):
        award = awarded()
        browser = client(award.person, language=language)
        body, page = ask(browser, f"/awards/{award.id}"), browser.page(f"/awards/{award.id}").text
        said = [body["title"], body["words"], body["sentence"], body["number"], body["holder"]]
        for one in body["evidence"]:
            said += [one["title"], one["kind_words"], one["said"]]
        said += [one["words"] for one in body["events"]]
        assert [words for words in said if " ".join(words.split()) not in page] == []
        frozen = [(one["requirement"], one["state"]) for one in body["evidence"]]
        assert frozen == [("opening", "met"), ("exam", "met")]
        assert body["evidence"][1]["pieces"][0]["at"] == "2026-11-23T02:00:00.000Z"
        assert date.fromisoformat(body["valid_until"]).year == 2027
        mine = ask(browser, "/me/certification")
        (held,) = mine["awards"]
        assert held == mine["programmes"][0]["award"]
        assert held.items() <= body.items()


def test_evidence_of_an_award_stays_as_it_was(app: Flask, client: Browse) -> None:
    with clock.frozen(NOW):
        award = awarded()
        browser = client(award.person)
        before = ask(browser, f"/awards/{award.id}")
        sit(award.person, "entry", 12, at=NOW - HOUR / 2, attempt=award.person_id)
        complete(award.person, "opening", at=NOW)
        review_enrolments(NOW)
        db.session.expire_all()
        assert ask(browser, f"/awards/{award.id}")["evidence"] == before["evidence"]


def test_awards_are_those_of_ones_own_teams(place: Place, client: Browse) -> None:
    duty = published(written(requirement("opening"), programme="duty", kind="duty"))
    for person in (place.wang, place.eve):
        enrolled(duty, person)
        complete(person, "opening", at=NOW - HOUR)
    review_enrolments(NOW)
    own, hers = award_of(place.wang).id, award_of(place.eve).id
    listed = ask(client(place.boss), "/awards")
    assert [(one["award_id"], one["team"]) for one in listed["awards"]] == [(own, "Red")]
    assert (listed["total"], listed["page"], listed["pages"]) == (1, 1, 1)
    auditor = client(Make.person("audrey", Role.AUDITOR))
    assert ask(auditor, f"/awards?programme_id={duty.id}")["total"] == 2
    assert ask(auditor, "/awards?q=canary")["awards"][0]["award_id"] == hers
    assert ask(auditor, "/awards?shelf=review")["awards"] == []
    assert ask(auditor, f"/awards/{hers}")["person_id"] == place.eve.id
    for person in (place.wang, place.boss):
        ask(client(person), f"/awards/{hers}", 404)
        assert list_entries(limit=1)[0].object_key == f"/api/v1/awards/{hers}"


def test_a_program_asks_with_a_token(place: Place, app: Flask) -> None:
    with transaction():
        token = issue_access_token(
            place.wang, "roads", lifetime=timedelta(days=1), actor=None, now=NOW
        )
    answer = app.test_client().get(
        "/api/v1/me/certification", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 200
    assert answer.get_json()["programmes"][0]["enrolment_id"] == place.road.id
