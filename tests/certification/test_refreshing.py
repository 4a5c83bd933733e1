"""A material change asks holders for a short quiz; who does not pass it in time is looked into."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.assessment.racing import all_at_once
from tests.certification.awarding import EXAM, HOUR, NOW, award_of, awarded, written
from tests.certification.programmes import complete, enrolled, published, requirement, sit, tell
from tests.certification.refreshing import (
    DUE,
    QUIZ,
    add_quiz,
    ask_after_change,
    ask_after_version,
    asking,
    count_requests,
    material_change,
    new_version,
    refreshes_of,
)
from tests.factories import Make
from trainhub.assessment.models import Candidate
from trainhub.certification.jobs.awards import open_renewals, question_refreshes
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import Award, AwardEvent, Programme
from trainhub.certification.queries.refreshes import (
    list_awards_resting_on,
    list_material_changes,
    list_refresh_exams,
)
from trainhub.certification.rules.awards.states import AwardState
from trainhub.certification.services.awards import change
from trainhub.certification.services.refreshing import (
    AlreadyAsked,
    NobodyToAsk,
    NoSuchQuiz,
    ask_refresh,
)
from trainhub.db import db, transaction
from trainhub.ledger.models import Verb
from trainhub.people.models import Person, Role

pytestmark = pytest.mark.usefixtures("app")
DAY = timedelta(days=1)
LATE = datetime.combine(DUE, NOW.timetz()) + DAY


@pytest.fixture
def trainer() -> Person:
    add_quiz()
    return Make.person("tess", Role.TRAINER)


@pytest.fixture
def programme() -> Programme:
    return published(written())


def changed(programme: Programme, trainer: Person) -> int:
    raw = written(requirement("opening"), EXAM, validity={"months": 6})
    return ask_after_version(new_version(programme, raw, trainer), trainer)


def tick(at: datetime) -> None:
    review_enrolments(at)
    question_refreshes(at)
    db.session.rollback()


def story(award: Award) -> list[tuple[str, str | None]]:
    query = select(AwardEvent).where(AwardEvent.award_id == award.id).order_by(AwardEvent.id)
    return [(one.new_state, one.values.get("cause")) for one in db.session.scalars(query)]


def states(award: Award) -> list[str]:
    return [one.state for one in refreshes_of(award)]


def test_each_holder_in_force_is_asked_once_and_called_to_the_quiz(
    programme: Programme, trainer: Person
) -> None:
    held = awarded(Make.person("holder"), programme)
    gone = awarded(Make.person("gone"), programme)
    with transaction():
        change(gone, AwardState.REVOKED, now=NOW, by=trainer, reason="Left")
    changed(programme, trainer)
    (one,) = refreshes_of(held)
    assert (one.state, one.due_on) == ("open", DUE)
    assert refreshes_of(gone) == []
    called = db.session.scalars(
        select(Candidate).where(Candidate.sitting_id == one.request.sitting_id)
    ).all()
    assert [candidate.person_id for candidate in called] == [held.person_id]
    assert one.request.sitting.opens_at == NOW
    assert one.request.sitting.closes_at > LATE + 20 * DAY, "it can still be done afterwards"
    with pytest.raises(AlreadyAsked), transaction():
        ask_refresh(one.request.programme_version, [held], asking(), actor=trainer, now=NOW)
    assert count_requests() == 1


def test_passing_the_quiz_settles_it_and_nothing_else_happens(
    programme: Programme, trainer: Person
) -> None:
    award = awarded(Make.person("holder"), programme)
    changed(programme, trainer)
    sit(award.person, QUIZ, 60, at=NOW + HOUR, attempt=901)
    tick(NOW + 2 * HOUR)
    assert states(award) == ["open"], "below the mark"
    sit(award.person, QUIZ, 90, at=NOW + 3 * HOUR, attempt=902)
    tick(NOW + 4 * HOUR)
    assert states(award) == ["done"]
    tick(LATE)
    assert story(award) == [("active", None)]


def test_a_pass_from_before_the_change_settles_nothing_one_from_after_it_does(
    programme: Programme, trainer: Person
) -> None:
    early, fresh = (awarded(Make.person(name), programme) for name in ("early", "fresh"))
    sit(early.person, QUIZ, 90, at=NOW - HOUR, attempt=901)
    raw = written(requirement("opening"), EXAM, validity={"months": 6})
    version = new_version(programme, raw, trainer)
    sit(fresh.person, QUIZ, 90, at=NOW + HOUR, attempt=902)
    tick(NOW + 2 * HOUR)
    ask_after_version(version, trainer, at=NOW + 3 * HOUR)
    tick(NOW + 4 * HOUR)
    assert (states(early), states(fresh)) == (["open"], ["done"])


def test_not_done_in_time_the_award_is_under_review_and_done_later_in_force_again(
    programme: Programme, trainer: Person
) -> None:
    award = awarded(Make.person("holder"), programme)
    changed(programme, trainer)
    tick(LATE - DAY)
    assert award_of(award.person).state == "active", "the due day counts in full"
    tick(LATE)
    tick(LATE + HOUR)
    assert award_of(award.person).state == "under_review"
    assert refreshes_of(award)[0].questioned_at == LATE
    sit(award.person, QUIZ, 90, at=LATE + 2 * HOUR, attempt=901)
    tick(LATE + 3 * HOUR)
    assert award_of(award.person).state == "active"
    assert story(award) == [
        ("active", None), ("under_review", "refresh_overdue"), ("active", "refresh_done")
    ]  # fmt: skip
    assert states(award) == ["done"]


def test_what_a_person_questions_only_a_person_confirms(
    programme: Programme, trainer: Person
) -> None:
    award, boss = awarded(Make.person("holder"), programme), Make.person("root", Role.ADMINISTRATOR)
    changed(programme, trainer)
    with transaction():
        change(award, AwardState.UNDER_REVIEW, now=NOW, by=boss, reason="A complaint")
    tick(LATE)
    sit(award.person, QUIZ, 90, at=LATE + HOUR, attempt=901)
    tick(LATE + 2 * HOUR)
    assert states(award) == ["done"]
    assert award_of(award.person).state == "under_review"


def test_two_overdue_refreshes_both_have_to_be_done(trainer: Person, programme: Programme) -> None:
    award = awarded(Make.person("holder"), programme)
    changed(programme, trainer)
    material = material_change(trainer, at=NOW)
    with transaction():
        ask_refresh(
            material, [award], asking(quiz="entry2"), actor=trainer, now=NOW
        ) if False else None
    ask_after_change(material, trainer)
    tick(LATE)
    assert states(award) == ["open", "open"]
    sit(award.person, QUIZ, 90, at=LATE + HOUR, attempt=901)
    tick(LATE + 2 * HOUR)
    assert (states(award), award_of(award.person).state) == (["done", "done"], "active")


def test_confirmed_by_a_person_it_is_asked_no_more(programme: Programme, trainer: Person) -> None:
    award, boss = awarded(Make.person("holder"), programme), Make.person("root", Role.ADMINISTRATOR)
    changed(programme, trainer)
    tick(LATE)
    with transaction():
        change(award_of(award.person), AwardState.ACTIVE, now=LATE, by=boss, reason="On leave")
    assert states(award) == ["excused"]
    tick(LATE + DAY)
    assert award_of(award.person).state == "active"


def test_a_result_taken_back_opens_it_again(programme: Programme, trainer: Person) -> None:
    award = awarded(Make.person("holder"), programme)
    changed(programme, trainer)
    sit(award.person, QUIZ, 90, at=NOW + HOUR, attempt=901)
    tick(NOW + 2 * HOUR)
    tell(award.person, Verb.VOIDED, "exam", QUIZ, at=NOW + 3 * HOUR,
         dedupe_key="exam-attempt:901:1:voided", attempt_id=901)  # fmt: skip
    tick(NOW + 4 * HOUR)
    assert states(award) == ["open"]
    tick(LATE)
    assert award_of(award.person).state == "under_review"


def test_a_course_asks_those_whose_award_rests_on_it_as_it_was(trainer: Person) -> None:
    programme = published(written())
    awarded(Make.person("holder"), programme)
    other = published(written(requirement("farewell"), programme="other"))
    stranger = Make.person("stranger")
    enrolled(other, stranger)
    complete(stranger, "farewell", at=NOW - 3 * HOUR)
    version = material_change(trainer, at=NOW)
    later = Make.person("later")
    enrolled(programme, later)
    complete(later, "opening", at=NOW + HOUR)
    sit(later, "entry", 85, at=NOW + HOUR, attempt=later.id)
    review_enrolments(NOW + 2 * HOUR)
    found = list_awards_resting_on(version.edition.course, version.published_at)
    assert [one.person.username for one in found] == ["holder"]
    (offered,) = list_material_changes(NOW + 2 * HOUR)
    assert offered.version.id == version.id
    ask_after_change(version, trainer, at=NOW + 2 * HOUR)
    assert list_material_changes(NOW + 3 * HOUR) == [], "asked once"


def test_a_change_that_is_not_material_is_not_offered(
    programme: Programme, trainer: Person
) -> None:
    awarded(Make.person("holder"), programme)
    material_change(trainer, is_material=False)
    assert list_material_changes(NOW + HOUR) == []


def test_a_shorter_renewal_still_rests_on_the_course_and_takes_the_refresh_along(
    trainer: Person,
) -> None:
    programme = published(written(renewal=["exam"]))
    first = awarded(Make.person("holder"), programme)
    autumn = datetime(2027, 10, 20, 4, tzinfo=NOW.tzinfo)
    version = material_change(trainer, at=autumn)
    course = version.edition.course
    with transaction():
        found = list_awards_resting_on(course, version.published_at)
        ask_refresh(version, found, asking(autumn.date() + 14 * DAY), actor=trainer, now=autumn)
    open_renewals(autumn)
    sit(first.person, "entry", 95, at=autumn + HOUR, attempt=99)
    tick(autumn + 2 * HOUR)
    renewed = award_of(first.person)
    assert renewed.number == 2
    (row,) = refreshes_of(renewed)
    assert (row.state, row.due_on) == ("open", autumn.date() + 14 * DAY)
    tick(autumn + 20 * DAY)
    assert award_of(first.person).state == "under_review"


def test_an_ended_award_is_left_alone(programme: Programme, trainer: Person) -> None:
    award, boss = awarded(Make.person("holder"), programme), Make.person("root", Role.ADMINISTRATOR)
    changed(programme, trainer)
    with transaction():
        change(award, AwardState.REVOKED, now=NOW, by=boss, reason="Left")
    tick(LATE)
    assert award_of(award.person).state == "revoked"


def test_nobody_and_no_quiz_are_refused(programme: Programme, trainer: Person) -> None:
    award = awarded(Make.person("holder"), programme)
    version = material_change(trainer)
    with pytest.raises(NobodyToAsk), transaction():
        ask_refresh(version, [], asking(), actor=trainer, now=NOW)
    with pytest.raises(NoSuchQuiz), transaction():
        ask_refresh(version, [award], asking(quiz="practice"), actor=trainer, now=NOW)
    assert count_requests() == 0
    assert [one.key for one in list_refresh_exams()] == [QUIZ]


def test_two_workers_question_an_award_once(
    app: object, programme: Programme, trainer: Person
) -> None:
    award = awarded(Make.person("holder"), programme)
    changed(programme, trainer)
    all_at_once(app, [lambda: question_refreshes(LATE)] * 8)  # type: ignore[arg-type]
    db.session.rollback()
    assert story(award) == [("active", None), ("under_review", "refresh_overdue")]
