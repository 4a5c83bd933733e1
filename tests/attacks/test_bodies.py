"""Requests that are too large, too deep or no requests at all; the next one still works."""

from __future__ import annotations

import io
import json

import pytest
from flask import Flask

from tests.attacks.world import ONE_ENGINE, World, moved, routes, state
from trainhub.web.converters import LARGEST_ID

DEEP = "[" * 100_000 + "]" * 100_000
NO_JSON = (
    DEEP.encode(),
    b"{" * 100_000,
    b'{"source": "\\ud800", "seen": "\\u0000", "trainer": true}',
    b'{"source": NaN, "seen": 1e999, "trainer": [1]}',
    json.dumps({"source": ["x"] * 10_000, "seen": {"a": 1}, "trainer": "yes"}).encode(),
    b"\xff\xfe{\x00}\x00",
    b"null",
    b"",
)
PARTS = (
    b"".join(
        b'--b\r\nContent-Disposition: form-data; name="f%d"\r\n\r\nx\r\n' % number
        for number in range(10_000)
    )
    + b"--b--\r\n"
)


def test_no_json_breaks_an_address_that_takes_it(app: Flask, world: World) -> None:
    browser = world.browser("administrator")
    headers = {"X-CSRFToken": browser.token(), "Accept": "application/json"}
    before = state()
    for act in ("draft", "preview"):
        for shelf in ("courses", "quizzes"):
            for body in NO_JSON:
                path = f"/{shelf}/opening/en/{act}"
                answer = browser.client.post(
                    path, data=body, headers=headers, content_type="application/json"
                )
                assert answer.status_code in {400, 409, 413, 422}, (path, body[:40])
                assert answer.get_json()["error"]["code"], (path, body[:40])
    assert not moved(before)
    browser.get("/courses")


@ONE_ENGINE
def test_json_where_a_form_is_meant_breaks_nothing(app: Flask, world: World) -> None:
    browser = world.browser("administrator")
    headers = {"X-CSRFToken": browser.token()}
    for route in routes(app, "POST"):
        if route.endpoint in {"people.sign_out", "people.change_state"}:
            continue
        for body in (DEEP.encode(), b"[1]", b'{"name": {"a": [1]}, "username": 7, "roles": null}'):
            answer = browser.client.post(
                route.path(world), data=body, headers=headers, content_type="application/json"
            )
            assert answer.status_code < 500, (route.endpoint, body[:40])


@ONE_ENGINE
@pytest.mark.parametrize("path", ["/sign-in", "/library/import"])
def test_ten_thousand_parts_and_endless_fields_are_refused(
    app: Flask, world: World, path: str
) -> None:
    browser = world.browser("administrator")
    headers = {"X-CSRFToken": browser.token(), "Accept": "application/json"}
    kind = "multipart/form-data; boundary=b"
    answer = browser.client.post(path, data=PARTS, content_type=kind, headers=headers)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (413, "too_large")
    kind = "application/x-www-form-urlencoded"
    for body in (b"name=" + b"x" * 8 * 1024 * 1024, b"a&" * 10_000, b"a=%61&" * 10_000):
        answer = browser.client.post(path, data=body, content_type=kind, headers=headers)
        assert answer.status_code == 413
    browser.get("/profile")


@ONE_ENGINE
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json"])
def test_a_body_beyond_the_limit_is_refused_unread(app: Flask, world: World, kind: str) -> None:
    class Unread(io.BytesIO):
        def read(self, *_size: int | None) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    browser = world.browser("administrator")
    for route in routes(app, "POST"):
        answer = browser.client.post(
            route.path(world),
            input_stream=Unread(),
            content_type=kind,
            environ_overrides={"CONTENT_LENGTH": str(200 * 1024 * 1024)},
        )
        assert answer.status_code == 413, route.endpoint


def test_long_and_odd_addresses_are_not_found(app: Flask, world: World) -> None:
    browser = world.browser("administrator")
    before = state("audit_entry")
    for path in (
        "/" + "a" * 65_536,
        "/courses/" + "a-" * 5_000 + "a",
        "/courses/%00",
        "/courses/opening%0d%0aSet-Cookie:%20x=1",
        "/courses/../../etc/passwd",
        "/assets/0123456789ab/..%2f..%2fconfig.py",
        "/assets/0123456789ab//etc/passwd",
        "/courses/opening/en/versions/1/media/..%2f..%2fx.png",
        f"/people/{LARGEST_ID + 1}",
        "/people/-1",
        "/people/1.0",
        "/people/٣",
        "/set-password/%00%ff",
        "/set-password/" + "x" * 20_000,
    ):
        answer = browser.client.get(path)
        assert answer.status_code in {308, 404, 410, 414}, (path[:60], answer.status)
        assert "root:" not in answer.text, path[:60]
    answer = browser.client.get("/search?q=" + "呼" * 20_000)
    assert answer.status_code in {200, 414}
    assert not moved(before, "audit_entry")


def test_the_disk_holds_nothing_that_a_refused_upload_brought(app: Flask, world: World) -> None:
    folder = app.config["SETTINGS"].instance
    listed = sorted(folder.iterdir())
    browser = world.browser("trainer")
    answer = browser.client.post(
        "/library/import",
        data=PARTS,
        content_type="multipart/form-data; boundary=b",
        headers={"X-CSRFToken": browser.token()},
    )
    assert answer.status_code == 413
    assert sorted(folder.iterdir()) == listed
