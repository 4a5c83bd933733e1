"""The people of the demonstration centre type as people do, and two of them must be looked at."""

from __future__ import annotations

from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from trainhub.db import db, transaction
from trainhub.demo.people import insert_people
from trainhub.demo.typing import Habit, in_chunks, look_away, type_as_macro, type_text
from trainhub.demo.typing_histories import build_typing
from trainhub.ledger.models import LearningRecord
from trainhub.typing_tests.models import TypingAssignment, TypingRun, TypingTest
from trainhub.typing_tests.rules.arrivals import Arrival
from trainhub.typing_tests.rules.replay import replay
from trainhub.typing_tests.rules.states import Review, RunState, Verdict
from trainhub.typing_tests.rules.verification import Evidence, Finding, verify
from trainhub.typing_tests.rules.wire import read_events
from trainhub.typing_tests.services.shipped import load_shipped_passages

CHINESE = "您好，您的订单已经发出，预计明天中午之前送到，请保持电话畅通，谢谢您的耐心等待。" * 9
ENGLISH = "Good morning and thank you for calling. Your order left our house on Tuesday. " * 14


def judged(events: list, text: str, language: str) -> Finding:
    arrivals = []
    upto = 0
    for chunk in in_chunks(events):
        upto += len(chunk)
        arrivals.append(Arrival(upto, chunk[-1][0] + 80 + 7 * (upto % 5)))
    evidence = Evidence(read_events(events), text, language, arrivals=arrivals, allowed_ms=180_000)
    return verify(evidence)


@pytest.mark.parametrize(("text", "language", "cpm"), [(CHINESE, "zh", 85), (ENGLISH, "en", 210)])
@pytest.mark.parametrize("seed", range(6))
def test_a_hand_is_believed_and_about_as_fast_as_it_should_be(
    text: str, language: str, cpm: float, seed: int
) -> None:
    events = type_text(Random(seed), text, Habit(cpm), limit_ms=180_000)
    found = judged(events, text, language)
    assert found.verdict == Verdict.ACCEPT, found.reasons
    assert 0.75 * cpm < found.metrics.cpm < 1.2 * cpm
    assert found.metrics.final_accuracy > 0.9


def test_the_same_seed_types_the_same() -> None:
    one, other = (type_text(Random(4), CHINESE, Habit(90), limit_ms=60_000) for _ in range(2))
    assert one == other
    assert replay(read_events(one)).text[:10] == CHINESE[:10]


def test_who_looks_away_or_lets_a_macro_type_is_flagged() -> None:
    away = look_away(Random(1), type_text(Random(1), CHINESE, Habit(90), limit_ms=180_000))
    assert judged(away, CHINESE, "zh").reasons == ("focus_lost",)
    macro = type_as_macro(ENGLISH, gap_ms=215, limit_ms=180_000)
    found = judged(macro, ENGLISH, "en")
    assert found.verdict == Verdict.FLAG
    assert "even_spacing" in found.reasons


@pytest.mark.usefixtures("app")
def test_some_pass_some_fail_and_two_wait(now: datetime) -> None:
    with transaction():
        load_shipped_passages(now)
        rng = Random(1)
        agents, ids, teams = insert_people(rng, 64, "x", now.date(), now)
        count = build_typing(rng, agents, ids, teams, now, ZoneInfo("Asia/Shanghai"), typists=18)
    runs = db.session.scalars(select(TypingRun)).all()
    assert len(runs) == count > 60
    assert {run.state for run in runs} == {RunState.CLOSED}
    waiting = [run for run in runs if run.review == Review.WAITING]
    assert len(waiting) == 2
    assert {run.rules["language"] for run in waiting} == {"zh", "en"}
    accepted = sum(run.verdict == Verdict.ACCEPT for run in runs)
    assert accepted >= count - 4
    assert not any(run.verdict == Verdict.REFUSE for run in runs)
    assert db.session.scalar(select(func.max(TypingRun.ended_at))) <= now
    verbs = set(db.session.scalars(select(LearningRecord.verb)))
    assert verbs >= {"passed", "failed"}
    for username in ("xu.jiayi", "olivia.reed"):  # the README lets them take it
        own = select(LearningRecord.verb).where(LearningRecord.person_id == ids[username])
        assert set(db.session.scalars(own)) == {"failed"}
    assert db.session.scalar(select(func.count()).select_from(TypingTest)) == 2
    assert db.session.scalar(select(func.count()).select_from(TypingAssignment)) == 6


@pytest.mark.usefixtures("app")
def test_without_passages_nobody_has_typed(now: datetime) -> None:
    with transaction():
        agents, ids, teams = insert_people(Random(1), 40, "x", now.date(), now)
        assert build_typing(Random(1), agents, ids, teams, now, ZoneInfo("Asia/Shanghai")) == 0
