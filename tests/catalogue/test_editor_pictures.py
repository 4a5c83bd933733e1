"""Pictures handed in by writers: kept clean, named by us, refused when they are none."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zlib

import pytest
from PIL import Image

from tests.catalogue.writing import add_course, add_series
from trainhub.catalogue.models import Picture
from trainhub.db import db
from trainhub.people.models import Role

PATH = "/series/moments/pictures"


@pytest.fixture
def bob(make):
    return make.person("bob", Role.TRAINER)


@pytest.fixture
def browser(client, bob):
    add_series()
    return client(bob)


def picture(kind: str = "PNG", size: tuple[int, int] = (12, 8), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A PNG whose head promises more pixels than anybody has memory for."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [b"\x89PNG\r\n\x1a\n"]
    for name, data in ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0")), (b"IEND", b"")):
        parts.append(struct.pack(">I", len(data)) + name + data)
        parts.append(struct.pack(">I", zlib.crc32(name + data)))
    return b"".join(parts)


def send(browser, data: bytes, name: str):
    """Hand in a file as the page's script does."""
    return browser.client.post(
        PATH,
        data={"picture": (io.BytesIO(data), name), "csrf_token": browser.token()},
        headers={"Accept": "application/json"},
    )


def kept() -> list[Picture]:
    db.session.rollback()
    return list(db.session.query(Picture).order_by(Picture.id))


def test_a_picture_is_kept_and_shown(browser) -> None:
    answer = send(browser, picture(), "My Picture.PNG")

    assert answer.get_json() == {"name": "my-picture.png", "url": f"{PATH}/my-picture.png"}
    shown = browser.get(f"{PATH}/my-picture.png")
    assert shown.mimetype == "image/png"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert shown.headers["X-Content-Type-Options"] == "nosniff"


def test_without_scripts_the_page_comes_back_with_a_word(browser, bob) -> None:
    add_course(bob)
    data = {"picture": (io.BytesIO(picture()), "a.png"), "next": "/courses/say-no/en/edit"}

    answer = browser.post(PATH, data, content_type="multipart/form-data")

    assert answer.location == "/courses/say-no/en/edit"
    page = browser.page("/courses/say-no/en/edit")
    assert "stored as “a.png”" in page.text
    wrong = {"picture": (io.BytesIO(b"no"), "b.png"), "next": "//evil.example/"}
    answer = browser.post(PATH, wrong, content_type="multipart/form-data")
    assert answer.location == "/"
    browser.post(PATH, {"next": "/writing-desk"})
    assert "Choose a picture" in browser.page("/writing-desk").text


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<html><script>alert(1)</script></html>", "page.png"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "vector.svg"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "vector.png"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "x.gif"),
        (b"GIF89a=1/*", "script.gif"),
        (b"", "empty.png"),
        (picture("BMP"), "old.bmp"),
        (picture("TIFF"), "scan.png"),
        (picture("PNG"), "wrong.jpg"),
        (picture("PNG"), "none"),
        (picture("PNG")[:40], "cut.png"),
    ],
    ids=range(11),
)
def test_what_is_no_picture_is_refused(browser, data: bytes, name: str) -> None:
    answer = send(browser, data, name)

    assert answer.status_code == 415
    assert answer.get_json()["error"]["code"] == "file_type_not_allowed"
    assert kept() == []


def test_a_giant_is_refused_before_it_is_unpacked(browser) -> None:
    tracemalloc.start()
    started = time.process_time()

    answer = send(browser, huge_png(60_000, 60_000), "giant.png")

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert answer.status_code == 413
    assert answer.get_json()["error"]["code"] == "image_too_large"
    assert time.process_time() - started < 1
    assert peak < 64_000_000
    assert send(browser, b"\x89PNG" + b"x" * 11_000_000, "long.png").status_code == 413
    assert kept() == []


def test_where_a_photograph_was_taken_is_forgotten(browser) -> None:
    exif = Image.Exif()
    exif[0x010E] = "CANARY-DESCRIPTION"
    exif.get_ifd(0x8825)[2] = (31.0, 14.0, 0.0)

    words = {"comment": b"CANARY-COMMENT"}
    given = {
        "photo.jpg": picture("JPEG", exif=exif, **words),
        "photo.gif": picture("GIF", **words),
        "photo.webp": picture("WEBP", exif=exif, xmp=b"CANARY-XMP"),
        "photo.png": picture("PNG", exif=exif),
    }
    for name, data in given.items():
        assert b"CANARY" in data
        send(browser, data, name)
        stored = browser.get(f"{PATH}/{name}").data
        assert b"CANARY" not in stored
        assert not Image.open(io.BytesIO(stored)).getexif()


NAMES = [
    "../../etc/passwd.png",
    "..\\..\\windows.png",
    "/etc/cron.d/x.png",
    "C:\\autoexec.png",
    "a\x00b.png",
    'a";x="y.png',
    "a\r\nSet-Cookie: x=1.png",
    "CON.png",
    ".htaccess.png",
    "图片.png",
    "é̈.png",
    "a" * 300 + ".png",
    "%2e%2e%2fx.png",
    "<script>.png",
    "x.php.png",
    "\u202egnp.exe.png",
    " .png",
    "a.PnG",
]


def test_the_name_is_made_by_us(browser, tmp_path) -> None:
    for name in NAMES:
        answer = send(browser, picture(), name)
        if answer.status_code in {415, 422}:  # what arrived names no picture, or no file
            continue
        assert answer.status_code == 200, name
        made = answer.get_json()["name"]
        assert made == made.lower()
        assert made.isascii()
        assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
        shown = browser.get(f"{PATH}/{made}")
        assert shown.headers["Content-Disposition"] == f'inline; filename="{made}"'
    assert list(tmp_path.iterdir()) == []


def test_the_same_name_again_replaces_the_picture_for_drafts(browser) -> None:
    send(browser, picture(size=(10, 10)), "a.png")
    send(browser, picture(size=(20, 20)), "a.png")

    assert [one.is_current for one in kept()] == [False, True]
    assert Image.open(io.BytesIO(browser.get(f"{PATH}/a.png").data)).size == (20, 20)


def test_a_series_that_does_not_exist_takes_nothing(browser) -> None:
    data = {"picture": (io.BytesIO(picture()), "a.png")}
    browser.post("/series/none/pictures", data, content_type="multipart/form-data", status=404)
