"""Saving by the JSON interface: the short way and the long one decide alike, and say the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.assessment.papers import SHOWN_AT_ONCE, attempt_of, ready_sitting
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub import clock
from trainhub.assessment import services
from trainhub.assessment.models import Attempt, AttemptItem, KeptResponse
from trainhub.assessment.rules.settings import Blueprint, ExamSettings, Layout, Quota
from trainhub.assessment.rules.states import EndedBy
from trainhub.db import db, transaction
from trainhub.people.models import Person, SignIn
from trainhub.people.services import disable_person
from trainhub.people.views import quick

RULES = ExamSettings(languages=("en",), blueprint=Blueprint((Quota(3),)), release=SHOWN_AT_ONCE)
FORWARD = ExamSettings(
    languages=("en",),
    blueprint=Blueprint((Quota(3),)),
    layout=Layout.ONE,
    may_go_back=False,
    item_limit_s=60,
)


class Page:
    """A candidate's page: saves with the session cookie and the page's token."""

    def __init__(self, app: Flask, person: Person, attempt_id: int) -> None:
        self.browser = CheckingClient(app, person)
        self.token = self.browser.token()
        self.path = f"/api/v1/attempts/{attempt_id}/responses"

    def send(self, body: Any, **headers: str) -> tuple[int, Any]:
        sent = {"X-CSRFToken": self.token, "Accept": "application/json"} | headers
        answer = self.browser.client.post(self.path, json=body, headers=sent)
        return answer.status_code, answer.get_json()

    def save(self, no: int, response: Any, seq: int = 1, **more: Any) -> tuple[int, Any]:
        sent = {"no": no, "response": response, "seq": seq, "key": f"key-{no}-{seq}"} | more
        status, answer = self.send({"responses": [sent]})
        return status, answer["receipts"][0] if "receipts" in answer else answer["error"]


@pytest.fixture
def alice(app: Flask) -> Person:
    return Make.person("alice")


def begin(person: Person, settings: ExamSettings = RULES, hours: float = 2) -> int:
    sitting = ready_sitting(person, settings=settings, hours=hours)
    with transaction():
        return services.start_attempt(sitting.id, person, "en", now=clock.now()).id


@pytest.fixture
def page(app: Flask, alice: Person) -> Page:
    return Page(app, alice, begin(alice))


@pytest.fixture
def long_way(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The attempts of the saves that needed more than three statements."""
    taken: list[int] = []
    whole = services.save_responses

    def noted(attempt_id: int, *args: Any, **options: Any) -> Any:
        taken.append(attempt_id)
        return whole(attempt_id, *args, **options)

    monkeypatch.setattr(services, "save_responses", noted)
    return taken


def stored(person: Person, no: int) -> AttemptItem:
    row = db.session.get(AttemptItem, (attempt_of(person).id, no), populate_existing=True)
    assert row is not None
    return row


def test_an_ordinary_save_goes_the_short_way(
    page: Page, alice: Person, now: datetime, long_way: list[int]
) -> None:
    status, answer = page.send(
        {"responses": [{"no": 1, "response": True, "seq": 1, "key": "k-1-1", "device": "a"}]}
    )
    assert status == 200
    assert answer == {
        "state": "in_progress",
        "closes_at": "2026-11-23T04:45:00.000Z",
        "server_now": "2026-11-23T04:00:00.000Z",
        "remaining_ms": 2_700_000,
        "receipts": [
            {"no": 1, "decision": "saved", "seq": 1, "saved_at": "2026-11-23T04:00:00.000Z"}
        ],
    }
    assert page.save(1, False, seq=7, device="a")[1]["decision"] == "saved"
    assert not long_way
    row = stored(alice, 1)
    assert (row.response, row.seq, row.device, row.saved_at) == (False, 7, "a", now)


def test_the_two_ways_answer_alike(
    app: Flask, page: Page, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = page.save(1, True)
    monkeypatch.setattr(quick, "_try", lambda *given, **how: None)
    assert page.save(2, True) == (short[0], short[1] | {"no": 2})


def test_a_repeat_has_no_further_effect(page: Page, long_way: list[int]) -> None:
    page.save(1, True, seq=2)
    status, again = page.save(1, True, seq=2)
    assert (status, again["decision"], again["seq"]) == (200, "repeated", 2)
    status, error = page.save(1, False, seq=2)
    assert (status, error["code"]) == (422, "idempotency_mismatch")
    for short in ("k", "", "ключ-1"):
        status, error = page.save(1, False, seq=3, key=short)
        assert (status, error["code"]) == (422, "key_form"), short
    assert len(long_way) == 2


def test_the_key_may_stand_in_the_header(page: Page) -> None:
    body = {"responses": [{"no": 1, "response": True, "seq": 1}]}
    for decision in ("saved", "repeated"):
        status, answer = page.send(body, **{"Idempotency-Key": "from-the-header"})
        assert (status, answer["receipts"][0]["decision"]) == (200, decision)


def test_an_older_save_shows_what_stands(page: Page) -> None:
    page.save(1, True, seq=5)
    status, receipt = page.save(1, False, seq=3)
    assert (status, receipt["decision"], receipt["response"]) == (200, "superseded", True)


def test_what_another_device_overwrites_is_kept(page: Page, alice: Person) -> None:
    page.save(1, True, seq=1, device="a")
    assert page.save(1, False, seq=2, device="b")[1]["decision"] == "saved"
    (kept,) = db.session.scalars(select(KeptResponse)).all()
    assert (kept.why, kept.response, kept.device) == ("overwritten", True, "a")


def test_late_text_is_evidence_and_later_text_is_given_back(page: Page, now: datetime) -> None:
    wall = now + timedelta(minutes=45)
    page.save(3, True)
    with clock.frozen(wall + timedelta(seconds=5)):
        assert page.save(1, True)[1]["decision"] == "late"
    with clock.frozen(wall + timedelta(minutes=2)):
        status, answer = page.send(
            {"responses": [{"no": 2, "response": True, "seq": 1, "key": "too-late"}]}
        )
        assert (status, answer["error"]["code"]) == (409, "attempt_closed")
        assert answer["receipts"][0]["decision"] == "closed"
    assert [row.why for row in db.session.scalars(select(KeptResponse))] == ["late"]


def test_nothing_is_saved_after_handing_in(page: Page, alice: Person) -> None:
    page.save(1, True)
    with transaction():
        services.close_attempt(attempt_of(alice).id, by=EndedBy.CANDIDATE, now=clock.now())
    assert page.save(2, True)[1]["decision"] == "late"
    assert stored(alice, 2).response is None


def test_another_persons_attempt_does_not_exist(app: Flask, page: Page, alice: Person) -> None:
    eve = Page(app, Make.person("eve"), attempt_of(alice).id)
    missing = Page(app, Make.person("bob"), 4_242_424)
    assert eve.save(1, True)[0] == missing.save(1, True)[0] == 404
    assert eve.save(1, True)[1] == missing.save(1, True)[1]
    assert stored(alice, 1).response is None


@pytest.mark.parametrize("change", [
    {"no": 4}, {"no": 0}, {"no": True}, {"no": "1"}, {"seq": 0}, {"seq": 10**20}, {"seq": "1"},
    {"key": "abc"}, {"key": 5}, {"key": "k" * 61}, {"key": "ab\x00cd"}, {"device": "\x00"},
    {"device": "d" * 41}, {"response": "true"}, {"response": [1]}, {"response": {"a": 1}},
    {"response": float("nan")}, {"state": "released"}, {"mark_millionths": 1_000_000},
    {"closes_at": "2099-01-01T00:00:00Z"}, {"graded_by": 1},
])  # fmt: skip
def test_what_does_not_fit_is_refused_and_the_next_save_works(
    page: Page, alice: Person, change: dict[str, Any]
) -> None:
    page.save(1, True)
    status, error = page.save(**({"no": 1, "response": False, "seq": 2} | change))
    assert status == 422, error
    assert {"code", "message", "field"} <= error.keys()
    assert stored(alice, 1).response is True
    assert page.save(1, False, seq=3)[1]["decision"] == "saved"


@pytest.mark.parametrize("body", [
    [], {}, {"responses": []}, {"responses": {}}, {"responses": [None]}, {"responses": [[]]},
    {"responses": [{"no": 1, "response": True, "seq": 1, "key": "k-1-1"}], "state": "released"},
    {"responses": [{"no": 1, "seq": 1, "key": "k-1-1"}]},
])  # fmt: skip
def test_a_body_of_another_form_is_refused(page: Page, body: Any) -> None:
    assert page.send(body)[0] == 422


def test_several_are_stored_together_or_not_at_all(page: Page, alice: Person) -> None:
    sent = [{"no": no, "response": True, "seq": 1, "key": f"key-{no}"} for no in (1, 2, 3)]
    status, answer = page.send({"responses": [*sent[:2], sent[2] | {"response": "no"}]})
    assert status == 422
    assert stored(alice, 1).response is None
    status, answer = page.send({"responses": sent})
    assert [one["decision"] for one in answer["receipts"]] == ["saved"] * 3


def test_no_token_no_save(page: Page) -> None:
    page.token = "no token"
    status, error = page.save(1, True)
    assert (status, error["code"]) == (403, "csrf_missing")


def test_a_disabled_account_is_out_at_once(page: Page, alice: Person, now: datetime) -> None:
    admin = Make.person("root")
    with transaction():
        disable_person(alice, actor=admin, now=now)
    status, error = page.save(1, True)
    assert (status, error["code"]) == (401, "sign_in_required")


def test_an_exam_under_way_holds_the_sign_in_to_its_end(
    app: Flask, alice: Person, now: datetime
) -> None:
    long_exam = ExamSettings(
        languages=("en",), blueprint=Blueprint((Quota(3),)), duration_s=13 * 3600
    )
    page = Page(app, alice, begin(alice, long_exam, hours=14))
    assert page.save(1, True)[0] == 200
    for hours in (5, 12.5):  # neither the pause of hours nor the longest sign-in cuts it off
        with clock.frozen(now + timedelta(hours=hours)):
            assert page.save(1, True, seq=int(hours * 2))[0] == 200
    with clock.frozen(now + timedelta(hours=13, seconds=59)):
        assert page.save(2, True)[1]["decision"] == "late"
    with clock.frozen(now + timedelta(hours=13, seconds=61)):
        assert page.save(3, True)[0] == 401


def test_handing_in_lets_the_sign_in_go(page: Page, alice: Person, now: datetime) -> None:
    page.save(1, True)
    page.path = page.path.replace("responses", "submit")
    assert page.send(None)[0] == 200
    db.session.rollback()
    assert {row.held_until for row in db.session.scalars(select(SignIn))} == {None}


def test_a_question_left_behind_or_out_of_time_is_closed(
    app: Flask, alice: Person, now: datetime
) -> None:
    page = Page(app, alice, begin(alice, FORWARD))
    assert page.save(2, True)[0] == 409
    assert page.save(1, True)[0] == 200
    with clock.frozen(now + timedelta(seconds=61)):
        assert page.save(1, False, seq=2)[0] == 409
    with transaction():
        services.open_item(attempt_of(alice).id, alice.id, 2, now=now)
    assert page.save(1, False, seq=3)[0] == 409
    assert page.save(2, True)[0] == 200


def test_what_changes_between_looking_and_writing_stops_the_short_way(
    page: Page, alice: Person, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guarded update finds nothing when another save or the end came first."""
    from trainhub.assessment.services import quick_saving

    def after(act: Callable[[], object]) -> None:
        write = quick_saving._write

        def late(*args: Any) -> bool:
            monkeypatch.setattr(quick_saving, "_write", write)
            act()
            return write(*args)

        monkeypatch.setattr(quick_saving, "_write", late)

    after(lambda: page.save(1, False, seq=9))
    assert page.save(1, True, seq=2)[1]["decision"] == "superseded"
    assert stored(alice, 1).response is False

    def end() -> None:
        with transaction():
            services.close_attempt(attempt_of(alice).id, by=EndedBy.CANDIDATE, now=now)

    after(end)
    assert page.save(2, True)[1]["decision"] == "late"
    ended = db.session.get(Attempt, attempt_of(alice).id)
    assert ended is not None and ended.mark_millionths == 0
    assert stored(alice, 2).response is None
