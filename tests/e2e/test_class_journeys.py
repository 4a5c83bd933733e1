"""From the spreadsheets of a planner to a class that was attended, in a real browser.

The centre stands in a time zone where it is early afternoon now: whenever the tests run, people
are on duty and a class can be begun.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.browsing import LOCALES, PATIENCE_MS, Visitor, serving_centre

pytestmark = pytest.mark.e2e
HOUR_OF_THE_CENTRE = 14
WEEKS_AHEAD = 3


@dataclass(frozen=True)
class Centre:
    """Where it is served, where its data lie, and its clock."""

    address: str
    folder: Path
    hours_ahead: int

    def now(self) -> datetime:
        """The hour on its walls."""
        return datetime.now(timezone(timedelta(hours=self.hours_ahead)))

    def ask(self, query: str, *values: Any) -> list[Any]:
        """Look into its database, which nobody's page shows so bluntly."""
        with closing(sqlite3.connect(self.folder / "trainhub.sqlite3")) as database:
            return database.execute(query, values).fetchall()


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A centre of its own where it is two in the afternoon."""
    ahead = HOUR_OF_THE_CENTRE - datetime.now(UTC).hour
    ahead = ahead if ahead >= -12 else ahead + 24
    zone = f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"
    folder = tmp_path_factory.mktemp("classes")
    with serving_centre(folder, TRAINHUB_TIME_ZONE=zone) as address:
        yield Centre(address, folder, ahead)


Arrive = Callable[[str, str], Visitor]


@pytest.fixture
def arrive(centre: Centre, chromium: Any) -> Iterator[Arrive]:
    """`arrive("planner", "zh")` is that person's browser, signed in, in that language."""
    visitors: list[Visitor] = []

    def come(username: str, language: str) -> Visitor:
        context = chromium.new_context(
            locale=LOCALES[language], viewport={"width": 1280, "height": 900},
            reduced_motion="reduce", accept_downloads=True,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE_MS)
        visitor = Visitor(context, centre.address)
        visitors.append(visitor)
        visitor.sign_in(username)
        visitor.tab.click(f".th-top-switches button[name=language][value={language}]")
        visitor.tab.wait_for_selector(f"html[lang^='{language}']", state="attached")
        return visitor

    yield come
    faults = [fault for visitor in visitors for fault in visitor.faults]
    for visitor in visitors:
        visitor.context.close()
    assert faults == []


def download(visitor: Visitor, path: str, folder: Path) -> Path:
    """Take an example from an import page."""
    with visitor.tab.expect_download() as waiting:
        visitor.tab.click(f"a[href='{path}']")
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file


def import_tables(planner: Visitor, folder: Path) -> None:
    """Both examples, downloaded and brought in as they are."""
    tab = planner.tab
    planner.go("/rota/import")
    rota = download(planner, "/rota/example/xlsx", folder)
    tab.set_input_files("main input[type=file]", rota)
    tab.click("main form:has(input[type=file]) button.btn-primary")
    tab.wait_for_url(re.compile(r"/rota/import/(check|columns)"))
    if "columns" in tab.url:
        tab.click("main form .th-buttons button.btn-primary")
        tab.wait_for_url("**/rota/import/check")
    tab.click("form[action='/rota/import/confirm'] button")
    tab.wait_for_url(re.compile(r"/rota(\?|/changes)"))
    planner.go("/demand/import")
    demand = download(planner, "/demand/example/xlsx", folder)
    tab.set_input_files("main input[type=file]", demand)
    tab.click("main form:has(input[type=file]) button.btn-primary")
    tab.wait_for_url("**/demand/import/mapping")
    tab.click("form[action='/demand/import/confirm'] button")
    tab.wait_for_url("**/demand")


def add_campaign(
    planner: Visitor, centre: Centre, name: str, course: str, teams: tuple[str, ...]
) -> None:
    """A campaign of one course for teams in the coming three weeks, in the early hour."""
    tab, today = planner.tab, centre.now().date()
    planner.go("/campaigns/new")
    tab.fill("[name=name]", name)
    for field, days in (("starts_on", 1), ("due_on", 7 * WEEKS_AHEAD), ("ends_on", 25)):
        tab.fill(f"[name={field}]", (today + timedelta(days=days)).isoformat())
    course_id = centre.ask("SELECT id FROM course WHERE key = ?", course)[0][0]
    tab.check(f"[name=course_ids][value='{course_id}']")
    for team in teams:
        team_id = centre.ask("SELECT id FROM team WHERE name = ?", team)[0][0]
        tab.check(f"[name=team_ids][value='{team_id}']")
    tab.fill("[name=time_limit_s]", "4")
    tab.click("main form .th-buttons button[type=submit]")
    tab.wait_for_url(re.compile(r"/campaigns/\d+$"))


def plan_and_publish(planner: Visitor) -> None:
    """Have it planned by the worker, look at the plan, agree and tell everybody."""
    tab = planner.tab
    campaign = tab.url
    tab.click("form[action$='/plan'] button")
    tab.wait_for_url(re.compile(r"/plan-runs/\d+"))
    agreeing = tab.locator("details:has(form[action$='/agree']) > summary")
    agreeing.wait_for(timeout=4 * PATIENCE_MS)
    assert tab.locator(".th-stat-value").first.inner_text().strip()[0] != "0"
    agreeing.click()
    tab.locator("form[action$='/agree'] button.btn-primary:visible").click()
    tab.wait_for_url(re.compile(r"/campaigns/\d+$"))
    planner.tab.goto(campaign)
    tab.click("form[action$='/publish'] button")
    tab.wait_for_load_state()


@pytest.mark.parametrize(
    ("language", "course", "teams"),
    [
        ("zh", "quick-phrases", ("晨星组", "远航组")),
        ("en", "typing-at-work", ("Harbour", "Lighthouse")),
    ],
)
def test_from_spreadsheet_to_published_plan(
    centre: Centre,
    arrive: Arrive,
    tmp_path: Path,
    language: str,
    course: str,
    teams: tuple[str, ...],
) -> None:
    planner = arrive("planner", language)
    import_tables(planner, tmp_path)
    add_campaign(planner, centre, f"Journey {language}", course, teams)
    plan_and_publish(planner)
    seated = centre.ask(
        "SELECT p.username, s.id, s.starts_min, c.code FROM booking b"
        " JOIN person p ON p.id = b.person_id"
        " JOIN training_session s ON s.id = b.training_session_id"
        " JOIN campaign k ON k.id = s.campaign_id"
        ' JOIN shift h ON h.person_id = p.id AND h."on" = s."on"'
        " JOIN shift_code c ON c.id = h.shift_code_id"
        " WHERE k.name = ? AND b.state = 'booked' AND s.published_at IS NOT NULL",
        f"Journey {language}",
    )
    assert seated, "somebody has a seat"
    assert {code[0] for *_, code in seated} == {"M"}, "mid shifts alone have an early class"
    assert {start for _, _, start, _ in seated} == {540}
    agent = arrive(seated[0][0], language)
    agent.go("/agenda")
    assert "09:00" in agent.tab.locator("main").inner_text()


def make_class(planner: Visitor, centre: Centre, team: str, course: str) -> int:
    """A class by hand that begins in some minutes, with people of a team who are on duty."""
    tab, starts = planner.tab, centre.now() + timedelta(minutes=6)
    planner.go("/classes/new")
    course_id = centre.ask("SELECT id FROM course WHERE key = ?", course)[0][0]
    trainer = centre.ask("SELECT id FROM person WHERE username = 'emma.clarke'")[0][0]
    room = centre.ask("SELECT id FROM room WHERE is_online = 1")[0][0]
    tab.select_option("[name=course_id]", str(course_id))
    tab.fill("[name=on]", starts.date().isoformat())
    tab.fill("[name=starts]", f"{starts:%H:%M}")
    tab.fill("[name=duration_min]", "30")
    tab.select_option("[name=room_id]", str(room))
    tab.select_option("[name=trainer_id]", str(trainer))
    tab.fill("[name=seats]", "8")
    tab.click("main form .th-buttons button[type=submit]")
    tab.wait_for_url(re.compile(r"/classes/\d+"))
    number = int(re.search(r"/classes/(\d+)", tab.url)[1])  # type: ignore[index]
    team_id = centre.ask("SELECT id FROM team WHERE name = ?", team)[0][0]
    planner.go(f"/classes/{number}?team={team_id}")
    free = tab.locator("[name=person_id]:not([disabled])")
    assert free.count() > 0, "somebody is on duty and can be spared"
    free.first.check()
    tab.click("form[action$='/people'] .th-buttons button")
    tab.wait_for_load_state()
    tab.click(f"form[action='/classes/{number}/publish'] button")
    tab.wait_for_load_state()
    return number


@pytest.mark.parametrize(("language", "team"), [("zh", "Harbour"), ("en", "Lighthouse")])
def test_a_class_is_taught_attended_and_judged(
    centre: Centre, arrive: Arrive, language: str, team: str
) -> None:
    number = make_class(arrive("planner", language), centre, team, "mot-service-skills")
    booked = centre.ask(
        "SELECT p.username FROM booking b JOIN person p ON p.id = b.person_id"
        " WHERE b.training_session_id = ? AND b.state = 'booked'",
        number,
    )
    trainer, agent = arrive("emma.clarke", language), arrive(booked[0][0], language)
    trainer.go(f"/classes/{number}/teach")
    tab = trainer.tab
    tab.click("form[action$='/begin'] button")
    tab.wait_for_selector("[data-class-code]")
    agent.go("/check-in")
    agent.tab.fill("[name=code]", tab.inner_text("[data-class-code]"))
    agent.tab.click("main form .th-buttons button[type=submit]")
    agent.tab.wait_for_load_state()
    tab.wait_for_selector("[data-class-came]:text-is('1')")
    tab.click("form[action$='/pause'] button")
    tab.click("form[action$='/resume'] button")
    tab.locator("details:has(form[action$='/end']) > summary").click()
    tab.locator("form[action$='/end'] button.btn-primary:visible").click()
    tab.wait_for_load_state()
    agent.go(f"/surveys/{number}")
    for question in ("content", "trainer", "usefulness", "fit"):
        agent.tab.check(f"#{question}-5")
    agent.tab.click("main form button[type=submit]")
    agent.tab.wait_for_load_state()
    state = "SELECT state FROM booking WHERE training_session_id = ?"
    assert centre.ask(state, number) == [("attended",)]
    answers = "SELECT content, fit FROM survey_answer WHERE training_session_id = ?"
    assert centre.ask(answers, number) == [(5, 5)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_seat_is_given_back_and_a_class_called_off_in_a_dialog(
    centre: Centre, arrive: Arrive, language: str
) -> None:
    seat = (
        "SELECT p.username, s.id FROM booking b JOIN person p ON p.id = b.person_id"
        " JOIN training_session s ON s.id = b.training_session_id"
        " WHERE b.state = 'booked' AND s.state = 'scheduled' AND s.published_at IS NOT NULL"
        " AND b.is_pinned = 0 AND s.is_pinned = 0 AND s.starts_at > ? ORDER BY b.id"
    )
    after = (datetime.now(UTC) + timedelta(days=4)).isoformat(" ")
    username, number = centre.ask(seat, after)[0]
    agent = arrive(username, language)
    agent.go("/agenda")
    giving_back = f"form[action='/classes/{number}/decline']"
    agent.tab.locator(f"details:has({giving_back}) > summary").click()
    agent.tab.fill("dialog [name=reason]", "孩子生病" if language == "zh" else "School")
    agent.tab.click("dialog .btn-danger")
    agent.tab.wait_for_load_state()
    state = "SELECT b.state FROM booking b JOIN person p ON p.id = b.person_id"
    where = " WHERE p.username = ? AND b.training_session_id = ?"
    assert centre.ask(state + where, username, number) == [("declined",)]
    planner = arrive("planner", language)
    planner.go(f"/classes/{number}")
    planner.tab.locator("details[data-confirm]:has(form[action$='/cancel']) > summary").click()
    planner.tab.click("dialog [data-confirm-cancel]")
    planner.tab.locator("details[data-confirm]:has(form[action$='/cancel']) > summary").click()
    planner.tab.fill("dialog [name=reason]", "Storm")
    planner.tab.click("dialog .btn-danger")
    planner.tab.wait_for_load_state()
    held = "SELECT state FROM training_session WHERE id = ?"
    assert centre.ask(held, number) == [("cancelled",)]
