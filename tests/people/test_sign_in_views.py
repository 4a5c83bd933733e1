"""Signing in and out, seen from the browser."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace

from trainhub import clock
from trainhub.db import transaction
from trainhub.people import hashing, services
from trainhub.people.hashing import hash_password

PASSWORD = "seven lazy otters at noon"


def with_password(make, username="alice", **values):
    return make.person(username, password_hash=hash_password(PASSWORD), **values)


def sign_in(browser, identifier="alice", password=PASSWORD, **options):
    data = {"identifier": identifier, "password": password, "next": options.pop("next", "")}
    return browser.post("/sign-in", data, **options)


def without_tokens(text, name):
    return re.sub(r'name="csrf_token" value="[^"]+"', "", text).replace(name, "")


def test_each_of_the_three_names_signs_in(make, client) -> None:
    with_password(make, employee_no="E77")
    for name in ("alice", "ALICE", "Alice@Example.org", "e77", "Ｅ77"):
        browser = client()
        assert sign_in(browser, name).location == "/"
        assert "Alice" in browser.get("/").text


def test_a_wrong_password_and_an_unknown_name_answer_alike(make, client) -> None:
    with_password(make)
    wrong = sign_in(client(), "alice", "not the password", status=401)
    unknown = sign_in(client(), "nobody", "not the password", status=401)
    assert "You are not signed in yet" in wrong.text and "Nothing was saved" not in wrong.text
    assert without_tokens(wrong.text, "alice") == without_tokens(unknown.text, "nobody")


def test_an_unknown_name_costs_as_much_work_as_a_known_one(make, client, monkeypatch) -> None:
    with_password(make)
    make.person("unset")
    checked = []
    real = hashing._hasher.verify
    monkeypatch.setattr(
        hashing, "_hasher", SimpleNamespace(verify=lambda *a: checked.append(1) or real(*a))
    )
    for name in ("alice", "unset", "nobody"):
        sign_in(client(), name, "not the password", status=401)
    assert len(checked) == 3


def test_signing_out_ends_the_token_not_only_the_cookie(make, client) -> None:
    with_password(make)
    browser, thief = client(), client()
    sign_in(browser)
    with browser.client.session_transaction() as cookie:
        stolen = dict(cookie)
    with thief.client.session_transaction() as cookie:
        cookie.update(stolen)
    thief.get("/")
    browser.post("/sign-out")
    thief.get("/", status=302)


def test_a_disabled_person_is_out_at_once(make, client, now) -> None:
    alice = with_password(make)
    browser = client()
    sign_in(browser)
    with transaction():
        alice.disabled_at = now
    browser.get("/", status=302)
    sign_in(client(), status=401)


def test_a_sign_in_ends_when_idle_and_after_twelve_hours(make, client, now) -> None:
    alice = with_password(make)
    browser = client(alice)
    for minutes in range(0, 12 * 60, 29):
        with clock.frozen(now + timedelta(minutes=minutes)):
            browser.get("/")
    with clock.frozen(now + timedelta(hours=12, minutes=1)):
        browser.get("/", status=302)
    browser = client(alice)
    with clock.frozen(now + timedelta(minutes=31)):
        browser.get("/", status=302)


def test_misses_slow_down_and_the_owner_is_back_within_15_minutes(
    make, client, now, monkeypatch
) -> None:
    with_password(make)
    monkeypatch.setattr(hashing, "matches", lambda kept, typed: bool(kept) and typed == PASSWORD)
    browser = client()
    for _ in range(5):
        sign_in(browser, password="wrong", status=401)
    answer = sign_in(browser, status=429)
    assert answer.headers["Retry-After"] == "1"
    at = now
    for _ in range(101):
        at += timedelta(minutes=15, seconds=1)
        with clock.frozen(at):
            sign_in(browser, password="wrong", status=401)
    with clock.frozen(at + timedelta(minutes=15)):
        sign_in(browser)


def test_guessing_elsewhere_does_not_lock_the_owner_out(make, client) -> None:
    with_password(make)
    owner, attacker = client(), client()
    sign_in(owner)
    attacker.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    for _ in range(5):
        sign_in(attacker, password="wrong", status=401)
    sign_in(attacker, status=429)
    sign_in(client())


def test_one_password_on_many_accounts_is_slowed_down(make, client, monkeypatch) -> None:
    monkeypatch.setattr("trainhub.people.hashing.matches", lambda *_: False)
    browser = client()
    answers = [
        browser.client.post(
            "/sign-in",
            data={"identifier": f"p{n}", "password": "x", "csrf_token": token},
        ).status_code
        for token in [browser.token()]
        for n in range(102)
    ]
    assert answers[:100] == [401] * 100
    assert answers[-1] == 429


def test_next_leads_only_to_this_host(make, client) -> None:
    with_password(make)
    evil = "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example"
    more = "javascript:alert(1)", "/\t/evil.example", "http:evil.example", "///evil.example"
    for target in (*evil, *more):
        assert sign_in(client(), next=target).location == "/", target
    assert sign_in(client(), next="/profile?x=1").location == "/profile?x=1"


def test_a_token_planted_before_signing_in_is_dropped(make, client) -> None:
    alice = with_password(make)
    bob = with_password(make, "bob")
    browser = client(bob)
    browser.post("/sign-out")
    with browser.client.session_transaction() as cookie:
        cookie["_user_id"] = "planted"
        cookie["planted"] = "x"
    sign_in(browser)
    with browser.client.session_transaction() as cookie:
        assert cookie["_user_id"] != "planted" and "planted" not in cookie
    assert alice.username == "alice"


def test_the_password_is_asked_again_and_only_ones_own_counts(make, client, now) -> None:
    alice = with_password(make)
    browser = client(alice)
    browser.post("/confirm-password", {"password": "wrong"}, status=401)
    browser.post("/confirm-password", {"password": PASSWORD, "next": "/profile"})
    with transaction():
        services.end_all_sign_ins(alice, now=now)
    browser.get("/", status=302)
