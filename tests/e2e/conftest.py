"""Fixtures of the journeys: one centre, one browser, a fresh context a visitor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.browsing import (
    ARGUMENTS,
    LOCALES,
    PATIENCE_MS,
    Visitor,
    find_browser,
    serving_centre,
)


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demonstration centre."""
    with serving_centre(tmp_path_factory.mktemp("centre")) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A browser of this machine; nothing is downloaded."""
    found = find_browser()
    playwright_api = pytest.importorskip("playwright.sync_api")
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=ARGUMENTS, timeout=2 * PATIENCE_MS
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(centre: str, chromium: Any) -> Iterator[Callable[..., Visitor]]:
    """`visit("lin.yue", language="zh")` is that person's browser, signed in."""
    visitors: list[Visitor] = []

    def arrive(
        username: str | None = None,
        *,
        language: str = "en",
        width: int = 1280,
        **options: Any,
    ) -> Visitor:
        context = chromium.new_context(
            locale=LOCALES[language],
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        visitor = Visitor(context, centre)
        visitors.append(visitor)
        if username:
            visitor.sign_in(username)
        return visitor

    yield arrive
    faults = [fault for visitor in visitors for fault in visitor.faults]
    for visitor in visitors:
        visitor.context.close()
    assert faults == []
