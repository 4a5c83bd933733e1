"""The judge of the kill harness: it finds what was lost, and nothing where nothing was.

The harness itself is a command of its own: docs/reliability.md.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from bench.reliability.candidates import Sat
from bench.reliability.kills import Outcome, complaints
from bench.reliability.verdict import Verdict, _judge_all, _judge_attempt
from tests.assessment.papers import SHOWN_AT_ONCE, ready_sitting
from tests.conftest import NOON
from tests.factories import Make
from trainhub.assessment import services
from trainhub.assessment.rules.saving import Save
from trainhub.assessment.rules.settings import Blueprint, ExamSettings, Quota
from trainhub.assessment.rules.states import EndedBy
from trainhub.db import transaction

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
    return Outcome("sqlite", server, 4, {}, 9.0, 2.0, 3.0, 7, {}, Verdict(**values))


def test_a_control_that_loses_nothing_fails_the_run() -> None:
    good = outcome("trainhub serve", acknowledged=9)
    assert complaints([good, outcome("acknowledges early", lost=["one"])]) == []
    assert complaints([good, outcome("acknowledges early", acknowledged=9)])
    assert complaints([outcome("trainhub serve")])  # nothing was saved
    assert complaints([outcome("trainhub serve", acknowledged=9, faults=["one"])])
