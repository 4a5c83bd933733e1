"""The building blocks in a real browser: accessibility, menus, dialogs, themes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from tests.e2e.looking import CONTRAST, DESKTOP, PHONE, axe_faults, change_theme, too_wide
from tests.web import gallery
from trainhub.web import navigation

pytestmark = pytest.mark.e2e
PAGES = (*gallery.PAGES, "error/404", "error/503", "desk?out=1")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of the style guide on a free port."""
    before = gallery.register_places()
    app = gallery.build_gallery(Path(tmp_path_factory.mktemp("gallery")))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/gallery"
    server.shutdown()
    thread.join()
    navigation._entries.clear()
    navigation._entries.update(before)


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A fresh tab in English whose script errors fail the test."""
    context = chromium.new_context(locale="en-US", viewport={"width": 390, "height": 844})
    tab = context.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield tab
    context.close()
    assert errors == []


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_page_is_accessible_and_fits(
    chromium: Any, address: str, language: str, size: dict[str, int]
) -> None:
    context = chromium.new_context(locale=language, viewport=size, reduced_motion="reduce")
    tab = context.new_page()
    faults = []
    for name in PAGES:
        tab.emulate_media(color_scheme="light")
        tab.goto(f"{address}/{name}")
        faults += [f"{name} light: {fault}" for fault in axe_faults(tab)]
        change_theme(tab, "dark")
        faults += [f"{name} dark: {fault}" for fault in axe_faults(tab, CONTRAST)]
        if too_wide(tab):
            faults.append(f"{name} is wider than the window")
    context.close()
    assert faults == []


def test_pages_fit_at_four_hundred_per_cent(page: Any, address: str) -> None:
    page.set_viewport_size({"width": 320, "height": 256})
    for name in gallery.PAGES:
        page.goto(f"{address}/{name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name


def test_the_menu_closes_on_escape_and_gives_the_focus_back(page: Any, address: str) -> None:
    page.goto(f"{address}/desk")
    page.click("summary[aria-label=Menu]")
    assert page.locator(".th-menu-places nav").is_visible()

    page.keyboard.press("Escape")

    assert not page.locator(".th-menu-places nav").is_visible()
    assert page.evaluate("document.activeElement.ariaLabel") == "Menu"


def test_a_dangerous_button_asks_in_a_dialog(page: Any, address: str) -> None:
    page.goto(f"{address}/form")
    page.get_by_text("Delete the draft").click()
    assert page.get_by_role("dialog").is_visible()
    assert page.evaluate("document.activeElement.textContent") == "Cancel"

    page.keyboard.press("Escape")

    assert page.get_by_role("dialog").count() == 0


def test_the_theme_changes_without_losing_what_was_typed_and_is_kept(
    page: Any, address: str
) -> None:
    page.goto(f"{address}/form")
    page.fill("#name", "half a sentence")
    page.click(".th-menu-person > summary")
    with page.expect_response("**/theme"):
        page.click(".th-menu-switches button[value=dark]")

    dark = "getComputedStyle(document.body).colorScheme"
    assert page.evaluate(dark) == "dark"
    assert page.input_value("#name") == "half a sentence"
    page.reload()
    assert page.evaluate(dark) == "dark"


def test_without_scripts_the_question_opens_below_its_button(chromium: Any, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="en-US")
    tab = context.new_page()
    tab.goto(f"{address}/form")
    tab.get_by_text("Delete the draft").click()

    assert tab.get_by_role("button", name="Delete it").is_visible()
    context.close()


def test_a_phrase_can_be_copied(chromium: Any, address: str) -> None:
    context = chromium.new_context(locale="en-US")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab = context.new_page()
    tab.goto(f"{address}/reader")
    tab.get_by_role("button", name="Copy").click()
    tab.get_by_role("button", name="Copied").wait_for()

    assert tab.evaluate("navigator.clipboard.readText()").startswith("I am sorry you had to call")
    context.close()
