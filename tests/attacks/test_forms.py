"""Every form of every page, filled in by somebody who means harm."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.attacks.crawling import Form, forms_of
from tests.attacks.world import ONE_ENGINE, World, moved, state
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub.audit.queries import find_broken_entry
from trainhub.catalogue import queries as catalogue
from trainhub.db import db
from trainhub.learning.models import CheckpointResponse, Enrolment
from trainhub.people import hashing
from trainhub.people.models import Person, PersonRole, Role

MEGABYTE = "a" * 1024 * 1024
HOSTILE = {
    "NUL": "a\x00b",
    "number beyond": "9" * 40,
    "negative": "-1",
    "markup": '"><script>alert(1)</script>{{7*7}}${7*7}<img src=x onerror=alert(1)>',
    "sql and path": "'; DROP TABLE person;-- ../../../etc/passwd %00 \r\nSet-Cookie: x=1",
    "bidi and escapes": "\u202egnp.\u2066\u200b\x1b[31m\ufeff\uffff\U000e0001",
    "megabyte": MEGABYTE,
}
EXTRA = {
    "role": "administrator", "roles": "administrator", "is_administrator": "1",
    "owner": "root", "owner_id": "1", "published": "1", "approved": "1",
    "is_demonstration": "1", "score": "1000", "score_permille": "1000", "is_right": "1",
    "completed_at": "2026-01-01", "started_at": "2020-01-01", "lessons_done": "99",
    "person_id": "7", "enrolment_id": "3", "id": "7", "team_id": "2", "team": "2",
    "assignment_id": "", "version_id": "1", "username": "root", "password_hash": "x",
    "disabled_at": "", "created_at": "2000-01-01", "state": "completed", "is_material": "y",
}  # fmt: skip
ALSO = (
    "/quizzes/opening/en/questions",
    *(
        f"/quizzes/opening/en/questions/new/{kind}"
        for kind in ("multiple", "numeric", "matching", "cloze")
    ),
    "/courses/gone",
    "/learning/opening/lessons/greeting",
)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms with passwords are sent by the hundred here."""
    monkeypatch.setattr(hashing, "matches", lambda *_args: False)
    monkeypatch.setattr(hashing, "hash_password", lambda _password: "no real hash")


def send(browser: CheckingClient, form: Form, values: Any, token: str) -> TestResponse:
    """Send a form; files become small text files that claim to be pictures."""
    data: MultiDict[str, Any] = MultiDict(values)
    for name, kind in form.types.items():
        if kind == "file" and name in data:
            data[name] = (io.BytesIO(str(data[name]).encode()[:5000]), f"{name}.png")
    data["csrf_token"] = token
    kind = "multipart/form-data" if form.has_file else form.kind
    return browser.client.post(form.action, data=data, content_type=kind)


def check(form: Form, what: str, answer: TestResponse) -> None:
    """An answer that is none of: a crash, a trace, somebody's markup come alive."""
    place = (form.action, what, answer.status)
    assert answer.status_code < 500, place
    text = answer.data.decode("utf-8", "replace")
    assert "Traceback" not in text, place
    assert "<script>alert(1)" not in text, place
    assert "<img src=x" not in text, place
    assert "49$" not in text, f"{place}: text was taken for a template"
    assert "x=1" not in answer.headers.get("Set-Cookie", ""), place


def everybody(world: World) -> CheckingClient:
    """The browser of somebody with every role, who has begun the course."""
    omni = world.people["omni"] = Make.person("omni", *Role, password_hash="x")
    browser = CheckingClient(world.app, omni)
    browser.post("/learning/opening/start", {"language": "en"})
    return browser


_found: list[Form] = []


def all_forms(world: World, browser: CheckingClient) -> list[Form]:
    """The forms of every page; walked once, as each test builds the same centre."""
    if not _found:
        _found.extend(forms_of(world.app, world, browser, *ALSO))
    return [form for form in _found if not form.action.endswith(("/sign-out", "/disable"))]


def filled(form: Form, what: str) -> Iterator[dict[str, Any]]:
    """The form with hostile words in what is typed; with some also in what is not."""
    text, fixed = HOSTILE[what], {"submit", "hidden", "button"}
    typed = [name for name in form.names if form.types[name] not in fixed]
    kept = {name: form.values.get(name, [text[:99]]) for name in form.names if name not in typed}
    if what == "megabyte":
        yield kept | dict.fromkeys(typed[:1], text)
        return
    yield kept | dict.fromkeys(typed, text)
    if what in TELLING:
        yield {}
        yield dict.fromkeys(form.names, [text] * 3)


TELLING = ("NUL", "number beyond")  # where the two databases differ


@pytest.mark.parametrize("what", TELLING)
def test_no_form_breaks_on_what_a_database_refuses(app: Flask, world: World, what: str) -> None:
    fill_all_forms(app, world, what)


@ONE_ENGINE
@pytest.mark.parametrize("what", [one for one in HOSTILE if one not in TELLING])
def test_no_form_breaks_on_what_is_typed(app: Flask, world: World, what: str) -> None:
    fill_all_forms(app, world, what)


def fill_all_forms(app: Flask, world: World, what: str) -> None:
    """Send every form with the words; say all that broke."""
    browser = everybody(world)
    found = all_forms(world, browser)
    assert len(found) >= 35, [form.action for form in found]
    token, broken = browser.token(), []
    for form in found:
        for values in filled(form, what):
            try:
                check(form, what, send(browser, form, values, token))
            except AssertionError as fault:
                broken.append(str(fault).splitlines()[0])
        if signed_out(browser):
            browser = CheckingClient(app, db.session.get(Person, world.people["omni"].id))
            token = browser.token()
    assert not broken
    db.session.rollback()
    assert find_broken_entry() is None
    browser.get("/")


def signed_out(browser: CheckingClient) -> bool:
    """Whether the last form has ended the sign-in."""
    with browser.client.session_transaction() as cookie:
        return "_user_id" not in cookie


def rows_of_others(world: World) -> dict[str, list[str]]:
    """What no form of an agent may touch."""
    db.session.rollback()
    alice = world.people["agent"].id
    queries = {
        "roles": db.select(PersonRole.person_id, PersonRole.role),
        "people": db.select(Person.__table__).where(Person.id != alice),
        "enrolments": db.select(Enrolment.__table__).where(Enrolment.person_id != alice),
        "standing": db.select(
            Enrolment.id, Enrolment.completed_at, Enrolment.assignment_id, Enrolment.due_on
        ),
        "alice": db.select(
            Person.username, Person.team_id, Person.disabled_at, Person.password_hash
        ),
    }
    return {name: sorted(map(repr, db.session.execute(q))) for name, q in queries.items()}


def test_fields_that_no_form_has_change_nothing(app: Flask, world: World) -> None:
    browser = world.browser("agent")
    before = rows_of_others(world)
    library = state("audit_entry", "sign_in")
    found = forms_of(app, world, browser, "/learning/opening/lessons/greeting")
    assert len(found) >= 8
    token = browser.token()
    for form in found:
        if not form.action.endswith("/sign-out"):
            check(form, "extra", send(browser, form, {**EXTRA, **form.values}, token))
    after = rows_of_others(world)
    begun = set(after["standing"]) - set(before["standing"])  # courses one may begin oneself
    assert all(row.endswith("None, None, None)") for row in begun)
    assert after | {"standing": sorted({*after["standing"]} - begun)} == before
    changed = set(moved(library, "audit_entry", "sign_in"))
    own = {"person", "enrolment", "lesson_progress", "lesson_note", "learning_record"}
    own |= {"attempt", "attempt_event", "attempt_item", "typing_run", "typing_run_event"}
    own |= {"calendar_feed", "personal_summary"}  # a new address and a summary of one's own
    assert changed <= own


def test_a_wrong_answer_stays_wrong_whatever_comes_with_it(app: Flask, world: World) -> None:
    browser = world.browser("agent")
    path = "/learning/opening/lessons/greeting/answers"
    browser.post(
        path, EXTRA | {"only": "q2", "q2": "wrong", "q2-key": "abcdef", "q2-is_right": "1"}
    )
    kept = db.session.scalars(
        db.select(CheckpointResponse).order_by(CheckpointResponse.id.desc()).limit(1)
    ).one()
    assert (kept.response, kept.is_right, kept.score_permille) == ("wrong", False, 0)
    owner = db.session.get(Enrolment, kept.enrolment_id)
    assert owner is not None
    assert owner.person_id == world.people["agent"].id
    assert kept.responded_at.year == 2026


@ONE_ENGINE
def test_a_trainer_makes_nobody_anything(app: Flask, world: World) -> None:
    browser = world.browser("trainer")
    before = rows_of_others(world)
    edition = catalogue.find_edition("opening", "en")
    assert edition is not None
    owner = edition.owner
    token = browser.token()
    for form in forms_of(app, world, browser, *ALSO):
        if not form.action.endswith(("/sign-out", "/withdraw")):
            check(form, "extra", send(browser, form, {**EXTRA, **form.values}, token))
    after = rows_of_others(world)
    assert {name: after[name] for name in ("roles", "alice")} == {
        name: before[name] for name in ("roles", "alice")
    }
    edition = catalogue.find_edition("opening", "en")
    assert edition is not None
    assert edition.owner == owner
