"""Requests that another site, an old page or a plain forger sends."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.attacks.world import ONE_ENGINE, World, moved, routes, state
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub.people import hashing
from trainhub.people.models import Role

pytestmark = ONE_ENGINE
KINDS = {
    "application/x-www-form-urlencoded": b"x=1&csrf_token=",
    "multipart/form-data; boundary=b": (
        b'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\nno\r\n--b--\r\n'
    ),
    "text/plain": b"csrf_token=1",
    "application/json": b'{"csrf_token": "1"}',
}
ELSEWHERE = (
    "//evil.example",
    "https://evil.example/",
    "https:evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "///evil.example",
    "javascript:alert(1)",
    "http://localhost@evil.example/",
    "\x00//evil.example",
    "/\r\nSet-Cookie: stolen=1",
    " //evil.example",
)
PASSWORD = "nine quiet herons wade"
HASHED = hashing.hash_password(PASSWORD)


@pytest.mark.parametrize("role", ["nobody", "administrator"])
def test_no_change_without_the_pages_token(app: Flask, world: World, role: str) -> None:
    browser, stranger = world.browser(role), world.browser("trainer")
    foreign = stranger.token()
    before = state()
    for route in routes(app, "POST", "PUT", "PATCH", "DELETE"):
        path = route.path(world)
        for kind, body in KINDS.items():
            answer = browser.client.open(
                path,
                method=route.method,
                data=body,
                content_type=kind,
                headers={"Accept": "application/json"},
            )
            assert answer.status_code == 403, (path, kind)
            assert answer.get_json()["error"]["code"] == "csrf_missing", (path, kind)
        headers = {"X-CSRFToken": foreign, "Accept": "*/*"}
        answer = browser.client.open(path, method=route.method, headers=headers)
        assert answer.status_code == 403, f"{path}: another browser's token"
    assert not moved(before)


def test_a_token_in_the_address_is_no_token(app: Flask, world: World) -> None:
    browser = world.browser("administrator")
    token = browser.token()
    for route in routes(app, "POST"):
        answer = browser.client.post(route.path(world), query_string={"csrf_token": token})
        assert answer.status_code == 403, route.endpoint


def leads_home(location: str | None) -> bool:
    """Whether a browser on http://localhost would stay there."""
    parts = urlsplit((location or "").replace("\\", "/"))
    return not parts.netloc and not parts.scheme


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_form_sends_anybody_to_another_site(app: Flask, target: str) -> None:
    known = CheckingClient(app, Make.person("tess", Role.TRAINER))
    for path in ("/language", "/theme", "/series/calls/pictures"):
        answer = known.client.post(path, data={"csrf_token": known.token(), "next": target})
        assert answer.status_code == 302, path
        assert leads_home(answer.location), (path, answer.location)
    answer = known.client.get("/sign-in", query_string={"next": target})
    assert answer.status_code == 302
    assert leads_home(answer.location)
    signing_in(app, target)


def signing_in(app: Flask, target: str) -> None:
    """Sign in, then confirm the password, with a `next` that leads away."""
    Make.person("mallory", password_hash=HASHED)
    browser = CheckingClient(app)
    data = {"identifier": "mallory", "password": PASSWORD, "next": target}
    for path in ("/sign-in", "/confirm-password"):
        answer = browser.client.post(path, data=data | {"csrf_token": browser.token()})
        assert answer.status_code == 302, path
        assert leads_home(answer.location), (path, answer.location)
        assert "stolen" not in answer.headers.get("Set-Cookie", "")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost@evil.example"])
def test_a_forged_host_gets_into_no_address(app: Flask, world: World, host: str) -> None:
    browser = world.browser("administrator")
    headers = {"Host": host, "X-Forwarded-Host": host, "Forwarded": f"host={host}"}
    for route in routes(app, "GET"):
        answer = browser.client.get(route.path(world), headers=headers)
        assert answer.status_code < 500, route.endpoint
        assert b"evil.example" not in answer.data, route.endpoint
        assert "evil.example" not in (answer.location or ""), route.endpoint
    page = browser.client.post(
        f"/people/{world.values['person_id']}/invite",
        data={"csrf_token": browser.token()},
        headers=headers,
    )
    assert "evil.example" not in page.text
