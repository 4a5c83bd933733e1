"""From a spreadsheet to a changed day, by mouse and by keyboard, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from tests.e2e.browsing import Visitor
from trainhub.tables import write_xlsx

pytestmark = pytest.mark.e2e
FAR = date(2031, 3, 3)  # a Monday that no rota of the demonstration reaches


@dataclass(frozen=True)
class Journey:
    """The language, and what its table calls things."""

    language: str
    username: str
    heads: tuple[str, str]
    strange: str
    weeks_on: int


JOURNEYS = (
    Journey("zh", "xu.jiayi", ("账号", "姓名"), "小夜", 0),
    Journey("en", "olivia.reed", ("username", "name"), "dusk", 1),
)


def table(journey: Journey, first: date) -> bytes:
    heads = [*journey.heads, *((first + timedelta(days=at)).isoformat() for at in range(5))]
    return write_xlsx(heads, [[journey.username, "?", "E", "E", journey.strange, "R", "M"]])


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.language)
def test_a_planner_goes_from_spreadsheet_to_a_changed_day(
    visit: Callable[..., Visitor], journey: Journey
) -> None:
    planner = visit("planner", language=journey.language)
    tab = planner.tab
    first = FAR + timedelta(weeks=journey.weeks_on)
    _import(planner, journey, table(journey, first))
    planner.go(f"/rota?on={first}&span=week")
    team = tab.locator("select[name=team] option").evaluate_all("all => all.map(o => o.value)")
    link = _cell(planner, team, journey, first)
    _walk_by_arrows(tab, link, first)
    tab.keyboard.press("Enter")
    tab.wait_for_url(lambda url: "/shift?" in url)
    assert f"on={first + timedelta(days=1)}" in tab.url
    tab.locator("input[name=code][value=R]").check()
    tab.locator("[name=reason]").fill("Family" if journey.language == "en" else "家里有事")
    tab.locator("main form .btn-primary").last.click()
    tab.wait_for_url(lambda url: "/rota?" in url)
    planner.go("/rota/changes")
    assert ("Family" if journey.language == "en" else "家里有事") in tab.content()


def _import(planner: Visitor, journey: Journey, data: bytes) -> None:
    tab = planner.tab
    planner.go("/rota/import")
    file = {"name": f"{journey.language}.xlsx", "mimeType": "application/octet-stream",
            "buffer": data}  # fmt: skip
    tab.locator("input[type=file]").set_input_files(file)
    tab.locator("main form .btn-primary").first.click()
    tab.wait_for_url(lambda url: "/columns" in url)
    tab.locator("select[name=meaning-0]").select_option(index=3)
    tab.locator("main form > .th-buttons .btn-primary").click()
    tab.wait_for_url(lambda url: "/check" in url)
    tab.locator("form[action$='/confirm'] button").click()
    tab.wait_for_url(lambda url: "/import" not in url)


def _cell(planner: Visitor, teams: list[str], journey: Journey, first: date) -> Any:
    """The link of the person's first day, in whichever team they are."""
    for team in teams:
        planner.go(f"/rota?team={team}&on={first}&span=week")
        found = planner.tab.locator(f"[data-arrow-grid] a[href*='on={first}']:has(.th-shift)")
        if found.count():
            return found.first
    raise AssertionError("the imported day is in no team's grid")


def _walk_by_arrows(tab: Any, link: Any, first: date) -> None:
    """From the first day to the second, with one cell in the order of tabs throughout."""
    link.focus()
    tab.keyboard.press("ArrowRight")
    focused = tab.evaluate("document.activeElement.getAttribute('href')")
    assert f"on={first + timedelta(days=1)}" in focused
    assert tab.locator("[data-arrow-grid] a[tabindex='0']").count() == 1
