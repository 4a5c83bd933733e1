"""The same promises over the JSON interface, where most saves go a shorter way."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.assessment.papers import SHOWN_AT_ONCE, attempt_of, ready_sitting
from tests.assessment.racing import all_at_once, check_history, of_each_sort
from tests.checking import CheckingClient
from tests.conftest import NOON
from tests.factories import Make
from trainhub.assessment import services
from trainhub.assessment.models import AttemptItem, KeptResponse
from trainhub.assessment.queries.verifying import verify_attempt
from trainhub.assessment.rules.settings import Blueprint, ExamSettings, Quota
from trainhub.assessment.rules.states import EndedBy, State
from trainhub.db import db, transaction
from trainhub.people.models import Person

ROUNDS = int(os.environ.get("TRAINHUB_RACE_ROUNDS", "5"))
RULES = ExamSettings(
    languages=("en",), blueprint=Blueprint((Quota(3),)), release=SHOWN_AT_ONCE, attempts=0
)


class Device:
    """A candidate's browser, signed in, which saves one question."""

    def __init__(self, app: Flask, person: Person, name: str) -> None:
        self.browser, self.name = CheckingClient(app, person), name
        self.token = self.browser.token()

    def save(self, attempt_id: int, no: int, response: Any, seq: int) -> tuple[int, Any]:
        key = f"{self.name}-{attempt_id}-{no}-{seq}"
        sent = {"no": no, "response": response, "seq": seq, "key": key, "device": self.name}
        answer = self.browser.client.post(
            f"/api/v1/attempts/{attempt_id}/responses",
            json={"responses": [sent]},
            headers={"X-CSRFToken": self.token, "Accept": "application/json"},
        )
        return answer.status_code, answer.get_json()

    def save_until_the_end(self, attempt_id: int, no: int) -> Callable[[], list[int]]:
        """Saves, each with the opposite answer, until it is too late; what was acknowledged."""

        def run() -> list[int]:
            acknowledged = []
            for seq in range(1, 12):
                status, answer = self.save(attempt_id, no, bool(seq % 2), seq)
                assert status in (200, 409), answer
                if answer["receipts"][0]["decision"] != "saved":
                    break
                acknowledged.append(seq)
            return acknowledged

        return run


@pytest.fixture
def alice(app: Flask) -> Person:
    return Make.person("alice")


def begin(sitting_id: int, person_id: int) -> int:
    with transaction():
        person = db.session.get(Person, person_id)
        return services.start_attempt(sitting_id, person, "en", now=NOON).id


def test_every_acknowledged_save_is_in_the_marked_paper(app: Flask, alice: Person) -> None:
    sitting_id, person_id = ready_sitting(alice, settings=RULES).id, alice.id
    devices = [Device(app, alice, name) for name in ("room-1", "room-2")]

    def hand_in(attempt_id: int) -> str:
        with transaction():
            return services.close_attempt(attempt_id, by=EndedBy.CANDIDATE, now=NOON).state

    for _ in range(ROUNDS):
        it = begin(sitting_id, person_id)
        devices[0].save(it, 3, True, 1)
        first, second, state = all_at_once(
            app,
            [
                devices[0].save_until_the_end(it, 1),
                devices[1].save_until_the_end(it, 2),
                lambda it=it: hand_in(it),
            ],
        )
        assert state == State.RELEASED
        attempt = attempt_of(db.session.get(Person, person_id))
        for no, acknowledged in ((1, first), (2, second)):
            assert isinstance(acknowledged, list), acknowledged
            row = db.session.get(AttemptItem, (it, no))
            assert row.seq == len(acknowledged)
            assert row.response == (bool(row.seq % 2) if acknowledged else None)
        assert verify_attempt(attempt) == []
        assert check_history(attempt)[2:] == ["submitted", "marked", "released"]


def test_of_two_devices_at_one_question_one_hears_saved(app: Flask, alice: Person) -> None:
    sitting_id, person_id = ready_sitting(alice, settings=RULES).id, alice.id
    devices = [Device(app, alice, name) for name in ("room-1", "room-2", "room-3")]
    it = begin(sitting_id, person_id)
    for seq in range(1, ROUNDS + 1):
        found = all_at_once(
            app,
            [
                lambda one=one, at=at, seq=seq: one.save(it, 1, bool(at), seq)
                for at, one in enumerate(devices)
            ],
        )
        assert of_each_sort(found) == {"done": 3}
        decisions = [answer["receipts"][0]["decision"] for _, answer in found]
        assert sorted(decisions) == ["saved", "superseded", "superseded"]
        row = db.session.get(AttemptItem, (it, 1), populate_existing=True)
        assert (row.seq, row.device) == (seq, devices[decisions.index("saved")].name)
    kept = db.session.scalars(select(KeptResponse.response)).all()
    assert len(kept) >= ROUNDS  # the other answer of each round
