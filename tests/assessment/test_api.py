"""The JSON interface of exams, as a program and as a page's script call it."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from tests.assessment.papers import (
    SHOWN_AT_ONCE,
    add_exam,
    add_item,
    add_sitting,
    ready_sitting,
)
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub import clock
from trainhub.assessment.api.schemas import ReceiptOut, ReceiptsOut
from trainhub.assessment.models import Sitting
from trainhub.assessment.rules.settings import Blueprint, ExamSettings, Quota
from trainhub.catalogue.rules.item_views import choice_id, learner_view
from trainhub.catalogue.rules.quiz_text import make_item
from trainhub.db import transaction
from trainhub.people import services as people
from trainhub.people.models import Person

AT_ONCE = ExamSettings(
    languages=("en",), blueprint=Blueprint((Quota(3),)), release=SHOWN_AT_ONCE, attempts=2
)


NARROWED = ("/api/v1/certification",)  # to a programme and a team, which may not be there
# Asked without a body, and all the same refused by the rules of seats.
RULED = ("/seat", "/waiting")
UNPACED = (
    "/open",
    "/flag",
    "/heartbeat",
    "/responses",
    "/submit",
    "/chunks",
    "/finish",
    "/{run_id}",
)


class Program:
    """A program with a personal token; `ask` gives status and body."""

    def __init__(self, app: Flask, person: Person, language: str = "en") -> None:
        with transaction():
            token = people.issue_access_token(
                person, "exam", lifetime=timedelta(days=1), actor=None, now=clock.now()
            )
        self.client = app.test_client()
        self.headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        answer = self.client.open(
            f"/api/v1{path}", method=method, json=body, headers=self.headers | headers
        )
        return answer.status_code, answer.get_json()


@pytest.fixture
def alice(app: Flask) -> Person:
    return Make.person("alice")


@pytest.fixture
def sitting(alice: Person) -> Sitting:
    return ready_sitting(alice, settings=AT_ONCE)


@pytest.fixture
def program(app: Flask, alice: Person) -> Program:
    return Program(app, alice)


def begin(program: Program, sitting: Sitting) -> str:
    status, attempt = program.ask("POST", f"/sittings/{sitting.id}/attempts", {"language": "en"})
    assert status == 201, attempt
    return f"/attempts/{attempt['id']}"


def saved(no: int, response: Any, seq: int = 1, key: str = "", **more: Any) -> dict[str, Any]:
    sent = {"no": no, "response": response, "seq": seq, "key": key or f"key-{no}-{seq}"}
    return {"responses": [sent | more]}


def test_an_exam_is_sat_by_the_interface_alone(sitting: Sitting, program: Program) -> None:
    status, mine = program.ask("GET", "/exams")
    assert (status, mine["exams"][0]["phase"]) == (200, "open")
    assert mine["exams"][0]["deadline_if_started_now"] == "2026-11-23T04:45:00.000Z"
    status, attempt = program.ask(
        "POST", f"/sittings/{mine['exams'][0]['sitting_id']}/attempts", {"language": "en"}
    )
    assert (status, attempt["state"], attempt["remaining_ms"]) == (201, "in_progress", 2_700_000)
    at = f"/attempts/{attempt['id']}"
    assert program.ask("POST", f"/sittings/{sitting.id}/attempts", {"language": "en"})[0] == 200
    _, paper = program.ask("GET", f"{at}/paper")
    assert [one["no"] for one in paper["questions"]] == [1, 2, 3]
    for question in paper["questions"]:
        assert question["stem_html"].startswith("<p>Is item-")
        status, answer = program.ask("POST", f"{at}/responses", saved(question["no"], True))
        assert (status, answer["receipts"][0]["decision"]) == (200, "saved")
    assert program.ask("PUT", f"{at}/questions/2/flag", {"is_flagged": True})[0] == 200
    assert program.ask("POST", f"{at}/heartbeat", {"times": {"1": 1500}})[0] == 200
    assert program.ask("POST", f"{at}/sightings", {"kind": "focus_lost"})[0] == 200
    assert program.ask("POST", f"{at}/questions/3/open")[1]["is_shown"]
    for _ in range(2):
        status, ended = program.ask("POST", f"{at}/submit")
        assert (status, ended["state"], ended["ended_by"]) == (200, "released", "candidate")
    status, result = program.ask("GET", f"{at}/result")
    assert (status, result["score"]["per_cent"], result["score"]["is_passed"]) == (
        200, "100.00", True,
    )  # fmt: skip
    assert [part["expected"] for part in result["questions"][0]["solution"]] == [True]


def test_a_program_needs_no_page_token_and_no_cookie_helps_it(
    app: Flask, program: Program, sitting: Sitting
) -> None:
    browser = CheckingClient(app, Make.person("bob"))
    headers = {"Authorization": "Bearer nobody's"}
    answer = browser.client.get("/api/v1/exams", headers=headers)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, "token_invalid")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    answer = browser.client.get("/api/v1/exams", headers=program.headers)
    assert len(answer.get_json()["exams"]) == 1, "the token's person, not the cookie's"


def test_an_expired_or_revoked_token_is_refused(
    app: Flask, program: Program, alice: Person, now: datetime
) -> None:
    other = Program(app, Make.person("bob"))
    assert program.ask("GET", "/exams")[0] == other.ask("GET", "/exams")[0] == 200
    with transaction():
        people.revoke_access_token(alice, "exam", actor=None, now=now)
    assert program.ask("GET", "/exams")[0] == 401
    with clock.frozen(now + timedelta(days=1)):
        assert other.ask("GET", "/exams")[0] == 401


def test_guessing_tokens_is_slowed_down_while_known_programs_go_on(
    app: Flask, program: Program, now: datetime
) -> None:
    assert program.ask("GET", "/exams")[0] == 200
    guesser = app.test_client()
    for number in range(130):
        answer = guesser.get("/api/v1/exams", headers={"Authorization": f"Bearer guess-{number}"})
        if answer.status_code == 429:
            break
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert program.ask("GET", "/exams")[0] == 200
    stranger = Program(app, Make.person("carol"))
    assert stranger.ask("GET", "/exams")[0] == 429, "even a right guess waits"
    with clock.frozen(now + timedelta(minutes=2)):
        assert stranger.ask("GET", "/exams")[0] == 200


def test_a_caller_who_asks_too_often_waits_but_is_never_refused_a_save(
    program: Program, sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainhub.web.rates.time", SimpleNamespace(monotonic=lambda: 0.0))
    at = begin(program, sitting)
    found = [program.ask("GET", at)[0] for _ in range(150)]
    assert found[0] == 200
    assert found[-1] == 429
    assert program.ask("POST", f"{at}/responses", saved(1, True))[0] == 200
    assert program.ask("POST", f"{at}/submit")[0] == 200


@pytest.mark.parametrize(("method", "path", "status", "code"), [
    ("GET", "/attempts/4242424", 404, "not_found"),
    ("GET", "/nowhere", 404, "not_found"),
    ("DELETE", "/exams", 405, "method_not_allowed"),
    ("POST", "/attempts/1/responses", 400, "bad_request"),
])  # fmt: skip
def test_errors_have_one_form_in_the_callers_language(
    app: Flask, alice: Person, method: str, path: str, status: int, code: str
) -> None:
    for language, is_chinese in (("en", False), ("zh", True)):
        program = Program(app, Make.person(f"x{language}"), language)
        found, answer = program.ask(method, path)
        assert (found, answer["error"]["code"]) == (status, code)
        assert answer["error"]["field"] is None
        assert is_chinese == any(
            "\u4e00" <= sign <= "\u9fff" for sign in answer["error"]["message"]
        )


def test_only_json_is_taken(program: Program, sitting: Sitting) -> None:
    at = begin(program, sitting)
    for kind, content, status in (
        ("text/plain", b"{}", 415),
        ("application/x-www-form-urlencoded", b"responses=1", 415),
        ("application/json", b"{", 400),
        ("application/json", b"[" * 100_000, 400),
        ("application/json", b" " * 2_000_000, 413),
    ):
        answer = program.client.post(
            f"/api/v1{at}/responses", data=content, content_type=kind, headers=program.headers
        )
        assert answer.status_code == status, (kind, content[:9])
    assert program.ask("GET", at)[0] == 200


def test_unknown_fields_are_refused_by_name(program: Program, sitting: Sitting) -> None:
    body = {"language": "en", "closes_at": "2099-01-01", "state": "released"}
    status, answer = program.ask("POST", f"/sittings/{sitting.id}/attempts", body)
    assert status == 422
    assert {one["code"] for one in answer["error"]["errors"]} == {"field_not_allowed"}
    assert {one["field"] for one in answer["error"]["errors"]} == {"closes_at", "state"}
    status, answer = program.ask("POST", f"/sittings/{sitting.id}/attempts", {})
    assert (answer["error"]["code"], answer["error"]["field"]) == ("field_missing", "language")


def test_the_document_names_every_address_and_the_page_shows_it(
    app: Flask, client: Callable[..., CheckingClient]
) -> None:
    document = client().client.get("/api/v1/openapi.json").get_json()
    rules = [r for r in app.url_map.iter_rules() if r.endpoint.partition(".")[0].endswith("_api")]
    documented = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }
    there = {
        (method, re.sub(r"<[^:]+:(\w+)>", r"{\1}", rule.rule))
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert there == documented
    for language in ("en", "zh"):
        text = client(language=language).page("/api/v1/docs").text
        assert "Successful response" not in text and "“error”" not in text
        for method, path in documented:
            assert f"{method} {path}" in text


def test_the_document_tells_what_may_be_refused(client: Callable[..., CheckingClient]) -> None:
    document = client().client.get("/api/v1/openapi.json").get_json()
    for path, methods in document["paths"].items():
        for found in methods.values():
            told = set(found["responses"])
            assert {"401", "429"} <= told or path.endswith(UNPACED), path
            asked_in_address = [p for p in found.get("parameters", ()) if p["in"] == "query"]
            assert ("404" in told) == ("{" in path or path in NARROWED), path
            asked = (
                "{no}" in path
                or "requestBody" in found
                or bool(asked_in_address)
                or (path.endswith(RULED) and "post" in methods and found is methods["post"])
            )
            assert ("422" in told) == asked, path
    error = document["components"]["schemas"]["HTTPError"]["properties"]["error"]
    assert error["properties"]["field"]["type"] == ["string", "null"], "null names no field"


def test_receipts_are_as_the_document_says(program: Program, sitting: Sitting) -> None:
    at = begin(program, sitting)
    program.ask("POST", f"{at}/responses", saved(1, True, seq=3))
    _, answer = program.ask("POST", f"{at}/responses", saved(1, False, seq=2))
    assert set(answer) == set(ReceiptsOut().fields)
    assert set(answer["receipts"][0]) == set(ReceiptOut().fields)


KEY, WHY = "CANARYKEY", "CANARYWHY"
HAND = ExamSettings(languages=("en",), blueprint=Blueprint((Quota(4),)))


def test_no_key_leaves_before_release(app: Flask, alice: Person, now: datetime) -> None:
    with transaction():
        add_item("typed", kind="short_answer", content={"answers": [KEY], "strict": False},
                 feedback=WHY)  # fmt: skip
        add_item("number", kind="numeric", feedback=WHY,
                 content={"answer": "7654321", "tolerance": "0", "unit": ""})  # fmt: skip
        add_item("long", kind="long_answer", feedback=WHY, content={
            "rubric": [{"key": "a", "text": KEY, "points": 1, "fatal": False}],
            "model_answer": KEY, "limit": 100})  # fmt: skip
        add_item("chosen", kind="single", feedback=WHY, content={"options": [
            {"text": "Yes", "correct": True, "feedback": WHY},
            {"text": "No", "correct": False, "feedback": WHY}]})  # fmt: skip
        sitting = add_sitting(add_exam(settings=HAND), alice)
    program, seen = Program(app, alice), []

    def look(method: str, path: str, body: Any = None) -> Any:
        answer = program.client.open(
            f"/api/v1{path}", method=method, json=body, headers=program.headers
        )
        seen.append(answer.text + str(answer.headers))
        return answer.get_json()

    at = f"/attempts/{look('POST', f'/sittings/{sitting.id}/attempts', {'language': 'en'})['id']}"
    for path in ("/exams", at, f"{at}/paper"):
        look("GET", path)
    for no in (1, 2, 3, 4):
        look("POST", f"{at}/questions/{no}/open")
        look("POST", f"{at}/responses", saved(no, None))
    look("POST", f"{at}/submit")
    assert look("GET", f"{at}/result")["error"]["code"] == "review_not_open"
    assert look("GET", f"{at}/paper")["error"]["code"] == "attempt_closed"
    for word in (KEY, WHY, "7654321", '"correct"', "is_right", "rubric"):
        assert not [one for one in seen if word in one], word


def test_the_order_of_options_tells_nothing(app: Flask) -> None:
    """χ² over 2,000 papers: the right option stands at each of four places equally often."""
    options = [{"text": f"o{n}", "correct": n == 0, "feedback": ""} for n in range(4)]
    item = make_item(key="q", kind="single", stem="Which?", content={"options": options})
    right = choice_id(item, "o0")
    places = Counter(
        [one["id"] for one in learner_view(item, f"{secrets.token_hex(8)}:1")["options"]].index(
            right
        )
        for _ in range(2_000)
    )
    chi_square = sum((places[place] - 500) ** 2 / 500 for place in range(4))
    assert chi_square < 16.27, "p < 0.001 with three degrees of freedom"
