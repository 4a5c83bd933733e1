"""Acts upon exams at the same moment: one effect, nothing acknowledged lost, no error shown."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.assessment.papers import SHOWN_AT_ONCE, add_exam, add_item, add_sitting
from tests.assessment.racing import all_at_once, check_history, of_each_sort
from tests.conftest import NOON
from tests.factories import Make
from trainhub.assessment import jobs, services
from trainhub.assessment.models import (
    Attempt,
    AttemptItem,
    Candidate,
    CandidateOverride,
    KeptResponse,
    Sitting,
)
from trainhub.assessment.rules.saving import Decision, Save
from trainhub.assessment.rules.settings import Blueprint, ExamSettings, Form, Quota
from trainhub.assessment.rules.states import EndedBy, State
from trainhub.audit.queries import find_broken_entry
from trainhub.db import db, transaction
from trainhub.errors import DomainError
from trainhub.ledger.models import LearningRecord
from trainhub.people.models import Person

ROUNDS = int(os.environ.get("TRAINHUB_RACE_ROUNDS", "6"))
MANY = 16
SETTINGS = ExamSettings(
    languages=("en",), blueprint=Blueprint((Quota(3),)), release=SHOWN_AT_ONCE, attempts=2
)
WALL = NOON + timedelta(seconds=SETTINGS.duration_s)
_names = count(1)


class Exam:
    """An exam with two sittings; everybody who comes is a candidate of both."""

    def __init__(self, settings: ExamSettings = SETTINGS) -> None:
        with transaction():
            for number in range(1, 6):
                add_item(f"item-{number}")
            version = add_exam(settings=settings)
            self.sitting_id = add_sitting(version).id
            self.other_id = add_sitting(version, name="Late shift").id

    def person(self) -> int:
        """Somebody new."""
        person_id = Make.person(f"racer{next(_names)}").id
        with transaction():
            for sitting_id in (self.sitting_id, self.other_id):
                row = Candidate(sitting_id=sitting_id, person_id=person_id, added_at=NOON)
                db.session.add(row)
        return person_id


@pytest.fixture
def exam(app: Flask) -> Exam:
    return Exam()


def person_of(person_id: int) -> Person:
    found = db.session.get(Person, person_id)
    assert found is not None
    return found


def start(sitting_id: int, person_id: int, now: datetime = NOON) -> int:
    with transaction():
        return services.start_attempt(sitting_id, person_of(person_id), "en", now=now).id


def save(attempt_id: int, person_id: int, no: int, value: bool | None, seq: int,
         now: datetime = NOON, device: str = "a") -> services.Receipt:  # fmt: skip
    sent = Save(no, value, seq, f"{device}-{no}-{seq}", device)
    with transaction():
        return services.save_responses(attempt_id, person_id, [sent], now=now)[0]


def close(attempt_id: int, now: datetime = NOON, by: EndedBy = EndedBy.CANDIDATE) -> str:
    with transaction():
        return services.close_attempt(attempt_id, by=by, now=now).state


def attempts_of(person_id: int) -> list[Attempt]:
    db.session.rollback()
    query = select(Attempt).where(Attempt.person_id == person_id).order_by(Attempt.id)
    return list(db.session.scalars(query))


def records_of(person_id: int) -> list[str]:
    query = select(LearningRecord.verb).where(LearningRecord.person_id == person_id)
    return list(db.session.scalars(query.order_by(LearningRecord.id)))


def candidate_id(sitting_id: int, person_id: int) -> int:
    query = select(Candidate.id).where(
        Candidate.sitting_id == sitting_id, Candidate.person_id == person_id
    )
    return db.session.scalars(query).one()


def test_starting_sixteen_times_at_once_is_one_attempt(app: Flask, exam: Exam) -> None:
    alice = exam.person()
    found = all_at_once(app, [lambda: start(exam.sitting_id, alice)] * MANY)
    attempts = attempts_of(alice)
    assert found == [attempts[0].id] * MANY
    assert len(attempts) == 1
    assert check_history(attempts[0]) == ["created", "started"]


def test_starting_in_two_sittings_at_once_is_one_attempt(app: Flask, exam: Exam) -> None:
    for _ in range(ROUNDS // 3):
        bob = exam.person()
        found = all_at_once(
            app,
            [lambda bob=bob: start(exam.sitting_id, bob)] * 2
            + [lambda bob=bob: start(exam.other_id, bob)] * 2,
        )
        assert len(attempts_of(bob)) == 1
        assert of_each_sort(found) == {"done": 2, "attempt_open_elsewhere": 2}


def test_a_preview_begun_twice_at_once_is_one(app: Flask, exam: Exam) -> None:
    tess = exam.person()

    def preview() -> int:
        with transaction():
            sitting = db.session.get(Sitting, exam.sitting_id)
            assert sitting is not None
            actor = person_of(tess)
            return services.start_preview(sitting.version, "en", actor=actor, now=NOON).id

    assert len(set(all_at_once(app, [preview] * 4))) == 1
    assert len(attempts_of(tess)) == 1


def test_the_last_attempt_is_taken_once_by_sixteen_starts(app: Flask, exam: Exam) -> None:
    alice = exam.person()
    close(start(exam.sitting_id, alice))

    def begin_and_end() -> None:
        close(start(exam.sitting_id, alice))

    found = all_at_once(app, [begin_and_end] * MANY)
    assert [attempt.number for attempt in attempts_of(alice)] == [1, 2]
    assert set(of_each_sort(found)) <= {"done", "no_attempts_left"}


def test_a_shared_form_is_drawn_once_by_all_first_starters(app: Flask) -> None:
    exam = Exam(replace(SETTINGS, form=Form.SHARED))
    people = [exam.person() for _ in range(8)]
    ids = all_at_once(app, [lambda one=one: start(exam.sitting_id, one) for one in people])
    papers = {
        tuple(
            db.session.scalars(
                select(AttemptItem.item_id)
                .where(AttemptItem.attempt_id == attempt_id)
                .order_by(AttemptItem.no)
            )
        )
        for attempt_id in ids
    }
    assert len(papers) == 1


def test_handing_in_eight_times_at_once_is_one_end(app: Flask, exam: Exam) -> None:
    alice = exam.person()
    attempt_id = start(exam.sitting_id, alice)
    save(attempt_id, alice, 1, True, 1)
    found = all_at_once(app, [lambda: close(attempt_id)] * 8)
    assert found == [State.RELEASED] * 8
    (attempt,) = attempts_of(alice)
    kinds = ["created", "started", "submitted", "marked", "released"]
    assert check_history(attempt) == kinds
    assert records_of(alice) == ["failed"]


def saver(attempt_id: int, person_id: int, no: int, first_at: datetime) -> Callable[[], list]:
    """Saves a question again and again until the attempt has ended; all the receipts."""

    def run() -> list[services.Receipt]:
        receipts = []
        for seq in range(1, 9):
            at = first_at + timedelta(milliseconds=2 * seq)
            receipts.append(save(attempt_id, person_id, no, bool(seq % 2), seq, at))
            if receipts[-1].decision is not Decision.SAVED:
                break
        return receipts

    return run


def test_what_was_acknowledged_is_marked_whoever_ends_the_attempt(app: Flask, exam: Exam) -> None:
    """Autosaves, the button and the deadline's job within the same ten milliseconds."""
    dice = random.Random(5)
    ended = set()
    for _ in range(ROUNDS):
        alice = exam.person()
        attempt_id = start(exam.sitting_id, alice)
        save(attempt_id, alice, 3, True, 1)
        saves_at, button_at, job_at = (
            WALL + timedelta(milliseconds=dice.uniform(*span))
            for span in ((-20, -5), (-5, 5), (0, 5))
        )
        *saved, button, job = all_at_once(
            app,
            [
                saver(attempt_id, alice, 1, saves_at),
                saver(attempt_id, alice, 2, saves_at),
                lambda at=button_at, it=attempt_id: close(it, at),
                lambda at=job_at: jobs.close_overdue_attempts(at),
            ],
        )
        assert button == State.RELEASED
        assert isinstance(job, int)
        (attempt,) = attempts_of(alice)
        check_marked_paper(attempt, saved)
        end = check_history(attempt)[2:]
        assert end in (["submitted", "marked", "released"], ["expired", "marked", "released"])
        assert attempt.ended_at == min(button_at, WALL) or attempt.ended_at == WALL
        assert len(records_of(alice)) == 1
        ended.add(end[0])
    assert ended  # both ends occur in a long run; which, the machine decides


def check_marked_paper(attempt: Attempt, saved: list[list[services.Receipt]]) -> None:
    """The newest acknowledged response of each question is in the paper and in its mark."""
    for no, receipts in enumerate(saved, start=1):
        assert isinstance(receipts, list), receipts
        acknowledged = [one for one in receipts if one.decision is Decision.SAVED]
        row = db.session.get(AttemptItem, (attempt.id, no))
        assert row is not None
        newest = acknowledged[-1] if acknowledged else None
        assert (row.seq, row.response) == ((newest.seq, newest.response) if newest else (0, None))
        assert row.mark_millionths == (1_000_000 if row.response else 0)
    marks = [item.mark_millionths for item in attempt.items]
    assert attempt.mark_millionths == sum(marks)


def test_void_and_submit_at_once_leave_it_void_and_without_a_result(app: Flask, exam: Exam) -> None:
    tess = exam.person()

    def void(attempt_id: int) -> None:
        with transaction():
            services.void_attempt(attempt_id, reason="Copied", actor=person_of(tess), now=NOON)

    for _ in range(ROUNDS):
        alice = exam.person()
        attempt_id = start(exam.sitting_id, alice)
        found = all_at_once(app, [lambda it=attempt_id: close(it), lambda it=attempt_id: void(it)])
        assert of_each_sort(found) == {"done": 2}
        (attempt,) = attempts_of(alice)
        assert attempt.state == State.VOIDED
        check_history(attempt)
        assert records_of(alice) in ([], ["failed", "voided"])
    assert find_broken_entry() is None


def test_reopening_and_starting_anew_at_once_leave_one_attempt_open(app: Flask, exam: Exam) -> None:
    tess = exam.person()

    def reopen(attempt_id: int) -> None:
        with transaction():
            services.reopen_attempt(
                attempt_id, minutes=5, reason="Power cut", actor=person_of(tess), now=NOON
            )

    for _ in range(ROUNDS):
        alice = exam.person()
        attempt_id = start(exam.sitting_id, alice)
        close(attempt_id)
        found = all_at_once(
            app,
            [
                lambda it=attempt_id: reopen(it),
                lambda who=alice: start(exam.sitting_id, who),
                lambda who=alice: start(exam.other_id, who),
            ],
        )
        assert set(of_each_sort(found)) <= {"done", "attempt_state", "attempt_open_elsewhere"}
        states = [attempt.state for attempt in attempts_of(alice)]
        assert states.count(State.IN_PROGRESS) == 1


def test_extra_time_is_given_or_the_attempt_is_over_never_half(app: Flask, exam: Exam) -> None:
    """The job has seen the attempt as overdue when a trainer gives it ten minutes more."""
    tess = exam.person()

    def grant(of: int) -> None:
        with transaction():
            candidate = db.session.get(Candidate, of)
            assert candidate is not None
            services.grant_extra_time(
                candidate, 600, reason="Broken keyboard", actor=person_of(tess), now=WALL
            )

    for _ in range(ROUNDS):
        alice = exam.person()
        attempt_id = start(exam.sitting_id, alice)
        save(attempt_id, alice, 1, True, 1)
        it = candidate_id(exam.sitting_id, alice)
        found = all_at_once(
            app,
            [
                lambda it=attempt_id: close(it, WALL, EndedBy.DEADLINE),
                lambda it=it: grant(it),
            ],
        )
        assert of_each_sort(found) == {"done": 2}
        (attempt,) = attempts_of(alice)
        if attempt.state == State.IN_PROGRESS:
            assert attempt.closes_at == WALL + timedelta(minutes=10)
        else:
            assert attempt.ended_at == attempt.closes_at == WALL


def test_extra_time_given_while_the_attempt_begins_reaches_it(app: Flask, exam: Exam) -> None:
    tess = exam.person()

    def grant(of: int) -> None:
        with transaction():
            candidate = db.session.get(Candidate, of)
            assert candidate is not None
            services.grant_extra_time(
                candidate, 600, reason="Broken keyboard", actor=person_of(tess), now=NOON
            )

    for _ in range(ROUNDS):
        alice = exam.person()
        it = candidate_id(exam.sitting_id, alice)
        found = all_at_once(
            app, [lambda one=alice: start(exam.sitting_id, one), lambda it=it: grant(it)]
        )
        assert of_each_sort(found) == {"done": 2}
        (attempt,) = attempts_of(alice)
        assert (attempt.extra_s, attempt.closes_at) == (600, WALL + timedelta(minutes=10))


def test_attempts_granted_at_once_all_count(app: Flask, exam: Exam) -> None:
    tess, alice = exam.person(), exam.person()
    it = candidate_id(exam.sitting_id, alice)

    def grant() -> None:
        with transaction():
            candidate = db.session.get(Candidate, it)
            assert candidate is not None
            services.grant_attempt(candidate, reason="Fire alarm", actor=person_of(tess), now=NOON)

    assert of_each_sort(all_at_once(app, [grant] * 6)) == {"done": 6}
    candidate = db.session.get(Candidate, it)
    assert candidate is not None
    assert candidate.extra_attempts == 6
    after = db.session.scalars(select(CandidateOverride.after)).all()
    assert sorted(one["extra_attempts"] for one in after) == [1, 2, 3, 4, 5, 6]


def test_two_devices_at_one_question_never_hear_saved_in_vain(app: Flask, exam: Exam) -> None:
    """Whatever was acknowledged is in force, or beside it as evidence."""
    for _ in range(ROUNDS):
        alice = exam.person()
        attempt_id = start(exam.sitting_id, alice)
        found = all_at_once(
            app,
            [
                lambda it=attempt_id, who=alice: save(it, who, 1, True, 1, device="a"),
                lambda it=attempt_id, who=alice: save(it, who, 1, False, 1, device="b"),
                lambda it=attempt_id, who=alice: save(it, who, 1, None, 2, device="c"),
            ],
        )
        assert of_each_sort(found) == {"done": 3}
        row = db.session.get(AttemptItem, (attempt_id, 1))
        assert row is not None
        assert (row.seq, row.response) == (2, None)
        kept = select(KeptResponse.response).where(KeptResponse.attempt_id == attempt_id)
        assert sorted(db.session.scalars(kept)) == [False, True]
        assert [one.decision for one in found].count(Decision.SAVED) <= 2
        assert found[2].decision is Decision.SAVED
        db.session.rollback()


def test_saves_flags_and_views_at_once_do_not_lock_each_other_out(app: Flask, exam: Exam) -> None:
    for number in range(ROUNDS):
        alice = exam.person()
        attempt_id = start(exam.sitting_id, alice)

        def several(order: tuple[int, ...], device: str, of: int = attempt_id,
                    who: int = alice) -> None:  # fmt: skip
            sent = [Save(no, True, 1, f"{device}-key-{no}", device) for no in order]
            with transaction():
                services.save_responses(of, who, sent, now=NOON)

        def flag(of: int = attempt_id, who: int = alice) -> None:
            with transaction():
                services.flag_item(of, who, 1, True, now=NOON)

        def view(of: int = attempt_id, who: int = alice) -> None:
            with transaction():
                services.open_item(of, who, 2, now=NOON)
                services.note_time(of, who, {3: 10, 1: 10}, now=NOON)

        found = all_at_once(
            app,
            [
                lambda: several((1, 2, 3), "a"),
                lambda: several((3, 2, 1), "b"),
                flag,
                view,
                lambda: several((2, 1), "c"),
            ],
        )
        assert of_each_sort(found) == {"done": 5}, number


def test_releasing_and_voiding_at_once_do_not_lock_each_other_out(app: Flask) -> None:
    exam = Exam(replace(SETTINGS, release={}))
    tess = exam.person()
    people = [exam.person() for _ in range(6)]
    ids = [start(exam.sitting_id, one) for one in people]
    for each in ids:
        close(each)

    def release() -> None:
        with transaction():
            sitting = db.session.get(Sitting, exam.sitting_id)
            assert sitting is not None
            services.release_sitting(sitting, actor=person_of(tess), now=NOON)

    def void(attempt_id: int) -> None:
        with transaction():
            services.void_attempt(attempt_id, reason="Copied", actor=person_of(tess), now=NOON)

    found = all_at_once(app, [release, *(lambda it=it: void(it) for it in reversed(ids)), release])
    assert of_each_sort(found) == {"done": 8}
    assert find_broken_entry() is None


def test_no_error_of_a_race_is_anything_but_a_refusal(app: Flask, exam: Exam) -> None:
    """Everything at once, on one attempt: 0 “database is locked”, 0 broken constraints."""
    alice, tess = exam.person(), exam.person()
    attempt_id = start(exam.sitting_id, alice)

    def void() -> None:
        with transaction():
            services.void_attempt(attempt_id, reason="Copied", actor=person_of(tess), now=NOON)

    def reopen() -> None:
        with transaction():
            services.reopen_attempt(
                attempt_id, minutes=5, reason="Power cut", actor=person_of(tess), now=NOON
            )

    found = all_at_once(
        app,
        [
            lambda: save(attempt_id, alice, 1, True, 1),
            lambda: close(attempt_id),
            reopen,
            void,
            lambda: start(exam.sitting_id, alice),
            lambda: start(exam.other_id, alice),
            lambda: jobs.close_overdue_attempts(WALL),
        ],
    )
    assert [
        one for one in found if isinstance(one, Exception) and not isinstance(one, DomainError)
    ] == []
    query = select(func.count()).where(
        Attempt.person_id == alice, Attempt.state == State.IN_PROGRESS
    )
    assert (db.session.scalar(query) or 0) <= 1
    for attempt in attempts_of(alice):
        check_history(attempt)
