"""The JSON interface of typing tests, as a program and as a page's script call it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests.assessment.test_api import Program
from tests.checking import CheckingClient
from tests.conftest import NOON
from tests.factories import Make
from tests.typing_tests.runs import (
    ENGLISH,
    add_sitting,
    chunks_of,
    ready,
    records_of,
    run_of,
    typed,
)
from trainhub import clock
from trainhub.audit.queries import list_entries
from trainhub.db import db, transaction
from trainhub.errors import SlowDown
from trainhub.people.models import Person, SignIn
from trainhub.typing_tests.models import TypingTest
from trainhub.typing_tests.rules.states import RunState
from trainhub.typing_tests.services.quick_receiving import receive_quickly
from trainhub.web.api import PACE
from trainhub.web.rates import spend

PRACTICE = {"language": "en", "kind": "prose", "mode": "whole"}
SECOND = timedelta(seconds=1)
KEY = [[700.0, "d", "G"], [701.0, "i", "G"]]


@pytest.fixture
def alice(app: Flask) -> Person:
    return Make.person("alice")


@pytest.fixture
def test(alice: Person) -> TypingTest:
    return ready(alice)


@pytest.fixture
def program(app: Flask, alice: Person) -> Program:
    return Program(app, alice)


def begin(program: Program, body: Any) -> tuple[str, dict[str, Any]]:
    status, run = program.ask("POST", "/typing-runs", body)
    assert status == 201, run
    return f"/typing-runs/{run['run_id']}", run


def chunk(run: dict[str, Any], no: int, events: Any) -> dict[str, Any]:
    return {"token": run["token"], "no": no, "events": events}


def test_a_run_is_made_by_the_interface_alone(
    test: TypingTest, program: Program, alice: Person
) -> None:
    status, mine = program.ask("GET", "/typing-tests")
    (listed,) = mine["tests"]
    assert (status, listed["test_id"], listed["title"]) == (200, test.id, "Typing")
    assert (listed["standing"]["outcome"], listed["unit"]) == ("undecided", "wpm")
    at, run = begin(program, {"test_id": test.id})
    assert run["passage"]["text"] == ENGLISH
    assert run["rules"]["unit"] == "wpm"
    assert run["rules"]["min_speed"] == 40
    assert (run["state"], run["next_chunk"], run["number"]) == ("open", 1, 1)
    assert run["remaining_ms"] == (60 + 1_800 + 30) * 1000
    for no, events in enumerate(chunks_of(typed()), start=1):
        arrives = NOON + timedelta(milliseconds=events[-1][0] + 80)
        with clock.frozen(arrives):
            status, receipt = program.ask("POST", f"{at}/chunks", chunk(run, no, events))
        assert (status, receipt["decision"], receipt["next_chunk"]) == (200, "stored", no + 1)
    with clock.frozen(arrives + SECOND):
        status, state = program.ask("GET", at)
        assert [event[1:] for event in state["events"]] == [event[1:] for event in typed()]
        assert program.ask("GET", f"{at}/result")[1]["error"]["code"] == "run_open"
        ending = {"token": run["token"], "final_text": ENGLISH, "chunks": no,
                  "client_claim": {"wpm": 500, "accuracy": 1}}  # fmt: skip
        for _ in range(2):
            status, ended = program.ask("POST", f"{at}/finish", ending)
            assert (status, ended["state"]) == (200, "closed"), ended
    status, result = program.ask("GET", f"{at}/result")
    assert (status, result["verdict"], result["is_valid"]) == (200, "accept", True)
    assert result["final_text"] == ENGLISH
    assert result["metrics"]["net_speed"] * 10 == pytest.approx(result["speed_tenths"], abs=0.5)
    assert result["standing"]["outcome"] == "passed"
    assert result["standing"]["next_step"]["code"] == "done"
    assert records_of(alice.id) == ["passed"]


def test_a_browser_needs_the_pages_token(app: Flask, test: TypingTest, alice: Person) -> None:
    browser = CheckingClient(app, alice)
    answer = browser.client.post("/api/v1/typing-runs", json=PRACTICE)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "csrf_missing")
    headers = {"X-CSRFToken": browser.token()}
    run = browser.client.post("/api/v1/typing-runs", json=PRACTICE, headers=headers).get_json()
    at = f"/api/v1/typing-runs/{run['run_id']}/chunks"
    assert browser.client.post(at, json=chunk(run, 1, KEY)).status_code == 403
    assert browser.client.post(at, json=chunk(run, 1, KEY), headers=headers).status_code == 200


def test_a_run_holds_the_sign_in_and_an_expired_one_loses_no_chunk(
    app: Flask, test: TypingTest, alice: Person
) -> None:
    browser = CheckingClient(app, alice)
    headers = {"X-CSRFToken": browser.token(), "Accept": "application/json"}
    run = browser.client.post("/api/v1/typing-runs", json=PRACTICE, headers=headers).get_json()
    db.session.rollback()
    (held,) = {one.held_until for one in db.session.query(SignIn).filter_by(person_id=alice.id)}
    assert held == NOON + timedelta(seconds=60 + 1_800 + 30)
    at = f"/api/v1/typing-runs/{run['run_id']}/chunks"
    with transaction():
        db.session.query(SignIn).update({"ended_at": NOON})
    with clock.frozen(NOON + SECOND):
        answer = browser.client.post(at, json=chunk(run, 1, KEY), headers=headers)
        assert answer.status_code in (401, 403)
        again = CheckingClient(app, alice)
        headers = {"X-CSRFToken": again.token()}
        answer = again.client.post(at, json=chunk(run, 1, KEY), headers=headers)
    assert answer.get_json()["decision"] == "stored"


def test_another_persons_run_is_answered_as_one_that_is_not_there(
    app: Flask, test: TypingTest, program: Program
) -> None:
    _at, run = begin(program, PRACTICE)
    bob = Program(app, Make.person("bob"))
    for method, tail, body in (
        ("GET", "", None),
        ("GET", "/result", None),
        ("POST", "/token", {}),
        ("POST", "/chunks", chunk(run, 1, KEY)),
        ("POST", "/finish", {"token": run["token"]}),
    ):
        answers = []
        for run_id in (run["run_id"], 4_242_424):
            path = f"/typing-runs/{run_id}{tail}"
            answer = bob.client.open(
                f"/api/v1{path}", method=method, json=body, headers=bob.headers
            )
            answers.append((answer.status_code, answer.data))
            assert list_entries(limit=1)[0].object_key.endswith(path)
        assert answers[0] == answers[1]
        assert answers[0][0] == 404
    assert run_of(run["run_id"]).events == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"person_id": 1}, "person_id"),
        ({"test_id": 10**20}, "test_id"),
        ({"test_id": "1"}, "test_id"),
        ({"test_id": True}, "test_id"),
        ({"passage_text": "easy easy"}, "passage_text"),
        (PRACTICE | {"extra_s": 900}, "extra_s"),
        (PRACTICE | {"now": "2020-01-01"}, "now"),
        (PRACTICE | {"language": "xx"}, "language"),
        (PRACTICE | {"mode": "timed", "duration_s": 10**20}, "duration_s"),
        ({"sitting_code": "x" * 101}, "sitting_code"),
    ],
)
def test_forged_fields_of_a_start_are_refused(
    test: TypingTest, program: Program, body: Any, field: str
) -> None:
    status, answer = program.ask("POST", "/typing-runs", body)
    assert status == 422, answer
    named = [answer["error"]["field"], *(one.get("field") for one in answer["error"]["errors"])]
    assert field in named


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"no": 10**20}, "no"),
        ({"no": "1"}, "no"),
        ({"no": 0}, "no"),
        ({"token": 5}, "token"),
        ({"server_ms": 3}, "server_ms"),
        ({"events": {"0": KEY[0]}}, "events"),
        ({"events": []}, "events"),
        ({"events": [[1, "nope", ""]]}, "events.0"),
        ({"events": [[1e999, "d", ""]]}, "events.0"),
    ],
)
def test_forged_fields_of_a_chunk_are_refused(
    test: TypingTest, program: Program, change: dict[str, Any], field: str
) -> None:
    at, run = begin(program, PRACTICE)
    status, answer = program.ask("POST", f"{at}/chunks", chunk(run, 1, KEY) | change)
    assert status == 422, answer
    assert answer["error"]["errors"][0]["field"] == field
    assert program.ask("GET", at)[1]["next_chunk"] == 1


def test_bodies_that_are_none_break_nothing(test: TypingTest, program: Program) -> None:
    at, run = begin(program, PRACTICE)
    deep = b"[" * 100_000 + b"]" * 100_000
    nested = b'{"token": "x", "no": 1, "events": ' + deep + b"}"
    for path in ("/typing-runs", f"{at}/chunks", f"{at}/finish"):
        for content in (b"", deep, nested, b"null", b"7", b"[]", b'{"a": NaN}', b"\xff\xfe"):
            answer = program.client.post(
                f"/api/v1{path}", data=content, content_type="application/json",
                headers=program.headers,
            )  # fmt: skip
            expected = (400, 409, 422) if content or path != "/typing-runs" else (400, 422)
            assert answer.status_code in expected, (path, content[:9], answer.data)
            assert answer.get_json()["error"]["code"]
    assert program.ask("POST", f"{at}/chunks", chunk(run, 1, KEY))[0] == 200


def test_what_goes_wrong_with_a_chunk_has_its_code(test: TypingTest, program: Program) -> None:
    at, run = begin(program, PRACTICE)
    send = lambda body: program.ask("POST", f"{at}/chunks", body)  # noqa: E731
    assert send(chunk(run, 1, KEY))[1]["decision"] == "stored"
    assert send(chunk(run, 1, KEY))[1] == {
        "no": 1, "decision": "repeated", "next_chunk": 2, "events": 2, "remaining_ms": 1_890_000,
    }  # fmt: skip
    for body, status, code in (
        (chunk(run, 1, KEY[:1]), 422, "idempotency_mismatch"),
        (chunk(run, 3, KEY), 409, "chunk_missing"),
        (chunk(run, 2, KEY) | {"token": "nobody's"}, 409, "token_stale"),
    ):
        found, answer = send(body)
        assert (found, answer["error"]["code"], answer["next_chunk"]) == (status, code, 2)
    with clock.frozen(NOON + timedelta(hours=1)):
        found, answer = send(chunk(run, 2, KEY))
        assert (found, answer["error"]["code"]) == (409, "run_closed")
    stored = run_of(run["run_id"])
    assert stored.state == RunState.CLOSED, "the first request after the wall ends it"
    assert stored.ended_at == stored.closes_at


def test_a_look_after_the_wall_ends_the_run(test: TypingTest, program: Program) -> None:
    at, run = begin(program, PRACTICE)
    program.ask("POST", f"{at}/chunks", chunk(run, 1, KEY))
    with clock.frozen(NOON + timedelta(hours=2)):
        assert program.ask("GET", at)[1]["state"] == "closed"
        result = program.ask("GET", f"{at}/result")[1]
    assert (result["ended_by"], result["ended_at"]) == ("deadline", run["closes_at"])


def test_one_run_at_a_time_and_on_from_elsewhere(test: TypingTest, program: Program) -> None:
    at, run = begin(program, PRACTICE)
    program.ask("POST", f"{at}/chunks", chunk(run, 1, KEY))
    status, answer = program.ask("POST", "/typing-runs", PRACTICE)
    assert (status, answer["error"]["code"], answer["run_id"]) == (
        409, "run_under_way", run["run_id"],
    )  # fmt: skip
    status, renewed = program.ask("POST", f"{at}/token", {})
    assert (status, renewed["next_chunk"]) == (200, 2)
    assert renewed["token"] != run["token"]
    assert program.ask("POST", f"{at}/chunks", chunk(run, 2, KEY))[0] == 409
    assert program.ask("POST", f"{at}/chunks", chunk(renewed, 2, KEY))[0] == 200


def test_room_codes_cannot_be_tried_for_ever(
    app: Flask, test: TypingTest, program: Program
) -> None:
    with transaction():
        add_sitting(test)
    found = [
        program.ask("POST", "/typing-runs", {"test_id": test.id, "sitting_code": f"x{n}"})
        for n in range(12)
    ]
    assert {answer["error"]["code"] for _status, answer in found[:10]} == {"room_code_wrong"}
    assert found[-1][0] == 429
    right = {"test_id": test.id, "sitting_code": "room 4"}
    assert program.ask("POST", "/typing-runs", right)[0] == 429


def test_chunks_are_never_refused_for_their_number(
    test: TypingTest, program: Program, alice: Person
) -> None:
    at, run = begin(program, PRACTICE)
    with pytest.raises(SlowDown):
        for _ in range(10 * PACE.size):
            spend(PACE, f"person:{alice.id}")
    assert program.ask("POST", f"{at}/chunks", chunk(run, 1, KEY))[0] == 200
    assert program.ask("POST", f"{at}/finish", {"token": run["token"]})[0] == 200


def test_nearly_every_chunk_goes_the_short_way(
    test: TypingTest, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trainhub.typing_tests.api import chunks

    receipts = []

    def noting(*args: Any, **options: Any) -> Any:
        receipts.append(receive_quickly(*args, **options))
        return receipts[-1]

    monkeypatch.setattr(chunks, "receive_quickly", noting)
    at, run = begin(program, PRACTICE)
    for no in (1, 2, 2, 3):
        assert program.ask("POST", f"{at}/chunks", chunk(run, no, KEY))[0] == 200
    assert all(receipts)


def test_reasons_are_told_in_the_readers_language(
    app: Flask, test: TypingTest, alice: Person
) -> None:
    program = Program(app, alice, "zh")
    at, run = begin(program, {"test_id": test.id})
    events = [[900.0, "p", ENGLISH], [901.0, "i", ENGLISH]]
    program.ask("POST", f"{at}/chunks", chunk(run, 1, events))
    program.ask("POST", f"{at}/finish", {"token": run["token"], "final_text": ENGLISH})
    result = program.ask("GET", f"{at}/result")[1]
    assert (result["verdict"], result["is_valid"]) == ("refuse", False)
    for reason in result["reasons"]:
        assert any("\u4e00" <= sign <= "\u9fff" for sign in reason["message"]), reason
