"""One attempt from its start to its result."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.assessment.papers import SHOWN_AT_ONCE, attempt_of, ready_sitting
from tests.factories import Make
from trainhub import pipeline
from trainhub.assessment import jobs, services
from trainhub.assessment.models import (
    AttemptEvent,
    AttemptItem,
    AttemptSighting,
    BankItem,
    KeptResponse,
    Sitting,
)
from trainhub.assessment.rules.saving import Decision, Save
from trainhub.assessment.rules.settings import Blueprint, ExamSettings, Form, Quota
from trainhub.assessment.rules.states import EndedBy, State
from trainhub.db import db, transaction
from trainhub.errors import DomainError, NotFound
from trainhub.ledger.models import LearningRecord
from trainhub.people.models import Person

AT_ONCE = ExamSettings(
    languages=("en",), blueprint=Blueprint((Quota(3),)), release=SHOWN_AT_ONCE, attempts=2
)


@pytest.fixture
def alice(app: object) -> Person:
    return Make.person("alice")


@pytest.fixture
def sitting(alice: Person) -> Sitting:
    return ready_sitting(alice, settings=AT_ONCE)


def start(sitting: Sitting, person: Person, now: datetime) -> int:
    with transaction():
        return services.start_attempt(sitting.id, person, "en", now=now).id


def save(attempt_id: int, person: Person, now: datetime, no: int, value: object, seq: int = 1,
         key: str = "", device: str = "a") -> services.Receipt:  # fmt: skip
    sent = Save(no, value, seq, key or f"key-{no}-{seq}-{device}", device)
    with transaction():
        return services.save_responses(attempt_id, person.id, [sent], now=now)[0]


def test_starting_twice_is_one_attempt(sitting: Sitting, alice: Person, now: datetime) -> None:
    first = start(sitting, alice, now)
    assert start(sitting, alice, now + timedelta(minutes=1)) == first
    attempt = attempt_of(alice)
    assert attempt.state == State.IN_PROGRESS
    assert attempt.closes_at == now + timedelta(minutes=45)


def test_nobody_but_a_candidate_starts(sitting: Sitting, now: datetime) -> None:
    with pytest.raises(NotFound):
        start(sitting, Make.person("bob"), now)


def test_handing_in_marks_and_records(sitting: Sitting, alice: Person, now: datetime) -> None:
    attempt_id = start(sitting, alice, now)
    for no in (1, 2, 3):
        assert save(attempt_id, alice, now, no, True).decision is Decision.SAVED
    with transaction():
        services.close_attempt(attempt_id, by=EndedBy.CANDIDATE, now=now + timedelta(minutes=3))
    with transaction():  # pressed twice
        services.close_attempt(attempt_id, by=EndedBy.CANDIDATE, now=now + timedelta(minutes=4))
    attempt = attempt_of(alice)
    assert attempt.state == State.RELEASED
    assert attempt.ended_at == now + timedelta(minutes=3)
    assert (attempt.mark_millionths, attempt.max_points) == (3_000_000, 3)
    assert attempt.is_passed
    record = db.session.scalars(select(LearningRecord)).one()
    assert (record.verb, record.object_key) == ("passed", "entry")
    assert record.occurred_at == attempt.ended_at


def test_the_wall_ends_an_attempt_with_what_was_acknowledged(
    sitting: Sitting, alice: Person, now: datetime
) -> None:
    attempt_id = start(sitting, alice, now)
    save(attempt_id, alice, now, 1, True)
    wall = now + timedelta(minutes=45)
    late = save(attempt_id, alice, wall + timedelta(seconds=5), 2, True)
    assert late.decision is Decision.LATE
    assert save(attempt_id, alice, wall + timedelta(hours=1), 3, True).decision is Decision.CLOSED
    pipeline.tick(wall + timedelta(minutes=10))
    attempt = attempt_of(alice)
    assert (attempt.ended_at, attempt.ended_by) == (wall, "deadline")
    assert attempt.mark_millionths == 1_000_000
    assert not attempt.is_passed
    assert [row.why for row in db.session.scalars(select(KeptResponse))] == ["late"]


def test_nothing_answered_is_abandoned(sitting: Sitting, alice: Person, now: datetime) -> None:
    start(sitting, alice, now)
    pipeline.tick(now + timedelta(hours=1))
    assert attempt_of(alice).state == State.ABANDONED
    assert db.session.scalars(select(LearningRecord)).one().verb == "failed"


def test_an_older_save_never_overwrites_a_newer_one(
    sitting: Sitting, alice: Person, now: datetime
) -> None:
    attempt_id = start(sitting, alice, now)
    save(attempt_id, alice, now, 1, True, seq=5)
    older = save(attempt_id, alice, now, 1, False, seq=3, key="late-one")
    assert (older.decision, older.seq, older.response) == (Decision.SUPERSEDED, 5, True)
    other = save(attempt_id, alice, now, 1, False, seq=6, device="b")
    assert other.decision is Decision.SAVED
    kept = db.session.scalars(select(KeptResponse)).one()
    assert (kept.why, kept.response, kept.device) == ("overwritten", True, "a")
    row = db.session.get(AttemptItem, (attempt_id, 1))
    assert row is not None and row.response is False


def test_evidence_is_no_way_to_fill_the_disk(
    sitting: Sitting, alice: Person, now: datetime
) -> None:
    attempt_id, late = start(sitting, alice, now), now + timedelta(minutes=45, seconds=5)
    told = [save(attempt_id, alice, late, 1, True, seq=seq).decision for seq in range(1, 53)]
    assert told == [Decision.LATE] * 50 + [Decision.CLOSED] * 2
    assert save(attempt_id, alice, late, 1, True, seq=7).decision is Decision.LATE  # it is there
    assert save(attempt_id, alice, late, 2, True).decision is Decision.LATE
    count = select(func.count()).select_from(KeptResponse)
    assert db.session.scalar(count) == 51


def test_sightings_are_no_way_to_fill_the_disk(
    sitting: Sitting, alice: Person, now: datetime
) -> None:
    attempt_id = start(sitting, alice, now)
    for _ in range(203):
        with transaction():
            services.note_sighting(attempt_id, alice.id, "focus_lost", {}, now=now)
    count = select(func.count()).select_from(AttemptSighting)
    assert db.session.scalar(count) == 200


def test_a_repeated_save_is_acknowledged_again(
    sitting: Sitting, alice: Person, now: datetime
) -> None:
    attempt_id = start(sitting, alice, now)
    save(attempt_id, alice, now, 1, True, key="same")
    again = save(attempt_id, alice, now + timedelta(seconds=3), 1, True, key="same")
    assert (again.decision, again.saved_at) == (Decision.REPEATED, now)
    with pytest.raises(services.SaveKeyReused):
        save(attempt_id, alice, now, 1, False, key="same")


def test_another_person_s_attempt_does_not_exist(
    sitting: Sitting, alice: Person, now: datetime
) -> None:
    attempt_id = start(sitting, alice, now)
    with pytest.raises(NotFound):
        save(attempt_id, Make.person("bob"), now, 1, True)


def test_a_second_attempt_and_no_third(sitting: Sitting, alice: Person, now: datetime) -> None:
    for minutes in (0, 10):
        attempt_id = start(sitting, alice, now + timedelta(minutes=minutes))
        with transaction():
            services.close_attempt(
                attempt_id, by=EndedBy.CANDIDATE, now=now + timedelta(minutes=minutes + 5)
            )
    assert attempt_of(alice).number == 2
    with pytest.raises(services.StartRefused) as refused:
        start(sitting, alice, now + timedelta(minutes=20))
    assert refused.value.code == "no_attempts_left"


def test_more_time_moves_the_wall_of_the_attempt_under_way(
    sitting: Sitting, alice: Person, now: datetime
) -> None:
    start(sitting, alice, now)
    tess = Make.person("tess")
    candidate = attempt_of(alice).candidate
    assert candidate is not None
    with transaction():
        services.grant_extra_time(candidate, 600, reason="Broken keyboard", actor=tess, now=now)
    assert attempt_of(alice).closes_at == now + timedelta(minutes=55)
    with pytest.raises(DomainError), transaction():
        services.grant_extra_time(candidate, 900, reason=" ", actor=tess, now=now)


def test_reopened_attempts_keep_their_answers_and_are_marked_again(
    sitting: Sitting, alice: Person, now: datetime
) -> None:
    attempt_id, tess = start(sitting, alice, now), Make.person("tess")
    save(attempt_id, alice, now, 1, True)
    with transaction():
        services.close_attempt(attempt_id, by=EndedBy.CANDIDATE, now=now)
    with transaction():
        services.reopen_attempt(attempt_id, minutes=5, reason="Power cut", actor=tess, now=now)
    for no in (2, 3):
        save(attempt_id, alice, now, no, True)
    pipeline.tick(now + timedelta(minutes=6))
    attempt = attempt_of(alice)
    assert (attempt.state, attempt.is_passed, attempt.marking_round) == ("released", True, 2)
    verbs = [row.verb for row in db.session.scalars(select(LearningRecord).order_by("id"))]
    assert verbs == ["failed", "voided", "passed"]


def test_a_voided_attempt_stays_void(sitting: Sitting, alice: Person, now: datetime) -> None:
    attempt_id, tess = start(sitting, alice, now), Make.person("tess")
    with transaction():
        services.void_attempt(attempt_id, reason="Wrong person", actor=tess, now=now)
    with pytest.raises(services.AttemptMoved), transaction():
        services.reopen_attempt(attempt_id, minutes=5, reason="x", actor=tess, now=now)
    assert start(sitting, alice, now) != attempt_id  # it used up no attempt
    assert db.session.scalar(select(func.count()).select_from(AttemptEvent)) == 5


def test_a_reopened_attempt_with_limits_goes_on_with_the_question_at_hand(
    alice: Person, now: datetime
) -> None:
    rules = ExamSettings(
        languages=("en",), blueprint=Blueprint((Quota(3),)), may_go_back=False, item_limit_s=60
    )
    attempt_id = start(ready_sitting(alice, settings=rules), alice, now)
    tess, later = Make.person("tess"), now + timedelta(minutes=2)
    assert save(attempt_id, alice, later, 1, True).decision is Decision.CLOSED
    with transaction():
        services.close_attempt(attempt_id, by=EndedBy.CANDIDATE, now=later)
    with transaction():
        services.reopen_attempt(attempt_id, minutes=5, reason="Power cut", actor=tess, now=later)
    assert save(attempt_id, alice, later, 1, True).decision is Decision.SAVED
    late = later + timedelta(seconds=60)
    assert save(attempt_id, alice, late, 1, False, seq=2).decision is Decision.CLOSED


def test_the_tick_touches_no_result_that_still_waits(alice: Person, now: datetime) -> None:
    """Thousands may wait for weeks for their release by hand: none may cost a transaction."""
    sitting = ready_sitting(alice)
    attempt_id = start(sitting, alice, now)
    with transaction():
        services.close_attempt(attempt_id, by=EndedBy.CANDIDATE, now=now)
    assert services.list_due_releases(now + timedelta(days=9)) == []
    db.session.rollback()
    with transaction():
        db.session.get_one(Sitting, sitting.id).released_at = now
    assert services.list_due_releases(now) == [attempt_id]
    jobs.release_results(now)
    assert attempt_of(alice).state == State.RELEASED
    assert services.list_due_releases(now) == []


def test_a_question_retired_in_the_middle_stays_in_the_shared_form(
    app: object, now: datetime
) -> None:
    alice, bob = Make.person("alice"), Make.person("bob")
    sitting = ready_sitting(alice, bob, settings=replace(AT_ONCE, form=Form.SHARED))
    first = start(sitting, alice, now)
    items = select(AttemptItem.item_id).order_by(AttemptItem.no)
    drawn = db.session.scalars(items.where(AttemptItem.attempt_id == first)).all()
    with transaction():
        db.session.get_one(BankItem, drawn[0]).status = "retired"
    second = start(sitting, bob, now)
    assert db.session.scalars(items.where(AttemptItem.attempt_id == second)).all() == drawn
