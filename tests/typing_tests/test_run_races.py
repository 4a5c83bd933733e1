"""Acts upon runs at the same moment: one effect, nothing acknowledged lost, no error shown."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.assessment.racing import all_at_once, of_each_sort
from tests.checking import CheckingClient
from tests.conftest import NOON
from tests.factories import Make
from tests.typing_tests.runs import (
    add_passage,
    add_test,
    chunks_of,
    kinds_of,
    records_of,
    run_of,
    send,
    send_all,
    typed,
)
from trainhub.audit.queries import find_broken_entry
from trainhub.db import db, transaction
from trainhub.people.models import Person, Role
from trainhub.typing_tests import jobs, services
from trainhub.typing_tests.models import TypingChunk, TypingReview, TypingRun
from trainhub.typing_tests.queries.timelines import raw_events_of
from trainhub.typing_tests.rules.receiving import ChunkDecision
from trainhub.typing_tests.rules.states import Review, RunState, Verdict

ROUNDS = int(os.environ.get("TRAINHUB_RACE_ROUNDS", "4"))
MANY = 16
_names = count(1)


@pytest.fixture
def test_id(app: Flask) -> int:
    with transaction():
        for number in range(3):
            add_passage(f"{number} quick answers are kind answers, and short ones are kinder.")
        return add_test().id


def person(test_id: int) -> int:
    """Somebody new, to whom the test is assigned."""
    from trainhub.typing_tests.models import TypingAssignment

    person_id = Make.person(f"racer{next(_names)}").id
    with transaction():
        db.session.add(TypingAssignment(test_id=test_id, person_id=person_id, created_at=NOON))
    return person_id


def start(person_id: int, test_id: int, now: datetime = NOON) -> services.StartedRun:
    with transaction():
        who = db.session.get(Person, person_id)
        assert who is not None
        started = services.start_run(who, test_id=test_id, now=now)
        db.session.expunge(started.run)
    return started


def runs_of(person_id: int) -> list[TypingRun]:
    db.session.rollback()
    query = select(TypingRun).where(TypingRun.person_id == person_id).order_by(TypingRun.number)
    return list(db.session.scalars(query))


def close(started: services.StartedRun, now: datetime) -> str:
    with transaction():
        return services.finish_run(
            started.run.id, started.run.person_id, started.token, None, None, now=now
        ).state


def test_starting_sixteen_times_at_once_leaves_one_open_run(app: Flask, test_id: int) -> None:
    alice = person(test_id)
    found = all_at_once(app, [lambda: start(alice, test_id)] * MANY)
    assert of_each_sort(found) == {"done": MANY}
    runs = runs_of(alice)
    assert [run.number for run in runs] == list(range(1, MANY + 1)), "distinct, without a gap"
    assert [run.state for run in runs] == ["unused"] * (MANY - 1) + ["open"]
    assert len({run.text for run in runs}) == 1


def test_starting_while_the_tick_ends_the_run_before(app: Flask, test_id: int) -> None:
    for _ in range(ROUNDS):
        alice = person(test_id)
        first = start(alice, test_id)
        send(first, 1, [[700.0, "d", "q"], [701.0, "i", "q"]], NOON + timedelta(seconds=1))
        at = first.run.closes_at
        found = all_at_once(
            app,
            [
                lambda alice=alice, at=at: start(alice, test_id, at),
                lambda at=at: jobs.close_overdue_runs(at),
                lambda alice=alice, at=at: start(alice, test_id, at),
            ],
        )
        assert of_each_sort(found) == {"done": 3}
        states = [run.state for run in runs_of(alice)]
        assert states == ["closed", "unused", "open"]


def test_a_chunk_sent_eight_times_at_once_is_stored_once(app: Flask, test_id: int) -> None:
    for _ in range(ROUNDS):
        alice = person(test_id)
        started = start(alice, test_id)
        events = chunks_of(typed("quick answers are kind"))[0]
        at = NOON + timedelta(seconds=6)
        found = all_at_once(
            app, [lambda s=started, e=events, at=at: send(s, 1, e, at).decision] * 8
        )
        assert sorted(found) == [ChunkDecision.REPEATED] * 7 + [ChunkDecision.STORED]
        assert run_of(started.run.id).events == len(events)


class Window:
    """A browser's window that sends chunks over the interface."""

    def __init__(self, app: Flask, person_id: int) -> None:
        who = db.session.get(Person, person_id)
        self.browser = CheckingClient(app, who)
        self.headers = {"X-CSRFToken": self.browser.token(), "Accept": "application/json"}

    def send(self, started: services.StartedRun, no: int, events: Any) -> tuple[int, Any]:
        answer = self.browser.client.post(
            f"/api/v1/typing-runs/{started.run.id}/chunks",
            json={"token": started.token, "no": no, "events": events},
            headers=self.headers,
        )
        return answer.status_code, answer.get_json()


def test_two_windows_of_one_run_never_mix_their_chunks(app: Flask, test_id: int) -> None:
    """Both send a chunk of the same number with other events: one is stored, one is told."""
    for _ in range(ROUNDS):
        alice = person(test_id)
        started = start(alice, test_id)
        windows = [Window(app, alice), Window(app, alice)]
        sent = [[[700.0 + n, "d", "ab"[n]], [701.0 + n, "i", "ab"[n]]] for n in range(2)]
        found = all_at_once(
            app,
            [
                lambda w=window, s=started, e=events: w.send(s, 1, e)
                for window, events in zip(windows, sent, strict=True)
            ],
        )
        assert sorted(status for status, _body in found) == [200, 422]
        winner = next(n for n, (status, _body) in enumerate(found) if status == 200)
        assert raw_events_of(started.run.id) == sent[winner]


def test_ending_eight_times_at_once_is_one_end(app: Flask, test_id: int) -> None:
    alice = person(test_id)
    started = start(alice, test_id)
    last = send_all(started, typed("quick answers are kind answers " * 12), NOON)
    found = all_at_once(app, [lambda: close(started, last)] * 8)
    assert found == [RunState.CLOSED] * 8
    assert kinds_of(started.run.id) == ["started", "closed"]
    assert len(records_of(alice)) <= 1


def sender(
    window: Window, started: services.StartedRun, chunks: list[Any]
) -> Callable[[], list[int]]:
    """Chunks over the interface, one after another until the end; what was acknowledged."""

    def run() -> list[int]:
        acknowledged = []
        for no, events in enumerate(chunks, start=1):
            status, body = window.send(started, no, events)
            assert status in (200, 409), body
            if status != 200:
                assert body["error"]["code"] == "run_closed"
                break
            acknowledged.append(no)
        return acknowledged

    return run


def test_what_was_acknowledged_is_scored_whoever_ends_the_run(app: Flask, test_id: int) -> None:
    """Chunks, the button and the tick at one moment."""
    dice = random.Random(4)
    ended = set()
    for _ in range(ROUNDS):
        alice = person(test_id)
        started = start(alice, test_id)
        chunks = [[[700.0 + 10 * n, "d", "a"], [701.0 + 10 * n, "i", "a"]] for n in range(8)]
        window = Window(app, alice)
        wall = started.run.closes_at
        send(started, 1, chunks[0], NOON)
        button = NOON + timedelta(seconds=2) if dice.random() < 0.5 else wall
        acknowledged, state, closed = all_at_once(
            app,
            [
                sender(window, started, chunks),
                lambda s=started, at=button: close(s, at),
                lambda at=wall: jobs.close_overdue_runs(at),
            ],
        )
        assert state == RunState.CLOSED
        assert isinstance(closed, int)
        run = run_of(started.run.id)
        stored = db.session.scalars(
            select(TypingChunk.no).where(TypingChunk.run_id == run.id).order_by(TypingChunk.no)
        ).all()
        assert set(acknowledged) <= set(stored)
        assert list(stored) == list(range(1, run.next_chunk)), "no gap"
        assert run.final_text == "a" * len(stored), "every acknowledged key is scored"
        assert run.ended_at in (button, wall)
        assert kinds_of(run.id) == ["started", "closed"]
        ended.add(run.ended_by)
    assert ended


def test_reviewed_by_two_trainers_at_once(app: Flask, test_id: int) -> None:
    tess, tom = (Make.person(name, Role.TRAINER).id for name in ("tess", "tom"))
    for _ in range(ROUNDS):
        alice = person(test_id)
        started = start(alice, test_id)
        send_all(started, typed("quick answers are kind answers " * 12), NOON)
        close(started, NOON + timedelta(minutes=4))
        with transaction():
            run = db.session.get(TypingRun, started.run.id)
            assert run is not None
            run.verdict, run.review = Verdict.FLAG.value, Review.WAITING.value

        def decide(decision: Review, by: int, run_id: int = started.run.id) -> None:
            with transaction():
                actor = db.session.get(Person, by)
                assert actor is not None
                services.review_run(run_id, decision, reason="seen", actor=actor, now=NOON)

        found = all_at_once(
            app,
            [lambda d=decide: d(Review.CONFIRMED, tess), lambda d=decide: d(Review.CONFIRMED, tom)],
        )
        assert of_each_sort(found) == {"done": 1, "not_to_review": 1}
        query = select(TypingReview.decision).where(TypingReview.run_id == started.run.id)
        assert list(db.session.scalars(query)) == ["confirmed"]
    assert find_broken_entry() is None
