"""Years later: from the audit trail to the award, and from the award to each of its sources."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.certification.awarding import HOUR, NOW, award_of, awarded, written
from tests.certification.programmes import enrolled, published, requirement, sit
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import ObservedCase
from trainhub.certification.rules.awards.states import AwardState
from trainhub.certification.rules.competencies.model import model_from
from trainhub.certification.services.awards import change
from trainhub.certification.services.competency_models import find_model, load_shipped_models
from trainhub.certification.services.observing import (
    hand_in_rating,
    open_case,
    save_rating,
    void_case,
)
from trainhub.db import db, transaction
from trainhub.people.models import Person, Role

Browser = Callable[..., CheckingClient]
pytestmark = pytest.mark.usefixtures("app")


def auditor() -> Person:
    return Make.person("alma", Role.AUDITOR)


def root() -> Person:
    return Make.person("root", Role.ADMINISTRATOR)


def test_the_trail_leads_an_auditor_to_the_award_by_its_number(client: Browser) -> None:
    award = awarded()
    browser = client(auditor())
    trail = browser.page("/audit-trail").text
    assert f"ONBOARDING-2026-{award.id:05d}" in trail
    html = browser.get("/audit-trail").text
    assert f'href="/awards/{award.id}"' in html
    assert f'href="/awards?programme_id={award.programme_id}' in html, "who was taken in"
    assert browser.get(f"/awards?programme_id={award.programme_id}&q={award.person.name}")


def test_an_auditor_follows_a_course_and_an_exam_to_what_the_ledger_says(client: Browser) -> None:
    award = awarded()
    browser = client(auditor())
    assert f'href="/awards/{award.id}/evidence/exam"' in browser.get(f"/awards/{award.id}").text
    page = browser.page(f"/awards/{award.id}/evidence/exam").text
    for words in ("Passed with 85", "85", "Pass mark", "Stands as it was", "The ledger says"):
        assert words in page
    assert "Completed" in browser.page(f"/awards/{award.id}/evidence/opening").text
    chinese = client(award.person, language="zh").page(f"/awards/{award.id}/evidence/exam").text
    assert "与认证时一致" in chinese and "及格线" in chinese


def test_a_mark_that_has_changed_since_stands_beside_the_frozen_one(client: Browser) -> None:
    award = awarded()
    sit(award.person, "entry", 70, at=NOW + HOUR, attempt=award.person_id, round_=2)
    page = client(auditor()).page(f"/awards/{award.id}/evidence/exam").text
    for words in ("Passed with 85", "Judged anew since", "70", "Not passed"):
        assert words in page


def test_a_requirement_the_award_does_not_have_is_not_found(client: Browser) -> None:
    award = awarded()
    assert client(auditor()).get(f"/awards/{award.id}/evidence/none", status=404)
    assert client(Make.person("eve")).get(f"/awards/{award.id}/evidence/exam", status=404)


def rated(person: Person, rater: Person) -> ObservedCase:
    with transaction():
        load_shipped_models(NOW)
    model = find_model("complaint-handling")
    assert model is not None and model.published is not None
    with transaction():
        case = open_case(
            person, model, what="call 4711", held_on=NOW.date(), raters=[rater],
            actor=rater, now=NOW - 3 * HOUR,
        )  # fmt: skip
    keys = [
        one.key for area in model_from(model.published.content).areas for one in area.indicators
    ]
    rating = case.ratings[0]
    with transaction():
        save_rating(rating, dict.fromkeys(keys, 5), (), "Calm to the end", revision=1)
    with transaction():
        hand_in_rating(rating, now=NOW - 2 * HOUR)
    return case


def test_an_auditor_reads_the_rating_an_award_rests_on_and_that_it_was_voided(
    client: Browser,
) -> None:
    boss, agent = root(), Make.person("agent")
    work = requirement("work", "observation", settings={"model": "complaint-handling", "cases": 1})
    case = rated(agent, boss)
    enrolled(published(written(work)), agent)
    review_enrolments(NOW - HOUR)
    award, browser = award_of(agent), client(auditor())
    place = f"/awards/{award.id}/evidence/work"
    page = browser.page(place).text
    for words in ("call 4711", "Calm to the end", boss.name, "Stands as it was", "100"):
        assert words in page
    assert f'href="{place}"' in browser.get("/audit-trail").text, "from the rating to the award"
    with transaction():
        void_case(
            db.session.get_one(ObservedCase, case.id), reason="wrong call", actor=boss, now=NOW
        )
    page = browser.page(place).text
    assert "Taken back since" in page and "wrong call" in page


def test_an_auditor_reads_the_summary_with_its_comments_and_the_sign_off(client: Browser) -> None:
    boss = root()
    settings = {"headings": {"zh": ["学到"], "en": ["Learned"]}, "min_characters": 1}
    needs = (requirement("told", "summary", settings=settings), requirement("w", "sign_off"))
    enrolment = enrolled(published(written(*needs)))
    agent, road = enrolment.person, f"/programme-enrolments/{enrolment.id}"
    client(agent).post(f"{road}/summary/told", {"part-0": "Calm", "seen": "0", "act": "hand-in"})
    answer = {"answer": "accepted", "comment": "Well put", "seen": "1"}
    client(boss).post(f"{road}/summary/told/answer", answer)
    client(boss).post(f"{road}/sign-off/w", {"decision": "signed", "comment": "May work alone"})
    place, browser = f"/awards/{award_of(agent).id}", client(auditor())
    told = browser.page(f"{place}/evidence/told").text
    assert "Calm" in told and "Well put" in told and boss.name in told
    word = browser.page(f"{place}/evidence/w").text
    assert "May work alone" in word and "Signed off" in word
    assert "Taken into the programme" in browser.page(place).text, "the way to it"


def test_a_revocation_is_told_on_the_holders_home_page_with_its_reason(client: Browser) -> None:
    award, boss = awarded(), root()
    with transaction():
        change(award, AwardState.REVOKED, now=NOW, by=boss, reason="The exam was copied")
    home = client(award.person).page("/").text
    assert "Revoked" in home and "The exam was copied" in home
    assert f'href="/awards/{award.id}"' in client(award.person).get("/").text
