"""From the first day to a certificate, and what becomes of it in the years after.

Everything is done on pages, by those whose turn it is; the worker ticks whenever time passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.assessment.papers import SHOWN_AT_ONCE, add_exam, add_item, add_sitting, attempt_of
from tests.assessment.test_sitting_pages import answer as answer_question
from tests.assessment.test_sitting_pages import begin as begin_exam
from tests.catalogue.texts import library, take
from tests.certification.programmes import published, requirement, texts, values
from tests.checking import CheckingClient
from tests.delivery.classrooms import SHANGHAI, Centre
from tests.factories import Make
from tests.notices.test_jobs import letters, mailbox
from tests.typing_tests import runs
from trainhub import clock, pipeline
from trainhub.assessment.models import ExamVersion
from trainhub.assessment.rules.settings import Blueprint, ExamSettings
from trainhub.audit.queries import find_broken_entry
from trainhub.certification.models import Award, ObservedCase, ProgrammeEnrolment, Rating
from trainhub.certification.rules.competencies.model import model_from
from trainhub.certification.services.competency_models import load_shipped_models
from trainhub.db import db, transaction
from trainhub.people.models import Person, Role
from trainhub.typing_tests.models import TypingAssignment, TypingTest

__all__ = ["mailbox"]
ROAD = ("course", "class", "exam", "typing", "work", "summary", "word")


def test_a_newcomer_is_certified_and_who_renews_in_time_loses_no_day(
    story: Story, mailbox: Path
) -> None:
    story.it_is(date(2026, 11, 23))
    wang = story.hires("Wang Xin")
    wang.reads_on_the_road("0 / 7", "What is next Course", "Take the course", "your turn")
    wang.takes_the_course()
    wang.reads_on_the_road("1 / 7", "What is next Class")
    wang.goes_to_the_class(date(2026, 11, 24))
    story.it_is(date(2026, 11, 25))
    assert story.told(wang, "due") == ["5 things of your certification are due"]
    assert story.told(story.boss, "due") == ["5 due dates of certification in your teams"]
    wang.sits_the_exam()
    story.it_is(date(2026, 11, 26))
    wang.takes_the_typing_test()
    wang.reads_on_the_road("4 / 7", "Exam", "100", "Typing")

    story.it_is(date(2026, 11, 30))
    story.two_raters_watch(wang)
    story.it_is(date(2026, 12, 1))
    wang.hands_in_the_summary("Calm voices help.")
    story.answers_the_summary(wang, "returned", "Give an example, please")
    wang.reads_on_the_road("5 / 7", "Personal summary")
    wang.hands_in_the_summary("Calm voices help: call 4711 shows it.")
    story.answers_the_summary(wang, "accepted", "A good example")

    story.it_is(date(2026, 12, 3))
    assert wang.awards() == [], "nothing is granted before somebody answers for it"
    story.signs_off(wang)
    first = wang.certificate("Valid", "Wang Xin", "Dec 3, 2026", "Dec 3, 2027")
    story.auditor_finds_every_piece_of(first)

    story.it_is(date(2027, 10, 3))
    assert wang.is_renewing() is None, "sixty days before the end, not sixty-one"
    story.it_is(date(2027, 10, 4))
    wang.reads_on_the_road("0 / 2", "Exam", "Sign-off", "renewal")
    story.it_is(date(2027, 11, 3))
    assert story.told(wang) == ["Your certificate ends on Fri, Dec 3: Onboarding"]
    assert story.told(story.boss) == ["1 certificate ends in your teams"]
    wang.sits_the_exam()
    story.it_is(date(2027, 11, 9))
    story.signs_off(wang)

    second = wang.certificate("Valid", "Wang Xin", "Nov 9, 2027", "Dec 3, 2028")
    wang.public_page(first, "Superseded")
    assert (second.number, second.previous_id) == (2, first.id)
    story.auditor_finds_every_piece_of(first)
    assert find_broken_entry() is None


def test_a_certificate_that_nobody_renews_ends_after_its_grace_and_is_earned_anew(
    story: Story, mailbox: Path
) -> None:
    story.it_is(date(2026, 11, 23))
    li = story.hires("Li Na")
    li.takes_the_course()
    li.goes_to_the_class(date(2026, 11, 24))
    li.sits_the_exam()
    story.two_raters_watch(li)
    li.hands_in_the_summary("I have learned to listen.")
    story.answers_the_summary(li, "accepted", "")
    story.signs_off(li)
    li.takes_the_typing_test()
    assert li.awards() == [], "the last piece was no supervisor's: the worker grants"
    story.it_is(date(2026, 11, 25))
    story.it_is(date(2026, 11, 25), hour=13)
    first = li.certificate("Valid", "Li Na", "Nov 24, 2026", "Nov 24, 2027")
    assert len(li.awards()) == 1, "two ticks, one award, dated to its last piece of evidence"

    for days in (30, 14, 7, 1):
        story.it_is(date(2027, 11, 24) - timedelta(days=days))
        assert len(story.told(li)) == len(story.told(story.boss)) == 1, days
        story.it_is(date(2027, 11, 24) - timedelta(days=days), hour=15)
        assert story.told(li) == story.told(story.boss) == [], "each once"
    story.it_is(date(2027, 11, 24))
    li.public_page(first, "Valid")
    story.it_is(date(2027, 11, 25))
    li.public_page(first, "In its grace period", "Dec 24, 2027")
    assert len(story.told(li)) == len(story.told(story.boss)) == 1
    story.it_is(date(2027, 12, 24))
    li.public_page(first, "In its grace period")
    story.it_is(date(2027, 12, 25))
    li.public_page(first, "Expired")
    story.sees_on_the_matrix(li, "No longer certified")

    story.it_is(date(2028, 1, 10))
    li.sits_the_exam()
    story.signs_off(li)
    second = li.certificate("Valid", "Li Na", "Jan 10, 2028", "Jan 10, 2029")
    assert (second.number, second.previous_id) == (2, first.id)
    li.public_page(first, "Expired")
    assert find_broken_entry() is None


@dataclass
class Story:
    """A centre that brings new people in, and its clock."""

    client: Callable[..., CheckingClient]
    mailbox: Path
    time: ExitStack
    centre: Centre
    exam: ExamVersion
    typing_test: TypingTest
    _read: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.boss, self.admin = self.centre.chief, Make.person("ada", Role.ADMINISTRATOR)
        self.raters = [Make.person(name, Role.TRAINER) for name in ("tess", "theo")]
        self.auditor = Make.person("alma", Role.AUDITOR)
        self.programme = published(_programme())

    def it_is(self, on: date, hour: int = 9) -> None:
        """Time has passed, and the worker has done its part."""
        now = datetime(on.year, on.month, on.day, hour, tzinfo=SHANGHAI)
        self.set_clock(now)
        outcome = pipeline.tick(clock.now())
        assert None not in outcome.values(), outcome

    def set_clock(self, now: datetime) -> None:
        """Nothing but the hands of the clock."""
        self.time.close()
        self.time.enter_context(clock.frozen(now))

    def told(self, person: Person | Newcomer, about: str = "certificate") -> list[str]:
        """The subjects of the letters about something that have come since the last look."""
        person = person.person if isinstance(person, Newcomer) else person
        new = [
            one
            for one in letters(self.mailbox)
            if person.email in one["To"] and one["Message-ID"] not in self._read
        ]
        self._read |= {one["Message-ID"] for one in new}
        return [one["Subject"] for one in new if about in one["Subject"]]

    def hires(self, name: str) -> Newcomer:
        """An administrator adds the person, the supervisor takes them into the programme."""
        username = name.split()[0].lower()
        self.client(self.admin).post("/people/new", {
            "name": name, "username": username, "email": f"{username}@example.org",
            "team_id": self.centre.team.id, "roles": ["agent"], "locale": "en",
        })  # fmt: skip
        person = db.session.scalars(select(Person).where(Person.username == username)).one()
        today = clock.now().astimezone(SHANGHAI).date().isoformat()
        road = self.client(self.boss).post(
            f"/programmes/{self.programme.id}/enrol",
            {"person_ids": [str(person.id)], "starts_on": today},
        )
        return Newcomer(self, person, road.location)

    def two_raters_watch(self, newcomer: Newcomer) -> None:
        """A conversation is rated by two people, neither of whom sees the other's marks."""
        address = f"/people/{newcomer.person.id}/observations/new"
        address += f"?enrolment={newcomer.road.rsplit('/', 1)[1]}&requirement=work"
        self.client(self.boss).post(address, {
            "model": "complaint-handling", "what": "call 4711", "second": str(self.raters[1].id),
            "held_on": clock.now().astimezone(SHANGHAI).date().isoformat(),
            "first": str(self.raters[0].id),
        })  # fmt: skip
        case = db.session.scalars(
            select(ObservedCase).where(ObservedCase.person_id == newcomer.person.id)
        ).one()
        case_id = case.id
        keys = [one.key for _a, one, _w in model_from(case.model_version.content).indicators()]
        for rater, words in zip(self.raters, ("CANARY of the first", "well done"), strict=True):
            rating = db.session.scalars(
                select(Rating).where(Rating.case_id == case_id, Rating.rater_id == rater.id)
            ).one()
            address, revision = f"/ratings/{rating.id}", rating.revision
            browser = self.client(rater)
            for page in (address, f"/observations/{case_id}"):
                assert "CANARY" not in browser.get(page).text, "raters are blind to each other"
            marks = {f"points-{key}": "4" for key in keys}
            more = {"comment": words, "act": "hand-in", "revision": str(revision)}
            browser.post(address, marks | more)
        assert "CANARY" in self.client(newcomer.person).get(f"/observations/{case_id}").text

    def answers_the_summary(self, newcomer: Newcomer, answer: str, comment: str) -> None:
        """The supervisor reads the summary, and accepts it or sends it back."""
        browser = self.client(self.boss)
        page = browser.page(f"{newcomer.road}/summary/summary")
        seen = next(one["value"] for one in page.all("input") if one.get("name") == "seen")
        typed = {"answer": answer, "comment": comment, "seen": seen}
        browser.post(f"{newcomer.road}/summary/summary/answer", typed)
        if comment:
            assert comment in newcomer.browser.get(f"{newcomer.road}/summary/summary").text

    def signs_off(self, newcomer: Newcomer) -> None:
        """The supervisor's word."""
        address = f"{newcomer.current_road}/sign-off/word"
        typed = {"decision": "signed", "comment": "May work alone"}
        self.client(self.boss).post(address, typed)

    def sees_on_the_matrix(self, newcomer: Newcomer, words: str) -> None:
        """What the supervisor's page says of somebody."""
        page = self.client(self.boss).page(f"/certification?q={newcomer.person.username}")
        assert newcomer.person.name in page.text
        assert words in page.text

    def auditor_finds_every_piece_of(self, award: Award) -> None:
        """Every requirement with what it rests on, whatever has become of the award."""
        page = self.client(self.auditor).page(f"/awards/{award.id}").text
        for one in ROAD:
            assert TITLES[one] in page, one
        for words in ("Award granted", "100", "May work alone", "Tess", "Theo", "Dec 3, 2026"):
            assert words in page, words


@dataclass
class Newcomer:
    """Somebody on their way, and what they do."""

    story: Story
    person: Person
    road: str

    @property
    def browser(self) -> CheckingClient:
        """Signed in anew: months lie between the steps."""
        return self.story.client(self.person)

    def is_renewing(self) -> ProgrammeEnrolment | None:
        """Where they are under way to keep a certificate."""
        query = select(ProgrammeEnrolment).where(
            ProgrammeEnrolment.person_id == self.person.id,
            ProgrammeEnrolment.state == "active",
            ProgrammeEnrolment.path == "renewal",
        )
        return db.session.scalars(query).one_or_none()

    @property
    def current_road(self) -> str:
        """The page of the way they are on now."""
        return self.browser.get("/my-certification", status=302).location

    def reads_on_the_road(self, *words: str) -> None:
        """What is done, what is missing and what is next, on their own page."""
        page = self.browser.page(self.current_road).text
        for one in words:
            assert one in page, f"{one!r} is not on the road: {page}"

    def takes_the_course(self) -> None:
        """Both lessons, with the question of the first."""
        course, browser = "/learning/opening", self.browser
        browser.post(f"{course}/start", {"language": "en"})
        browser.post(f"{course}/lessons/greeting/answers", {"q1": "true", "q1-key": "first"})
        browser.post(f"{course}/lessons/greeting/done")
        done = browser.post(f"{course}/lessons/farewell/done")
        assert done.location.endswith("/completed")

    def goes_to_the_class(self, on: date) -> None:
        """A seat, the code on the wall at nine, an hour, and home."""
        held = self.story.centre.add_class(on, people=[self.person])
        address = f"/classes/{held.id}"
        self.story.set_clock(held.starts_at)
        trainer = self.story.client(self.story.centre.trainer)
        trainer.post(f"{address}/check-in-code")
        code = trainer.client.get(f"{address}/clock").get_json()["code"]
        trainer.post(f"{address}/steps/begin")
        self.browser.post("/check-in", {"code": code})
        self.story.set_clock(held.starts_at + timedelta(hours=1))
        trainer.post(f"{address}/steps/end")

    def sits_the_exam(self) -> None:
        """A question a page, handed in at once; everything right."""
        with transaction():
            exam = db.session.get_one(ExamVersion, self.story.exam.id)
            sitting = add_sitting(exam, self.person, opens_at=clock.now())
        browser = self.browser
        page = begin_exam(browser, sitting)
        for number in (1, 2):
            page = answer_question(browser, page, number, "true").location.split("#")[0]
        browser.post(f"/attempts/{attempt_of(self.person).id}/submit")

    def takes_the_typing_test(self) -> None:
        """Three hundred characters a minute, every key in its place."""
        with transaction():
            db.session.add(
                TypingAssignment(
                    test_id=self.story.typing_test.id, person_id=self.person.id,
                    created_at=clock.now(),
                )
            )  # fmt: skip
        runs.take(self.person, clock.now(), test_id=self.story.typing_test.id)

    def hands_in_the_summary(self, text: str) -> None:
        """Both headings, saved once on the way."""
        address, browser = f"{self.road}/summary/summary", self.browser
        page = browser.page(address)
        seen = int(next(one["value"] for one in page.all("input") if one.get("name") == "seen"))
        typed: dict[str, Any] = {"part-0": text, "part-1": "", "act": "save", "seen": seen}
        browser.post(address, typed)
        typed |= {"part-1": "More of it.", "act": "hand-in", "seen": seen + 1}
        browser.post(address, typed)

    def awards(self) -> list[Award]:
        """What they were granted, the first one first."""
        db.session.rollback()
        query = select(Award).where(Award.person_id == self.person.id).order_by(Award.number)
        return list(db.session.scalars(query))

    def certificate(self, *words: str) -> Award:
        """The latest award, as their own page and the page of its QR code show it."""
        award = self.awards()[-1]
        assert words[-1] in self.browser.page("/certificates").text
        assert words[-1] in self.browser.page(f"/awards/{award.id}").text
        pdf = self.browser.client.get(f"/awards/{award.id}/certificate.pdf")
        assert pdf.data.startswith(b"%PDF")
        self.public_page(award, *words)
        return award

    def public_page(self, award: Award, *words: str) -> None:
        """What anybody reads who follows the QR code."""
        page = self.story.client().page(f"/verify/{award.code}").text
        for one in words:
            assert one in page, f"{one!r} is not on the public page: {page}"


TITLES = {
    "course": "Course", "class": "Class", "exam": "Exam", "typing": "Typing",
    "work": "Observed work", "summary": "Personal summary", "word": "Sign-off",
}  # fmt: skip
_SETTINGS: dict[str, tuple[str, dict[str, Any] | None]] = {
    "course": ("course", {"course": "opening"}),
    "class": ("class", {"course": "opening"}),
    "exam": ("exam", {"exam": "entry"}),
    "typing": ("typing", {"typing_test": "desk"}),
    "work": ("observation", {"model": "complaint-handling", "cases": 1, "min_permille": 700,
                             "raters": 2}),
    "summary": ("summary", {"headings": {"zh": ["学到", "打算"], "en": ["Learned", "Next"]},
                            "min_characters": 10}),
    "word": ("sign_off", None),
}  # fmt: skip


def _programme() -> Any:
    """A week, a month, and the supervisor's word; renewed by the exam and that word."""
    asked = [
        requirement(
            key, kind, titles=texts(TITLES[key]), due_days=due,
            **({"settings": settings} if settings else {}),
        )
        for due, (key, (kind, settings)) in zip(
            (5, 5, 10, 10, 15, 20, 25), _SETTINGS.items(), strict=True
        )
    ]  # fmt: skip
    stages = [
        {"key": "week", "titles": texts("First week"), "needs": ["course", "class"]},
        {"key": "month", "titles": texts("First month"), "needs": ["exam", "typing"]},
        {"key": "regular", "titles": texts("Regular"), "needs": ["work", "summary", "word"]},
    ]
    validity = {"months": 12, "window_days": 60, "grace_days": 30}
    return values(*asked, stages=stages, validity=validity, renewal=["exam", "word"])


@pytest.fixture
def story(app: Flask, mailbox: Path, client: Callable[..., CheckingClient]) -> Iterator[Story]:
    take(library())
    centre = Centre(heads=0, library=False)
    settings = ExamSettings(
        languages=("en",), blueprint=Blueprint(items=("one", "two")), release=SHOWN_AT_ONCE
    )
    with transaction():
        load_shipped_models(clock.now())
        for key in ("one", "two"):
            add_item(key)
        exam = add_exam(settings=settings)
        runs.add_passage()
        typing_test = runs.add_test(key="desk")
    with ExitStack() as time:
        yield Story(client, mailbox, time, centre, exam, typing_test)
