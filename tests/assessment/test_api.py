"""The JSON interface of exams, as a program and as a page's script call it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests.assessment.papers import SHOWN_AT_ONCE, ready_sitting
from tests.factories import Make
from trainhub import clock
from trainhub.assessment.models import Sitting
from trainhub.assessment.rules.settings import Blueprint, ExamSettings, Quota
from trainhub.db import transaction
from trainhub.people import services as people
from trainhub.people.models import Person

AT_ONCE = ExamSettings(
    languages=("en",), blueprint=Blueprint((Quota(3),)), release=SHOWN_AT_ONCE, attempts=2
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
