"""The pages of the rota, as planners, supervisors and agents see them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest

from tests.checking import CheckingClient
from tests.factories import Make
from tests.rota.rotas import TODAY, csv_of, give, place, said, standard, two_in_red
from trainhub.audit.queries import list_entries
from trainhub.people.models import Role
from trainhub.tables import read_lines

Browser = Callable[..., CheckingClient]
GRID = [
    ["2026年12月排班表", "", "", "", ""],
    ["工号", "姓名", "12/1", "12/2", "12/3"],
    ["20023", "李丽", "早", "M", "休"],
    ["20024", "王强", "N", "小夜", ""],
]


def upload(browser: CheckingClient, rows: list[list[str]], encoding: str = "utf-8") -> object:
    return browser.post(
        "/rota/import",
        {"file": (io.BytesIO(csv_of(rows, encoding)), "十二月.csv"), "encoding": ""},
        status=302,
    )


def test_a_planner_takes_a_spreadsheet_to_a_stored_rota(make: type[Make], client: Browser) -> None:
    _team, lili, wang = two_in_red()
    browser = client(make.person("pia", Role.PLANNER))
    upload(browser, GRID, "gb18030")
    screen = browser.page("/rota/import/columns")
    assert "小夜" in screen.text and "3 days found" in screen.text
    codes = standard()
    data = {
        "shape": "grid", "head_row": "2", "person": "工号", "person_by": "employee_no",
        "date": "", "code": "", "month": "2026-12", "empty": "clear",
        "word-0": "小夜", "meaning-0": str(codes["L"].id),
    }  # fmt: skip
    browser.post("/rota/import/columns", data, status=302)
    check = browser.page("/rota/import/check")
    assert "Days new" in check.text and "李丽" in check.text
    browser.post("/rota/import/confirm", {}, status=302)
    assert said(lili, date(2026, 12, 1), 3) == "EMR"
    assert said(wang, date(2026, 12, 1), 3) == "NL."
    # The next month's file with the same heads needs no screen any more.
    answer = upload(browser, [["工号", "姓名", "1/1", "1/2"], ["20024", "王强", "小夜", "早"]])
    assert answer.location.endswith("/rota/import/check")
    browser.post("/rota/import/confirm", {}, status=302)
    assert said(wang, date(2027, 1, 1), 2) == "LE"


def test_errors_are_told_by_cell_and_nothing_is_stored(make: type[Make], client: Browser) -> None:
    _team, lili, _wang = two_in_red()
    standard()
    browser = client(make.person("pia", Role.PLANNER))
    upload(browser, [["工号", "12/1"], ["20023", "E"], ["99999", "E"]])
    browser.post(
        "/rota/import/columns",
        {"shape": "grid", "head_row": "1", "person": "工号", "person_by": "employee_no",
         "month": "2026-12", "empty": "clear"},
        status=302,
    )  # fmt: skip
    page = browser.get("/rota/import/check", status=422)
    assert "Nobody here is called “99999”." in page.text and "row 3" in page.text
    browser.post("/rota/import/confirm", {}, status=422)
    assert said(lili, date(2026, 12, 1), 1) == "."


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.csv", b""),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"),
        ("wide.csv", (",".join(["1"] * 100_000) + "\n").encode()),
        ("mixed.csv", "員工編號,日期\n20023,一月\n".encode("big5")),
        ("quotes.csv", b'a,"b\n1,2'),
    ],
)
def test_files_that_are_no_rota_are_refused_in_words(
    make: type[Make], client: Browser, name: str, data: bytes
) -> None:
    browser = client(make.person("pia", Role.PLANNER))
    page = browser.post("/rota/import", {"file": (io.BytesIO(data), name)}, status=422)
    assert "This file cannot be read as it is" in page.text


def test_a_table_that_is_gone_leads_back_to_the_choice(make: type[Make], client: Browser) -> None:
    browser = client(make.person("pia", Role.PLANNER))
    for path in ("/rota/import/check", "/rota/import/columns"):
        assert browser.get(path, status=302).location.endswith("/rota/import")
    assert browser.post("/rota/import/confirm", {}, status=302).location.endswith("/rota/import")


def test_the_grid_shows_a_team_by_days(make: type[Make], client: Browser) -> None:
    team, lili, _wang = two_in_red()
    standard()
    give(lili, TODAY, "EEMMRRN")
    page = client(make.person("pia", Role.PLANNER)).page(f"/rota?team={team.id}&span=week")
    assert "李丽" in page.text and "07:00–15:00" in page.text
    hrefs = [link.get("href") for link in page.all("a")]
    assert f"/rota/people/{lili.id}/shift?on=2026-11-23" in hrefs
    assert "With a shift" in page.text


def test_supervisors_see_their_own_teams_and_change_nothing(
    make: type[Make], client: Browser
) -> None:
    team, lili, _wang = two_in_red()
    blue = make.team("Blue")
    make.person("eve", team=blue, name="Eve")
    standard()
    give(lili, TODAY, "E")
    browser = client(make.person("sup", Role.SUPERVISOR, supervises=team))
    page = browser.page("/rota")
    assert "李丽" in page.text and "Blue" not in page.text
    assert not [link for link in page.all("a") if "/shift?" in link.get("href", "")]
    browser.get(f"/rota?team={blue.id}", status=404)
    assert list_entries(limit=1)[0].action == "access.refused"
    browser.get(f"/rota/people/{lili.id}/shift?on=2026-11-23", status=403)
    browser.get(f"/rota/changes?team={blue.id}", status=404)


def test_an_agent_sees_the_own_month_alone(make: type[Make], client: Browser) -> None:
    team, lili, wang = two_in_red()
    standard()
    place(team)
    give(lili, TODAY, "REM")
    browser = client(lili)
    page = browser.page("/rota/mine")
    assert "Your next shift:" in page.text and "Nov 24" in page.text
    assert "Times of Site Asia/Shanghai (Asia/Shanghai)." in page.text
    browser.get("/rota", status=403)
    assert "No rota of yours yet" in client(wang).page("/rota/mine").text


def test_what_is_taken_away_can_be_brought_back(make: type[Make], client: Browser) -> None:
    team, lili, _wang = two_in_red()
    standard()
    give(lili, TODAY, "EMR")
    browser = client(make.person("pia", Role.PLANNER))
    for kind in ("csv", "xlsx"):
        data = browser.get(f"/rota/{kind}?team={team.id}&span=week").data
        lines = read_lines(data, f"rota.{kind}")
        assert lines[0][2] == "2026-11-23"
        assert lines[1][:5] == ["lili", "李丽", "E", "M", "R"]


def test_a_day_is_changed_with_a_reason(make: type[Make], client: Browser) -> None:
    _team, lili, _wang = two_in_red()
    standard()
    give(lili, TODAY, "EEM")
    browser = client(make.person("pia", Role.PLANNER, name="Pia"))
    path = f"/rota/people/{lili.id}/shift?on=2026-11-24"
    assert "Change the day" in browser.page(path).text
    page = browser.post(path, {"seen": "E", "code": "L", "reason": ""}, status=422)
    assert "Reason" in page.text
    page = browser.post(path, {"seen": "E", "code": "N", "reason": "Queue is up"}, status=422)
    assert "less than 11 hours of rest" in page.text
    assert said(lili, TODAY, 3) == "EEM"
    browser.post(path, {"seen": "E", "code": "R", "reason": "Sick child"}, status=302)
    assert said(lili, TODAY, 3) == "ERM"
    history = browser.page("/rota/changes")
    assert "Sick child" in history.text and "Pia" in history.text
    stale = browser.post(path, {"seen": "E", "code": "M", "reason": "Too late"}, status=409)
    assert "changed meanwhile" in stale.text


def test_a_past_day_cannot_be_changed(make: type[Make], client: Browser) -> None:
    _team, lili, _wang = two_in_red()
    standard()
    give(lili, date(2026, 11, 20), "E")
    browser = client(make.person("pia", Role.PLANNER))
    path = f"/rota/people/{lili.id}/shift?on=2026-11-20"
    assert "This day is over" in browser.page(path).text
    browser.post(path, {"seen": "E", "code": "R", "reason": "Correction"}, status=422)
    assert said(lili, date(2026, 11, 20), 1) == "E"


def test_two_people_swap_their_shifts(make: type[Make], client: Browser) -> None:
    _team, lili, wang = two_in_red()
    standard()
    give(lili, TODAY, "EER")
    give(wang, TODAY, "MRE")
    browser = client(make.person("pia", Role.PLANNER))
    path = f"/rota/people/{lili.id}/swap?on=2026-11-24"
    assert "王强" in browser.page(path).text
    data = {"seen": "E", "other": f"{wang.id}:R", "on": "2026-11-24", "reason": "Family day"}
    stale = browser.post(path, data | {"other": f"{wang.id}:M"}, status=409)
    assert "changed meanwhile" in stale.text
    browser.post(path, data, status=302)
    assert said(lili, TODAY, 3) == "ERR" and said(wang, TODAY, 3) == "MEE"


def test_a_planner_writes_a_shift_code(make: type[Make], client: Browser) -> None:
    browser = client(make.person("pia", Role.PLANNER))
    assert "No shift codes yet" in browser.page("/rota/shift-codes").text
    browser.post("/rota/shift-codes/standard", {}, status=302)
    data = {
        "code": "D", "name_zh": "常白班", "name_en": "Day", "kind": "other", "starts": "08:30",
        "ends": "17:30", "breaks": "12:00-13:00", "early_class": "", "synonyms": "白，白班",
    }  # fmt: skip
    page = browser.post("/rota/shift-codes/new", data | {"ends": "5 pm"}, status=422)
    assert "Write the end as a time" in page.text
    page = browser.post("/rota/shift-codes/new", data | {"synonyms": "中班"}, status=422)
    assert "already means the shift code M" in page.text
    browser.post("/rota/shift-codes/new", data, status=302)
    page = browser.page("/rota/shift-codes")
    assert "08:30–17:30" in page.text and "白班" in page.text
    code = standard()["D"]
    browser.post(f"/rota/shift-codes/{code.id}", data | {"breaks": "12:00-12:45"}, status=302)
    browser.post(f"/rota/shift-codes/{code.id}/retire", {}, status=302)
    assert "out of use" in browser.page("/rota/shift-codes").text


def test_a_planner_puts_teams_to_sites_and_queues(make: type[Make], client: Browser) -> None:
    team, _lili, _wang = two_in_red()
    other = make.team("Blue")
    queue = place(other)
    browser = client(make.person("pia", Role.PLANNER))
    page = browser.post(
        "/rota/sites/new", {"name": "成都", "time_zone": "Mars/Olympus"}, status=422
    )
    assert "Choose a time zone" in page.text
    browser.post("/rota/sites/new", {"name": "成都", "time_zone": "Asia/Shanghai"}, status=302)
    assert "成都" in browser.page("/rota/places").text
    half = {f"site-{team.id}": "1", f"queue-{team.id}": ""}
    page = browser.post("/rota/places", half, status=422)
    assert "Choose a site and a queue for Red" in page.text
    whole = {f"site-{team.id}": "1", f"queue-{team.id}": str(queue.id)}
    browser.post("/rota/places", whole, status=302)
    assert "1 team has a new place." in browser.page("/rota/places").text


def test_home_tells_the_next_shift_and_what_has_changed(make: type[Make], client: Browser) -> None:
    _team, lili, _wang = two_in_red()
    standard()
    assert "Your next shift" not in client(lili).page("/").text
    give(lili, TODAY, "RMEE")
    planner = client(make.person("pia", Role.PLANNER))
    path = f"/rota/people/{lili.id}/shift?on=2026-11-25"
    planner.post(path, {"seen": "E", "code": "R", "reason": "Day off agreed"}, status=302)
    home = client(lili).page("/").text
    assert "Tue, Nov 24" in home and "early class 09:00–10:00" in home
    assert "Day off agreed" in home
    assert "The rota ends on Nov 26, 2026" in planner.page("/").text


def test_home_asks_a_planner_for_the_first_rota(make: type[Make], client: Browser) -> None:
    assert "There is no rota yet." in client(make.person("pia", Role.PLANNER)).page("/").text


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"head_row": "99999999999999"}, 422),
        ({"head_row": "-1"}, 422),
        ({"head_row": ""}, 422),
        ({"month": "2026-13"}, 422),
        ({"month": "a\0b"}, 422),
        ({"shape": "round"}, 422),
        ({"person": "no such head"}, 422),
        ({"person": "工\0号"}, 302),
        ({"shape": "long"}, 422),
        ({"word-0": "\0", "meaning-0": "9" * 30}, 302),
        ({"word-0": "早", "meaning-0": "4242"}, 302),
        ({"head_row": "3"}, 422),
    ],
)
def test_no_mapping_breaks_the_screen(
    make: type[Make], client: Browser, change: dict[str, str], status: int
) -> None:
    two_in_red()
    standard()
    browser = client(make.person("pia", Role.PLANNER))
    upload(browser, [["工号", "12/1", "12/2"], ["20023", "早", "M"], ["20024", "R", "M"]])
    data = {
        "shape": "grid", "head_row": "1", "person": "工号", "person_by": "employee_no",
        "date": "", "code": "", "month": "2026-12", "empty": "clear",
    }  # fmt: skip
    browser.post("/rota/import/columns", data | change, status=status)
    browser.get("/rota/import/columns")


def test_an_empty_cell_may_leave_the_day_as_it_is(make: type[Make], client: Browser) -> None:
    _team, lili, _wang = two_in_red()
    standard()
    give(lili, date(2026, 12, 1), "EN")
    browser = client(make.person("pia", Role.PLANNER))
    upload(browser, [["工号", "12/1", "12/2", "12/3"], ["20023", "", "", "E"]])
    data = {
        "shape": "grid", "head_row": "1", "person": "工号", "person_by": "employee_no",
        "month": "2026-12", "empty": "keep",
    }  # fmt: skip
    browser.post("/rota/import/columns", data, status=302)
    assert "In 1 place there would be less than 11 hours" in browser.page("/rota/import/check").text
    browser.post("/rota/import/confirm", {}, status=302)
    assert said(lili, date(2026, 12, 1), 3) == "ENE"
