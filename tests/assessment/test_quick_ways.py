"""Starting, reading the paper, heartbeats and handing in: the short way leaves the same rows and
gives the same answers as the long one, and leaves to it what is not ordinary."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.assessment.marked import RUBRIC
from tests.assessment.papers import SHOWN_AT_ONCE, add_item, attempt_of, ready_sitting
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub import clock
from trainhub.assessment import services
from trainhub.assessment.models import Attempt, AttemptEvent, AttemptItem, Sitting
from trainhub.assessment.rules.settings import Blueprint, ExamSettings, Form, Quota
from trainhub.db import db, transaction
from trainhub.ledger.models import LearningRecord
from trainhub.people.models import Person, SignIn
from trainhub.people.views import quick

RULES = ExamSettings(languages=("en",), blueprint=Blueprint((Quota(3),)), shuffle_items=False)
AT_ONCE = ExamSettings(
    languages=("en",), blueprint=Blueprint((Quota(3),)), shuffle_items=False, release=SHOWN_AT_ONCE
)
OWN = {"id", "candidate_id", "person_id", "seed", "copy_key", "attempt_id", "by_id"}


class Candidate:
    """A person with a page open, who does everything by the interface."""

    def __init__(self, app: Flask, person: Person) -> None:
        self.person, self.browser = person, CheckingClient(app, person)
        self.token, self.seq = self.browser.token(), 0

    def send(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"X-CSRFToken": self.token, "Accept": "application/json"}
        answer = self.browser.client.open(
            f"/api/v1{path}", method=method, json=body, headers=headers
        )
        return answer.status_code, answer.get_json()

    def start(self, sitting: Sitting, **more: str) -> tuple[int, Any]:
        return self.send("POST", f"/sittings/{sitting.id}/attempts", {"language": "en"} | more)

    @property
    def path(self) -> str:
        return f"/attempts/{attempt_of(self.person).id}"

    def answer(self, no: int, response: Any) -> None:
        self.seq += 1
        sent = {"no": no, "response": response, "seq": self.seq, "key": f"key-{self.seq}"}
        assert self.send("POST", f"{self.path}/responses", {"responses": [sent]})[0] == 200

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """All that is stored of the attempt, without what must differ between two people."""
        attempt_id = attempt_of(self.person).id
        found: dict[str, tuple[Any, Any]] = {
            "attempt": (select(Attempt).where(Attempt.id == attempt_id), Attempt.id),
            "items": (
                select(AttemptItem).where(AttemptItem.attempt_id == attempt_id),
                AttemptItem.no,
            ),
            "events": (
                select(AttemptEvent).where(AttemptEvent.attempt_id == attempt_id),
                AttemptEvent.id,
            ),
            "records": (
                select(LearningRecord).where(LearningRecord.person_id == self.person.id),
                LearningRecord.id,
            ),
            "sign-ins": (select(SignIn).where(SignIn.person_id == self.person.id), SignIn.id),
        }
        return {
            name: [self._plain(row) for row in db.session.scalars(query.order_by(order))]
            for name, (query, order) in found.items()
        }

    def _plain(self, row: Any) -> dict[str, Any]:
        unlike = OWN | {"option_seed", "item_id", "version_id", "token_hash", "dedupe_key"}
        values = {column.name: getattr(row, column.key) for column in row.__table__.columns
                  if column.name not in unlike}  # fmt: skip
        if "result" in values:
            values["result"] = {k: v for k, v in values["result"].items() if k not in OWN}
        return values


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on only the long way is left."""
    return lambda: monkeypatch.setattr(quick, "_try", lambda *given, **how: None)


@pytest.fixture
def no_long_way(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on whatever would go the long way fails the test."""

    def refuse(*_given: Any, **_how: Any) -> Any:
        raise AssertionError("this went the long way")

    def forbid() -> None:
        for name in ("start_attempt", "close_attempt", "note_time"):
            monkeypatch.setattr(services, name, refuse)

    return forbid


def without_own(answer: Any) -> Any:
    return {name: value for name, value in answer.items() if name not in OWN}


def sit(candidate: Candidate, sitting: Sitting) -> list[Any]:
    """An exam from the bell to the end; what was answered on the way."""
    told = [candidate.start(sitting)]
    status, paper = candidate.send("GET", f"{candidate.path}/paper")
    for question in paper["questions"]:
        assert question["stem_html"]
        for name in ("key", "stem", "stem_html"):
            del question[name]  # papers differ
    told.append((status, paper))
    candidate.answer(1, True)
    candidate.answer(2, False)
    told.append(candidate.send("POST", f"{candidate.path}/heartbeat", {"times": {"1": 5000}}))
    told.append(candidate.send("POST", f"{candidate.path}/heartbeat", {}))
    told.append(candidate.send("POST", f"{candidate.path}/submit", {}))
    return [(status, without_own(answer)) for status, answer in told]


@pytest.mark.parametrize("rules", [RULES, AT_ONCE], ids=["released later", "released at once"])
def test_both_ways_leave_the_same_behind(
    app: Flask,
    rules: ExamSettings,
    alone: Callable[[], None],
    no_long_way: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    alice, bob = (Candidate(app, Make.person(name)) for name in ("alice", "bob"))
    sitting = ready_sitting(alice.person, bob.person, settings=rules)
    alone()
    long = sit(bob, sitting)
    monkeypatch.undo()
    no_long_way()
    assert sit(alice, sitting) == long
    monkeypatch.undo()
    assert alice.rows() == bob.rows()


def test_a_second_start_gives_the_first_attempt_back(app: Flask) -> None:
    alice = Candidate(app, Make.person("alice"))
    sitting = ready_sitting(alice.person, settings=RULES)
    status, first = alice.start(sitting)
    again, second = alice.start(sitting)
    assert (status, again) == (201, 200)
    assert first["id"] == second["id"]


def test_a_paper_for_all_goes_the_long_way(app: Flask) -> None:
    rules = ExamSettings(languages=("en",), blueprint=Blueprint((Quota(3),)), form=Form.SHARED)
    people = [Candidate(app, Make.person(name)) for name in ("alice", "bob")]
    sitting = ready_sitting(*(one.person for one in people), settings=rules)
    assert [one.start(sitting)[0] for one in people] == [201, 201]
    drawn = [[row.item_id for row in attempt_of(one.person).items] for one in people]
    assert drawn[0] == drawn[1]


def test_who_may_not_start_is_refused_as_ever(app: Flask, now: datetime) -> None:
    alice, bob = (Candidate(app, Make.person(name)) for name in ("alice", "bob"))
    sitting = ready_sitting(alice.person, settings=RULES, access_code="ROOM 4")
    assert bob.start(sitting, access_code="ROOM 4")[0] == 404
    assert alice.start(sitting)[1]["error"]["code"] == "access_code_wrong"
    assert alice.start(sitting, access_code="room 5")[1]["error"]["code"] == "access_code_wrong"
    assert alice.send("POST", f"/sittings/{sitting.id}/attempts", {"language": 5})[0] == 422
    assert alice.start(sitting, access_code="room4")[0] == 201


def test_a_wrong_code_is_one_try_whichever_ways_it_goes(app: Flask) -> None:
    alice = Candidate(app, Make.person("alice"))
    sitting = ready_sitting(alice.person, settings=RULES, access_code="ROOM 4")
    tries = [alice.start(sitting, access_code=f"{n}")[0] for n in range(11)]
    assert tries == [403] * 10 + [429]


def test_another_ones_attempt_is_not_there(app: Flask) -> None:
    alice, bob = (Candidate(app, Make.person(name)) for name in ("alice", "bob"))
    sitting = ready_sitting(alice.person, bob.person, settings=RULES)
    alice.start(sitting)
    for method, rest in (("GET", "paper"), ("POST", "heartbeat"), ("POST", "submit")):
        body = {} if method == "POST" else None
        assert bob.send(method, f"{alice.path}/{rest}", body)[0] == 404
    assert attempt_of(alice.person).state == "in_progress"


def test_an_answer_that_comes_during_marking_is_marked(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trainhub.assessment.services import quick_closing  # patched below

    alice = Candidate(app, Make.person("alice"))
    sitting = ready_sitting(alice.person, settings=AT_ONCE)
    alice.start(sitting)
    for no in (1, 2, 3):
        alice.answer(no, False)
    read, came = quick_closing.list_questions, []

    def then_another_answer(connection: Any, attempt_id: int) -> Any:
        found = read(connection, attempt_id)
        if not came:
            came.append(1)
            alice.answer(2, True)
        return found

    monkeypatch.setattr(quick_closing, "list_questions", then_another_answer)
    assert alice.send("POST", f"{alice.path}/submit", {})[1]["state"] == "released"
    assert [row.is_right for row in attempt_of(alice.person).items] == [False, True, False]


def test_a_long_answer_waits_for_people(app: Flask) -> None:
    alice = Candidate(app, Make.person("alice"))
    with transaction():
        add_item("letter", kind="long_answer", topic="letters", content=RUBRIC, points=12)
    rules = ExamSettings(
        languages=("en",), blueprint=Blueprint((Quota(1, topic="letters"),)), release=SHOWN_AT_ONCE
    )
    sitting = ready_sitting(alice.person, settings=rules)
    alice.start(sitting)
    alice.answer(1, "Something")
    assert alice.send("POST", f"{alice.path}/submit", {})[1]["state"] == "awaiting_marking"


def test_past_the_wall_it_is_the_deadline_that_ends_it(app: Flask, now: datetime) -> None:
    alice = Candidate(app, Make.person("alice"))
    sitting = ready_sitting(alice.person, settings=AT_ONCE)
    alice.start(sitting)
    alice.answer(1, True)
    with clock.frozen(now + timedelta(minutes=45, seconds=1)):
        status, told = alice.send("POST", f"{alice.path}/submit", {})
    assert (status, told["ended_by"]) == (200, "deadline")


def test_a_senseless_heartbeat_is_refused(app: Flask) -> None:
    alice = Candidate(app, Make.person("alice"))
    alice.start(ready_sitting(alice.person, settings=RULES))
    for times in ({"0": 1}, {"x": 1}, {"1": -1}, {"1": True}, {"1": 1.5}):
        assert alice.send("POST", f"{alice.path}/heartbeat", {"times": times})[0] == 422


def test_the_plain_pages_go_the_short_way_too(
    app: Flask, no_long_way: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = Candidate(app, Make.person("alice"))
    sitting = ready_sitting(alice.person, settings=AT_ONCE, access_code="ROOM 4")
    no_long_way()
    form = {"language": "en", "access_code": "room 4"}
    to_attempt = alice.browser.post(f"/my-exams/{sitting.id}/start", form).location
    alice.answer(1, True)
    assert alice.browser.get(to_attempt, status=302).location.endswith("/questions/2")
    to_result = alice.browser.post(f"{to_attempt}/submit", {}).location
    assert to_result.endswith("/result")
    assert attempt_of(alice.person).state == "released"
