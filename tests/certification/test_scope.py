"""Other teams: in no list, count, average, file, search or message of a supervisor's."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from tests.certification.awarding import EXAM, HOUR, NOW, award_of, written
from tests.certification.programmes import complete, enrolled, published, requirement, sit
from tests.checking import CheckingClient
from tests.factories import Make
from tests.notices.test_jobs import body, letters, mailbox
from trainhub import clock
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import Programme, ProgrammeEnrolment
from trainhub.certification.services.competency_models import find_model, load_shipped_models
from trainhub.certification.services.enrolling import withdraw
from trainhub.certification.services.observing import open_case
from trainhub.certification.services.saved_views import save_view
from trainhub.certification.services.summaries import hand_in
from trainhub.db import db, transaction
from trainhub.notices import certification_notices, jobs
from trainhub.people.models import Cohort, CohortMember, Person, Role, Team
from trainhub.tables import read_table

__all__ = ["mailbox"]
Browse = Callable[..., CheckingClient]
START = NOW.date() - timedelta(days=20)
HEADINGS = {"zh": ["一"], "en": ["One"]}
CANARIES = ("canary", "Canary", "77123", "Blue")


class Scene:
    """Ann, Bea and Cid of the Reds, and the same of the Blues, in one cohort of one programme."""

    def __init__(self) -> None:
        with transaction():
            load_shipped_models(NOW - timedelta(days=30))
        self.red, self.blue = Make.team("Red"), Make.team("Blue")
        self.boss = Make.person("boss", Role.SUPERVISOR, supervises=self.red, locale="en")
        self.other = Make.person("otherboss", Role.SUPERVISOR, supervises=self.blue)
        self.admin = Make.person("ada", Role.ADMINISTRATOR)
        work = requirement(
            "work", "observation", due_days=40,
            settings={"model": "complaint-handling", "cases": 1, "min_permille": 700, "raters": 1},
        )  # fmt: skip
        self.programme: Programme = published(
            written(
                requirement("opening", due_days=4), EXAM | {"due_days": 30},
                requirement("summary", "summary", due_days=40,
                            settings={"headings": HEADINGS, "min_characters": 20}), work,
                requirement("phrases"),
                needs=["opening", "exam", {"any": ["summary", "work", "phrases"]}],
            )
        )  # fmt: skip
        self.cohort: Cohort = Make.cohort("November", start_on=START)
        self.reds = [self.join(name, self.red) for name in ("ann", "bea", "cid", "dot")]
        self.blues = [
            self.join(name, self.blue, name=f"Canary {name}", employee_no=f"77123{name}")
            for name in ("evecanary", "faycanary", "gilcanary")
        ]
        for one in (*self.reds[:1], *self.blues[:1]):
            self.certify(one)
        complete(self.blues[1].person, "opening", at=NOW - HOUR)
        self.show_work(self.blues[2], self.other)
        review_enrolments(NOW)

    def join(self, username: str, team: Team, **values: Any) -> ProgrammeEnrolment:
        """Somebody of a team, on their way with the cohort."""
        person = Make.person(username, team=team, **values)
        made = enrolled(self.programme, person, starts_on=START)
        with transaction():
            made.cohort_id = self.cohort.id
            db.session.add(CohortMember(cohort_id=self.cohort.id, person_id=person.id))
        return made

    def certify(self, enrolment: ProgrammeEnrolment, days: int = 2) -> None:
        """Let somebody have met everything so many days ago."""
        at = NOW - timedelta(days=days)
        complete(enrolment.person, "opening", at=at)
        complete(enrolment.person, "phrases", at=at)
        sit(enrolment.person, "entry", 91, at=at, attempt=enrolment.id)

    def show_work(self, enrolment: ProgrammeEnrolment, rater: Person) -> None:
        """A summary handed in and a case under way."""
        model = find_model("complaint-handling")
        assert model is not None
        with transaction():
            hand_in(enrolment, "summary", "canary " * 20, revision=0, now=NOW - HOUR)
            open_case(
                enrolment.person, model, what="call canary", held_on=NOW.date(), raters=[rater],
                actor=rater, now=NOW - HOUR, enrolment=enrolment, requirement_key="work",
            )  # fmt: skip

    def pages(self) -> list[str]:
        """Every page and file on which people of certification stand."""
        programme, cohort = self.programme.id, self.cohort.id
        matrix = f"/certification?programme={programme}"
        return [
            "/", matrix, f"{matrix}&page=2", f"{matrix}&cohort={cohort}", f"{matrix}&q=a",
            *(f"{matrix}&state={state}" for state in ("late", "certified", "left", "at_risk")),
            f"{matrix}&requirement=opening", f"{matrix}&q=canary", f"{matrix}&q=77123",
            f"/certification/cohorts?programme={programme}&cohort={cohort}",
            f"/certification/teams?programme={programme}",
            *(f"/certification/{kind}?programme={programme}" for kind in ("csv", "xlsx", "pdf")),
            f"/certification/csv?programme={programme}&cohort={cohort}",
            "/awards", "/awards?shelf=review", "/awards?shelf=ended", "/awards?q=canary",
            f"/awards?cohort_id={cohort}", "/awards/certificates.pdf",
            "/observations", "/observations/agreement", "/ratings", "/programmes/enrol",
            f"/programmes/{programme}/enrol", f"/programme-enrolments/{self.reds[1].id}",
            f"/people/{self.reds[1].person_id}/competencies",
            *self.answers(),
        ]  # fmt: skip

    def answers(self) -> list[str]:
        """Every answer of the JSON interface in which they stand."""
        programme, cohort = self.programme.id, self.cohort.id
        matrix = f"/api/v1/certification?programme={programme}"
        return [
            "/api/v1/certification", f"{matrix}&page=2", f"{matrix}&cohort={cohort}",
            *(f"{matrix}&state={state}" for state in ("late", "certified", "left", "at_risk")),
            f"{matrix}&requirement=opening", f"{matrix}&q=canary", f"{matrix}&q=77123",
            "/api/v1/awards", "/api/v1/awards?shelf=review", "/api/v1/awards?shelf=ended",
            "/api/v1/awards?q=canary", f"/api/v1/awards?cohort_id={cohort}",
            "/api/v1/me/certification", f"/api/v1/programme-enrolments/{self.reds[1].id}",
        ]  # fmt: skip


@pytest.fixture
def scene(app: Flask) -> Scene:
    return Scene()


def text_of(browser: CheckingClient, path: str) -> str:
    """What a page or file says, without what the reader has typed and without tokens."""
    answer = browser.client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    data = answer.get_data()
    if answer.mimetype == "application/pdf":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    if "spreadsheet" in (answer.mimetype or ""):
        return repr([row.cells for row in read_table(data).rows])
    text = data.decode()
    for typed in ("canary", "77123"):
        text = text.replace(f"q={typed}", "").replace(f'value="{typed}"', "")
        text = text.replace(f"“{typed}”", "")
    return re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", text)


def test_no_page_or_file_of_a_supervisor_names_another_team(scene: Scene, client: Browse) -> None:
    browser, admin = client(scene.boss), client(scene.admin)
    seen = ""
    for path in scene.pages():
        text = text_of(browser, path)
        assert not [one for one in CANARIES if one in text], path
        seen += text_of(admin, path)
    assert all(one in seen for one in CANARIES), "the pages are those on which they would stand"


def test_no_figure_of_a_supervisor_moves_with_another_team(scene: Scene, client: Browse) -> None:
    browser, admin = client(scene.boss), client(scene.admin)
    paths = [path for path in scene.pages() if path not in ("/awards/certificates.pdf",)]
    before = {path: text_of(browser, path) for path in paths}
    of_all = {path: text_of(admin, path) for path in paths}
    for number, name in enumerate(("hal", "ida", "jon", "kim")):
        made = scene.join(f"{name}canary", scene.blue, name=f"Canary {name}")
        if number % 2:
            scene.certify(made, days=9)
        else:
            scene.show_work(made, scene.other)
    leaving = scene.join("leocanary", scene.blue)
    with transaction():
        withdraw(leaving, reason="canary", actor=scene.admin, now=NOW)
    review_enrolments(NOW)
    moved = [path for path in paths if text_of(browser, path) != before[path]]
    assert moved == []
    for path in (
        "/certification/cohorts", "/certification/teams", "/awards", "/certification",
        "/api/v1/certification", "/api/v1/awards",
    ):  # fmt: skip
        assert [one for one in paths if one.startswith(path) and
                text_of(admin, one) != of_all[one]], f"{path} would have shown it"  # fmt: skip


def test_what_is_another_teams_is_not_there_by_its_address(scene: Scene, client: Browse) -> None:
    browser, eve = client(scene.boss), scene.blues[0]
    road, award = f"/programme-enrolments/{eve.id}", award_of(eve.person).id
    for path in (
        road, f"{road}/class/opening", f"{road}/assign/opening", f"{road}/sign-off/word",
        f"{road}/requirements/opening/exception", f"{road}/summary/summary",
        f"/awards/{award}", f"/awards/{award}/certificate.pdf",
        f"/people/{eve.person_id}/competencies", f"/people/{eve.person_id}/observations/new",
        f"/certification?team={scene.blue.id}", f"/certification/pdf?team={scene.blue.id}",
        f"/api/v1{road}", f"/api/v1/awards/{award}",
        f"/api/v1/certification?team={scene.blue.id}",
    ):  # fmt: skip
        browser.get(path, status=404)
    for path, data in (
        ("/certification/remind", {"enrolment_ids": [eve.id]}),
        ("/certification/remind", {"only": eve.id}),
        (f"{road}/remind", {}),
        (f"{road}/withdraw", {"reason": "x"}),
    ):
        browser.post(path, data, status=404)


def test_taking_a_cohort_in_takes_ones_own_people_only(scene: Scene, client: Browse) -> None:
    duty = published(written(requirement("opening"), programme="duty", kind="duty"))
    chosen = {"cohort_ids": [scene.cohort.id], "person_ids": [scene.blues[0].person_id],
              "starts_on": "2026-11-23"}  # fmt: skip
    client(scene.boss).post(f"/programmes/{duty.id}/enrol", chosen, status=422)
    chosen["person_ids"] = []
    client(scene.boss).post(f"/programmes/{duty.id}/enrol", chosen, status=302)
    page = client(scene.admin).get(f"/certification?programme={duty.id}").get_data(as_text=True)
    assert "Ann</a>" in page
    assert "Canary" not in page


def test_views_are_ones_own_and_open_no_door(scene: Scene, client: Browse) -> None:
    filters = {"programme": scene.programme.id, "team": scene.blue.id}
    with transaction():
        save_view(scene.other, "canary view", filters, now=NOW)
        view = save_view(scene.boss, "copied", filters, now=NOW)
        key = view.id
    browser = client(scene.boss)
    page = text_of(browser, "/certification")
    assert "canary view" not in page and "copied" in page
    browser.get(f"/certification?programme={scene.programme.id}&team={scene.blue.id}", status=404)
    client(scene.other).post(f"/certification/views/{key}/delete", {}, status=404)


def test_no_message_to_a_supervisor_names_another_team(scene: Scene, mailbox: Path) -> None:
    for days in range(0, 400, 3):
        at = NOW + timedelta(days=days)
        with clock.frozen(at):
            certification_notices.collect(at)
            jobs.send_notices(at)
    said = {"boss": "", "otherboss": ""}
    for one in letters(mailbox):
        who = one["To"].split("@")[0]
        if who in said:
            said[who] += one["Subject"] + body(one)
    assert "Ann" in said["boss"] and "Canary" in said["otherboss"]
    assert not [one for one in CANARIES if one in said["boss"]]
    assert "Ann" not in said["otherboss"]
