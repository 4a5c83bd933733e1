"""What every answer tells the browser, errors included."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.attacks.world import ONE_ENGINE, World, routes
from tests.checking import CheckingClient
from trainhub.web.security import CONTENT_SECURITY_POLICY

pytestmark = ONE_ENGINE
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STRICT = ("default-src 'none'", "script-src 'self'", "base-uri 'none'", "frame-ancestors 'none'")
ERRORS = (
    ("GET", "/nothing-here", 404),
    ("PUT", "/people", 405),
    ("POST", "/people/new", 403),
    ("GET", "/people/99999999999999", 404),
    ("GET", "/set-password/wrong", 410),
)


def answers(app: Flask, world: World, role: str) -> Iterator[tuple[str, TestResponse]]:
    """Every address, as pages and as JSON, and the errors."""
    browser = world.browser(role)
    for accept in ("text/html", "application/json"):
        headers = {"Accept": accept}
        for route in routes(app, "GET"):
            path = route.path(world)
            yield path, browser.client.get(path, headers=headers)
        for method, path, status in ERRORS:
            answer = browser.client.open(path, method=method, headers=headers)
            assert answer.status_code in {status, 401, 403}, path
            yield path, answer


def check_guards(path: str, answer: TestResponse) -> None:
    """What no answer is without."""
    found = {name: answer.headers.get(name) for name in ALWAYS}
    if found["Referrer-Policy"] == "no-referrer":  # stricter: an address that is a secret
        assert path.startswith("/verify/"), path
        found["Referrer-Policy"] = ALWAYS["Referrer-Policy"]
    assert found == ALWAYS, path
    policy = answer.headers.get("Content-Security-Policy", "")
    if not answer.mimetype.startswith("image/"):
        assert policy == CONTENT_SECURITY_POLICY, path
    assert "sandbox" in policy or all(part in policy for part in STRICT), path
    assert "unsafe" not in policy, path
    assert answer.headers["X-Request-ID"], path
    assert not {"Server", "X-Powered-By"} & set(answer.headers.keys()), path


def check_caching(path: str, answer: TestResponse) -> None:
    """No answer that one must sign in for may stay in a cache that others share."""
    kept = answer.headers.get("Cache-Control", "")
    if path.startswith("/assets/"):
        return
    assert "no-store" in kept or "private" in kept, (path, answer.status, kept)
    assert "public" not in kept, path
    if "no-store" in kept and answer.mimetype in {"text/html", "application/json"}:
        assert {"cookie", "accept"} <= set(answer.vary.as_set()) or "token" in path, path


@pytest.mark.parametrize("role", ["nobody", "administrator"])
def test_every_answer_is_guarded_and_nothing_private_cached(
    app: Flask, world: World, role: str
) -> None:
    for path, answer in answers(app, world, role):
        check_guards(path, answer)
        check_caching(path, answer)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app: Flask, world: World) -> None:
    browser = CheckingClient(app)
    for path, data in (("/csrf-token", None), ("/language", {"language": "zh"})):
        if data:
            answer = browser.client.post(path, data=data | {"csrf_token": browser.token()})
        else:
            answer = browser.client.get(path)
        for cookie in answer.headers.getlist("Set-Cookie"):
            assert "HttpOnly" in cookie, cookie
            assert "SameSite=Lax" in cookie, cookie
            assert "Domain=" not in cookie, cookie


def test_behind_https_the_cookie_is_bound_to_the_host(tmp_path, whole_app) -> None:
    from trainhub import create_app
    from trainhub.config import load_settings

    settings = load_settings(
        {}, instance=tmp_path, secret_key="a secret for tests " * 3, https=True
    )
    app = create_app(settings)
    answer = app.test_client().get("/csrf-token", base_url="https://localhost")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"))
    assert "Strict-Transport-Security" in answer.headers


def test_an_unexpected_error_shows_a_page_and_no_trace(
    app: Flask, world: World, monkeypatch
) -> None:
    def broken(*_args: object, **_values: object) -> None:
        raise RuntimeError("CANARYTRACE")

    monkeypatch.setattr("trainhub.catalogue.views.library.list_map", broken)
    browser = world.browser("agent")
    for accept in ("text/html", "application/json"):
        answer = browser.client.get("/courses", headers={"Accept": accept})
        assert answer.status_code == 500
        assert "CANARYTRACE" not in answer.text
        assert "Traceback" not in answer.text
        assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert browser.get("/").status_code == 200
