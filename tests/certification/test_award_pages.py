"""Awards as people see and decide on them: evidence, story, reasons, fresh passwords, scope."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.certification.awarding import EXAM, HOUR, NOW, award_of, awarded, written
from tests.certification.programmes import enrolled, published, requirement, sit
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub import clock
from trainhub.audit.queries import list_entries
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import Award, AwardEvent, ProgrammeEnrolment
from trainhub.certification.services.exceptions import make_exception
from trainhub.db import db, transaction
from trainhub.people.models import Person, Role

Browser = Callable[..., CheckingClient]
pytestmark = pytest.mark.usefixtures("app")


def root() -> Person:
    return Make.person("root", Role.ADMINISTRATOR)


def regraded_below(award: Award) -> None:
    sit(award.person, "entry", 70, at=NOW + HOUR, attempt=award.person_id, round_=2)
    review_enrolments(NOW + 2 * HOUR)


def test_an_award_shows_what_it_rests_on_and_since_when(client: Browser) -> None:
    award = awarded()
    page = client(Make.person("auditor", Role.AUDITOR)).page(f"/awards/{award.id}").text
    for words in ("opening", "exam", "85", "Award granted", "by the program", "Nov 23, 2027"):
        assert words in page
    chinese = client(award.person, language="zh").page(f"/awards/{award.id}").text
    for words in ("认证依据", "认证已授予", "2027年11月23日", "通过考试"):
        assert words in chinese
    assert "passed" not in chinese


def test_evidence_is_linked_for_those_who_may_follow_it(client: Browser) -> None:
    award = awarded()
    link = f"/attempts/{award.person_id}/result"
    staff = f"/exam-results/{award.person_id}"
    assert link in client(award.person).get(f"/awards/{award.id}").text
    page = client(root()).get(f"/awards/{award.id}").text
    assert staff in page and link not in page
    auditor = client(Make.person("auditor", Role.AUDITOR)).get(f"/awards/{award.id}").text
    assert link not in auditor and staff not in auditor


def test_who_judged_is_read_with_their_words_and_their_page(client: Browser) -> None:
    boss, alma = root(), Make.person("alma", Role.AUDITOR)
    settings = {"headings": {"zh": ["学到"], "en": ["Learned"]}, "min_characters": 1}
    enrolment = enrolled(
        published(
            written(requirement("told", "summary", settings=settings), requirement("w", "sign_off"))
        )
    )
    agent, road = enrolment.person, f"/programme-enrolments/{enrolment.id}"
    client(agent).post(f"{road}/summary/told", {"part-0": "Calm", "seen": "0", "act": "hand-in"})
    answer = {"answer": "accepted", "comment": "Well put", "seen": "1"}
    client(boss).post(f"{road}/summary/told/answer", answer)
    client(boss).post(f"{road}/sign-off/w", {"decision": "signed", "comment": "May work alone"})
    path = f"/awards/{award_of(agent).id}"
    for person, links in ((agent, True), (boss, True), (alma, False)):
        page = client(person).get(path).text
        assert "Well put" in page and "May work alone" in page
        assert (f"{road}/summary/told" in page) == links
        assert (f"{road}#requirement-w" in page) == links


def test_a_waiver_stands_with_its_reason_end_and_name(client: Browser) -> None:
    boss = Make.person("boss", Role.SUPERVISOR)
    enrolment = enrolled(published(written(requirement("opening"))))
    with transaction():
        make_exception(
            enrolment, "opening", "waiver", until_on=NOW.date() + timedelta(days=90),
            reason="Did the same elsewhere", actor=boss, today=NOW.date(), now=NOW - HOUR,
        )  # fmt: skip
    review_enrolments(NOW)
    award = award_of(enrolment.person)
    page = client(root()).page(f"/awards/{award.id}").text
    for words in ("Waived until Feb 21, 2027", "Did the same elsewhere", "Boss"):
        assert words in page


def test_evidence_withdrawn_is_told_in_the_readers_language(client: Browser) -> None:
    award = awarded()
    regraded_below(award)
    assert award_of(award.person).state == "under_review"
    admin = root()
    english = client(admin).page(f"/awards/{award.id}").text
    assert "Evidence it rests on was taken back, or no longer reaches the mark: exam" in english
    chinese = client(admin, language="zh").page(f"/awards/{award.id}").text
    assert "其依据已被收回，或不再达到合格线： exam" in chinese
    assert "evidence" not in chinese.casefold()


def test_a_questioned_award_is_confirmed_with_a_reason_and_not_questioned_again(
    client: Browser,
) -> None:
    award, admin = awarded(), root()
    regraded_below(award)
    browser = client(admin)
    browser.post(f"/awards/{award.id}/confirm", {"reason": " "}, status=422)
    assert award_of(award.person).state == "under_review"
    browser.post(f"/awards/{award.id}/confirm", {"reason": "The question was wrong"})
    assert award_of(award.person).state == "active"
    sit(award.person, "entry", 71, at=NOW + 3 * HOUR, attempt=award.person_id, round_=3)
    review_enrolments(NOW + 4 * HOUR)
    assert award_of(award.person).state == "active"
    assert "The question was wrong" in browser.page(f"/awards/{award.id}").text


def test_revoking_needs_a_reason_an_administrator_and_a_fresh_password(client: Browser) -> None:
    team = Make.team("Red")
    award = awarded(Make.person("holder", team=team))
    path = f"/awards/{award.id}/revoke"
    boss = client(Make.person("boss", Role.SUPERVISOR, supervises=team)).client
    assert boss.get(path).status_code == 403
    browser = client(root())
    assert "cannot be undone" in browser.page(path).text
    with clock.frozen(NOW + timedelta(minutes=16)):
        assert browser.get(path, status=302).location.startswith("/confirm-password")
        answer = browser.post(path, {"reason": "Cheated"})
        assert answer.location.startswith("/confirm-password")
    assert award_of(award.person).state == "active"
    browser.post(path, {"reason": ""}, status=422)
    browser.post(path, {"reason": "Cheated"})
    assert award_of(award.person).state == "revoked"
    assert "not possible any more" in browser.page(path).text
    browser.post(path, {"reason": "Again"}, status=409)
    entry = next(iter(list_entries(limit=1)))
    assert (entry.action, entry.reason) == ("award.revoked", "Cheated")


def test_nobody_decides_on_their_own_award(client: Browser) -> None:
    admin = root()
    award = awarded(admin)
    browser = client(admin)
    assert "Revoke" not in browser.page(f"/awards/{award.id}").text
    for act in ("revoke", "question", "confirm"):
        browser.post(f"/awards/{award.id}/{act}", {"reason": "Mine"}, status=404)
    browser.post(f"/awards/{award.id}/again", status=404)


def test_after_a_revocation_only_a_person_grants_again(client: Browser) -> None:
    award, browser = awarded(), client(root())
    browser.post(f"/awards/{award.id}/revoke", {"reason": "Complaint"})
    grant = browser.post(f"/awards/{award.id}/again").location
    review_enrolments(NOW + HOUR)
    assert award_of(award.person).state == "revoked", "the tick does not bring it back"
    assert award.holder_name in browser.page("/awards").text
    browser.post(f"/awards/{award.id}/again")  # pressed twice: the same way through
    assert len(db.session.scalars(select(ProgrammeEnrolment)).all()) == 2
    assert "Everything is there" in browser.page(grant).text
    browser.post(grant, {"reason": ""}, status=422)
    browser.post(grant, {"reason": "The complaint was about somebody else"})
    after = award_of(award.person)
    assert (after.state, after.number, after.previous_id) == ("active", 2, award.id)
    assert after.code != award.code
    story = browser.page(f"/awards/{after.id}").text
    assert "The complaint was about somebody else" in story and "Root" in story
    assert browser.post(grant, {"reason": "Twice"}, status=409)


def test_by_hand_nothing_is_granted_while_something_is_missing(client: Browser) -> None:
    enrolment = enrolled(published(written(requirement("opening"), EXAM)))
    browser, path = client(root()), f"/standings/{enrolment.id}/grant"
    page = browser.get(path).text
    assert "Not yet" in page and "opening" in page
    waiver = f"/enrolments/{enrolment.id}/requirements/opening/exception"
    assert waiver in page or "opening/exception" in page
    browser.post(path, {"reason": "Please"}, status=422)
    assert not db.session.scalars(select(Award)).all()


def test_a_blank_reason_waives_nothing(client: Browser) -> None:
    enrolment = enrolled(published(written(requirement("opening"), EXAM)))
    path = f"/programme-enrolments/{enrolment.id}/requirements/opening/exception"
    form = {"kind": "waiver", "until_on": "2026-12-24", "reason": "  "}
    client(root()).post(path, form, status=422)


def test_lists_show_ones_own_teams_only(client: Browser) -> None:
    red, blue = Make.team("Red"), Make.team("Blue")
    mine = awarded(Make.person("mine", name="MINE-CANARY", team=red))
    awarded(Make.person("theirs", name="THEIRS-CANARY", team=blue), mine.programme)
    boss = client(Make.person("boss", Role.SUPERVISOR, supervises=red))
    for path in ("/awards", "/awards?q=canary", "/awards?shelf=review", "/awards?shelf=ended",
                 f"/awards?programme_id={mine.programme_id}", "/"):  # fmt: skip
        assert "THEIRS" not in boss.page(path).text, path
    assert "MINE-CANARY" in boss.page("/awards").text
    assert "MINE-CANARY" in boss.page("/awards?q=mine").text
    assert "THEIRS" in client(Make.person("auditor", Role.AUDITOR)).page("/awards").text
    assert client(mine.person).client.get("/awards").status_code == 403


def test_somebodys_own_certificates_are_on_their_home_page(client: Browser) -> None:
    award = awarded()
    browser = client(award.person)
    assert "My certificates" in browser.page("/").text
    page = browser.page("/certificates").text
    for words in ("Ready for the phones", "Valid", "Nov 23, 2027"):
        assert words in page
    other = client(Make.person("other"))
    assert "Ready for the phones" not in other.page("/").text
    assert "No certificate yet" in other.page("/certificates").text
    assert other.client.get(f"/awards/{award.id}").status_code == 404


def test_every_step_has_its_event(app: Flask, client: Browser) -> None:
    award, browser = awarded(), client(root())
    for act in ("question", "confirm", "question", "revoke"):
        browser.post(f"/awards/{award.id}/{act}", {"reason": act})
    query = select(AwardEvent).where(AwardEvent.award_id == award.id).order_by(AwardEvent.id)
    steps = [(one.old_state, one.new_state) for one in db.session.scalars(query)]
    assert steps == [
        ("none", "active"),
        ("active", "under_review"),
        ("under_review", "active"),
        ("active", "under_review"),
        ("under_review", "revoked"),
    ]
