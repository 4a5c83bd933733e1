"""Queues, their demand, the import with its mapping, the calendar: what planners do."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select

from tests.checking import CheckingClient
from tests.factories import Make
from tests.rota.covered import MONDAY, code, demand, minimum, placed_team, queue, roster, site
from trainhub.audit.queries import list_entries
from trainhub.db import db
from trainhub.people.models import Person, Role
from trainhub.rota.models import DayDemand, Queue, TableImport, TableMapping, TypicalDay
from trainhub.rota.queries.demand import list_own_demand
from trainhub.rota.rules.requirement import Demand
from trainhub.tables import write_xlsx

Browse = Callable[..., CheckingClient]
LONG = "日期,时段,技能组,来电量,平均处理时长\n2026-12-01,09:00-09:30,hotline,100,180\n"
SETTINGS = {
    "name": "Hotline", "key": "hotline", "channel": "calls", "method": "erlang_c",
    "interval_min": "30", "service_level": "80", "answer_within_s": "20", "max_occupancy": "100",
    "planned_shrinkage": "0", "unplanned_shrinkage": "5", "concurrency": "1", "buffer": "0",
}  # fmt: skip


@pytest.fixture
def planner(make: type[Make]) -> Person:
    return make.person("pia", Role.PLANNER)


@pytest.fixture
def browser(planner: Person, client: Browse) -> CheckingClient:
    return client(planner)


def upload(browser: CheckingClient, body: bytes | str, name: str = "demand.csv", **options):
    data = body.encode() if isinstance(body, str) else body
    return browser.post(
        "/demand/import", {"file": (io.BytesIO(data), name), "encoding": ""},
        content_type="multipart/form-data", **options,
    )  # fmt: skip


def test_a_queue_is_made_changed_retired_and_restored(browser: CheckingClient) -> None:
    browser.get("/demand")
    browser.get("/queues/new")
    browser.post("/queues/new", SETTINGS)
    queue_id = db.session.scalars(select(Queue.id)).one()
    page = browser.get(f"/queues/{queue_id}").text
    assert "80% within 20 s" in page
    browser.get(f"/queues/{queue_id}/edit")
    changed = SETTINGS | {"service_level": "90.5", "revision": "1"}
    browser.post(f"/queues/{queue_id}/edit", changed)
    assert "90.5% within 20 s" in browser.get(f"/queues/{queue_id}").text
    late = browser.post(f"/queues/{queue_id}/edit", changed | {"buffer": "2"}, status=422)
    assert "Somebody else changed this queue" in late.text
    browser.post(f"/queues/{queue_id}/retire")
    assert "retired" in browser.get("/demand").text
    browser.post(f"/queues/{queue_id}/restore")
    assert db.session.get(Queue, queue_id).retired_at is None
    acts = [entry.action for entry in list_entries()]
    assert {"queue.added", "queue.changed", "queue.retired", "queue.restored"} <= set(acts)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"service_level": "100"}, "between 1 % and 99.9 %"),
        ({"service_level": "NaN"}, "between 1 % and 99.9 %"),
        ({"method": "erlang_a"}, "before they hang up"),
        ({"concurrency": "3"}, "this is for chats"),
        ({"planned_shrinkage": "95"}, "between 0 % and 90 %"),
        ({"key": "a b"}, "no blanks"),
        ({"buffer": "-1"}, "between 0 and 1,000"),
    ],
)
def test_settings_that_cannot_be_are_refused_at_their_field(
    browser: CheckingClient, changes: dict[str, str], words: str
) -> None:
    assert words in browser.post("/queues/new", SETTINGS | changes, status=422).text
    assert db.session.scalar(select(func.count()).select_from(Queue)) == 0


def test_two_queues_never_go_by_the_same_word(browser: CheckingClient) -> None:
    queue("hotline")
    page = browser.post("/queues/new", SETTINGS | {"key": "HOTLINE", "name": "Other"}, status=422)
    assert "has this short name" in page.text


def test_a_queue_that_teams_serve_is_not_retired(browser: CheckingClient) -> None:
    hotline = queue()
    placed_team("Red", hotline, site(), 1)
    browser.post(f"/queues/{hotline.id}/retire")
    assert "Teams still serve this queue" in browser.get(f"/queues/{hotline.id}").text


def test_a_table_is_looked_at_then_stored(browser: CheckingClient) -> None:
    hotline = queue()
    browser.get("/demand/import")
    assert upload(browser, LONG).location.endswith("/demand/import/mapping")
    page = browser.get("/demand/import/mapping").text
    assert "This is what would happen" in page
    assert db.session.scalar(select(func.count()).select_from(DayDemand)) == 0
    browser.post("/demand/import/confirm")
    (found,) = list_own_demand([hotline.id], date(2026, 12, 1), date(2026, 12, 1)).values()
    assert found.contacts[18] == 100
    assert "Days added: 1," in browser.get("/demand").text
    assert db.session.scalars(select(TableImport.kind)).one() == "demand"
    assert browser.get("/demand/import/mapping", status=302)


def test_the_same_table_again_changes_nothing(browser: CheckingClient) -> None:
    queue()
    for _ in range(2):
        upload(browser, LONG)
        browser.get("/demand/import/mapping")
        browser.post("/demand/import/confirm")
    assert "Days added: 0, changed: 0, as they were: 1" in browser.get("/demand").text
    upload(browser, LONG)
    page = browser.get("/demand/import/mapping").text
    assert "All of this demand is known already." in page
    assert "Store all of it" not in page


def test_a_short_table_keeps_the_hours_it_does_not_name(browser: CheckingClient) -> None:
    hotline = queue()
    demand(hotline, 1, minimum(4))  # a Tuesday, as 1 December is
    upload(browser, "日期,时段,最低人数\n2026-12-01,09:00-09:30,7\n")
    page = browser.get("/demand/import/mapping").text
    assert "17 intervals that the table does not name keep what is known." in page
    assert "ask for nobody" not in page
    browser.post("/demand/import/confirm")
    (found,) = list_own_demand([hotline.id], date(2026, 12, 1), date(2026, 12, 1)).values()
    assert found.minimum == (0,) * 18 + (7,) + (4,) * 17 + (0,) * 12


def test_dates_keep_the_hours_of_typical_days_in_the_same_table(browser: CheckingClient) -> None:
    hotline = queue()
    upload(browser, "日期,时段,最低人数\n2026-12-01,09:00-09:30,7\n周二,10:00-10:30,4\n")
    browser.get("/demand/import/mapping")
    browser.post("/demand/import/confirm")
    (found,) = list_own_demand([hotline.id], date(2026, 12, 1), date(2026, 12, 1)).values()
    assert (found.minimum[18], found.minimum[20], sum(found.minimum)) == (7, 4, 11)


def test_hours_a_table_empties_are_named_before_it_is_stored(browser: CheckingClient) -> None:
    hotline = queue()
    demand(hotline, date(2026, 12, 1), minimum(4))
    upload(browser, "日期,时段,最低人数\n2026-12-01,09:00-09:30,0\n2026-12-01,09:30,0\n")
    page = browser.get("/demand/import/mapping").text
    assert "Hours that would ask for nobody" in page
    assert "09:00–10:00" in page
    told = [entry for entry in list_entries() if entry.action == "demand.imported"]
    assert not told


def test_contacts_of_a_short_table_need_a_handling_time_too(browser: CheckingClient) -> None:
    hotline = queue()
    known = Demand(30, (0.0,) * 18 + (5.0,) * 30, (0.0,) * 18 + (90.0,) * 30)
    demand(hotline, date(2026, 12, 1), known)
    upload(browser, "date,time,calls\n2026-12-01,08:30-09:00,3\n")
    page = browser.get("/demand/import/mapping").text
    assert "There are contacts here but no handling time." in page
    upload(browser, "date,time,aht\n2026-12-01,09:00-09:30,0\n")
    assert "There are contacts here" in browser.get("/demand/import/mapping").text
    browser.post("/demand/import/confirm", status=302)
    found = list_own_demand([hotline.id], date(2026, 12, 1), date(2026, 12, 1))
    assert found[hotline.id, date(2026, 12, 1)] == known


def test_an_excel_workbook_is_read_as_well(browser: CheckingClient) -> None:
    hotline = queue()
    rows = [[date(2026, 12, 1), 42, 55], [date(2026, 12, 2), 40, 51]]
    upload(browser, write_xlsx(["日期", "09:00", "09:30"], rows), "demand.xlsx")
    browser.get("/demand/import/mapping")
    browser.post("/demand/import/confirm")
    found = list_own_demand([hotline.id], date(2026, 12, 1), date(2026, 12, 2))
    assert found[hotline.id, date(2026, 12, 2)].contacts[18:20] == (40, 51)


def test_faults_are_told_by_cell_and_nothing_is_stored(browser: CheckingClient) -> None:
    queue()
    upload(browser, LONG + "2026-12-01,09:30,other,5,180\n2026-12-01,x,hotline,5,180\n")
    page = browser.get("/demand/import/mapping").text
    assert "C3" in page
    assert "B4" in page
    assert "Nothing can be stored yet" in page
    browser.post("/demand/import/confirm")
    assert db.session.scalar(select(func.count()).select_from(DayDemand)) == 0
    browser.get("/demand/import/mapping")  # still there, to be read another way
    browser.post("/demand/import/cancel")
    browser.get("/demand/import/mapping", status=302)


def test_a_table_is_read_the_way_somebody_says_and_that_is_remembered(
    browser: CheckingClient,
) -> None:
    hotline = queue()
    queue("chats")
    table = "when,at,n\n2026-12-01,09:00-09:30,{}\n"
    upload(browser, table.format(42))
    assert "Say which column holds the date" in browser.get("/demand/import/mapping").text
    said = {
        "shape": "long", "head": "1", "date": "0", "time": "1", "queue": "", "contacts": "2",
        "handling": "", "minimum": "", "figure": "contacts", "in_minutes": "0",
        "constant_handling_s": "200", "queue_id": str(hotline.id), "year": "2026",
    }  # fmt: skip
    browser.post("/demand/import/mapping", said)
    browser.get("/demand/import/mapping")
    browser.post("/demand/import/confirm")
    assert db.session.scalars(select(TableMapping.kind)).one() == "demand"
    upload(browser, table.format(50))
    page = browser.get("/demand/import/mapping").text
    assert "has been imported before" in page
    browser.post("/demand/import/confirm")
    day = list_own_demand([hotline.id], date(2026, 12, 1), date(2026, 12, 1))
    assert day[hotline.id, date(2026, 12, 1)].contacts[18] == 50
    assert day[hotline.id, date(2026, 12, 1)].handling_s[18] == 200


@pytest.mark.parametrize(
    "body", [b"", b"\x00\x01\x02\x03", b"PK\x03\x04nonsense", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1x"]
)
def test_what_is_no_table_is_refused_in_one_sentence(browser: CheckingClient, body: bytes) -> None:
    queue()
    assert "Nothing was stored" in upload(browser, body, status=422).text


def test_a_mapping_that_names_no_column_of_the_table_is_refused(browser: CheckingClient) -> None:
    queue()
    upload(browser, LONG)
    page = browser.post("/demand/import/mapping", {"shape": "long", "date": "99"}, status=422)
    assert "Nothing was saved yet" in page.text


def test_a_typical_day_is_written_copied_and_removed(browser: CheckingClient) -> None:
    hotline = queue("erlang", max_occupancy=1)
    path = f"/queues/{hotline.id}/demand?weekday=0"
    browser.get(path)
    browser.post(path, {"minimum-18": "4"})
    page = browser.get(path).text
    assert 'value="4"' in page
    assert 'value="4"' in browser.get(f"/queues/{hotline.id}/demand?weekday=1&from=0").text
    assert "Monday" in browser.get(f"/queues/{hotline.id}").text
    browser.post(path, {"do": "clear"})
    assert db.session.scalar(select(func.count()).select_from(TypicalDay)) == 0


def test_one_handling_time_fills_all_intervals(browser: CheckingClient) -> None:
    hotline = queue()
    path = f"/queues/{hotline.id}/demand?on=2026-12-01"
    browser.post(path, {"contacts-18": "12345.678", "handling-all": "3:00"}, status=302)
    (day,) = list_own_demand([hotline.id], date(2026, 12, 1), date(2026, 12, 1)).values()
    assert (day.contacts[18], day.handling_s[18]) == (12345.678, 180)
    assert 'value="12345.678"' in browser.get(path).text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"contacts-18": "x"}, "is not a number from 0"),
        ({"contacts-18": "5"}, "Give contacts with their handling time"),
        ({"contacts-18": "5", "handling-17": "60"}, "contacts here but no handling time"),
        ({"minimum-18": "1.5"}, "is not a number from 0"),
        ({}, "Give contacts with their handling time"),
    ],
)
def test_a_day_that_cannot_be_is_refused(
    browser: CheckingClient, typed: dict[str, str], words: str
) -> None:
    hotline = queue()
    page = browser.post(f"/queues/{hotline.id}/demand?weekday=0", typed, status=422).text
    assert words in page
    assert db.session.scalar(select(func.count()).select_from(TypicalDay)) == 0


@pytest.mark.parametrize("asked", ["", "?weekday=8", "?weekday=x", "?on=2026-02-30"])
def test_no_such_day(browser: CheckingClient, asked: str) -> None:
    browser.get(f"/queues/{queue().id}/demand{asked}", status=404)


def test_the_calendar_takes_exceptions_and_gives_them_back(browser: CheckingClient) -> None:
    page = browser.get("/calendar?year=2026").text
    assert "Chinese New Year" in page
    assert "are not known" not in page
    browser.post("/calendar/days", {"on": "2026-12-31", "kind": "holiday", "name": "Company day"})
    assert "Company day" in browser.get("/calendar?year=2026").text
    browser.post("/calendar/days/clear", {"on": "2026-12-31"})
    assert "Company day" not in browser.get("/calendar?year=2026").text
    browser.post("/calendar/days/clear", {"on": "2026-12-31"}, status=404)
    browser.post("/calendar/days/clear", {"on": "x"}, status=404)


def test_a_year_whose_make_up_days_are_not_announced_says_so(browser: CheckingClient) -> None:
    assert "are not known" in browser.get("/calendar?year=2030").text
    browser.post("/calendar/days", {"on": "2030-02-02", "kind": "workday", "name": ""})
    assert "are not known" not in browser.get("/calendar?year=2030").text


def test_a_date_out_of_reach_is_refused(browser: CheckingClient) -> None:
    page = browser.post(
        "/calendar/days", {"on": "1999-01-01", "kind": "holiday", "name": ""}, status=422
    )
    assert "2000 to 2100" in page.text
    browser.get("/calendar?year=99999")


def test_the_calculator_reckons_without_storing(browser: CheckingClient) -> None:
    assert "14" in browser.get("/staffing").text
    asked = (
        "/staffing?kind=interval&contacts=1000&handling_s=120&interval_min=60&concurrency=1"
        "&service_level=90&answer_within_s=20&max_occupancy=100&buffer=0&planned_shrinkage=0"
        "&unplanned_shrinkage=0&method=erlang_c&patience_s="
    )
    assert "93.7%" in browser.get(asked).text
    page = browser.get(asked.replace("erlang_c", "erlang_a"), status=422).text
    assert "before they hang up" in page
    impatient = asked.replace("erlang_c", "erlang_a") + "120"
    assert "Hang up" in browser.get(impatient).text
    too_much = asked.replace("contacts=1000", "contacts=20000").replace("=120&", "=14000&")
    assert "busy at once" in browser.get(too_much, status=422).text
    assert "Agents" in browser.get("/staffing?kind=chats&chats=1201&chats_of_one=120").text
    browser.get("/staffing?kind=refunds&refunds=3001&refunds_of_one=50&period_days=30")
    browser.get("/staffing?kind=refunds&refunds=x&refunds_of_one=0&period_days=NaN", status=422)


def test_a_supervisor_sees_the_cover_of_own_queues_only(make: type[Make], client: Browse) -> None:
    mine, other = queue("mine"), queue("other", name="Canary queue")
    here, shift = site(), code()
    team, people = placed_team("Red", mine, here, 3)
    blue, blues = placed_team("Blue", other, here, 3)
    roster([*people, *blues], shift)
    demand(mine, MONDAY, minimum(4))
    browser = client(make.person("sup", Role.SUPERVISOR, supervises=team))
    page = browser.get("/cover").text
    assert "−1" in page
    assert "Canary" not in page
    browser.get(f"/cover/{mine.id}?on=2026-11-23&span=day&team={team.id}")
    browser.get(f"/cover/{mine.id}?on=2026-11-23&team={team.id}")
    for path in (f"/cover/{other.id}", f"/queues/{other.id}", f"/cover/{other.id}/csv",
                 f"/cover/{mine.id}?team={blue.id}"):  # fmt: skip
        browser.get(path, status=404)
    for path in ("/demand", "/demand/import", f"/queues/{mine.id}/edit"):
        browser.get(path, status=403)


def test_the_cover_is_taken_away_as_a_table(browser: CheckingClient) -> None:
    hotline = queue()
    team, people = placed_team("Red", hotline, site(), 3)
    roster(people, code())
    demand(hotline, MONDAY, minimum(4))
    text = browser.get(f"/cover/{hotline.id}/csv?on=2026-11-23&span=day&team={team.id}").text
    line = next(row for row in text.splitlines() if ",09:00,09:30," in row)
    assert line == "Hotline,2026-11-23,09:00,09:30,4,0,3,3,0,-1,3,0"
    whole = browser.get(f"/cover/{hotline.id}/xlsx?on=2026-11-23")
    assert whole.data.startswith(b"PK")


def test_red_comes_first_and_the_unknown_is_said(browser: CheckingClient) -> None:
    queue("empty", name="Zero")
    short = queue("short", name="Short")
    _, people = placed_team("Red", short, site(), 1)
    roster(people, code())
    demand(short, MONDAY, minimum(4))
    page = browser.get("/cover?on=2026-11-25").text
    assert page.index("Short") < page.index("Zero")
    assert "not known" in page
    assert "09:00–18:00" in page
    assert "The demand is not known" in browser.get(f"/cover/{short.id}?on=2027-01-01").text
