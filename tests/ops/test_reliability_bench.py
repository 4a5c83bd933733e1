"""The judge of the kill harness: it finds what was lost, and nothing where nothing was.

The harness itself is a command of its own: docs/reliability.md.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from bench.reliability.candidates import Sat
from bench.reliability.found import Verdict
from bench.reliability.kills import Outcome, complaints
from bench.reliability.typed import judge_all_typed, judge_typed
from bench.reliability.typists import Typed
from bench.reliability.verdict import _judge_all, _judge_attempt
from tests.assessment.papers import SHOWN_AT_ONCE, ready_sitting
from tests.conftest import NOON
from tests.factories import Make
from tests.typing_tests import runs as typing
from trainhub.assessment import services
from trainhub.assessment.rules.saving import Save
from trainhub.assessment.rules.settings import Blueprint, ExamSettings, Quota
from trainhub.assessment.rules.states import EndedBy
from trainhub.db import transaction
from trainhub.typing_tests.queries.runs import get_run
from trainhub.typing_tests.rules.states import EndedBy as RunEndedBy
from trainhub.typing_tests.services import close_run

RULES = ExamSettings(languages=("en",), blueprint=Blueprint((Quota(3),)), release=SHOWN_AT_ONCE)


@pytest.fixture
def sat(app: Flask) -> Sat:
    """An attempt in which question 1 was saved twice, and its candidate's notes of it."""
    alice = Make.person("alice")
    sitting = ready_sitting(alice, settings=RULES)
    with transaction():
        attempt_id = services.start_attempt(sitting.id, alice, "en", now=NOON).id
    for seq in (1, 2):
        sent = Save(1, seq == 2, seq, f"key-{seq}")
        with transaction():
            services.save_responses(attempt_id, alice.id, [sent], now=NOON)
    return Sat(attempt_id, issued={1: {1: False, 2: True}}, acknowledged={1: 2})


def judged(sat: Sat) -> Verdict:
    verdict = Verdict()
    _judge_attempt(sat, verdict)
    _judge_all(verdict)
    return verdict


def hand_in(sat: Sat) -> None:
    with transaction():
        services.close_attempt(
            sat.attempt_id, by=EndedBy.CANDIDATE, now=NOON + timedelta(minutes=1)
        )


def test_what_is_stored_is_not_lost(sat: Sat) -> None:
    assert judged(sat) == Verdict(attempts=1, acknowledged=2)
    hand_in(sat)
    sat.is_handed_in = sat.is_acknowledged_end = True
    assert judged(sat) == Verdict(attempts=1, handed_in=1, acknowledged=2)


def test_a_save_that_was_sent_and_not_acknowledged_may_be_there_or_not(sat: Sat) -> None:
    sat.issued[1][3] = False
    sat.acknowledged = {1: 1}
    assert judged(sat).lost == []


def test_an_acknowledged_save_that_is_not_there_is_lost(sat: Sat) -> None:
    sat.issued[1][3] = False
    sat.acknowledged = {1: 3}
    assert judged(sat).lost == [
        f"attempt {sat.attempt_id}, question 1: 3 was acknowledged, 2 is stored"
    ]


def test_an_answer_that_nobody_sent_is_a_fault(sat: Sat) -> None:
    sat.issued[1][2] = False
    (fault,) = judged(sat).faults
    assert "never sent" in fault


def test_an_acknowledged_end_that_is_none_is_lost(sat: Sat) -> None:
    sat.is_handed_in = sat.is_acknowledged_end = True
    assert judged(sat).lost == [f"attempt {sat.attempt_id} was handed in and is in_progress"]


def test_an_end_that_nobody_asked_for_is_a_fault(sat: Sat) -> None:
    hand_in(sat)
    assert judged(sat).faults == [f"attempt {sat.attempt_id} ended by itself: released"]


def test_an_attempt_that_is_gone_is_lost(sat: Sat) -> None:
    assert judged(Sat(sat.attempt_id + 1)).lost


def outcome(server: str, **values: object) -> Outcome:
    return Outcome("exams", "sqlite", server, 4, {}, 9.0, 2.0, 3.0, 7, {}, Verdict(**values))


def test_a_control_that_loses_nothing_fails_the_run() -> None:
    good = outcome("trainhub serve", acknowledged=9)
    assert complaints([good, outcome("acknowledges early", lost=["one"])]) == []
    assert complaints([good, outcome("acknowledges early", acknowledged=9)])
    assert complaints([outcome("trainhub serve")])  # nothing was saved
    assert complaints([outcome("trainhub serve", acknowledged=9, faults=["one"])])


@pytest.fixture
def typed(app: Flask) -> Typed:
    """A run of two chunks, and its typist's notes of it."""
    alice = Make.person("alice")
    chunks = dict(enumerate(typing.chunks_of(typing.typed()), start=1))
    with transaction():
        typing.add_passage()
        test = typing.add_test(alice, settings=replace(typing.SETTINGS, min_duration_s=0))
    started = typing.begin(alice, test_id=test.id)
    for no, events in chunks.items():
        sent_at = NOON + timedelta(milliseconds=events[-1][0] + 50)
        typing.send(started, no, events, sent_at)
    return Typed(started.run.id, started.token, issued=chunks, acknowledged=set(chunks))


def judged_run(typed: Typed) -> Verdict:
    verdict = Verdict()
    judge_typed([typed], verdict)
    judge_all_typed(verdict)
    return verdict


def finish(typed: Typed) -> None:
    with transaction():
        close_run(get_run(typed.run_id), RunEndedBy.TYPIST, NOON + timedelta(minutes=3))
    typed.is_handed_in = typed.is_acknowledged_end = True


def test_a_run_that_is_stored_and_scored_once_is_no_fault(typed: Typed) -> None:
    count = len(typed.issued)
    assert judged_run(typed) == Verdict(attempts=1, acknowledged=count)
    finish(typed)
    assert judged_run(typed) == Verdict(attempts=1, handed_in=1, acknowledged=count)


def test_a_chunk_that_was_acknowledged_and_is_not_there_is_lost(typed: Typed) -> None:
    missing = len(typed.issued) + 1
    typed.issued[missing] = [[99_000.0, "d", "a"]]
    typed.acknowledged.add(missing)
    assert judged_run(typed).lost == [
        f"run {typed.run_id}: chunk {missing} was acknowledged and is not there"
    ]


def test_keys_that_nobody_typed_are_a_fault(typed: Typed) -> None:
    typed.issued[1] = [[99_000.0, "d", "a"]]
    (fault,) = judged_run(typed).faults
    assert "never sent" in fault


def test_a_finished_run_that_is_open_is_lost(typed: Typed) -> None:
    typed.is_handed_in = typed.is_acknowledged_end = True
    assert judged_run(typed).lost == [f"run {typed.run_id} was finished and is open"]


def test_a_run_that_ended_by_itself_or_was_not_recorded_is_a_fault(typed: Typed) -> None:
    finish(typed)
    typed.is_handed_in = False
    assert judged_run(typed).faults == [f"run {typed.run_id} ended by itself"]
    typed.is_handed_in = True
    with transaction():
        get_run(typed.run_id).verdict = None
    assert f"run {typed.run_id} was not scored" in judged_run(typed).faults
