"""The building blocks, page by page, as the checking client sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.checking import CheckingClient, Page, faults_of
from tests.web import gallery
from trainhub.web import navigation

STATUSES = (400, 401, 403, 404, 405, 409, 410, 413, 414, 415, 422, 429, 500, 503)


@pytest.fixture(scope="module")
def style_guide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The gallery's application; the registry of places is put back afterwards."""
    before = gallery.register_places()
    yield gallery.build_gallery(Path(tmp_path_factory.mktemp("gallery")))
    navigation._entries.clear()
    navigation._entries.update(before)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", gallery.PAGES)
def test_every_block_makes_a_sound_page(style_guide: Flask, name: str, language: str) -> None:
    page = CheckingClient(style_guide, language=language).page(f"/gallery/{name}")

    assert page.all("html")[0]["lang"] == ("zh-CN" if language == "zh" else "en")
    assert len(page.all("main")) == 1
    assert page.all("a")[0]["href"] == "#main"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("query", ["", "?out=1"])
def test_every_error_says_what_happened_what_was_kept_and_what_to_do(
    style_guide: Flask, status: int, language: str, query: str
) -> None:
    client = CheckingClient(style_guide, language=language).client
    answer = client.get(f"/gallery/error/{status}{query}")
    page = Page(answer.text)

    assert answer.status_code == status
    assert faults_of(page, answer.text) == []
    for words in {"zh": ("已保留的内容", "下一步"), "en": ("What was kept", "What to do")}[
        language
    ]:
        assert words in page.text
    assert answer.headers["X-Request-ID"] in page.text
    if language == "zh":
        chinese = re.sub(r"TrainHub|English|[0-9a-f]{16}", "", page.text)
        assert not re.search(r"[A-Za-z]{3,}", chinese), chinese


def test_a_wrong_field_is_tied_to_its_error_and_the_summary_leads_to_it(style_guide: Flask) -> None:
    page = CheckingClient(style_guide).page("/gallery/form")
    field = next(one for one in page.all("input") if one.get("id") == "name")

    assert field["aria-invalid"] == "true"
    assert field["aria-describedby"] == "name-error"
    assert any(one.get("id") == "name-error" for one in page.all("p"))
    assert any(link["href"] == "#name" for link in page.all("a"))
    assert "Nothing was saved yet" in page.text


def test_help_and_error_are_both_announced(style_guide: Flask) -> None:
    page = CheckingClient(style_guide).page("/gallery/form")
    group = next(one for one in page.all("fieldset") if one.get("id") == "roles")
    secret = next(one for one in page.all("input") if one.get("id") == "secret")

    assert group["aria-describedby"] == "roles-error"
    assert secret["aria-describedby"] == "secret-help"


def test_the_current_place_is_marked(style_guide: Flask) -> None:
    page = CheckingClient(style_guide).page("/gallery/reader")
    current = [one["href"] for one in page.all("a") if one.get("aria-current") == "page"]

    assert set(current) == {"/gallery/reader"}


@pytest.mark.parametrize(
    ("cookie", "media", "attribute"),
    [
        (None, "screen and (prefers-color-scheme: dark)", None),
        ("dark", "screen", "dark"),
        ("light", "not all", "light"),
        ("auto", "screen and (prefers-color-scheme: dark)", None),
        ('"><script>', "screen and (prefers-color-scheme: dark)", None),
    ],
)
def test_the_theme_is_decided_before_the_first_pixel(
    style_guide: Flask, cookie: str | None, media: str, attribute: str | None
) -> None:
    client = CheckingClient(style_guide)
    if cookie:
        client.client.set_cookie("theme", cookie)
    page = client.page("/gallery/desk")
    dark = next(one for one in page.all("link") if "data-dark-sheet" in one)

    assert dark["media"] == media
    assert page.all("html")[0].get("data-bs-theme") == attribute


def test_signed_out_pages_have_no_side_bar(style_guide: Flask) -> None:
    page = CheckingClient(style_guide).page("/gallery/desk?out=1")

    assert not [one for one in page.all("nav") if one.get("aria-label") == "Main"]
    assert page.h1 == "What needs you now"


def test_the_frame_does_not_overwrite_what_the_page_was_given(style_guide: Flask) -> None:
    source = (
        '{% extends "base.html" %}{% block title %}T{% endblock %}'
        "{% block content %}{{ person }}/{{ sections }}/{{ theme }}/{{ search_url }}{% endblock %}"
    )
    with style_guide.test_request_context("/"):
        template = style_guide.jinja_env.from_string(source)
        shown = template.render(person="P", sections="S", theme="T", search_url="U")

    assert "P/S/T/U" in shown
