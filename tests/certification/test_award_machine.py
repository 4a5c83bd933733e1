"""Programme and award in any order of acts: what always holds, reckoned without the rules' code."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count, pairwise
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from tests.certification.awarding import EXAM, NOW
from tests.certification.programmes import complete, published, read, requirement, sit, values
from tests.certification.refreshing import QUIZ, add_quiz, asking
from tests.factories import Make
from trainhub.assessment.models import Exam
from trainhub.certification.jobs.awards import expire_awards, open_renewals, question_refreshes
from trainhub.certification.jobs.reviewing import review_enrolments
from trainhub.certification.models import (
    Award,
    AwardEvent,
    AwardRefresh,
    Programme,
    ProgrammeEnrolment,
)
from trainhub.certification.queries.awards import find_active_enrolment
from trainhub.certification.queries.refreshes import list_awards_before
from trainhub.certification.queries.standings import look_at
from trainhub.certification.rules.awards.states import AwardState
from trainhub.certification.services.awards import change, grant
from trainhub.certification.services.enrolling import enrol, withdraw
from trainhub.certification.services.exceptions import make_exception
from trainhub.certification.services.programmes import change_programme, publish_programme
from trainhub.certification.services.refreshing import ask_refresh
from trainhub.certification.services.reviewing import lock_enrolment
from trainhub.db import db, transaction
from trainhub.errors import DomainError
from trainhub.ledger.models import LearningRecord
from trainhub.people.models import Person, Role

_numbers = count(1)
_SHANGHAI = ZoneInfo("Asia/Shanghai")
TERMINAL = {"expired", "revoked", "superseded"}
# What reliability 3.2 allows, written down once more.
ALLOWED = {
    ("none", "active"), ("active", "under_review"), ("under_review", "active"),
    ("active", "revoked"), ("under_review", "revoked"), ("active", "expired"),
    ("active", "superseded"),
}  # fmt: skip


class Awards(RuleBasedStateMachine):
    """One person in one programme of a course and an exam that holds three months."""

    @initialize()
    def open(self) -> None:
        self.number, self.now, self.attempt = next(_numbers), NOW, 0
        self.seen: dict[int, str] = {}
        self.programme_id = published(self.raw(3)).id
        if db.session.scalar(select(Exam.id)) is None:
            add_quiz()
        self.person_id = Make.person(f"agent{self.number}").id
        self.boss_id = Make.person(f"boss{self.number}", Role.ADMINISTRATOR).id
        self.enrol()

    def raw(self, months: int) -> Any:
        key = f"programme-{self.number}"
        validity = {"months": months, "window_days": 20, "grace_days": 5}
        return values(
            requirement("opening"), EXAM, programme=key, validity=validity, renewal=["exam"]
        )

    @property
    def person(self) -> Person:
        return db.session.get_one(Person, self.person_id)

    @property
    def boss(self) -> Person:
        return db.session.get_one(Person, self.boss_id)

    @property
    def programme(self) -> Programme:
        return db.session.get_one(Programme, self.programme_id)

    def latest(self) -> Award | None:
        query = select(Award).where(Award.person_id == self.person_id).order_by(Award.id.desc())
        return db.session.scalars(query).first()

    def act(self, do: Any) -> None:
        """Try; a refusal is an answer, anything else a fault."""
        self.now += timedelta(seconds=70)
        db.session.rollback()
        try:
            with transaction():
                do()
        except DomainError:
            db.session.rollback()

    @rule()
    def enrol(self) -> None:
        today = self.now.astimezone(_SHANGHAI).date()
        self.act(
            lambda: enrol(
                self.programme, self.person, starts_on=today, actor=self.boss, now=self.now
            )
        )

    @rule()
    def withdraw(self) -> None:
        def do() -> None:
            found = find_active_enrolment(self.person_id, self.programme_id)
            if found is not None:
                withdraw(found, reason="Left", actor=self.boss, now=self.now)

        self.act(do)

    @rule()
    def learn(self) -> None:
        self.now += timedelta(minutes=5)
        complete(self.person, "opening", at=self.now)

    @rule(percent=st.sampled_from([60, 80, 95]))
    def sit(self, percent: int) -> None:
        self.now += timedelta(minutes=5)
        self.attempt += 1
        sit(self.person, "entry", percent, at=self.now, attempt=self.ident(self.attempt))

    @rule(percent=st.sampled_from([60, 95]))
    def regrade(self, percent: int) -> None:
        if self.attempt:
            self.now += timedelta(minutes=5)
            sit(self.person, "entry", percent, at=self.now, attempt=self.ident(self.attempt),
                round_=next(_numbers))  # fmt: skip

    def ident(self, attempt: int) -> int:
        return self.number * 1000 + attempt

    @rule()
    def waive(self) -> None:
        today = self.now.astimezone(_SHANGHAI).date()

        def do() -> None:
            found = find_active_enrolment(self.person_id, self.programme_id)
            if found is not None:
                make_exception(
                    found, "opening", "waiver", until_on=today + timedelta(days=10),
                    reason="Known", actor=self.boss, today=today, now=self.now,
                )  # fmt: skip

        self.act(do)

    @rule()
    def ask(self) -> None:
        """Something material has changed: holders by earlier versions are asked for a refresh."""

        def do() -> None:
            version = self.programme.published
            assert version is not None
            asked = asking(self.now.astimezone(_SHANGHAI).date() + timedelta(days=5))
            ask_refresh(version, list_awards_before(version), asked, actor=self.boss, now=self.now)

        self.act(do)

    @rule()
    def refresh(self) -> None:
        self.now += timedelta(minutes=5)
        self.attempt += 1
        sit(self.person, QUIZ, 95, at=self.now, attempt=self.ident(self.attempt))

    @rule(months=st.sampled_from([1, 3]), fate=st.sampled_from(["stay", "move"]))
    def publish(self, months: int, fate: str) -> None:
        def do() -> None:
            given = {"actor": self.boss, "now": self.now, "revision": None}
            change_programme(self.programme, read(self.raw(months)), **given)
            publish_programme(self.programme, those_under_way=fate, **given)

        self.act(do)

    @rule(state=st.sampled_from(["under_review", "active", "revoked"]))
    def decide(self, state: str) -> None:
        def do() -> None:
            found = self.latest()
            if found is not None:
                change(found, AwardState(state), now=self.now, by=self.boss, reason="Decided")

        self.act(do)

    @rule()
    def grant(self) -> None:
        def do() -> None:
            found = find_active_enrolment(self.person_id, self.programme_id)
            if found is not None:
                held = lock_enrolment(found.id)
                looked = look_at([held], now=self.now, centre_zone=_SHANGHAI)[held.id]
                grant(held, looked, now=self.now, by=self.boss, reason="By hand")

        self.act(do)

    @rule(days=st.sampled_from([0, 1, 12, 40]))
    def tick(self, days: int) -> None:
        """What two schedulers do, one after the other."""
        self.now += timedelta(days=days, minutes=2)
        db.session.rollback()
        for _ in range(2):
            open_renewals(self.now)
            review_enrolments(self.now)
            question_refreshes(self.now)
            expire_awards(self.now)

    def awards(self) -> list[Award]:
        db.session.rollback()
        query = select(Award).where(Award.person_id == self.person_id).order_by(Award.id)
        return list(db.session.scalars(query.execution_options(populate_existing=True)))

    @invariant()
    def at_most_one_is_in_force(self) -> None:  # I5
        in_force = [one for one in self.awards() if one.state in ("active", "under_review")]
        assert len(in_force) <= 1

    @invariant()
    def each_rests_on_evidence_of_everything_asked_at_its_time(self) -> None:  # I6
        for award in self.awards():
            path = db.session.get_one(ProgrammeEnrolment, award.enrolment_id).path
            asked = {"exam"} if path == "renewal" else {"opening", "exam"}
            assert {one["requirement"] for one in award.evidence} == asked
            for one in award.evidence:
                if one["state"] == "waived":
                    end = date.fromisoformat(one["waiver"]["until_on"])
                    assert end >= award.valid_from and one["waiver"]["reason"]
                    continue
                assert one["state"] == "met" and one["pieces"]
                moments = [datetime.fromisoformat(piece["at"]) for piece in one["pieces"]]
                assert max(moments) <= award.granted_at
                if one["requirement"] == "exam":
                    assert one["pieces"][0]["values"]["permille"] >= 800
            assert award.valid_until is None or award.valid_until > award.valid_from

    @invariant()
    def each_transition_has_its_event(self) -> None:  # I7
        for award in self.awards():
            query = select(AwardEvent).where(AwardEvent.award_id == award.id)
            events = list(db.session.scalars(query.order_by(AwardEvent.id)))
            steps = [(one.old_state, one.new_state) for one in events]
            assert set(steps) <= ALLOWED
            assert [old for old, _ in steps] == ["none"] + [new for _, new in steps[:-1]]
            assert steps[-1][1] == award.state

    @invariant()
    def a_refresh_is_asked_once_and_done_by_a_pass_after_the_change(self) -> None:
        for award in self.awards():
            rows = list(
                db.session.scalars(select(AwardRefresh).where(AwardRefresh.award_id == award.id))
            )
            assert len({one.request_id for one in rows}) == len(rows)
            for one in rows:
                assert (one.state == "done") == (one.record_id is not None)
                assert (one.state == "open") == (one.closed_at is None)
                if one.record_id is not None:
                    record = db.session.get_one(LearningRecord, one.record_id)
                    assert (record.verb, record.object_key) == ("passed", QUIZ)
                    assert record.occurred_at >= one.request.changed_at

    @invariant()
    def what_the_program_put_under_review_for_a_refresh_waits_for_it(self) -> None:
        for award in self.awards():
            query = select(AwardEvent).where(AwardEvent.award_id == award.id)
            last = list(db.session.scalars(query.order_by(AwardEvent.id)))[-1]
            if last.new_state == "under_review" and last.values.get("cause") == "refresh_overdue":
                refresh = db.session.get_one(AwardRefresh, last.values["refresh_id"])
                assert refresh.questioned_at is not None or refresh.state == "open"
                assert (
                    date.fromisoformat(last.values["due_on"])
                    < last.occurred_at.astimezone(_SHANGHAI).date()
                )

    @invariant()
    def what_has_ended_stays_ended_and_nothing_goes_away(self) -> None:
        found = {one.id: one.state for one in self.awards()}
        for award_id, state in self.seen.items():
            assert award_id in found
            assert state not in TERMINAL or found[award_id] == state
        self.seen = found

    @invariant()
    def after_a_revocation_a_person_has_granted(self) -> None:
        awards = self.awards()
        assert [one.number for one in awards] == list(range(1, len(awards) + 1))
        assert len({one.code for one in awards}) == len(awards)
        for before, after in pairwise(awards):
            assert after.previous_id == before.id
            assert before.state in TERMINAL
            if before.state == "revoked":
                assert after.granted_by_id == self.boss_id and after.reason


def test_no_order_of_acts_breaks_a_rule(app: Flask) -> None:
    run_state_machine_as_test(
        Awards,
        settings=settings(
            max_examples=20, stateful_step_count=25, deadline=None,
            suppress_health_check=list(HealthCheck), derandomize=True, database=None,
        ),
    )  # fmt: skip
