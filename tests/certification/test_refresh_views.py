"""Asking for a refresh in the browser, and where its holder meets it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.certification.awarding import EXAM, HOUR, NOW, award_of, awarded, written
from tests.certification.programmes import published, read, requirement, sit
from tests.certification.refreshing import (
    DUE,
    QUIZ,
    add_quiz,
    ask_after_version,
    material_change,
    new_version,
    refreshes_of,
)
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub import clock
from trainhub.certification.jobs.awards import question_refreshes
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import Award, Programme
from trainhub.certification.services.programmes import change_programme
from trainhub.db import db, transaction
from trainhub.people.models import Person, Role, Team

Browser = Callable[..., CheckingClient]
pytestmark = pytest.mark.usefixtures("app")
CHANGED = written(requirement("opening"), EXAM, validity={"months": 6})


@pytest.fixture
def trainer() -> Person:
    add_quiz()
    return Make.person("tess", Role.TRAINER)


@pytest.fixture
def team() -> Team:
    return Make.team("Red")


@pytest.fixture
def programme() -> Programme:
    return published(written())


@pytest.fixture
def award(programme: Programme, team: Team) -> Award:
    return awarded(Make.person("holder", name="Li Na", team=team), programme)


def test_publishing_a_version_asks_the_holders(
    client: Browser, award: Award, programme: Programme, trainer: Person
) -> None:
    with transaction():
        change_programme(programme, read(CHANGED), revision=None, actor=trainer, now=NOW)
    db.session.rollback()
    path = f"/programmes/{programme.id}/publish"
    with clock.frozen(NOW):
        browser = client(trainer)
        assert "Days to do it in" in browser.page(path).text
        fields = {
            "revision": str(db.session.get_one(Programme, programme.id).revision),
            "those_under_way": "stay", "refresh": QUIZ, "refresh_days": "14",
            "note": "New rule for refunds",
        }  # fmt: skip
        wrong = browser.post(path, fields | {"refresh_days": "900"}, status=422)
        assert "60" in wrong.text
        browser.post(path, fields)
        page = browser.page("/refreshes").text
    (one,) = refreshes_of(award)
    assert (one.due_on, one.request.note) == (DUE, "New rule for refunds")
    for words in ("Ready for the phones", "Version 2", "Entry exam", "New rule for refunds"):
        assert words in page


def test_a_material_change_of_a_course_is_offered_and_asked_about_once(
    client: Browser, award: Award, trainer: Person
) -> None:
    version = material_change(trainer)
    path = f"/refreshes/courses/{version.id}"
    with clock.frozen(NOW + HOUR):
        browser = client(trainer)
        assert "ask holders for a refresh?" in browser.page("/").text
        assert path in browser.client.get("/refreshes").text
        assert "1 person holds an award" in browser.page(path).text
        browser.post(path, {"refresh": QUIZ, "refresh_days": "7", "note": ""})
        again = browser.post(path, {"refresh": QUIZ, "refresh_days": "7"}, status=409)
        assert "already" in again.text
        assert "ask holders for a refresh?" not in browser.page("/").text
    (one,) = refreshes_of(award)
    assert one.due_on == NOW.date() + timedelta(days=7)


def test_an_ordinary_version_cannot_be_asked_about(
    client: Browser, award: Award, trainer: Person
) -> None:
    version = material_change(trainer, is_material=False)
    client(trainer).get(f"/refreshes/courses/{version.id}", status=404)


def test_the_holder_meets_it_everywhere_and_the_supervisor_reads_it(
    client: Browser, award: Award, programme: Programme, trainer: Person, team: Team
) -> None:
    ask_after_version(new_version(programme, CHANGED, trainer), trainer)
    boss = Make.person("boss", Role.SUPERVISOR, supervises=team)
    sitting = refreshes_of(award)[0].request.sitting_id
    road = f"/programme-enrolments/{award.enrolment_id}"
    with clock.frozen(NOW + HOUR):
        mine = client(award.person)
        for path in ("/", "/certificates", road, f"/awards/{award.id}"):
            page = mine.page(path).text
            assert "Refresh: Ready for the phones" in page, path
            assert f"/my-exams/{sitting}" in mine.client.get(path).text, path
        assert "Pass the quiz by" in mine.page(road).text
        theirs = client(boss)
        assert "Refresh due on Dec 7, 2026" in theirs.page("/certification").text
        for path in (road, f"/awards/{award.id}"):
            assert "Refresh: Ready for the phones" in theirs.page(path).text
            assert f"/my-exams/{sitting}" not in theirs.client.get(path).text
        assert "Entry exam" in mine.page(f"/my-exams/{sitting}").text


def test_the_story_of_the_award_says_why(
    client: Browser, award: Award, programme: Programme, trainer: Person
) -> None:
    ask_after_version(new_version(programme, CHANGED, trainer), trainer)
    late = NOW + timedelta(days=15)
    question_refreshes(late)
    with clock.frozen(late + HOUR):
        page = client(award.person).page(f"/awards/{award.id}").text
        assert "The refresh that was asked for was not done in time: Ready for the phones" in page
        assert "Once the quiz is passed, the award is in force again." in page
    sit(award.person, QUIZ, 90, at=late + HOUR, attempt=901)
    review_enrolments(late + 2 * HOUR)
    assert award_of(award.person).state == "active"
    with clock.frozen(late + 3 * HOUR):
        page = client(award.person).page(f"/awards/{award.id}").text
    assert "In force again" in page and "The refresh was passed" in page


def test_others_may_not_ask(client: Browser, award: Award, trainer: Person, team: Team) -> None:
    version = material_change(trainer)
    for person in (award.person, Make.person("boss", Role.SUPERVISOR, supervises=team)):
        client(person).get("/refreshes", status=403)
        client(person).get(f"/refreshes/courses/{version.id}", status=403)
