"""Taking back a refresh that was asked for by mistake."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.certification.awarding import EXAM, HOUR, NOW, award_of, awarded, written
from tests.certification.programmes import published, requirement, sit, tell
from tests.certification.refreshing import (
    QUIZ,
    add_quiz,
    ask_after_change,
    ask_after_version,
    material_change,
    new_version,
    refreshes_of,
)
from tests.checking import CheckingClient
from tests.factories import Make
from trainhub import clock
from trainhub.audit.models import AuditEntry
from trainhub.certification.jobs.awards import question_refreshes
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import Programme, RefreshRequest
from trainhub.certification.services.refresh_withdrawal import (
    NothingToTakeBack,
    OwnAwardWaits,
    withdraw_refresh,
)
from trainhub.db import db, transaction
from trainhub.ledger.models import Verb
from trainhub.people.models import Person, Role

Browser = Callable[..., CheckingClient]
pytestmark = pytest.mark.usefixtures("app")
LATE = NOW + timedelta(days=15)
CHANGED = written(requirement("opening"), EXAM, validity={"months": 6})


@pytest.fixture
def trainer() -> Person:
    add_quiz()
    return Make.person("tess", Role.TRAINER)


@pytest.fixture
def programme() -> Programme:
    return published(written())


def tick(at: datetime) -> None:
    review_enrolments(at)
    question_refreshes(at)


def withdraw(request_id: int, actor: Person, *, at: datetime = LATE) -> int:
    with transaction():
        request = db.session.get_one(RefreshRequest, request_id)
        return withdraw_refresh(
            request, reason="Wrong course", actor=actor, today=at.date(), now=at
        )


def asked(programme: Programme, trainer: Person) -> int:
    return ask_after_version(new_version(programme, CHANGED, trainer), trainer)


def test_what_is_open_ends_and_what_it_questioned_is_in_force_again(
    programme: Programme, trainer: Person
) -> None:
    one, done = (awarded(Make.person(name), programme) for name in ("one", "done"))
    request_id = asked(programme, trainer)
    sit(done.person, QUIZ, 90, at=NOW + HOUR, attempt=901)
    tick(LATE)
    assert award_of(one.person).state == "under_review"
    assert withdraw(request_id, trainer) == 1
    assert award_of(one.person).state == "active"
    assert [row.state for award in (one, done) for row in refreshes_of(award)] == [
        "excused", "done",
    ]  # fmt: skip
    assert db.session.get_one(RefreshRequest, request_id).sitting.cancelled_at == LATE
    entry = db.session.scalars(select(AuditEntry).filter_by(action="refresh.withdrawn")).one()
    assert (entry.reason, entry.actor_id) == ("Wrong course", trainer.id)
    tick(LATE + timedelta(days=3))
    assert award_of(one.person).state == "active", "nothing asks for it any more"
    with pytest.raises(NothingToTakeBack):
        withdraw(request_id, trainer)


def test_a_result_taken_back_later_opens_nothing(programme: Programme, trainer: Person) -> None:
    done = awarded(Make.person("done"), programme)
    awarded(Make.person("one"), programme)
    request_id = asked(programme, trainer)
    sit(done.person, QUIZ, 90, at=NOW + HOUR, attempt=901)
    tick(NOW + 2 * HOUR)
    withdraw(request_id, trainer, at=NOW + 3 * HOUR)
    tell(done.person, Verb.VOIDED, "exam", QUIZ, at=NOW + 4 * HOUR,
         dedupe_key="exam-attempt:901:1:voided", attempt_id=901)  # fmt: skip
    tick(LATE)
    assert award_of(done.person).state == "active"


def test_what_something_else_questions_stays_under_review(
    programme: Programme, trainer: Person
) -> None:
    award = awarded(Make.person("one"), programme)
    request_id = asked(programme, trainer)
    ask_after_change(material_change(trainer, at=NOW), trainer)
    tick(LATE)
    withdraw(request_id, trainer)
    assert award_of(award.person).state == "under_review", "the other one is overdue as well"


def test_nobody_brings_their_own_award_back(programme: Programme, trainer: Person) -> None:
    awarded(trainer, programme)
    request_id = asked(programme, Make.person("tom", Role.TRAINER))
    tick(LATE)
    with pytest.raises(OwnAwardWaits):
        withdraw(request_id, trainer)
    assert award_of(trainer).state == "under_review"


def test_who_asked_takes_it_back_with_a_reason(
    client: Browser, programme: Programme, trainer: Person
) -> None:
    award = awarded(Make.person("one"), programme)
    request_id = asked(programme, trainer)
    question_refreshes(LATE)
    path = f"/refreshes/{request_id}/withdraw"
    other, root = Make.person("tom", Role.TRAINER), Make.person("root", Role.ADMINISTRATOR)
    with clock.frozen(LATE + HOUR):
        client(other).get(path, status=404)
        assert path not in client(other).client.get("/refreshes").text
        client(root).get(path)
        browser = client(trainer)
        assert path in browser.client.get("/refreshes").text
        assert "1 holder has not passed the quiz yet." in browser.page(path).text
        browser.post(path, {"reason": " "}, status=422)
        browser.post(path, {"reason": "Wrong course"}, status=302)
        page = browser.page("/refreshes").text
        assert "taken back on" in page and "Wrong course" in page
        assert path not in browser.client.get("/refreshes").text
        browser.post(path, {"reason": "again"}, status=409)
        shown = client(award.person).page(f"/awards/{award.id}").text
    assert "In force again" in shown and "The refresh was taken back" in shown
