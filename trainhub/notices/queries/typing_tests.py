"""What is to be said to whom about typing tests."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, select, union_all

from trainhub.db import db
from trainhub.people.models import Person
from trainhub.typing_tests.models import (
    TypingAssignment,
    TypingRun,
    TypingRunEvent,
    TypingTest,
)
from trainhub.typing_tests.queries.overview import asked_people, pairs_of
from trainhub.typing_tests.rules.states import Review
from trainhub.typing_tests.services.noting import RunEvent

FRESH = timedelta(days=2)


def _active() -> list[ColumnElement[bool]]:
    return [Person.disabled_at.is_(None)]


def list_fresh_typing_tests(now: datetime, today: date) -> list[Row[Any]]:
    """Person, test, assignment and date of what was asked in the last two days and is not settled
    yet. Of several assignments the latest one is said."""
    held = [
        TypingAssignment.withdrawn_at.is_(None),
        TypingAssignment.created_at > now - FRESH,
        TypingAssignment.created_at <= now,
    ]
    tests = _tests_of(held)
    if not tests:
        return []
    fresh = union_all(*asked_people(_active(), held)).subquery()
    open_ = pairs_of(_active(), tests, today)
    query = (
        select(
            fresh.c.person_id,
            fresh.c.test_id,
            func.max(fresh.c.assignment_id).label("assignment_id"),
            open_.c.due_on,
        )
        .join(open_, _same(fresh, open_))
        .where(open_.c.open == 1)
        .group_by(fresh.c.person_id, fresh.c.test_id, open_.c.due_on)
        .order_by(fresh.c.person_id, fresh.c.test_id)
    )
    return list(db.session.execute(query))


def _same(fresh: Any, other: Any) -> ColumnElement[bool]:
    return and_(other.c.person_id == fresh.c.person_id, other.c.test_id == fresh.c.test_id)


def _tests_of(held: Collection[ColumnElement[bool]]) -> list[int]:
    query = select(TypingAssignment.test_id).where(*held).distinct()
    return list(db.session.scalars(query))


def list_due_typing_tests(days: Collection[date], today: date) -> list[Row[Any]]:
    """Person, test and date of what is due on one of the days and not settled. Most days nothing
    is, and then nobody is looked up."""
    held = [TypingAssignment.withdrawn_at.is_(None), TypingAssignment.due_on.in_(days)]
    tests = _tests_of(held)
    if not tests:
        return []
    pairs = pairs_of(_active(), tests, today)
    query = (
        select(pairs.c.person_id, pairs.c.test_id, pairs.c.due_on)
        .where(pairs.c.open == 1, pairs.c.due_on.in_(days))
        .order_by(pairs.c.person_id, pairs.c.test_id)
    )
    return list(db.session.execute(query))


def list_retests(now: datetime) -> list[Row[Any]]:
    """Person, test and event of supervised retests asked for in the last two days."""
    query = (
        select(TypingRunEvent.id, TypingRun.person_id, TypingRun.test_id)
        .join(TypingRun, TypingRun.id == TypingRunEvent.run_id)
        .join(Person, Person.id == TypingRun.person_id)
        .where(
            TypingRunEvent.kind == RunEvent.RETEST_ASKED.value,
            TypingRunEvent.at > now - FRESH,
            TypingRunEvent.at <= now,
            TypingRun.review == Review.WAITING.value,
            *_active(),
        )
        .order_by(TypingRunEvent.id)
    )
    return list(db.session.execute(query))


def find_typing_test(test_id: int) -> TypingTest | None:
    """The test that a notice is about; None once it is retired."""
    test = db.session.get(TypingTest, test_id)
    return test if test is not None and test.retired_at is None else None
