"""One person's way through a course in any order of acts: what always holds."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from tests.conftest import NOON
from tests.factories import Make
from tests.learning import content
from tests.learning.content import COURSE
from trainhub.db import db, transaction
from trainhub.errors import DomainError
from trainhub.learning import services
from trainhub.learning.models import CheckpointResponse, Enrolment
from trainhub.learning.queries.progress import find_enrolment, get_enrolment, progress_of
from trainhub.learning.rules import lessons_done
from trainhub.ledger.models import LearningRecord
from trainhub.people.models import Person

LESSONS = ("greeting", "middle", "farewell")
QUESTIONS = [(key, "greeting") for key in ("one", "truth")] + [("last", "farewell")]
_names = count(1)


class Learner(RuleBasedStateMachine):
    """Starts, answers, reads, changes the version, repeats; the model is a few plain sets."""

    @initialize()
    def arrive(self) -> None:
        self.person_id = Make.person(f"learner{next(_names)}").id
        self.now = NOON
        self.tries: dict[str, tuple[str, object, str]] = {}
        self.answers = 0
        self.completed_at = None
        self.counted = False
        with transaction():
            person = db.session.get(Person, self.person_id)
            services.enrol(person, content.edition().course, now=self.now)

    def enrolment(self) -> Enrolment:
        return get_enrolment(self.person_id, COURSE, for_update=True)

    @rule(language=st.sampled_from(["en", "zh"]))
    def start(self, language: str) -> None:
        before = self.enrolment().version_id
        with transaction():
            services.start_course(self.enrolment(), content.edition(language), now=self.now)
        assert before in (None, self.enrolment().version_id)

    @rule(question=st.sampled_from(QUESTIONS), is_right=st.booleans(), repeat=st.booleans())
    def answer(self, question: tuple[str, str], is_right: bool, repeat: bool) -> None:
        key, lesson = question
        if self.enrolment().version_id is None:
            return
        response = (content.right if is_right else content.wrong)(key)
        send = f"try-{len(self.tries)}"
        if repeat and self.tries:
            send, (key, response, lesson) = next(reversed(self.tries.items()))
        self.now += timedelta(minutes=10)
        try:
            with transaction():
                services.answer_item(
                    self.enrolment(), lesson, "opening", key, response,
                    idempotency_key=send, now=self.now,
                )  # fmt: skip
        except DomainError:
            return  # a question that the other language does not ask
        self.counted = True
        self.answers += send not in self.tries
        self.tries[send] = (key, response, lesson)

    @rule(lesson=st.sampled_from(LESSONS))
    def finish(self, lesson: str) -> None:
        if self.enrolment().version_id is None:
            return
        self.now += timedelta(minutes=1)
        try:
            with transaction():
                services.finish_lesson(self.enrolment(), lesson, now=self.now)
        except DomainError:
            return  # a lesson that the other language does not have
        self.counted = True

    @rule(language=st.sampled_from(["en", "zh"]))
    def move(self, language: str) -> None:
        if self.enrolment().version_id is None:
            return
        with transaction():
            services.move_to_version(
                self.enrolment(), content.edition(language).published, now=self.now
            )

    @invariant()
    def what_is_stored_follows_from_the_rows(self) -> None:
        enrolment = find_enrolment(self.person_id, COURSE)
        if enrolment.version_id is None:
            assert enrolment.completed_at is None
            return
        progress = progress_of(enrolment)
        done = lessons_done(progress.plans, progress.read_keys, progress.scores)
        if self.counted:
            assert enrolment.lessons_done == len(done)
        complete = len(done) == len(progress.lessons)
        assert not complete or enrolment.completed_at is not None

    @invariant()
    def completion_happens_once_and_stays(self) -> None:
        completed_at = find_enrolment(self.person_id, COURSE).completed_at
        assert self.completed_at in (None, completed_at)
        self.completed_at = completed_at
        told = db.session.scalar(
            select(func.count())
            .select_from(LearningRecord)
            .where(LearningRecord.person_id == self.person_id, LearningRecord.verb == "completed")
        )
        assert told == (completed_at is not None)

    @invariant()
    def every_acknowledged_answer_is_there_once(self) -> None:
        kept = db.session.scalars(
            select(CheckpointResponse.number)
            .join(Enrolment, Enrolment.id == CheckpointResponse.enrolment_id)
            .where(Enrolment.person_id == self.person_id)
        ).all()
        assert len(kept) == self.answers


@pytest.mark.usefixtures("library")
def test_a_learner_may_act_in_any_order() -> None:
    run_state_machine_as_test(
        Learner,
        settings=settings(
            max_examples=7,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
