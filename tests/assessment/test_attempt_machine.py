"""Attempts in any order of acts, at any time: what always holds (invariants I1 to I10).

`TRAINHUB_EXAMPLES` asks for a longer run: 300 take some minutes on both databases.
"""

from __future__ import annotations

import os
from contextlib import nullcontext
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from tests.assessment.attempt_model import Answer, Standing, Told
from tests.assessment.papers import SHOWN_AT_ONCE, add_exam, add_item, add_sitting
from tests.assessment.racing import check_history
from tests.conftest import NOON
from tests.factories import Make
from trainhub.assessment import jobs, services
from trainhub.assessment.models import (
    Attempt,
    AttemptItem,
    BankItem,
    Candidate,
    ExamVersion,
    KeptResponse,
    Sitting,
)
from trainhub.assessment.queries.verifying import verify_attempt
from trainhub.assessment.rules.rubric import Judgement
from trainhub.assessment.rules.saving import Save
from trainhub.assessment.rules.settings import RELEASE_BY_HAND, Blueprint, ExamSettings, Form, Quota
from trainhub.assessment.rules.states import EndedBy
from trainhub.assessment.services.hand_marking import claim_next, hand_in_mark
from trainhub.audit.queries import find_broken_entry
from trainhub.db import db, transaction
from trainhub.errors import DomainError
from trainhub.ledger.models import LearningRecord
from trainhub.people.models import Person

EXAMPLES = int(os.environ.get("TRAINHUB_EXAMPLES", "8"))
DURATION_S = 45 * 60
PASS_MARK = 60
RUBRIC = {"rubric": [{"key": "tone", "text": "Polite", "points": 4}], "limit": 500}
TEXTS = ("Dear Ms Li, we are sorry.", "亲爱的李女士", None)
MOVES = (0.001, 1, 59, 600, 2700, 7200)
_names = count(1)
places = st.integers(0, 7)  # which of the attempts so far, or of the questions


@pytest.fixture
def bank(app: object) -> None:
    """Four facts and two letters, in both languages."""
    with transaction():
        for language in ("en", "zh"):
            for number in range(4):
                add_item(
                    f"fact-{number}", content={"answer": number % 2 == 0}, language=language,
                    topic="facts", points=number + 1,
                )  # fmt: skip
            for number in range(2):
                add_item(
                    f"letter-{number}", kind="long_answer", content=RUBRIC, language=language,
                    topic="letters", points=4,
                )  # fmt: skip


class Sitter(RuleBasedStateMachine):
    """Two candidates of two sittings, and an author who tries the exam out and decides."""

    @initialize(
        letters=st.integers(0, 1), shared=st.booleans(), at_once=st.booleans(),
        attempts=st.integers(0, 2), pause_s=st.sampled_from([0, 600]), practice=st.booleans(),
    )  # fmt: skip
    def announce(self, letters: int, shared: bool, at_once: bool, attempts: int, pause_s: int,
                 practice: bool) -> None:  # fmt: skip
        self.now, self.told = NOON, {}
        self.at_once, self.attempts, self.pause = at_once, attempts, timedelta(seconds=pause_s)
        self.practice, self.released = practice, set()
        rules = ExamSettings(
            languages=("zh", "en"),
            blueprint=Blueprint((Quota(2, "facts"), Quota(letters, "letters"))),
            duration_s=DURATION_S, pass_mark=PASS_MARK, attempts=attempts, pause_s=pause_s,
            form=Form.SHARED if shared else Form.OWN, is_practice=practice,
            release=SHOWN_AT_ONCE if at_once else RELEASE_BY_HAND,
        )  # fmt: skip
        number = next(_names)
        people = [Make.person(f"{name}{number}") for name in ("alice", "bob", "tess", "marco")]
        self.people = [one.id for one in people[:2]]
        self.author_id, self.marker_id = people[2].id, people[3].id
        with transaction():
            version = add_exam(f"exam-{number}", rules)
            early = add_sitting(version, *people[:2], hours=2)
            late = add_sitting(version, *people[:2], opens_at=NOON + timedelta(minutes=30))
            self.version_id, self.exam_id = version.id, version.exam_id
            self.sittings = [early.id, late.id]
            self.may = {
                (one, place): Standing(sitting.opens_at, sitting.closes_at)
                for one in self.people
                for place, sitting in enumerate((early, late))
            }

    def teardown(self) -> None:
        db.session.rollback()
        assert find_broken_entry() is None

    # What the rules below share

    def person(self, person_id: int) -> Person:
        found = db.session.get(Person, person_id)
        assert found is not None
        return found

    def author(self) -> Person:
        return self.person(self.author_id)

    def candidate(self, person_id: int, place: int) -> Candidate:
        query = select(Candidate).where(
            Candidate.person_id == person_id, Candidate.sitting_id == self.sittings[place]
        )
        return db.session.scalars(query).one()

    def pick(self, place: int) -> Told:
        """The newest attempts are acted upon most."""
        return list(self.told.values())[-1 - place % min(len(self.told), 3)]

    def open_one(self, person_id: int) -> Told | None:
        return next(
            (one for one in self.told.values() if one.person_id == person_id and one.is_open), None
        )

    def used(self, person_id: int, place: int) -> list[Told]:
        return [
            one
            for one in self.told.values()
            if (one.person_id, one.sitting) == (person_id, place) and one.state != "voided"
        ]

    def tell(self, attempt: Attempt, place: int | None, wall: datetime) -> None:
        rows = db.session.execute(
            select(AttemptItem.no, AttemptItem.points, BankItem.key)
            .join(BankItem, BankItem.id == AttemptItem.item_id)
            .where(AttemptItem.attempt_id == attempt.id)
        ).all()
        truth = {no: int(key[-1]) % 2 == 0 if "fact" in key else None for no, _, key in rows}
        self.told[attempt.id] = Told(
            attempt.id, attempt.person_id, place, attempt.number, self.now, wall,
            points={no: points for no, points, _ in rows}, truth=truth,
            answers={no: Answer() for no in truth},
            is_recorded=place is not None and not self.practice,
        )  # fmt: skip

    # Acts

    @rule(who=st.integers(0, 1), place=st.integers(0, 1), language=st.sampled_from(["zh", "en"]))
    def start(self, who: int, place: int, language: str) -> None:
        person_id = self.people[who]
        refusal, attempt, code = self.refusal(person_id, place), None, None
        try:
            with transaction():
                attempt = services.start_attempt(
                    self.sittings[place], self.person(person_id), language, now=self.now
                )
        except DomainError as error:
            code = error.code
        assert code == refusal
        if attempt is None:
            event(f"start refused: {refusal}")
            return
        if attempt.id not in self.told:
            may = self.may[person_id, place]
            wall = self.now + timedelta(seconds=DURATION_S + may.extra_s)
            self.tell(attempt, place, min(wall, may.closes_at))
        assert self.open_one(person_id) is self.told[attempt.id]

    def refusal(self, person_id: int, place: int) -> str | None:
        may, under_way = self.may[person_id, place], self.open_one(person_id)
        if under_way is not None:
            return None if under_way.sitting == place else "attempt_open_elsewhere"
        if self.now >= may.closes_at:
            return "sitting_closed"
        if self.now < may.opens_at:
            return "sitting_not_open"
        if self.attempts and len(self.used(person_id, place)) >= self.attempts + may.extra_attempts:
            return "no_attempts_left"
        ends = [one.ended_at for at in (0, 1) for one in self.used(person_id, at) if one.ended_at]
        if ends and self.now < max(ends) + self.pause:
            return "pause_between_attempts"
        return None

    @rule()
    def preview(self) -> None:
        with transaction():
            version = db.session.get(ExamVersion, self.version_id)
            assert version is not None
            attempt = services.start_preview(version, "en", actor=self.author(), now=self.now)
        if attempt.id not in self.told:
            self.tell(attempt, None, self.now + timedelta(seconds=DURATION_S))
        assert self.told[attempt.id].is_open

    @precondition(lambda self: self.told)
    @rule(which=places, no=places, value=st.booleans() | st.none(), text=st.sampled_from(TEXTS),
          step=st.sampled_from([1, 1, 1, 2, 0, -1]), device=st.sampled_from("aab"))  # fmt: skip
    def save(self, which: int, no: int, value: bool | None, text: str | None, step: int,
             device: str) -> None:  # fmt: skip
        told = self.pick(which)
        no = 1 + no % len(told.points)
        seq = max(1, told.answers[no].seq + step)
        response = text if told.truth[no] is None else value
        self.send(told, (no, response, seq, f"key-{len(told.sent)}"), device)

    @precondition(lambda self: any(one.sent for one in self.told.values()))
    @rule(which=places, number=places)
    def repeat_a_save(self, which: int, number: int) -> None:
        told = self.pick(which)
        if told.sent:
            self.send(told, told.sent[-1 - number % len(told.sent)], "a")

    def send(self, told: Told, what: tuple[int, Any, int, str], device: str) -> None:
        no, response, seq, key = what
        expected = told.expected(no, response, seq, key, self.now)
        with transaction():
            sent = Save(no, response, seq, key, device)
            (receipt,) = services.save_responses(told.id, told.person_id, [sent], now=self.now)
        event(f"save: {expected}")
        assert receipt.decision == expected
        told.sent.append(what)
        if expected == "saved":
            told.answers[no] = Answer(response, seq, key)
        elif expected == "late":
            told.evidence.add((no, key))
        stands = told.answers[no]
        assert (receipt.seq, receipt.response) == (stands.seq, stands.response)

    @precondition(lambda self: self.told)
    @rule(which=places, no=places, is_flagged=st.booleans())
    def look_and_flag(self, which: int, no: int, is_flagged: bool) -> None:
        told = self.pick(which)
        no = 1 + no % len(told.points)
        is_over = told.is_open and self.now >= told.wall
        refused = pytest.raises(services.AttemptClosed) if is_over else nullcontext()
        with refused, transaction():
            services.open_item(told.id, told.person_id, no, now=self.now)
        with transaction():
            services.flag_item(told.id, told.person_id, no, is_flagged, now=self.now)
        if told.is_open:
            (told.flags.add if is_flagged else told.flags.discard)(no)

    @precondition(lambda self: self.told)
    @rule(which=places)
    def submit(self, which: int) -> None:
        told = self.pick(which)
        with transaction():
            services.close_attempt(told.id, by=EndedBy.CANDIDATE, now=self.now)
        told.end("candidate", self.now, at_once=self.at_once)

    @rule(seconds=st.sampled_from(MOVES))
    def time_passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @precondition(lambda self: any(one.is_open for one in self.told.values()))
    @rule(offset_ms=st.sampled_from([-1, 0, 1, 30_000]))
    def the_wall_is_reached(self, offset_ms: int) -> None:
        nearest = min(one.wall for one in self.told.values() if one.is_open)
        self.now = max(self.now, nearest + timedelta(milliseconds=offset_ms))

    @rule()
    def tick(self) -> None:
        jobs.close_overdue_attempts(self.now)
        for told in self.told.values():
            if told.is_open and self.now >= told.wall:
                told.end("deadline", self.now, at_once=self.at_once)

    @rule(who=st.integers(0, 1), place=st.integers(0, 1), extra_s=st.sampled_from([0, 300, 900]))
    def grant_time(self, who: int, place: int, extra_s: int) -> None:
        person_id = self.people[who]
        with transaction():
            services.grant_extra_time(
                self.candidate(person_id, place), extra_s, reason="Reads slowly",
                actor=self.author(), now=self.now,
            )  # fmt: skip
        may = self.may[person_id, place]
        self.move_wall(person_id, place, may.closes_at, extra_s)

    @rule(who=st.integers(0, 1), place=st.integers(0, 1), minutes=st.sampled_from([20, 60, 300]))
    def grant_window(self, who: int, place: int, minutes: int) -> None:
        person_id, may = self.people[who], self.may[self.people[who], place]
        closes_at = may.opens_at + timedelta(minutes=minutes)
        with transaction():
            services.grant_window(
                self.candidate(person_id, place), None, closes_at, reason="Train was late",
                actor=self.author(), now=self.now,
            )  # fmt: skip
        self.move_wall(person_id, place, closes_at, may.extra_s)

    def move_wall(self, person_id: int, place: int, closes_at: datetime, extra_s: int) -> None:
        may, told = self.may[person_id, place], self.open_one(person_id)
        if told is not None and told.sitting == place:
            ends = [
                min(told.started_at + timedelta(seconds=DURATION_S + extra), end)
                for extra, end in ((may.extra_s, may.closes_at), (extra_s, closes_at))
            ]
            moved = told.wall + (ends[1] - ends[0])
            told.wall = max(moved, min(told.wall, self.now))
        may.closes_at, may.extra_s = closes_at, extra_s

    @rule(who=st.integers(0, 1), place=st.integers(0, 1))
    def grant_attempt(self, who: int, place: int) -> None:
        with transaction():
            services.grant_attempt(
                self.candidate(self.people[who], place), reason="Fire alarm",
                actor=self.author(), now=self.now,
            )  # fmt: skip
        self.may[self.people[who], place].extra_attempts += 1

    @precondition(lambda self: self.told)
    @rule(which=places)
    def void(self, which: int) -> None:
        told = self.pick(which)
        try:
            with transaction():
                services.void_attempt(told.id, reason="Copied", actor=self.author(), now=self.now)
        except services.AttemptMoved:
            assert told.state == "voided"
            return
        told.void(self.now)

    @precondition(lambda self: self.told)
    @rule(which=places, minutes=st.sampled_from([1, 10]))
    def reopen(self, which: int, minutes: int) -> None:
        told = self.pick(which)
        try:
            with transaction():
                services.reopen_attempt(
                    told.id, minutes=minutes, reason="Power cut", actor=self.author(), now=self.now
                )
        except services.AttemptMoved:
            assert told.is_open or told.state == "voided" or self.open_one(told.person_id)
            return
        told.reopen(minutes, self.now)
        event("reopened")

    @precondition(lambda self: any(one.state == "awaiting_marking" for one in self.told.values()))
    @rule(points=st.integers(0, 4))
    def mark_by_hand(self, points: int) -> None:
        with transaction():
            marker = self.person(self.marker_id)
            task = claim_next(self.exam_id, marker=marker, now=self.now)
            assert task is not None
            told, no = self.told[task.attempt_id], task.no
            judgement = Judgement({"tone": points}, frozenset())
            hand_in_mark(task.id, judgement, "", marker=marker, now=self.now)
        told.hand[no] = points
        event("marked by hand")
        if not told.long_answers():
            told.mark(at_once=self.at_once)

    @rule(place=st.integers(0, 1))
    def release(self, place: int) -> None:
        with transaction():
            sitting = db.session.get(Sitting, self.sittings[place])
            services.release_sitting(sitting, actor=self.author(), now=self.now)
        self.released.add(place)
        self.come_out(place)

    @rule()
    def release_what_was_marked_later(self) -> None:
        for told in self.told.values():
            with transaction():
                services.release_attempt(told.id, now=self.now)
        for place in (*self.released, None):
            self.come_out(place)

    def come_out(self, place: int | None) -> None:
        for told in self.told.values():
            if told.sitting == place and told.state == "marked":
                told.release()

    # What always holds

    @invariant()
    def everything_is_as_told(self) -> None:
        """I1, I2, I3, I4, I7, I9: each attempt is what its acts make it."""
        db.session.rollback()
        query = select(Attempt).where(Attempt.exam_id == getattr(self, "exam_id", 0))
        found = {one.id: one for one in db.session.scalars(query)}
        assert set(found) == set(getattr(self, "told", {}))
        for attempt_id, attempt in found.items():
            told = self.told[attempt_id]
            assert (attempt.state, attempt.closes_at) == (told.state, told.wall)
            assert (attempt.ended_at, attempt.number) == (told.ended_at, told.number)
            if told.state != "voided":
                assert attempt.ended_by == told.ended_by
            assert check_history(attempt) == told.events
            self.check_answers(attempt, told)
            self.check_mark(attempt, told)

    def check_answers(self, attempt: Attempt, told: Told) -> None:
        for row in attempt.items:
            stands = told.answers[row.no]
            assert (row.response, row.seq, row.idempotency_key) == (
                stands.response, stands.seq, stands.key,
            )  # fmt: skip
            assert row.is_flagged == (row.no in told.flags)
            if row.saved_at is not None and told.ended_at is not None:
                assert row.saved_at <= told.ended_at <= told.wall or told.state == "voided"
        kept = db.session.execute(
            select(KeptResponse.no, KeptResponse.idempotency_key).where(
                KeptResponse.attempt_id == attempt.id
            )
        ).all()
        assert told.evidence <= {tuple(one) for one in kept}

    def check_mark(self, attempt: Attempt, told: Told) -> None:
        if not told.has_result:
            return
        assert attempt.mark_millionths == told.total * 1_000_000
        assert attempt.max_points == sum(told.points.values())
        assert attempt.is_passed == told.is_passed(PASS_MARK)
        assert attempt.marking_round == told.round
        assert verify_attempt(attempt) == []

    @invariant()
    def the_limits_hold(self) -> None:
        """I1 and I2, asked of the tables alone."""
        open_ones = db.session.scalars(
            select(func.count())
            .where(Attempt.state.in_(("created", "in_progress")))
            .group_by(Attempt.person_id, Attempt.exam_id)
        )
        assert set(open_ones) <= {1}
        for (person_id, place), may in getattr(self, "may", {}).items():
            used = select(func.count()).where(
                Attempt.person_id == person_id,
                Attempt.sitting_id == self.sittings[place],
                Attempt.state != "voided",
            )
            if self.attempts:
                assert db.session.scalar(used) <= self.attempts + may.extra_attempts

    @invariant()
    def the_ledger_tells_every_result_and_its_end(self) -> None:
        """I10 too: neither previews nor practice are in it."""
        records = db.session.execute(
            select(LearningRecord.verb, LearningRecord.result)
            .where(LearningRecord.person_id.in_([*getattr(self, "people", ()), self.author_id]))
            .order_by(LearningRecord.id)
        ).all()
        by_attempt: dict[int, list[str]] = {one: [] for one in self.told}
        for verb, result in records:
            by_attempt[result["attempt_id"]].append("voided" if verb == "voided" else "result")
        assert by_attempt == {told.id: told.records for told in self.told.values()}


@pytest.mark.usefixtures("bank")
def test_attempts_hold_their_promises_whatever_happens() -> None:
    run_state_machine_as_test(
        Sitter,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
