"""The week board in a browser: a class is moved by the keys and by the hand, seen before done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from tests.delivery.centre import TUESDAY, WEDNESDAY, Centre
from tests.e2e.browsing import LOCALES
from tests.factories import sign_in_token
from trainhub.db import db
from trainhub.delivery.models import TrainingSession
from trainhub.people.models import Person

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.parametrize("whole_app", ["sqlite"], indirect=True),
]


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application of the test, served to browsers, its clock standing still."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def board(app: Flask, address: str, chromium: Any) -> Iterator[Callable[..., Any]]:
    """`board(planner)` is their page of the week."""
    contexts = []

    def open_week(person: Person, language: str = "en") -> Any:
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = sign_in_token(person), True
        name = app.config["SESSION_COOKIE_NAME"]
        found = client.get_cookie(name)
        assert found is not None
        context = chromium.new_context(
            locale=LOCALES[language], viewport={"width": 1280, "height": 1000},
            reduced_motion="reduce",
        )  # fmt: skip
        context.add_cookies([{"name": name, "value": found.value, "url": address}])
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{address}/week?on={TUESDAY}")
        return page

    yield open_week
    for context in contexts:
        context.close()


@pytest.fixture
def centre(app: Flask) -> Centre:
    return Centre()


def place(session_id: int) -> tuple[object, int]:
    db.session.rollback()
    session = db.session.get(TrainingSession, session_id)
    assert session is not None
    return session.on, session.starts_min


def test_a_class_is_moved_with_the_keys(
    centre: Centre, board: Callable[..., Any], now: datetime
) -> None:
    session = centre.add_class(now=now, people=centre.people[:2]).id
    page = board(centre.planner)
    page.locator("[data-move]").focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    effect = page.locator("[data-week-effect]")
    effect.get_by_text("Nothing is in the way. 2 people come along").wait_for()
    assert "What it does to the cover" in effect.inner_text()
    assert place(session) == (TUESDAY, 540)
    page.keyboard.press("Escape")
    assert effect.is_hidden()
    assert place(session) == (TUESDAY, 540)
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    effect.get_by_role("button", name="Move it here").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_url("**/week?*#class-*")
    assert place(session) == (WEDNESDAY, 540)


def test_what_stands_against_a_place_is_named_in_chinese(
    centre: Centre, board: Callable[..., Any], now: datetime
) -> None:
    centre.add_class(now=now, people=centre.people[:1])
    page = board(centre.planner, "zh")
    page.locator("[data-move]").focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowLeft")
    effect = page.locator("[data-week-effect]")
    effect.get_by_text("没有可上课的时段").wait_for()
    assert effect.get_by_role("button", name="移到这里").count() == 0


def test_a_class_is_dragged_and_the_effect_comes_before_the_drop(
    centre: Centre, board: Callable[..., Any], now: datetime
) -> None:
    session = centre.add_class(now=now, people=centre.people[:2]).id
    page = board(centre.planner)
    lane = page.locator(f'[data-day="{WEDNESDAY}"]')
    box, target = page.locator("[data-move]").bounding_box(), lane.bounding_box()
    x, y = box["x"] + 10, box["y"] + 10
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 2, y + 20, steps=3)
    page.mouse.move(x + 1, target["y"] + target["height"] / 2, steps=5)
    effect = page.locator("[data-week-effect]")
    effect.get_by_text("→ Wed, Dec 2 09:00–10:00").wait_for()
    assert "Nothing is in the way" in effect.inner_text()
    assert place(session) == (TUESDAY, 540)
    page.mouse.up()
    effect.get_by_role("button", name="Move it here").click()
    page.wait_for_url("**/week?*#class-*")
    assert place(session) == (WEDNESDAY, 540)


def test_a_class_is_dropped_on_a_row_that_lies_under_the_effect(
    centre: Centre, board: Callable[..., Any], now: datetime
) -> None:
    session = centre.add_class(now=now, people=centre.people[:2]).id
    page = board(centre.planner)
    page.set_viewport_size({"width": 1280, "height": 620})
    box = page.locator("[data-move]").bounding_box()
    x, y = box["x"] + 10, box["y"] + 10
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 2, y + 8, steps=3)
    page.mouse.move(x + 60, y + 8, steps=5)
    effect = page.locator("[data-week-effect]")
    effect.get_by_text("Nothing is in the way").or_(effect.get_by_text("cannot")).first.wait_for()
    over = effect.bounding_box()
    lanes = [(one, one.bounding_box()) for one in page.locator("[data-day]").all()]
    under = [
        (one, at["y"] + 8) for one, at in lanes if over["y"] + 4 < at["y"] + 8 < 610
    ]  # rows that begin where the panel lies
    lane, target = under[0]
    on = lane.get_attribute("data-day")
    page.mouse.move(x + 1, target, steps=5)
    page.mouse.up()
    effect.get_by_role("button", name="Move it here").click()
    page.wait_for_url("**/week?*#class-*")
    assert str(place(session)[0]) == on
