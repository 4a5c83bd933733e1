"""What is done from a row: a course assigned, a class booked, a reminder that arrives, and back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.certification.programmes import enrolled, published, requirement, values
from tests.checking import CheckingClient
from tests.delivery.centre import NINE, TUESDAY, Centre, booking_of, states
from tests.factories import Make
from tests.learning import content
from tests.notices.test_jobs import body, letters, mailbox
from trainhub import clock
from trainhub.catalogue.models import Course
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import ProgrammeEnrolment
from trainhub.certification.services.enrolling import withdraw
from trainhub.db import db, transaction
from trainhub.delivery.models import MakeUp
from trainhub.learning.models import Assignment, Enrolment
from trainhub.notices import certification_notices, jobs
from trainhub.people.models import Person, Role

__all__ = ["mailbox"]
Browse = Callable[..., CheckingClient]
FILTERS = "state=late&q=al&back=matrix"


class Place:
    """A centre whose team's supervisor has Alice in a programme with a class, late; and another
    supervisor with Eve."""

    def __init__(self, now: datetime) -> None:
        self.centre = Centre()
        self.alice = self.centre.people[0]
        self.boss = Make.person("boss", Role.SUPERVISOR, supervises=self.centre.team)
        self.admin = Make.person("ada", Role.ADMINISTRATOR)
        other = Make.team("Blue")
        self.both = Make.person("both", Role.SUPERVISOR, supervises=self.centre.team)
        with transaction():
            self.both.team_id = self.centre.team.id
        self.other = Make.person("other", Role.SUPERVISOR, supervises=other)
        self.programme = published(
            values(
                requirement(
                    "lesson", "class", due_days=2,
                    settings={"course": self.centre.course.key, "min_minutes": 0},
                ),
                requirement("opening", due_days=3),
                requirement("word", "sign_off"),
            )
        )  # fmt: skip
        start = now.date() - timedelta(days=30)
        self.road = enrolled(self.programme, self.alice, starts_on=start)
        self.eve = enrolled(self.programme, Make.person("eve", team=other), starts_on=start)
        review_enrolments(now)

    @property
    def path(self) -> str:
        return f"/programme-enrolments/{self.road.id}"


@pytest.fixture
def place(app: Flask, now: datetime) -> Place:
    return Place(now)


def is_back_at_the_row(answer: TestResponse, place: Place) -> bool:
    """Whether an answer leads to the row, with the filters it came from."""
    address = urlsplit(answer.headers["Location"])
    return (
        address.path == "/certification"
        and parse_qs(address.query) == {"state": ["late"], "q": ["al"]}
        and address.fragment == f"row-{place.road.id}"
    )


def test_the_row_leads_to_each_act_with_person_and_filters(place: Place, client: Browse) -> None:
    html = client(place.boss).get("/certification?state=late&q=al").get_data(as_text=True)
    for act in ("class/lesson", "assign/opening", "sign-off/word", "requirements/lesson/exception"):
        assert f"{place.path}/{act}?" in html
    assert f'id="row-{place.road.id}"' in html
    assert "back=matrix" in html


def test_a_seat_is_given_to_exactly_that_person(
    place: Place, client: Browse, now: datetime
) -> None:
    session = place.centre.add_class(TUESDAY, NINE, now=now)
    browser = client(place.boss)
    page = browser.get(f"{place.path}/class/lesson?{FILTERS}").get_data(as_text=True)
    assert "A class for Alice" in page and "Give this seat" in page
    answer = browser.post(
        f"{place.path}/class/lesson?{FILTERS}", {"session": session.id}, status=302
    )
    assert is_back_at_the_row(answer, place)
    assert states(session) == {"alice": "booked"}
    assert "Alice has a seat and is told." in browser.get("/certification").get_data(as_text=True)
    page = browser.get(f"{place.path}/class/lesson").get_data(as_text=True)
    assert "There is a seat already" in page and "Give this seat" not in page


def test_what_the_rota_has_against_it_is_said_and_no_seat_is_given(
    place: Place, client: Browse, now: datetime
) -> None:
    session = place.centre.add_class(TUESDAY, NINE, now=now)
    place.centre.rota([place.alice], "R" * 28)
    browser = client(place.boss)
    page = browser.get(f"{place.path}/class/lesson").get_data(as_text=True)
    assert "has a day off" in page and "Give this seat" not in page
    answer = browser.post(f"{place.path}/class/lesson", {"session": session.id}, status=409)
    assert "Nothing was changed" in answer.get_data(as_text=True)
    assert states(session) == {}


def test_a_class_of_another_course_or_not_published_is_not_there(
    place: Place, client: Browse, now: datetime
) -> None:
    other = place.centre.add_class(TUESDAY, NINE, now=now, course=place.centre.add_course())
    draft = place.centre.add_class(TUESDAY, NINE + 120, now=now, published=False)
    browser = client(place.boss)
    for wrong in (other.id, draft.id, 99_999, "x"):
        browser.post(f"{place.path}/class/lesson", {"session": wrong}, status=404)
    assert states(other) == states(draft) == {}


def test_a_class_that_was_missed_is_made_up(place: Place, client: Browse, now: datetime) -> None:
    missed = place.centre.add_class(TUESDAY, NINE + 60, now=now, people=[place.centre.people[1]])
    session = place.centre.add_class(TUESDAY, NINE, now=now)
    owed = booking_of(missed, place.centre.people[1])
    with transaction():
        db.session.add(
            MakeUp(
                missed_booking_id=owed.id, person_id=place.alice.id, cause="personal",
                course_id=place.centre.course.id, minutes=60, owed_at=now,
            )
        )  # fmt: skip
    browser = client(place.boss)
    page = browser.get(f"{place.path}/class/lesson").get_data(as_text=True)
    assert "a class was missed" in page
    browser.post(f"{place.path}/class/lesson", {"session": session.id}, status=302)
    assert booking_of(session, place.alice).is_make_up


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_a_class_the_page_says_where_to_ask(
    place: Place, client: Browse, language: str
) -> None:
    page = client(place.boss, language=language).get(f"{place.path}/class/lesson")
    assert "/training-requests/new" in page.get_data(as_text=True)
    page = client(place.admin, language=language).get(f"{place.path}/class/lesson")
    assert f"/classes/new?course_id={place.centre.course.id}" in page.get_data(as_text=True)


def test_a_course_is_assigned_to_exactly_that_person(
    place: Place, client: Browse, now: datetime
) -> None:
    content.import_library()
    browser = client(place.boss)
    page = browser.get(f"{place.path}/assign/opening?{FILTERS}").get_data(as_text=True)
    assert f'value="{now.date().isoformat()}"' in page, "late already: today"
    answer = browser.post(
        f"{place.path}/assign/opening?{FILTERS}",
        {"due_on": "2026-11-30", "note": "Before the campaign"},
        status=302,
    )
    assert is_back_at_the_row(answer, place)
    made = db.session.scalars(select(Assignment)).one()
    assert (made.person_id, str(made.due_on)) == (place.alice.id, "2026-11-30")
    assert db.session.get_one(Course, made.course_id).key == "opening"
    assert [one.person_id for one in db.session.scalars(select(Enrolment))] == [place.alice.id]
    late = browser.post(f"{place.path}/assign/opening", {"due_on": "2026-11-01"}, status=422)
    assert "Due date" in late.get_data(as_text=True)


def test_a_word_given_from_the_row_leads_back_to_it(place: Place, client: Browse) -> None:
    answer = client(place.boss).post(
        f"{place.path}/sign-off/word?{FILTERS}",
        {"decision": "signed", "comment": "seen"},
        status=302,
    )
    assert is_back_at_the_row(answer, place)
    answer = client(place.boss).post(
        f"{place.path}/requirements/lesson/exception?{FILTERS}",
        {"kind": "extension", "until_on": "2026-12-10", "reason": "was ill"},
        status=302,
    )
    assert is_back_at_the_row(answer, place)


def test_nobody_acts_for_strangers_nor_for_oneself(
    place: Place, client: Browse, now: datetime
) -> None:
    content.import_library()
    for path in ("class/lesson", "assign/opening"):
        client(place.other).get(f"{place.path}/{path}", status=404)
        client(place.other).post(f"{place.path}/{path}", {}, status=404)
        client(place.alice).get(f"{place.path}/{path}", status=403)
        client(place.boss).get(f"{place.path}/class/word", status=404)
    mine = enrolled(place.programme, place.both)
    client(place.both).get(f"/programme-enrolments/{mine.id}/class/lesson", status=404)
    html = client(place.both).get("/certification").get_data(as_text=True)
    assert "What you can do for Alice" in html
    assert "What you can do for Both" not in html and "Choose Both" not in html


def test_nothing_is_arranged_for_who_has_left(place: Place, client: Browse, now: datetime) -> None:
    with transaction():
        withdraw(place.road, reason="Moved away", actor=place.boss, now=now)
    client(place.boss).get(f"{place.path}/class/lesson", status=404)
    html = client(place.boss).get("/certification").get_data(as_text=True)
    assert f"{place.path}/class/lesson" not in html


@pytest.mark.parametrize(("language", "word"), [("zh", "提醒"), ("en", "reminds you")])
def test_the_reminder_of_a_row_arrives_once_in_the_persons_language(
    place: Place, client: Browse, mailbox: Path, now: datetime, language: str, word: str
) -> None:
    with transaction():
        db.session.get_one(Person, place.alice.id).locale = language
    browser = client(place.boss)
    pressed = {"only": place.road.id, "words": "Friday is close"}
    answer = browser.post("/certification/remind?state=late&q=al", pressed, status=302)
    assert is_back_at_the_row(answer, place)
    browser.post("/certification/remind", pressed, status=302)  # in vain: once a day
    for minutes in (1, 2, 70):
        at = now + timedelta(minutes=minutes)
        with clock.frozen(at):
            certification_notices.collect(at)
            jobs.send_notices(at)
        db.session.rollback()
    told = [
        one
        for one in letters(mailbox)
        if one["To"] == "alice@example.org" and "Friday is close" in body(one)
    ]
    assert len(told) == 1
    assert word in told[0]["Subject"]
    assert f"/programme-enrolments/{place.road.id}" in body(told[0])
    assert not [one for one in letters(mailbox) if one["To"] == "eve@example.org"
                and "Friday is close" in body(one)]  # fmt: skip
    assert db.session.get_one(ProgrammeEnrolment, place.road.id).state == "active"
