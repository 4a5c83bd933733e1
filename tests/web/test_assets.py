"""Static files: one build, cached for a year, nothing else served."""

from __future__ import annotations

import gzip
import re

import pytest
from flask import Flask

from trainhub.web import assets
from trainhub.web.assets import BUNDLE_PATH, STATIC, AssetStore, asset_url, collect_contents


def url(app: Flask, path: str) -> str:
    with app.test_request_context():
        return asset_url(path)


def test_the_style_sheet_is_cached_for_a_year(app: Flask) -> None:
    answer = app.test_client().get(url(app, BUNDLE_PATH))

    assert answer.status_code == 200
    assert answer.mimetype == "text/css"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_browser_that_takes_gzip_gets_the_same_file_smaller(app: Flask) -> None:
    client, address = app.test_client(), url(app, BUNDLE_PATH)
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "br, gzip"})

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_an_unchanged_file_is_not_sent_again(app: Flask) -> None:
    client, address = app.test_client(), url(app, "js/frame.js")
    etag = client.get(address).headers["ETag"]

    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    "path", ["css/none.css", "css/tokens.css", "../config.py", "js/../../config.py", "js/frame.py"]
)
def test_only_known_files_are_served(app: Flask, path: str) -> None:
    build = assets.store().build

    assert app.test_client().get(f"/assets/{build}/{path}").status_code == 404


def test_a_page_of_an_earlier_build_still_finds_its_files(app: Flask) -> None:
    answer = app.test_client().get("/assets/000000000000/js/frame.js")

    assert answer.status_code == 307
    assert answer.headers["Location"] == url(app, "js/frame.js")
    assert "no-store" in answer.headers["Cache-Control"]


def test_any_change_gives_all_files_a_new_address() -> None:
    files = {"css/a.css": b"a{}", "js/b.js": b"1"}

    assert AssetStore(files).build == AssetStore(dict(files)).build
    assert AssetStore(files).build != AssetStore(files | {"js/b.js": b"2"}).build
    assert AssetStore(files).build != AssetStore({"css/a.css": b"a{}", "js/c.js": b"1"}).build


def test_an_unknown_name_in_a_template_fails_loudly(app: Flask) -> None:
    with pytest.raises(LookupError, match=r"css/nothing\.css"):
        url(app, "css/nothing.css")


def test_modules_import_each_other_by_relative_path_and_find_each_other() -> None:
    contents = collect_contents()
    for path, body in contents.items():
        if path.endswith(".js"):
            for target in re.findall(r'from "([^"]+)"', body.decode()):
                assert target.startswith("./"), f"{path} imports {target}"
                assert f"js/{target[2:]}" in contents, f"{path} imports {target}, which is missing"


def test_the_style_sheet_needs_no_other_host_and_no_missing_file() -> None:
    css = collect_contents()[BUNDLE_PATH].decode()

    assert "@import" not in css
    assert "sourceMappingURL" not in css
    for target in re.findall(r"url\(([^)]{1,60})", css):
        assert target.strip("\"'").startswith("data:"), target


def test_our_sheets_use_the_tokens_and_no_colours_of_their_own() -> None:
    for name in assets.BUNDLE:
        if name in ("tokens", "print"):
            continue
        css = (STATIC / "css" / f"{name}.css").read_text("utf-8")
        stray = re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", css)
        assert set(stray) <= {"#1b2426"}, f"{name}.css: use a token of tokens.css for {stray}"


def test_the_dark_sheet_has_a_value_for_each_colour() -> None:
    def colours(name: str) -> set[str]:
        css = (STATIC / "css" / name).read_text("utf-8")
        return set(re.findall(r"(--[\w-]+):\s*(?:#|rgb|\d+, )", css))

    light, dark = colours("tokens.css"), colours("dark.css")
    assert light - dark == {"--th-mark"}  # the gold of the logo serves both
    assert dark <= light
