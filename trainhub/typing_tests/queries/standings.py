"""Where somebody stands in their typing tests; the same few queries for any number of tests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.learning.queries.scope import learners_in_sight
from trainhub.people.models import Person
from trainhub.typing_tests.models import TypingAssignment, TypingRun, TypingTest
from trainhub.typing_tests.queries.reviews import find_asked_retests
from trainhub.typing_tests.queries.runs import valid_runs
from trainhub.typing_tests.queries.tests import (
    NOT_USED_UP,
    Granted,
    assigned_to,
    get_test,
    granted_for,
    settings_of,
)
from trainhub.typing_tests.rules.settings import TestSettings
from trainhub.typing_tests.rules.standing import (
    NextStep,
    Outcome,
    ScoredRun,
    Standing,
    is_long_enough,
    next_step,
    standing_of,
)
from trainhub.typing_tests.rules.starting import Tries, attempts_left, next_start
from trainhub.typing_tests.rules.states import Review, RunState


def scored_runs_of(person_id: int, test_id: int) -> list[ScoredRun]:
    """The person's valid runs of a test, the earliest first."""
    query = select(TypingRun).where(
        TypingRun.person_id == person_id, TypingRun.test_id == test_id, valid_runs()
    )
    return as_scored(db.session.scalars(query.order_by(TypingRun.ended_at, TypingRun.id)))


def as_scored(runs: Iterable[TypingRun]) -> list[ScoredRun]:
    """Valid runs as the rules of standing take them."""
    return [
        ScoredRun(
            run_id=run.id,
            speed_tenths=run.speed_tenths,
            accuracy=run.accuracy,
            duration_ms=int((run.metrics or {}).get("duration_ms", 0)),
            ended_at=run.ended_at,
            is_supervised=run.sitting_id is not None,
            min_speed=run.rules["min_speed"],
            min_accuracy=run.rules["min_accuracy"],
            min_duration_s=run.rules["min_duration_s"],
        )
        for run in runs
        if run.speed_tenths is not None and run.accuracy is not None and run.ended_at is not None
    ]


@dataclass(frozen=True)
class MyTest:
    """A typing test as one person has it. `due_on` is the earliest wish; `waiting` counts runs
    that wait for a review, `is_retest_asked` says that one of them is to be typed again under
    supervision; `best` is the fastest run that counts."""

    test: TypingTest
    settings: TestSettings
    granted: Granted
    tries: Tries
    standing: Standing
    due_on: date | None = None
    is_assigned: bool = True
    waiting: int = 0
    is_retest_asked: bool = False
    under_way_id: int | None = None
    best: ScoredRun | None = None

    @property
    def attempts_left(self) -> int | None:
        """Runs left; None: any number."""
        return attempts_left(self.settings, self.tries)

    @property
    def next_start(self) -> datetime | None:
        """From when on the next run may begin."""
        return next_start(self.settings, self.tries)

    @property
    def next_step(self) -> NextStep:
        """What is next for this person."""
        return next_step(
            self.standing,
            self.settings,
            left=self.attempts_left,
            is_waiting=self.waiting > 0,
            is_retest_asked=self.is_retest_asked,
            is_exempt=self.granted.is_exempt,
        )

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do: passed, or exempt, and no retest is asked for."""
        return self.next_step.code in ("exempt", "done")

    def is_overdue(self, today: date) -> bool:
        """Whether the wished day has gone by with something left to do."""
        is_late = self.due_on is not None and self.due_on < today
        return is_late and not self.is_settled and self.standing.outcome is not Outcome.PASSED


def list_my_tests(person_id: int, today: date) -> list[MyTest]:
    """Tests that somebody is to take, what is open and due first."""
    person = _person(person_id)
    due = _assigned_tests(person)
    tests = [test for test, _due in due.values() if test.retired_at is None]
    found = _with_standing(person, tests, {key: day for key, (_test, day) in due.items()})
    last = date.max
    found.sort(key=lambda one: (one.is_settled, one.due_on or last, one.test.id))
    return found


def get_my_test(test_id: int, person_id: int) -> MyTest:
    """One test as the person has it, assigned or not. Raises `NotFound` for a retired one that
    the person has never taken."""
    person, test = _person(person_id), get_test(test_id)
    due = _assigned_tests(person)
    day = due[test_id][1] if test_id in due else None
    (mine,) = _with_standing(person, [test], {test_id: day} if test_id in due else {})
    if test.retired_at is not None and not mine.tries.used:
        raise NotFound()
    return mine


def _person(person_id: int) -> Person:
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound()
    return person


def _assigned_tests(person: Person) -> dict[int, tuple[TypingTest, date | None]]:
    query = (
        select(TypingTest, TypingAssignment.due_on)
        .join(TypingAssignment, TypingAssignment.test_id == TypingTest.id)
        .where(assigned_to(person))
    )
    found: dict[int, tuple[TypingTest, date | None]] = {}
    for test, due_on in db.session.execute(query):
        days = [day for day in (due_on, found.get(test.id, (test, None))[1]) if day is not None]
        found[test.id] = (test, min(days, default=None))
    return found


def _with_standing(
    person: Person, tests: Collection[TypingTest], due: dict[int, date | None]
) -> list[MyTest]:
    if not tests:
        return []
    ids = [test.id for test in tests]
    runs: dict[int | None, list[TypingRun]] = defaultdict(list)
    query = select(TypingRun).where(TypingRun.person_id == person.id, TypingRun.test_id.in_(ids))
    every = list(db.session.scalars(query.order_by(TypingRun.number)))
    for run in every:
        runs[run.test_id].append(run)
    valid = _valid_by_test([person.id], ids)
    granted = granted_for(person.id, ids)
    asked = find_asked_retests([run.id for run in every if _waits(run)])
    return [
        _mine(test, runs[test.id], valid[person.id, test.id], granted[test.id], due, asked)
        for test in tests
    ]


def _best(valid: Iterable[ScoredRun], settings: TestSettings) -> ScoredRun | None:
    counting = [run for run in valid if is_long_enough(run, settings)]
    return max(counting, key=lambda run: run.speed_tenths, default=None)


def _waits(run: TypingRun) -> bool:
    return run.review == Review.WAITING and run.state == RunState.CLOSED


def _mine(
    test: TypingTest,
    runs: list[TypingRun],
    valid: list[ScoredRun],
    granted: Granted,
    due: dict[int, date | None],
    asked: Collection[int],
) -> MyTest:
    settings = settings_of(test)
    used = [run for run in runs if run.state not in NOT_USED_UP]
    ends = [run.ended_at for run in used if run.ended_at is not None]
    waiting = [run.id for run in runs if _waits(run)]
    return MyTest(
        test,
        settings,
        granted,
        Tries(len(used), granted.extra_attempts, max(ends, default=None)),
        standing_of(valid, settings),
        due_on=due.get(test.id),
        is_assigned=test.id in due,
        waiting=len(waiting),
        is_retest_asked=any(run_id in asked for run_id in waiting),
        under_way_id=next(
            (run.id for run in runs if run.state == RunState.OPEN and run.events), None
        ),
        best=_best(valid, settings),
    )


def _valid_by_test(
    person_ids: Collection[int], test_ids: Collection[int]
) -> dict[tuple[int, int], list[ScoredRun]]:
    query = select(TypingRun).where(
        TypingRun.person_id.in_(person_ids), TypingRun.test_id.in_(test_ids), valid_runs()
    )
    found: dict[Any, list[ScoredRun]] = defaultdict(list)
    for run in db.session.scalars(query.order_by(TypingRun.ended_at, TypingRun.id)):
        found[run.person_id, run.test_id] += as_scored([run])
    return found


@dataclass(frozen=True)
class PersonStanding:
    """Where one person stands in a test, for those who answer for them."""

    person: Person
    standing: Standing
    best: ScoredRun | None


def list_standings(viewer: Person, test: TypingTest) -> list[PersonStanding]:
    """Everybody in the viewer's sight who has a valid run of the test, by name: supervisors see
    their own teams only."""
    query = (
        select(Person)
        .where(
            Person.disabled_at.is_(None),
            learners_in_sight(viewer),
            Person.id.in_(select(TypingRun.person_id).where(TypingRun.test_id == test.id)),
        )
        .order_by(Person.name_key, Person.id)
    )
    people, settings = list(db.session.scalars(query)), settings_of(test)
    valid = _valid_by_test([person.id for person in people], [test.id])
    return [
        PersonStanding(
            person,
            standing_of(valid[person.id, test.id], settings),
            _best(valid[person.id, test.id], settings),
        )
        for person in people
    ]
