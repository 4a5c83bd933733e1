"""Supervisors see their own teams, red first, in lists, counts, averages and files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select, update

from tests.checking import CheckingClient
from tests.conftest import NOON
from tests.factories import Make
from tests.typing_tests.runs import SETTINGS, add_passage, add_test, grant, take
from trainhub.audit.queries import list_entries
from trainhub.db import db, transaction
from trainhub.people.models import Person, Role, Team
from trainhub.typing_tests import services
from trainhub.typing_tests.models import TypingAssignment, TypingTest
from trainhub.typing_tests.queries.group_curve import list_weeks
from trainhub.typing_tests.queries.overview import OverviewCriteria, find_overview

Browse = Callable[..., CheckingClient]
TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


class Centre:
    """Two teams: in Red alice passed, bob is late; in Blue eve, whom nobody of Red may meet."""

    def __init__(self, make: type[Make]) -> None:
        self.red, self.blue = make.team("Red"), make.team("Blue canary")
        self.alice = make.person("alice", team=self.red)
        self.bob = make.person("bob", team=self.red)
        self.eve = make.person("eve", team=self.blue, name="Eve Canary", employee_no="777777")
        self.sup = make.person("sup", Role.SUPERVISOR, supervises=self.red)
        self.tina = make.person("tina", Role.TRAINER)
        with transaction():
            add_passage()
            self.test = add_test(self.alice, self.bob, self.eve)
            db.session.execute(update(TypingAssignment).values(due_on=TODAY - DAY))
        take(self.alice, NOON - 3 * DAY, test_id=self.test.id, cpm=300)
        take(self.eve, NOON - 2 * DAY, test_id=self.test.id, cpm=150, seed=5)


@pytest.fixture
def centre(make: type[Make]) -> Centre:
    return Centre(make)


def test_who_is_late_comes_first_and_the_sums_fit(centre: Centre) -> None:
    found = find_overview(centre.tina, OverviewCriteria(), today=TODAY)
    assert [(row.name, row.late) for row in found.rows] == [
        ("Bob", 1),
        ("Eve Canary", 1),
        ("Alice", 0),
    ]
    sums = found.sums
    assert (sums.people, sums.asked, sums.late, sums.open, sums.passed) == (3, 3, 2, 2, 1)
    cell = found.rows[2].cells[centre.test.id]
    assert cell.is_passed
    assert cell.attempts == 1
    assert cell.best is not None
    assert found.rows[1].cells[centre.test.id].is_failed


def test_supervisors_get_sums_of_their_own_teams(centre: Centre) -> None:
    found = find_overview(centre.sup, OverviewCriteria(), today=TODAY)
    assert [row.name for row in found.rows] == ["Bob", "Alice"]
    assert (found.sums.people, found.sums.late, found.sums.passed) == (2, 1, 1)


def test_no_page_of_a_supervisor_names_another_team(centre: Centre, client: Browse) -> None:
    browser = client(centre.sup)
    for address in (
        "/typing-overview", "/typing-overview?q=eve", "/typing-overview?q=777777",
        "/typing-overview?state=late", f"/typing-overview?test={centre.test.id}",
        f"/typing-tests/{centre.test.id}", f"/typing-tests/{centre.test.id}/curve",
        f"/typing-overview/people/{centre.alice.id}", "/",
    ):  # fmt: skip
        page = browser.get(address).text
        assert "anary" not in page, address
        assert 'value="777777"' in page or "777777" not in page, address
    for address in (
        f"/typing-overview?team={centre.blue.id}",
        f"/typing-overview/people/{centre.eve.id}",
        f"/typing-tests/{centre.test.id}/curve?team={centre.blue.id}",
        f"/typing-overview/csv?team={centre.blue.id}",
    ):
        assert "anary" not in browser.get(address, status=404).text


def test_averages_leave_other_teams_out(centre: Centre) -> None:
    monday = NOON - timedelta(hours=12)
    criteria = OverviewCriteria(test_id=centre.test.id)
    every = list_weeks(centre.tina, criteria, monday)
    own = list_weeks(centre.sup, criteria, monday)
    assert [week.runs for week in every[-2:]] == [2, 0]
    assert [week.runs for week in own[-2:]] == [1, 0]
    assert own[-2].speed is not None
    assert every[-2].speed is not None
    assert own[-2].speed > every[-2].speed
    blue = list_weeks(centre.sup, replace(criteria, team_id=centre.blue.id), monday)
    assert not any(week.runs for week in blue)


def lines_of(browser: CheckingClient, address: str) -> list[dict[str, str]]:
    answer = browser.client.get(address)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))


def test_a_file_holds_the_runs_in_sight_with_every_figure(centre: Centre, client: Browse) -> None:
    (line,) = lines_of(client(centre.sup), "/typing-overview/csv")
    assert (line["Name"], line["Team"], line["State"]) == ("Alice", "Red", "Reached")
    assert float(line["net_speed"]) > 40
    assert float(line["final_accuracy"]) == 1
    assert {"kpm", "consistency", "pauses", "corrections", "compositions"} <= line.keys()
    assert len(lines_of(client(centre.tina), "/typing-overview/csv")) == 2
    xlsx = client(centre.tina).client.get("/typing-overview/xlsx")
    assert xlsx.data.startswith(b"PK")
    assert [one.action for one in list_entries()].count("typing_test.runs_taken") == 3


def test_a_voided_run_and_an_exemption_change_the_state(centre: Centre) -> None:
    run = take(centre.bob, NOON - DAY, test_id=centre.test.id, cpm=320, seed=9)
    assert find_overview(centre.tina, OverviewCriteria(), today=TODAY).sums.passed == 2
    with transaction():
        services.void_run(run.id, reason="The wrong person", actor=centre.tina, now=NOON)
    assert find_overview(centre.tina, OverviewCriteria(), today=TODAY).sums.passed == 1
    with transaction():
        grant(centre.bob, centre.tina, None, is_exempt=True)
    sums = find_overview(centre.tina, OverviewCriteria(), today=TODAY).sums
    assert (sums.exempt, sums.late, sums.open) == (1, 1, 1)
    with transaction():
        grant(centre.bob, centre.tina, centre.test, is_exempt=False)
    assert find_overview(centre.tina, OverviewCriteria(), today=TODAY).sums.exempt == 0


def test_what_was_withdrawn_or_retired_is_not_asked(centre: Centre) -> None:
    with transaction():
        db.session.execute(update(TypingAssignment).values(withdrawn_at=NOON))
    found = find_overview(centre.tina, OverviewCriteria(), today=TODAY)
    assert [row.name for row in found.rows] == ["Eve Canary", "Alice"]  # they have typed it
    assert found.sums.late == 0
    with transaction():
        db.session.execute(update(TypingTest).values(retired_at=NOON))
    assert find_overview(centre.tina, OverviewCriteria(), today=TODAY).rows == []


def test_filters_narrow_rows_and_sums_alike(centre: Centre) -> None:
    def names(**values: object) -> list[str]:
        criteria = OverviewCriteria(**values)  # type: ignore[arg-type]
        return [row.name for row in find_overview(centre.tina, criteria, today=TODAY).rows]

    assert names(state="settled") == ["Alice"]
    assert names(state="late", team_id=centre.red.id) == ["Bob"]
    assert names(words="eve") == ["Eve Canary"]
    assert names(words="eve", team_id=centre.red.id) == []
    assert names(test_id=centre.test.id + 1) == []


def count_queries(act: Callable[[], object]) -> int:
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def test_any_number_of_people_takes_the_same_queries(centre: Centre, make: type[Make]) -> None:
    def look() -> object:
        return find_overview(centre.tina, OverviewCriteria(), today=TODAY)

    few = count_queries(look)
    crowd = make.team("Crowd")
    with transaction():
        for number in range(60):
            db.session.add(
                Person(username=f"c{number}", name=f"C {number}", name_key=f"c{number:03}",
                       team_id=crowd.id, created_at=NOON)
            )  # fmt: skip
        db.session.add(TypingAssignment(test_id=centre.test.id, team_id=crowd.id, created_at=NOON))
    db.session.execute(select(Team)).all()
    assert count_queries(look) == few <= 8
    found = find_overview(centre.tina, OverviewCriteria(), today=TODAY, page=2)
    assert (found.sums.people, found.pages, found.page, len(found.rows)) == (63, 3, 2, 25)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_with_runs_are_in_both_languages(
    centre: Centre, client: Browse, language: str
) -> None:
    browser = client(centre.tina, language=language)
    take(centre.alice, NOON - DAY, test_id=centre.test.id, seed=2)
    take(centre.alice, NOON - DAY / 2, test_id=centre.test.id, seed=3)
    for address in (
        "/typing-overview", f"/typing-tests/{centre.test.id}",
        f"/typing-overview/people/{centre.alice.id}", f"/typing-tests/{centre.test.id}/curve",
    ):  # fmt: skip
        page = browser.get(address).text
        assert "<svg" in page or "people" not in address
    assert SETTINGS.min_speed == 40
