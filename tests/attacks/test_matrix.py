"""Every address × every role: exactly the table of `docs/permissions.md`, no more and no less."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.attacks.permission_table import read_table
from tests.attacks.world import MISSING, ONE_ENGINE, ROLES, Route, World, moved, routes, state
from tests.checking import CheckingClient
from trainhub.audit.queries import find_broken_entry, list_entries

TABLE = read_table()
IN_SCOPE = [
    "learning.show_person",
    "learning.withdraw_assignment",
    "people.show_person",
    "assessment_api.show_attempt",
    "assessment_api.show_paper",
    "assessment_api.show_result",
    "assessment_api.submit",
    "assessment_api.flag_question",
    "assessment.show_staff_attempt",
    "typing_tests.show_typist",
    "typing_tests.withdraw_typing_assignment",
    "typing_tests_api.show_run",
    "typing_tests_api.show_result",
    "typing_tests_api.renew",
    "rota.show_queue",
    "rota.show_queue_cover",
    "rota.export_cover",
    "delivery.show_training_request",
    "delivery.withdraw_training_request",
    "delivery.answer_trainer_proposal",
    "delivery.show_delivery_record",
    "delivery.show_team_debt",
    "delivery.show_person_debt",
    "delivery.take_make_up",
    "delivery.teach_class",
    "delivery.show_campaign",
    "certification.show_award",
    "certification.show_award_evidence",
    "certification.show_certificate",
    "certification.show_road",
    "certification.show_summary",
    "certification_api.show_road",
    "certification_api.show_award",
    "certification.show_observation",
    "certification.show_competencies",
    "certification.sign_off_requirement",
    "certification.assign_course",
    "certification.book_class",
    "certification.void_observation",
    "certification.rate_work",
]
ENDING = {"people.sign_out", "people.end_sign_in", "people.use_link"}
CHANGED_BY_LOOKING = ("audit_entry",)
NOT_YET = {"review_not_open"}  # one's own, but too early
OVERRIDES = dict.fromkeys(("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"), "POST")


def send(browser: CheckingClient, route: Route, path: str, token: str) -> tuple[int, str]:
    """Status and place to go of an empty request."""
    if path.startswith("/api/"):
        sent = {"json": {} if route.method != "GET" else None, "headers": {"X-CSRFToken": token}}
    else:
        sent = {"data": {"csrf_token": token} if route.method == "POST" else None}
    answer = browser.client.open(path, method=route.method, **sent)
    told = (answer.get_json() or {}).get("error", {}).get("code") if answer.is_json else None
    return answer.status_code, answer.location or told or ""


def test_the_table_names_every_address_and_no_other(app: Flask) -> None:
    there = {(route.endpoint, route.method) for route in routes(app)}
    assert there - TABLE.keys() == set(), "write these into docs/permissions.md first"
    assert TABLE.keys() - there == set(), "docs/permissions.md names what is not there"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_exactly_what_the_table_says(app: Flask, world: World, role: str) -> None:
    wrong = []
    browser = world.browser(role)
    token = browser.token()
    for route in routes(app):
        status, place = send(browser, route, route.path(world), token)
        to_sign_in = (status == 302 and place.startswith("/sign-in")) or status == 401
        refused = to_sign_in if role == "nobody" else status == 403 and place not in NOT_YET
        signed_out = to_sign_in and route.endpoint != "people.sign_out"
        may = TABLE[route.endpoint, route.method][role] != "no"
        if status >= 500 or refused == may or (may and signed_out):
            wrong.append((route.endpoint, route.method, status, place))
        if route.endpoint in ENDING:
            browser = world.browser(role)
            token = browser.token()
    assert not wrong


@ONE_ENGINE
def test_programs_that_nobody_signed_in_get_401(app: Flask, world: World) -> None:
    browser = world.browser("nobody")
    token = browser.token()
    before = state()
    for route in routes(app):
        if TABLE[route.endpoint, route.method]["nobody"] == "no":
            answer = browser.client.open(
                route.path(world),
                method=route.method,
                headers={"Accept": "application/json", "X-CSRFToken": token},
            )
            found = (answer.status_code, answer.get_json()["error"]["code"])
            assert found == (401, "sign_in_required"), route.endpoint
    assert not moved(before)


def test_each_refusal_is_in_the_audit_trail(app: Flask, world: World) -> None:
    browser = world.browser("agent")
    token = browser.token()
    refused = []
    for route in routes(app):
        if TABLE[route.endpoint, route.method]["agent"] == "no":
            path = route.path(world)
            assert send(browser, route, path, token)[0] == 403
            refused.append(path)
    entries = list_entries(limit=len(refused))
    assert [entry.object_key for entry in reversed(entries)] == refused
    assert {entry.action for entry in entries} == {"access.refused"}
    assert find_broken_entry() is None


def looked(browser: CheckingClient, route: Route, path: str, token: str) -> TestResponse:
    """The answer to a request that would do something if it were one's own."""
    if path.startswith("/api/"):
        body = {"is_flagged": True} if route.method == "PUT" else None
        headers = {"X-CSRFToken": token}
        return browser.client.open(path, method=route.method, json=body, headers=headers)
    return browser.client.open(path, method=route.method, data={"csrf_token": token})


def shown(text: str, path: str) -> str:
    """A page without what differs at each request, and without the address asked for."""
    return re.sub(r'value="[^"]{20,}"|[0-9a-f]{16}', "", text.replace(path, ""))


@pytest.mark.parametrize("endpoint", IN_SCOPE)
def test_what_is_not_ones_own_is_like_what_is_not_there(
    app: Flask, world: World, endpoint: str
) -> None:
    for route in [one for one in routes(app) if one.endpoint == endpoint]:
        for role in ROLES[1:]:
            if TABLE[endpoint, route.method][role] != "own":
                continue
            browser = world.browser(role)
            token = browser.token()
            before = state("audit_entry")
            answers = []
            for values in (world.foreign, MISSING):
                path = route.path(world, **values)
                answer = looked(browser, route, path, token)
                answers.append((answer.status_code, shown(answer.text, path), len(answer.headers)))
                assert list_entries(limit=1)[0].object_key == path, "a look outside is on record"
            assert answers[0] == answers[1]
            assert answers[0][0] == 404
            assert not moved(before)


def test_own_pages_know_no_other_persons_things(app: Flask, world: World) -> None:
    """Pages without a number in the address belong to whoever is signed in."""
    eve = world.people["stranger"]
    stays = state("audit_entry")
    browser = world.browser("planner")  # has not begun the course that eve has begun
    token = browser.token()
    for endpoint in (
        "answer",
        "finish_lesson",
        "keep_note",
        "keep_place",
        "move_to_version",
        "take_again",
    ):
        route = next(one for one in routes(app, "POST") if one.endpoint == f"learning.{endpoint}")
        data = {"csrf_token": token, "person_id": eve.id, "enrolment_id": 3, "language": "en"}
        answer = browser.client.post(route.path(world), data=data)
        assert answer.status_code == 404, endpoint
    assert not moved(stays, "audit_entry", "sign_in")


@pytest.mark.parametrize("role", ["administrator"])
def test_looking_changes_nothing(app: Flask, world: World, role: str) -> None:
    browser = world.browser(role)
    before = state(*CHANGED_BY_LOOKING)
    for route in routes(app, "GET"):
        path = route.path(world)
        browser.client.get(path, query_string={"_method": "POST"}, headers=OVERRIDES)
        browser.client.head(path)
    assert not moved(before)


@ONE_ENGINE
def test_undeclared_methods_are_refused_whatever_a_header_says(app: Flask, world: World) -> None:
    browser = world.browser("administrator")
    token = browser.token()
    before = state()
    declared: dict[str, set[str]] = {}
    for route in routes(app):
        declared.setdefault(route.path(world), {"OPTIONS", "HEAD"}).add(route.method)
    for path, methods in declared.items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
            headers = {"X-CSRFToken": token} | OVERRIDES
            answer = browser.client.open(path, method=method, headers=headers)
            assert answer.status_code == 405, (method, path)
    assert not moved(before)
