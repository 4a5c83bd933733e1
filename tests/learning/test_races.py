"""Two requests at the same moment: one effect."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from tests.learning import content
from tests.learning.content import COURSE, LESSON
from trainhub import clock
from trainhub.db import db, transaction
from trainhub.learning import services
from trainhub.learning.models import CheckpointResponse, Enrolment
from trainhub.learning.queries.progress import get_enrolment
from trainhub.ledger.models import LearningRecord
from trainhub.people.models import Person

WORKERS = 6
pytestmark = pytest.mark.usefixtures("library")


def at_once(app, act: Callable[[int], object]) -> list[object]:
    """Run `act(number)` in several threads that set off together; results or errors."""
    db.session.rollback()  # a read left open would keep SQLite's writers from committing
    barrier, found = Barrier(WORKERS), []

    def run(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                found.append(act(number))
            except Exception as error:
                found.append(error)
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=(number,)) for number in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def count(model) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def answer_as(person_id: int, response: object, send: str) -> int:
    with transaction():
        kept, _mark, _row = services.answer_item(
            get_enrolment(person_id, COURSE, for_update=True), LESSON, "opening", "one", response,
            idempotency_key=send, now=clock.now(),
        )  # fmt: skip
        return kept.number


def test_the_same_answer_at_once_is_one_row(app, begin, make) -> None:
    alice = make.person("alice").id
    begin(db.session.get(Person, alice))
    response = content.right("one")
    assert at_once(app, lambda _n: answer_as(alice, response, "the-same-key")) == [1] * WORKERS
    assert count(CheckpointResponse) == 1


def test_different_tries_at_once_are_numbered_through(app, begin, make) -> None:
    alice = make.person("alice").id
    begin(db.session.get(Person, alice))
    response = content.wrong("one")
    found = at_once(app, lambda n: answer_as(alice, response, f"try-{n}"))
    assert sorted(found, key=str) == list(range(1, WORKERS + 1))


def test_starting_at_once_is_one_start(app, make) -> None:
    alice = make.person("alice").id

    def start(_number: int) -> None:
        with transaction():
            person = db.session.get(Person, alice)
            services.enrol(person, content.edition().course, now=clock.now())
            enrolment = get_enrolment(alice, COURSE, for_update=True)
            services.start_course(enrolment, content.edition(), now=clock.now())

    assert at_once(app, start) == [None] * WORKERS
    assert (count(Enrolment), count(LearningRecord)) == (1, 1)


def test_finishing_at_once_completes_once(app, begin, make) -> None:
    alice = make.person("alice").id
    begin(db.session.get(Person, alice), "zh")
    with transaction():
        services.finish_lesson(get_enrolment(alice, COURSE), "greeting", now=clock.now())
        services.answer_item(
            get_enrolment(alice, COURSE), "farewell", "opening", "last", True,
            idempotency_key="the-last", now=clock.now(),
        )  # fmt: skip

    def finish(_number: int) -> bool:
        with transaction():
            enrolment = get_enrolment(alice, COURSE, for_update=True)
            return services.finish_lesson(enrolment, "farewell", now=clock.now())

    assert at_once(app, finish) == [True] * WORKERS
    told = select(func.count()).where(LearningRecord.verb == "completed")
    assert db.session.scalar(told) == 1
