"""A run's life in any order of acts, at any time: what always holds.

`TRAINHUB_EXAMPLES` asks for a longer run: 300 take some minutes on both databases.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from tests.conftest import NOON
from tests.factories import Make
from tests.typing_tests.runs import SETTINGS, add_passage, add_sitting, add_test, kinds_of
from trainhub.audit.queries import find_broken_entry
from trainhub.db import db, transaction
from trainhub.errors import Conflict, DomainError
from trainhub.ledger.models import LearningRecord
from trainhub.people.models import Person, Role
from trainhub.typing_tests import jobs, services
from trainhub.typing_tests.models import TypingChunk, TypingRun
from trainhub.typing_tests.queries.standings import get_my_test
from trainhub.typing_tests.queries.timelines import raw_events_of
from trainhub.typing_tests.rules.standing import Outcome
from trainhub.typing_tests.rules.states import Review, is_valid

EXAMPLES = int(os.environ.get("TRAINHUB_EXAMPLES", "6"))
TEXT = "we call you back"
RULES = replace(SETTINGS, min_speed=1, min_accuracy=0, min_duration_s=1)
LONGEST = timedelta(seconds=60 + 1_800 + 30)
MOVES_S = (0.1, 4, 61, 400, 1_890, 7_200, 91 * 24 * 3_600)
_names = count(1)
places = st.integers(0, 5)


@dataclass
class Told:
    """One run as the acts so far make it, in plain values."""

    id: int
    person: int
    token: str
    began: datetime
    chunks: list[list[list[Any]]] = field(default_factory=list)
    state: str = "open"
    ended: datetime | None = None
    by: str | None = None
    gone: bool = False

    @property
    def wall(self) -> datetime:
        return self.began + LONGEST

    def end(self, now: datetime, by: str) -> None:
        """What an end at that hour makes of an open run."""
        if self.state != "open":
            return
        is_late = now >= self.wall
        self.ended = self.wall if is_late else now
        self.by = "deadline" if is_late else by
        is_used = any(event[1] not in "umxf" for chunk in self.chunks for event in chunk)
        self.state = "closed" if is_used else "unused"


class Typist(RuleBasedStateMachine):
    """Two typists, a trainer and the tick; replies are lost, windows change, time goes by."""

    @initialize(attempts=st.integers(0, 2))
    def announce(self, attempts: int) -> None:
        self.now, self.told, self.attempts = NOON, list[Told](), attempts
        number = next(_names)
        people = [Make.person(f"{name}{number}") for name in ("alice", "bob")]
        self.people = [one.id for one in people]
        self.tess = Make.person(f"tess{number}", Role.TRAINER).id
        with transaction():
            add_passage(TEXT)
            test = add_test(*people, settings=replace(RULES, attempts=attempts))
            add_sitting(test, closes_at=NOON + timedelta(days=9_999))
            self.test_id = test.id

    def teardown(self) -> None:
        db.session.rollback()
        assert find_broken_entry() is None

    def pick(self, place: int) -> Told:
        return self.told[place % len(self.told)]

    def open_of(self, person: int) -> Told | None:
        return next((t for t in self.told if t.person == person and t.state == "open"), None)

    @rule(seconds=st.sampled_from(MOVES_S))
    def time_goes_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(who=st.integers(0, 1), supervised=st.booleans())
    def start(self, who: int, supervised: bool) -> None:
        person = self.people[who]
        earlier = self.open_of(person)
        used = sum(t.state in ("closed", "open") for t in self.told if t.person == person)
        if earlier is not None and not any(earlier.chunks):
            used -= 1
        try:
            with transaction():
                row = db.session.get(Person, person)
                assert row is not None
                code = "ROOM 4" if supervised else ""
                begun = services.start_run(
                    row, test_id=self.test_id, sitting_code=code, now=self.now
                )
                found = Told(begun.run.id, person, begun.token, self.now)
        except DomainError as error:
            self._check_refusal(person, earlier, error)
            return
        if earlier is not None:
            assert not earlier.chunks or self.now >= earlier.wall
            earlier.end(self.now, "typist")
        assert not self.attempts or used < self.attempts or earlier is not None
        self.told.append(found)

    def _check_refusal(self, person: int, earlier: Told | None, error: DomainError) -> None:
        if isinstance(error, services.RunUnderWay):
            assert earlier is not None
            assert (error.run_id, bool(earlier.chunks)) == (earlier.id, True)
            assert self.now < earlier.wall
            return
        assert error.code == "no_attempts_left"
        assert self.attempts
        closed = sum(t.state == "closed" for t in self.told if t.person == person)
        is_over = earlier is not None and self.now >= earlier.wall
        assert closed + bool(is_over) >= self.attempts

    @precondition(lambda self: self.told)
    @rule(place=places, size=st.integers(1, 6), ahead=st.integers(-1, 1), right=st.booleans(),
          idle=st.booleans())  # fmt: skip
    def send(self, place: int, size: int, ahead: int, right: bool, idle: bool) -> None:
        told = self.pick(place)
        done = sum(len(chunk) for chunk in told.chunks)
        base = 500.0 + 120 * done
        events: list[list[Any]] = (
            [[base, "x", ""]]
            if idle
            else [[base + 120 * n, "i", TEXT[(done + n) % len(TEXT)]] for n in range(size)]
        )
        no = len(told.chunks) + 1 + ahead
        if no < 1:
            return
        repeated = no <= len(told.chunks)
        if repeated:
            events = told.chunks[no - 1]
        code = self._send(told, no, events, told.token if right else "wrong")
        if not right:
            assert code == "token_stale"
        elif repeated:
            assert code == ("run_closed" if told.gone else "repeated")
        elif told.state != "open" or self.now >= told.wall:
            assert code == "run_closed"
        elif no > len(told.chunks) + 1:
            assert code == "chunk_missing"
        else:
            assert code == "stored"
            told.chunks.append(events)

    def _send(self, told: Told, no: int, events: Any, token: str) -> str:
        try:
            with transaction():
                receipt = services.receive_chunk(
                    told.id, told.person, token, no, events, now=self.now
                )
                return receipt.decision.value
        except DomainError as error:
            return error.code

    @precondition(lambda self: any(t.chunks and not t.gone for t in self.told))
    @rule(place=places)
    def send_another_under_an_old_number(self, place: int) -> None:
        sent = [t for t in self.told if t.chunks and not t.gone]
        told = sent[place % len(sent)]
        code = self._send(told, 1, [[1.0, "d", "other"]], told.token)
        assert code == "idempotency_mismatch"

    @precondition(lambda self: self.told)
    @rule(place=places)
    def go_on_in_another_window(self, place: int) -> None:
        told = self.pick(place)
        if told.state == "open" and self.now < told.wall:
            with transaction():
                told.token = services.renew_token(told.id, told.person, now=self.now).token
            return
        with pytest.raises(Conflict), transaction():
            services.renew_token(told.id, told.person, now=self.now)

    @precondition(lambda self: self.told)
    @rule(place=places, times=st.integers(1, 2))
    def finish(self, place: int, times: int) -> None:
        told = self.pick(place)
        for _ in range(times):
            with transaction():
                services.finish_run(
                    told.id, told.person, told.token, None, {"wpm": 400}, now=self.now
                )
            told.end(self.now, "typist")

    @rule()
    def tick(self) -> None:
        jobs.close_overdue_runs(self.now)
        for told in self.told:
            if self.now >= told.wall:
                told.end(self.now, "deadline")

    @rule()
    def tidy(self) -> None:
        jobs.delete_old_timelines(self.now)
        for told in self.told:
            if told.ended is not None and told.ended < self.now - timedelta(days=90):
                told.gone = True

    @precondition(lambda self: self.told)
    @rule(place=places)
    def void(self, place: int) -> None:
        told = self.pick(place)
        try:
            with transaction():
                actor = db.session.get(Person, self.tess)
                assert actor is not None
                services.void_run(told.id, reason="fire", actor=actor, now=self.now)
        except services.NotToVoid:
            assert told.state in ("unused", "voided")
            return
        assert told.state in ("open", "closed")
        if told.state == "open":
            told.ended, told.by = self.now, "staff"
        told.state = "voided"

    @precondition(lambda self: self.told)
    @rule(place=places, decision=st.sampled_from([Review.CONFIRMED, Review.REJECTED]))
    def review(self, place: int, decision: Review) -> None:
        told = self.pick(place)
        db.session.rollback()
        before = db.session.get(TypingRun, told.id)
        assert before is not None
        flagged, old = before.verdict == "flag" and before.state == "closed", before.review
        try:
            with transaction():
                actor = db.session.get(Person, self.tess)
                assert actor is not None
                services.review_run(told.id, decision, reason="seen", actor=actor, now=self.now)
            assert flagged
            assert old != decision
        except services.NotToReview:
            assert not flagged or old == decision

    @invariant()
    def every_run_is_as_told(self) -> None:
        db.session.rollback()
        for told in self.told:
            run = db.session.get(TypingRun, told.id)
            assert run is not None
            assert (run.state, run.ended_at, run.ended_by) == (told.state, told.ended, told.by)
            assert run.next_chunk == len(told.chunks) + 1
            assert run.events == sum(len(chunk) for chunk in told.chunks)
            assert (run.timeline_gone_at is not None) == told.gone
            if not told.gone:
                sent = [event for chunk in told.chunks for event in chunk]
                assert raw_events_of(run.id) == sent, "what was acknowledged, and nothing else"
            assert (run.metrics is not None) == (run.verdict is not None)
            assert (run.verdict is not None) >= (run.state == "closed")
            kinds = kinds_of(run.id)
            assert kinds[0] == "started"
            assert kinds.count("closed") + kinds.count("unused") <= 1

    @invariant()
    def one_run_is_open_and_numbers_have_no_gap(self) -> None:
        for person in getattr(self, "people", ()):
            query = select(TypingRun).where(TypingRun.person_id == person)
            runs = list(db.session.scalars(query.order_by(TypingRun.number)))
            assert sum(run.state == "open" for run in runs) <= 1
            assert [run.number for run in runs] == list(range(1, len(runs) + 1))

    @invariant()
    def chunks_end_where_the_next_begins(self) -> None:
        query = select(TypingChunk).order_by(TypingChunk.run_id, TypingChunk.no)
        before: TypingChunk | None = None
        for chunk in db.session.scalars(query):
            same = before is not None and before.run_id == chunk.run_id
            assert chunk.no == (before.no + 1 if same and before else 1)
            if same and before:
                assert chunk.upto_event > before.upto_event
                assert chunk.server_ms >= before.server_ms
            before = chunk

    @invariant()
    def the_ledger_says_what_the_runs_come_to(self) -> None:
        for person in getattr(self, "people", ()):
            records = list(
                db.session.scalars(
                    select(LearningRecord)
                    .where(LearningRecord.person_id == person)
                    .order_by(LearningRecord.id)
                )
            )
            taken = {one.dedupe_key for one in records if one.verb == "voided"}
            in_force = [
                one for one in records
                if one.verb != "voided" and f"{one.dedupe_key}:voided" not in taken
            ]  # fmt: skip
            for one in in_force:
                for run_id in one.result["counted"]:
                    run = db.session.get(TypingRun, run_id)
                    assert run is not None
                    assert is_valid(run.state, run.verdict, run.review)
            outcome = get_my_test(self.test_id, person).standing.outcome
            said = in_force[-1].verb if in_force else "undecided"
            assert said == (outcome.value if outcome is not Outcome.UNDECIDED else "undecided")


def test_a_runs_life(app: Flask) -> None:
    run_state_machine_as_test(
        Typist,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
