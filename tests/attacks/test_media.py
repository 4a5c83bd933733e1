"""Pictures: only pictures come in, only to people signed in do they go out."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from typing import Any

from flask import Flask
from PIL import Image

from tests.attacks.world import ONE_ENGINE, World, moved, state
from tests.catalogue.texts import picture
from tests.checking import CheckingClient
from trainhub.catalogue.models import Picture
from trainhub.db import db

pytestmark = ONE_ENGINE
PUBLISHED = "/courses/opening/en/versions/1/media/a.png"
CURRENT = "/series/calls/pictures/a.png"
SCRIPT = b"<script>alert(1)</script>"


def huge_png() -> bytes:
    """A few bytes that say they are 60,000 × 60,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99))
        + chunk(b"IEND", b"")
    )  # fmt: skip


NO_PICTURES = {
    "HTML": b"<!doctype html>" + SCRIPT,
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "XHTML": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT,
    "a script after a GIF's first bytes": b"GIF89a/*" + SCRIPT + b"*/=1;",
    "PDF": b"%PDF-1.7\n1 0 obj",
    "half a PNG": picture()[:40],
    "nothing": b"",
}


def hand_in(browser: CheckingClient, data: bytes, name: str = "b.png") -> Any:
    """Upload a picture as the editor's script does."""
    return browser.client.post(
        "/series/calls/pictures",
        data={"picture": (io.BytesIO(data), name)},
        content_type="multipart/form-data",
        headers={"X-CSRFToken": browser.token(), "Accept": "application/json"},
    )


def test_what_is_no_picture_is_refused(app: Flask, world: World) -> None:
    browser = world.browser("trainer")
    before = state()
    for what, data in NO_PICTURES.items():
        answer = hand_in(browser, data)
        assert answer.status_code in {400, 413, 415, 422}, what
        assert answer.get_json()["error"]["code"], what
    assert not moved(before)


def test_a_picture_that_claims_to_be_enormous_is_refused_at_once(app: Flask, world: World) -> None:
    browser = world.browser("trainer")
    browser.token()
    tracemalloc.start()
    answer = hand_in(browser, huge_png())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert answer.status_code in {413, 422}
    assert peak < 64 * 1024 * 1024


def test_nothing_but_pixels_is_stored(app: Flask, world: World) -> None:
    browser = world.browser("trainer")
    image, exif = Image.new("RGB", (9, 9), "teal"), Image.Exif()
    exif[0x010E] = "CANARYEXIF"
    exif[0x8825] = {1: "N", 2: (39.0, 54.0, 0.0)}
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"CANARYCOMMENT")
    for data, name in (
        (out.getvalue() + SCRIPT, "photo.jpg"),
        (picture("GIF") + SCRIPT, "moving.gif"),
        (picture() + b"PK\x03\x04" + SCRIPT, "polyglot.png"),
    ):
        answer = hand_in(browser, data, name)
        assert answer.status_code == 200, answer.text
        stored = browser.client.get(answer.get_json()["url"])
        for planted in (b"CANARY", b"Exif", SCRIPT, b"PK\x03\x04"):
            assert planted not in stored.data, name
        assert stored.mimetype.startswith("image/")


def test_a_picture_gets_a_name_of_our_own(app: Flask, world: World) -> None:
    browser = world.browser("trainer")
    for name in ("../../x.png", "x.php.png", "a\x00.png", "<b>.png", ".png", "CON.png"):
        answer = hand_in(browser, picture(), name)
        assert answer.status_code in {200, 422}, name
    for kept in db.session.scalars(db.select(Picture.name)):
        assert kept == kept.strip(". ")
        assert not set(kept) & set("/\\<>\x00\"' ")


def test_a_picture_is_for_people_who_are_signed_in(app: Flask, world: World) -> None:
    for path in (PUBLISHED, CURRENT):
        answer = world.browser("nobody").client.get(path)
        assert answer.status_code == 302
        assert b"PNG" not in answer.data
    assert world.browser("agent").client.get(CURRENT).status_code == 403
    answer = world.browser("agent").client.get(PUBLISHED)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith(("inline", "attachment"))
    assert "private" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    for other in ("9/media/a.png", "1/media/b.png", "0/media/a.png"):
        assert (
            world.browser("agent").client.get(f"/courses/opening/en/versions/{other}").status_code
            == 404
        )
