"""From the spreadsheets of a planner to a class that was attended, in a real browser.

The centre stands in a time zone where it is early afternoon now: whenever the tests run, people
are on duty and a class can be begun.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.browsing import LOCALES, PATIENCE_MS, Visitor, serving_centre
from trainhub.rota.rules.clock_times import monday_of
from trainhub.tables import STANDARD_LIMITS, read_lines, write_xlsx

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

    def soon(self) -> datetime:
        """When a class can be planned for, agreed to, and have people check in at once.

        Far enough ahead for a slow machine to agree to the plan before; check-in opens a quarter
        of an hour before the class.
        """
        earliest = self.now() + timedelta(minutes=9)
        return earliest + timedelta(minutes=-earliest.minute % 5)

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


@dataclass(frozen=True)
class Journey:
    """Who is trained in which language, and what the record is to speak of.

    `share` is that of the contacts of the example that this planner expects.
    """

    language: str
    campaign: str
    course: str
    trainer: str
    teams: tuple[str, str]
    share: float
    phones: str


JOURNEYS = (
    Journey("zh", "今日培训", "quick-phrases", "chen.jing", ("晨星组", "远航组"), 0.75, "离线人数"),
    Journey("en", "Today", "mot-service-skills", "emma.clarke", ("Harbour", "Lighthouse"), 0.7,
            "People off the phones"),
)  # fmt: skip


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


def lines_of(example: Path) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of a downloaded example."""
    limits = replace(STANDARD_LIMITS, columns=400)
    heads, *rows = read_lines(example.read_bytes(), example.name, limits=limits)
    return heads, rows


def from_this_week(example: Path, teams: tuple[str, ...], today: date) -> bytes:
    """The example of a rota for these teams, its dates moved to begin with this week's Monday."""
    heads, rows = lines_of(example)
    at = next(number for number, head in enumerate(heads) if re.fullmatch(r"\d{4}-.*", head))
    first = monday_of(today)
    dates = [(first + timedelta(days=day)).isoformat() for day in range(len(heads) - at)]
    return write_xlsx([*heads[:at], *dates], [row for row in rows if row[at - 1] in teams])


def of_a_quiet_week(example: Path, share: float) -> bytes:
    """The example of a demand with a share of its contacts."""
    heads, rows = lines_of(example)
    return write_xlsx(heads, [[*row[:3], round(float(row[3]) * share, 1), row[4]] for row in rows])


def bring_in(planner: Visitor, name: str, data: bytes) -> None:
    """Choose a file on the import page that is shown."""
    tab = planner.tab
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    tab.set_input_files("main input[type=file]", file)
    tab.click("main form:has(input[type=file]) button.btn-primary")


def import_tables(planner: Visitor, folder: Path, journey: Journey, today: date) -> None:
    """Both examples, downloaded, fitted to this week and brought in."""
    tab = planner.tab
    planner.go("/rota/import")
    rota = download(planner, "/rota/example/xlsx", folder)
    bring_in(planner, "rota.xlsx", from_this_week(rota, journey.teams, today))
    tab.wait_for_url(re.compile(r"/rota/import/(check|columns)"))
    if "columns" in tab.url:
        tab.click("main form .th-buttons button.btn-primary")
        tab.wait_for_url("**/rota/import/check")
    tab.click("form[action='/rota/import/confirm'] button")
    tab.wait_for_url(re.compile(r"/rota(\?|/changes)"))
    planner.go("/demand/import")
    demand = download(planner, "/demand/example/xlsx", folder)
    bring_in(planner, "demand.xlsx", of_a_quiet_week(demand, journey.share))
    tab.wait_for_url("**/demand/import/mapping")
    tab.click("form[action='/demand/import/confirm'] button")
    tab.wait_for_url("**/demand")


def ask_in(planner: Visitor, centre: Centre, journey: Journey, on: date) -> None:
    """The trainer can teach on that date, whatever their week says."""
    tab = planner.tab
    person_id = centre.ask("SELECT id FROM person WHERE username = ?", journey.trainer)[0][0]
    planner.go(f"/class-trainers/{person_id}")
    said = tab.input_value("[name=times]")
    tab.fill("[name=times]", f"{said}\n{on} 08:00–24:00")
    tab.click("main form .th-buttons button[type=submit]")
    tab.wait_for_url("**/class-trainers")


def add_campaign(planner: Visitor, centre: Centre, journey: Journey, **values: str) -> None:
    """A campaign of one course for two teams; `values` are fields as they are filled."""
    tab = planner.tab
    planner.go("/campaigns/new")
    tab.fill("[name=name]", journey.campaign)
    course_id = centre.ask("SELECT id FROM course WHERE key = ?", journey.course)[0][0]
    tab.check(f"[name=course_ids][value='{course_id}']")
    for team in journey.teams:
        team_id = centre.ask("SELECT id FROM team WHERE name = ?", team)[0][0]
        tab.check(f"[name=team_ids][value='{team_id}']")
    if "in_shift" in values:
        tab.click("details:has([name=in_shift]) > summary")
        tab.uncheck("[name=kinds][value=early]")
        tab.check("[name=kinds][value=in_shift]")
        tab.select_option("[name=grid_min]", "5")
    for field, value in ({"time_limit_s": "4"} | values).items():
        tab.fill(f"[name={field}]", value)
    tab.click("main form .th-buttons button[type=submit]")
    tab.wait_for_url(re.compile(r"/campaigns/\d+$"))


def dates(starts_on: date, days: int) -> dict[str, str]:
    """The three dates of a campaign of so many days."""
    ends_on = (starts_on + timedelta(days=days - 1)).isoformat()
    return {"starts_on": starts_on.isoformat(), "due_on": ends_on, "ends_on": ends_on}


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
    publishing = tab.locator("details:has(form[action$='/publish']) > summary")
    if publishing.count():
        publishing.first.click()
    tab.locator("form[action$='/publish'] button.btn-primary:visible").first.click()
    tab.wait_for_load_state()


@dataclass(frozen=True)
class Seat:
    """Somebody's seat in a class of a campaign, as it is published."""

    username: str
    class_id: int
    starts_min: int
    shift: str
    trainer: str


def seats_of(centre: Centre, journey: Journey) -> list[Seat]:
    """The seats a plan gave, in the order of the classes."""
    rows = centre.ask(
        "SELECT p.username, s.id, s.starts_min, c.code, t.username FROM booking b"
        " JOIN person p ON p.id = b.person_id"
        " JOIN training_session s ON s.id = b.training_session_id"
        " JOIN person t ON t.id = s.trainer_id"
        " JOIN campaign k ON k.id = s.campaign_id"
        ' JOIN shift h ON h.person_id = p.id AND h."on" = s."on"'
        " JOIN shift_code c ON c.id = h.shift_code_id"
        " WHERE k.name = ? AND b.state = 'booked' AND s.published_at IS NOT NULL"
        " ORDER BY s.starts_at, s.id, p.id",
        journey.campaign,
    )
    return [Seat(*row) for row in rows]


def teach(centre: Centre, arrive: Arrive, journey: Journey, seat: Seat) -> None:
    """The trainer begins the class, the person of the seat checks in by the code, it is ended."""
    trainer, agent = arrive(seat.trainer, journey.language), arrive(seat.username, journey.language)
    trainer.go(f"/classes/{seat.class_id}/teach")
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
    agent.go(f"/surveys/{seat.class_id}")
    for question in ("content", "trainer", "usefulness", "fit"):
        agent.tab.check(f"#{question}-5")
    agent.tab.click("main form button[type=submit]")
    agent.tab.wait_for_load_state()
    answers = "SELECT content, fit FROM survey_answer WHERE training_session_id = ?"
    assert centre.ask(answers, seat.class_id) == [(5, 5)]


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.language)
def test_from_spreadsheet_to_attended_class(
    centre: Centre, arrive: Arrive, tmp_path: Path, journey: Journey
) -> None:
    planner = arrive("planner", journey.language)
    import_tables(planner, tmp_path, journey, centre.now().date())
    ask_in(planner, centre, journey, centre.now().date())
    starts = centre.soon()
    times = f"{starts:%H:%M}–{starts + timedelta(hours=1):%H:%M}"
    add_campaign(planner, centre, journey, in_shift=times, freeze_days="0",
                 **dates(starts.date(), 1))  # fmt: skip
    plan_and_publish(planner)
    seats = seats_of(centre, journey)
    assert seats, "somebody has a seat"
    assert {one.starts_min for one in seats} == {starts.hour * 60 + starts.minute}
    seat = seats[0]
    agent = arrive(seat.username, journey.language)
    agent.go("/agenda")
    assert f"{starts:%H:%M}" in agent.tab.locator("main").inner_text()
    teach(centre, arrive, journey, seat)
    in_class = [one for one in seats if one.class_id == seat.class_id]
    states = "SELECT state FROM booking WHERE training_session_id = ? AND state != 'cancelled'"
    found = sorted(state for (state,) in centre.ask(states, seat.class_id))
    assert found == ["attended", *["missed"] * (len(in_class) - 1)]
    planner.go(f"/delivery-records/{seat.class_id}")
    told = planner.tab.locator("main").inner_text()
    name = centre.ask("SELECT name FROM person WHERE username = ?", seat.username)[0][0]
    assert name in told
    assert journey.phones in told


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.language)
def test_early_classes_are_planned_for_who_comes_at_nine(
    centre: Centre, arrive: Arrive, journey: Journey
) -> None:
    later = replace(journey, campaign=f"{journey.campaign} 2", course="typing-at-work")
    planner = arrive("planner", journey.language)
    tomorrow = centre.now().date() + timedelta(days=1)
    add_campaign(planner, centre, later, **dates(tomorrow, 7 * WEEKS_AHEAD))
    plan_and_publish(planner)
    seats = seats_of(centre, later)
    assert seats, "somebody has a seat"
    assert {one.shift[0] for one in seats} == {"M"}, "mid shifts alone have an early class"
    assert {one.starts_min for one in seats} == {540}


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
