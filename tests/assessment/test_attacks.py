"""Attacks on exams: a candidate who guesses, staff who decide on themselves, forged figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from tests.assessment.marked import begin, choice_sitting, settings, sit
from tests.assessment.papers import (
    SHOWN_AT_ONCE,
    TRUTH,
    add_exam,
    add_sitting,
    attempt_of,
    ready_sitting,
)
from tests.assessment.test_api import Program
from tests.attacks.world import ONE_ENGINE
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub import clock
from trainhub.assessment import services
from trainhub.assessment.models import (
    BankItem,
    BankItemVersion,
    BankPicture,
    Candidate,
    ExamVersion,
    Sitting,
)
from trainhub.assessment.rules.settings import Layout, Part, When
from trainhub.assessment.rules.states import EndedBy
from trainhub.db import db, transaction
from trainhub.people.models import Person, Role

Clients = Callable[..., CheckingClient]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def alice(app: Flask) -> Person:
    return Make.person("alice")


@ONE_ENGINE
def test_guessing_an_access_code_ends_even_with_the_right_guess(
    app: Flask, alice: Person, client: Clients
) -> None:
    sitting = ready_sitting(alice, access_code="7319")
    browser = client(alice)
    for guess in range(10):
        browser.post(f"/my-exams/{sitting.id}/start", {"access_code": f"0{guess}"}, status=403)
    browser.post(f"/my-exams/{sitting.id}/start", {"access_code": "7319"}, status=429)
    program = Program(app, alice)
    path, body = f"/sittings/{sitting.id}/attempts", {"language": "en", "access_code": "7319"}
    assert program.ask("POST", path, body)[0] == 429, "the interface is no second way"
    bob = Make.person("bob")
    other = Program(app, bob)
    with transaction():
        db.session.add(
            Candidate(sitting_id=sitting.id, person_id=bob.id, added_at=sitting.opens_at)
        )
    wrong = body | {"access_code": "1"}
    found = [other.ask("POST", path, wrong)[0] for _ in range(10)]
    assert found == [403] * 10
    assert other.ask("POST", path, body)[0] == 429


def test_time_in_view_has_a_bound_that_every_database_can_store(
    app: Flask, alice: Person, now: datetime
) -> None:
    attempt_id = begin(choice_sitting(alice), alice, now)
    program = Program(app, alice)
    for _ in range(27):
        sent = {"times": {"1": 24 * 3600 * 1000}}
        status, told = program.ask("POST", f"/attempts/{attempt_id}/heartbeat", sent)
        assert status == 200, told


@ONE_ENGINE
def test_nobody_decides_on_an_attempt_of_their_own(client: Clients, now: datetime) -> None:
    tess, root = Make.person("tess", Role.TRAINER), Make.person("root", Role.ADMINISTRATOR)
    sitting = choice_sitting(tess, root)
    for person in (tess, root):
        attempt_id = sit(sitting, person, now, fact=False)
        candidate = db.session.query(Candidate).filter_by(person_id=person.id).one()
        browser, why = client(person), {"reason": "I say so", "minutes": "60"}
        for path in (
            f"/candidates/{candidate.id}/time",
            f"/candidates/{candidate.id}/attempt",
            f"/attempts/{attempt_id}/reopen",
            f"/attempts/{attempt_id}/void",
        ):
            assert "own attempt" in browser.post(path, why, status=403).text, path
        db.session.expire_all()
        assert attempt_of(person).state in ("marked", "released")
        assert (candidate.extra_s, candidate.extra_attempts) == (0, 0)
    other = db.session.query(Candidate).filter_by(person_id=root.id).one()
    client(tess).post(f"/candidates/{other.id}/time", {"reason": "Late bus", "minutes": "5"})


@ONE_ENGINE
def test_a_supervisor_counts_nobody_of_another_team(client: Clients, now: datetime) -> None:
    red, blue = Make.team("Red"), Make.team("Blue")
    alice, bob = Make.person("alice", team=red), Make.person("bob", team=blue)
    supervisor = Make.person("sup", Role.SUPERVISOR, supervises=red)
    sitting = choice_sitting(alice, bob)
    begin(sitting, alice, now)
    sit(sitting, bob, now, fact=True)
    page = client(supervisor).get(f"/sittings/{sitting.id}/results").text
    assert "1 marked and not out" not in page
    assert "1 out" not in page
    assert "1 under way" not in page


@ONE_ENGINE
def test_no_question_opens_once_time_is_over(app: Flask, alice: Person, now: datetime) -> None:
    sitting = choice_sitting(alice, layout=Layout.ONE, may_go_back=False)
    attempt_id = begin(sitting, alice, now)
    program = Program(app, alice)
    with clock.frozen(now + 60 * MINUTE):
        status, told = program.ask("POST", f"/attempts/{attempt_id}/questions/2/open")
        assert (status, told["error"]["code"]) == (409, "attempt_closed")


@ONE_ENGINE
def test_a_picture_is_not_seen_before_what_it_stands_in(
    client: Clients, alice: Person, now: datetime
) -> None:
    sitting = choice_sitting(alice, layout=Layout.ONE, may_go_back=False)
    with transaction():
        asked, explained = (picture(sign) for sign in "ab")
        edition = db.session.query(BankItem).filter_by(key="fact").one().editions[0]
        newer = BankItemVersion(
            item_id=edition.item_id, language="en", number=2, kind="true_false", points=1,
            stem="Is ![it](media/it.png) so?", feedback="As ![this](media/why.png) shows.",
            content=TRUTH, pictures={"it.png": asked, "why.png": explained},
            content_hash="e" * 64, created_at=now,
        )  # fmt: skip
        db.session.add(newer)
        db.session.flush()
        edition.version_id = newer.id
    begin(sitting, alice, now)
    browser, program = client(alice), Program(client().app, alice)
    browser.get(f"/exam-pictures/{asked}", status=404)
    path = f"/attempts/{attempt_of(alice).id}/questions/2/open"
    assert program.ask("POST", path)[0] == 200
    browser.get(f"/exam-pictures/{asked}")
    browser.get(f"/exam-pictures/{explained}", status=404)


def hold_practice(person: Person) -> Sitting:
    """Practice with the questions of `choice_sitting`, everything shown at once."""
    rules = settings("colour", "fact", release=SHOWN_AT_ONCE, is_practice=True, attempts=0)
    with transaction():
        return add_sitting(add_exam("practice", rules), person)


@ONE_ENGINE
def test_practice_answers_nothing_while_an_exam_is_sat(
    app: Flask, client: Clients, alice: Person, now: datetime
) -> None:
    exam = choice_sitting(alice)
    practised = sit(hold_practice(alice), alice, now, fact=False)
    browser, program = client(alice), Program(app, alice)
    result, address = f"/attempts/{practised}/result", f"/api/v1/attempts/{practised}/result"
    assert "this is right" in browser.page(result).text
    attempt_id = begin(exam, alice, now)
    page = browser.page(result).text
    assert "Not passed" not in page, "not even the mark: one answer a paper would be told by it"
    assert "this is right" not in page
    assert "While an exam of yours is under way" in page
    assert program.ask("GET", f"/attempts/{practised}/result")[0] == 403, address
    assert "not passed" not in browser.page("/my-exams").text
    with transaction():
        services.close_attempt(attempt_id, by=EndedBy.CANDIDATE, now=now)
    assert "this is right" in browser.page(result).text


@ONE_ENGINE
def test_results_come_out_for_others_while_one_sits_an_exam(alice: Person, now: datetime) -> None:
    bob = Make.person("bob")
    exam = choice_sitting(alice)
    with transaction():
        rules = settings("colour", "fact", release={Part.SCORE: When.BY_HAND})
        letters = add_sitting(add_exam("earlier", rules), alice, bob)
    sit(letters, alice, now, fact=True)
    sit(letters, bob, now, fact=True)
    begin(exam, alice, now)
    tess = Make.person("tess", Role.TRAINER)
    with transaction():
        services.release_sitting(letters, actor=tess, now=now)
    assert attempt_of(bob).state == "released"


@ONE_ENGINE
def test_a_newer_version_still_to_be_sat_keeps_the_keys_of_the_older(
    app: Flask, alice: Person, now: datetime
) -> None:
    shown = dict.fromkeys(Part, When.AFTER_CLOSE)
    sitting = choice_sitting(alice, release=shown)
    attempt_id = sit(sitting, alice, now, fact=False)
    bob = Make.person("bob")
    with transaction():
        first = db.session.get_one(ExamVersion, sitting.exam_version_id)
        newer = ExamVersion(
            exam_id=first.exam_id, number=2, titles=first.titles, settings=first.settings,
            published_at=now,
        )  # fmt: skip
        db.session.add(newer)
        db.session.flush()
        add_sitting(newer, bob, opens_at=now + 6 * 60 * MINUTE)
    program = Program(app, alice)
    path = f"/attempts/{attempt_id}/result"
    with clock.frozen(now + 3 * 60 * MINUTE):
        assert program.ask("GET", path)[0] == 403, "bob has the same questions this afternoon"
    with clock.frozen(now + 9 * 60 * MINUTE):
        assert "solution" in program.ask("GET", path)[1]["questions"][0]


def picture(sign: str) -> int:
    """The number of a picture of the bank."""
    made = BankPicture(sha256=sign * 64, media_type="image/png", width=1, height=1, data=b"PNG")
    db.session.add(made)
    db.session.flush()
    return int(made.id)
