"""The matrix as its readers meet it: cells, filters, views kept, reminders, files, teams."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from tests.certification.programmes import complete, enrolled, published, requirement, values
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub.audit.models import AuditEntry
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import (
    Programme,
    ProgrammeEnrolment,
    ProgrammeEnrolmentEvent,
    RequirementStanding,
    SavedView,
)
from trainhub.db import db, transaction
from trainhub.people.models import Cohort, Person, Role, Team
from trainhub.tables import read_table

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
HOUR = timedelta(hours=1)
PAGES = (
    "/certification", "/certification/cohorts", "/certification/teams",
    "/certification?state=late", "/",
)  # fmt: skip
Browse = Callable[..., CheckingClient]


@dataclass
class Scene:
    """Two teams: Bea is late, Ann on her way, Cid certified; Blueberry of another team is late."""

    programme: Programme
    red: Team
    blue: Team
    boss: Person
    admin: Person
    cohort: Cohort
    ann: ProgrammeEnrolment
    bea: ProgrammeEnrolment
    cid: ProgrammeEnrolment
    eve: ProgrammeEnrolment


@pytest.fixture
def scene(app: Flask) -> Scene:
    red, blue = Make.team("Red"), Make.team("Bluecanary")
    boss = Make.person("boss", Role.SUPERVISOR, supervises=red)
    admin = Make.person("ada", Role.ADMINISTRATOR)
    people = [
        Make.person("ann", team=red), Make.person("bea", team=red), Make.person("cid", team=red),
        Make.person("evecanary", team=blue, employee_no="77123"),
    ]  # fmt: skip
    programme = published(
        values(requirement("opening", due_days=4), requirement("farewell", due_days=9))
    )
    starts = (TODAY, TODAY - timedelta(days=30), TODAY - timedelta(days=20), date(2026, 10, 1))
    ann, bea, cid, eve = (
        enrolled(programme, person, starts_on=on) for person, on in zip(people, starts, strict=True)
    )
    cohort = Make.cohort("November", tuple(people))
    with transaction():
        for one in (ann, bea, cid, eve):
            one.cohort_id = cohort.id
    for course in ("opening", "farewell"):
        complete(cid.person, course, at=NOW - HOUR)
    complete(bea.person, "opening", at=NOW - HOUR)
    review_enrolments(NOW)
    return Scene(programme, red, blue, boss, admin, cohort, ann, bea, cid, eve)


def test_who_is_late_stands_first_with_the_reason_in_words(scene: Scene, client: Browse) -> None:
    html = client(scene.boss).get("/certification").get_data(as_text=True)
    assert html.index("Bea</a>") < html.index("Ann</a>") < html.index("Cid</a>")
    assert f"/programme-enrolments/{scene.bea.id}#requirement-farewell" in html
    assert "Bea, farewell: Late" in html  # the title says it in a sentence
    assert "Cid, opening: Done" in html
    assert re.search(r"Late: “farewell” \(due \w+ \d+\)<", html)


def test_the_reason_names_two_that_are_late_counts_the_rest_and_adds_the_risk(
    scene: Scene, client: Browse
) -> None:
    keys = ("opening", "farewell", "complaints", "selling")
    programme = published(
        values(*(requirement(key, due_days=2 + n) for n, key in enumerate(keys)),
               requirement("phrases", due_days=22), programme="many")
    )  # fmt: skip
    made = enrolled(programme, scene.ann.person, starts_on=TODAY - timedelta(days=30))
    review_enrolments(NOW)
    path = f"/certification/csv?programme={programme.id}"
    for kind in ("course", "class"):
        with transaction():
            db.session.get_one(ProgrammeEnrolment, made.id).risk = {
                "requirement_key": "phrases" if kind == "course" else "opening",
                "due_on": "2026-11-23",
                "reason": {"message": "No working day is left before it is due", "params": {}},
            }
        text = client(scene.boss).get(path).get_data().decode("utf-8-sig")
        (row,) = csv.DictReader(io.StringIO(text))
        late, _and, risk = row["Why late or at risk"].partition("; at risk: ")
        assert re.fullmatch(r"Late: “opening” \(due .*\), “farewell” \(due .*\) and 2 more", late)
        expected = "“phrases” – No working day is left before it is due"
        assert risk == (expected if kind == "course" else "")


def test_the_date_of_last_year_names_its_year(scene: Scene, client: Browse) -> None:
    with transaction():
        for one in db.session.scalars(select(RequirementStanding)):
            one.due_on = date(2025, 11, 26)
    text = client(scene.boss).get("/certification").get_data(as_text=True)
    assert "Late: “farewell” (due Nov 26, 2025)" in text


def test_the_heads_of_a_file_are_of_training_in_chinese(scene: Scene, client: Browse) -> None:
    text = client(scene.boss, language="zh").get("/certification/csv").get_data()
    head = text.decode("utf-8-sig").splitlines()[0].split(",")
    assert "要求项数" in head and "需求人数" not in head
    assert "逾期或有风险的原因" in head


def test_a_page_of_the_matrix_stays_light(app: Flask, client: Browse) -> None:
    red = Make.team("Red")
    boss = Make.person("boss", Role.SUPERVISOR, supervises=red)
    keys = [f"quite-a-long-requirement-{n}" for n in range(20)]
    programme = published(values(*(requirement(key, due_days=9) for key in keys)))
    for n in range(26):
        enrolled(programme, Make.person(f"agent{n:02}", team=red), starts_on=TODAY)
    review_enrolments(NOW)
    for language in ("en", "zh"):
        data = client(boss, language=language).get("/certification").get_data()
        assert data.count(b'id="row-') == 25
        assert len(data) < 250_000


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_are_whole_in_both_languages(
    scene: Scene, client: Browse, path: str, language: str
) -> None:
    for person in (scene.boss, scene.admin):
        assert client(person, language=language).get(path).status_code == 200


def test_filters_narrow_by_state_requirement_words_and_cohort(scene: Scene, client: Browse) -> None:
    browser = client(scene.boss)

    def names(query: str) -> set[str]:
        html = browser.get(f"/certification?{query}").get_data(as_text=True)
        return {name for name in ("Ann", "Bea", "Cid") if f">{name}</a>" in html}

    assert names("state=late") == {"Bea"}
    assert names("requirement=opening") == {"Ann"}
    assert names("requirement=farewell&state=late") == {"Bea"}
    assert names("q=ci") == {"Cid"}
    assert names(f"cohort={scene.cohort.id}") == {"Ann", "Bea", "Cid"}
    assert names("cohort=9999") == set()
    assert names("q=%00") == {"Ann", "Bea", "Cid"}


def test_a_view_is_kept_used_and_deleted(scene: Scene, client: Browse) -> None:
    browser = client(scene.boss)
    browser.get("/certification?state=late")
    browser.post("/certification/views?state=late", {"name": "Monday"}, status=302)
    page = browser.get("/certification").get_data(as_text=True)
    assert "Monday" in page
    assert "/certification?state=late" in page
    browser.post("/certification/views?state=late", {"name": "Monday"}, status=302)
    assert "You have a view called “Monday” already." in browser.get("/certification").get_data(
        as_text=True
    )
    browser.post("/certification/views?state=late", {"name": "  "}, status=302)
    view = db.session.scalars(select(SavedView)).one()
    client(scene.admin).post(f"/certification/views/{view.id}/delete", {}, status=404)
    assert db.session.scalars(select(SavedView)).all(), "nobody deletes the view of another"
    browser.post(f"/certification/views/{view.id}/delete", {}, status=302)
    assert not db.session.scalars(select(SavedView)).all()


def reminders() -> list[int]:
    query = select(ProgrammeEnrolmentEvent.enrolment_id).where(
        ProgrammeEnrolmentEvent.kind == "reminded"
    )
    return sorted(db.session.scalars(query))


def test_those_chosen_are_reminded_once_a_day(scene: Scene, client: Browse) -> None:
    browser = client(scene.boss)
    chosen = {"enrolment_ids": [scene.ann.id, scene.bea.id], "words": "Friday is close"}
    browser.post("/certification/remind", chosen, status=302)
    browser.post("/certification/remind", chosen, status=302)
    assert reminders() == sorted([scene.ann.id, scene.bea.id])
    page = browser.get("/certification").get_data(as_text=True)
    assert "2 people have had a reminder in the last hours" in page


def test_the_button_of_a_row_reminds_nobody_else(scene: Scene, client: Browse) -> None:
    pressed = {"enrolment_ids": [scene.ann.id], "only": scene.bea.id}
    client(scene.boss).post("/certification/remind", pressed, status=302)
    assert reminders() == [scene.bea.id]


def test_nobody_is_reminded_when_one_of_them_is_out_of_sight(scene: Scene, client: Browse) -> None:
    chosen = {"enrolment_ids": [scene.ann.id, scene.eve.id]}
    client(scene.boss).post("/certification/remind", chosen, status=404)
    assert reminders() == []


def test_files_hold_everybody_with_states_and_dates(scene: Scene, client: Browse) -> None:
    browser = client(scene.boss)
    text = browser.get("/certification/csv").get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["Name"], row["State"], row["farewell"]) for row in rows] == [
        ("Bea", "Late", "Late"), ("Ann", "On track", "To do"), ("Cid", "Certified", "Done"),
    ]  # fmt: skip
    assert rows[2]["farewell: date"] == "2026-11-23"
    book = read_table(browser.get("/certification/xlsx?state=late").get_data())
    assert [row.cells["Name"] for row in book.rows] == ["Bea"]
    taken = select(AuditEntry).where(AuditEntry.action == "certification.standings_taken")
    assert len(db.session.scalars(taken).all()) == 2


@pytest.mark.parametrize(("language", "word"), [("en", "Late"), ("zh", "逾期")])
def test_the_pdf_says_states_in_words(
    scene: Scene, client: Browse, language: str, word: str
) -> None:
    browser = client(scene.boss, language=language)
    data = browser.get("/certification/pdf").get_data()
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    assert "Bea" in text
    assert word in text
    assert "canary" not in text


def test_another_teams_people_are_in_no_list_count_or_file(scene: Scene, client: Browse) -> None:
    browser = client(scene.boss)
    for path in (
        "/", "/certification", "/certification?q=evecanary", "/certification?q=77123",
        "/certification/cohorts", "/certification/teams", "/certification/csv",
        f"/certification?cohort={scene.cohort.id}",
    ):  # fmt: skip
        text = browser.get(path).get_data(as_text=True)
        for asked in ("evecanary", "77123"):  # what was looked for stands in the box
            text = text.replace(f"q={asked}", "").replace(f'value="{asked}"', "")
        assert "canary" not in text
        assert "77123" not in text
    browser.get(f"/certification?team={scene.blue.id}", status=404)
    browser.get(f"/certification/csv?team={scene.blue.id}", status=404)
    cohorts = browser.get("/certification/cohorts").get_data(as_text=True)
    assert "1 of 3" in cohorts, "the fourth of the cohort is in no count"
    assert "1 of 4" in client(scene.admin).get("/certification/cohorts").get_data(as_text=True)


def test_agents_and_trainers_are_kept_out(scene: Scene, client: Browse) -> None:
    for person in (scene.ann.person, Make.person("tess", Role.TRAINER)):
        for path in ("/certification", "/certification/cohorts", "/certification/csv"):
            client(person).get(path, status=403)


def test_without_a_programme_the_page_says_what_comes_first(app: Flask, client: Browse) -> None:
    boss = Make.person("boss", Role.SUPERVISOR)
    for path in ("/certification", "/certification/cohorts", "/certification/teams"):
        assert "No programme is published yet" in client(boss).get(path).get_data(as_text=True)
