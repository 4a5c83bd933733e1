"""Reading typing tests: who is to take them, what somebody is granted, which room is open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.people.models import CohortMember, Person
from trainhub.people.rules.codes import is_code_right
from trainhub.typing_tests.models import (
    TypingAllowance,
    TypingAssignment,
    TypingRun,
    TypingSitting,
    TypingTest,
)
from trainhub.typing_tests.rules.settings import TestSettings
from trainhub.typing_tests.rules.starting import Tries
from trainhub.typing_tests.rules.states import RunState
from trainhub.web.converters import LARGEST_ID

NOT_USED_UP = (RunState.UNUSED.value, RunState.VOIDED.value)


def settings_of(test: TypingTest) -> TestSettings:
    """The settings of a typing test as they are now."""
    return TestSettings.from_dict(test.settings)


def get_test(test_id: int) -> TypingTest:
    """A typing test, retired or not. Raises `NotFound`."""
    is_possible = 0 < test_id <= LARGEST_ID  # a form's number may be any
    test = db.session.get(TypingTest, test_id) if is_possible else None
    if test is None:
        raise NotFound()
    return test


@dataclass(frozen=True)
class Granted:
    """What one person is granted for a test: the sums of all rows, the newest word on exemption."""

    extra_s: int = 0
    extra_attempts: int = 0
    is_exempt: bool = False


def granted_to(person_id: int, test_id: int | None) -> Granted:
    """What holds for the person in this test; with None, in practice."""
    return granted_for(person_id, [test_id]).get(test_id, Granted())


def granted_for(person_id: int, test_ids: Collection[int | None]) -> dict[int | None, Granted]:
    """What holds for the person in each of the tests; one query."""
    query = select(TypingAllowance).where(TypingAllowance.person_id == person_id)
    rows = list(db.session.scalars(query.order_by(TypingAllowance.id)))
    found: dict[int | None, Granted] = {}
    for test_id in test_ids:
        own = [row for row in rows if row.test_id is None or row.test_id == test_id]
        found[test_id] = Granted(
            max(0, sum(row.extra_s for row in own)),
            max(0, sum(row.extra_attempts for row in own)),
            bool(own) and own[-1].is_exempt,
        )
    return found


def assigned_to(person: Person) -> ColumnElement[bool]:
    """The condition on `TypingAssignment`: in force, and meant for the person."""
    cohorts = select(CohortMember.cohort_id).where(CohortMember.person_id == person.id)
    meant = [TypingAssignment.person_id == person.id, TypingAssignment.cohort_id.in_(cohorts)]
    if person.team_id is not None:
        meant.append(TypingAssignment.team_id == person.team_id)
    return TypingAssignment.withdrawn_at.is_(None) & or_(*meant)


def is_assigned(person: Person, test_id: int) -> bool:
    """Whether the person is to take the test, by themselves, their team or a cohort."""
    query = select(TypingAssignment.id).where(
        TypingAssignment.test_id == test_id, assigned_to(person)
    )
    return db.session.scalar(query.limit(1)) is not None


def tries_of(person_id: int, test_id: int) -> Tries:
    """How often the person has taken the test; `granted` attempts included."""
    query = select(func.count(), func.max(TypingRun.ended_at)).where(
        TypingRun.person_id == person_id,
        TypingRun.test_id == test_id,
        TypingRun.state.not_in(NOT_USED_UP),
    )
    used, last_ended_at = db.session.execute(query).one()
    return Tries(used, granted_to(person_id, test_id).extra_attempts, last_ended_at)


def last_number(person_id: int, test_id: int) -> int:
    """The number of the person's latest run of the test, 0 without one."""
    query = select(func.max(TypingRun.number)).where(
        TypingRun.person_id == person_id, TypingRun.test_id == test_id
    )
    return db.session.scalar(query) or 0


def find_open_sitting(test_id: int, room_code: str, now: datetime) -> TypingSitting | None:
    """The room of the test that is open now and has this code."""
    for one in list_open_sittings(now):
        if one.test_id == test_id and is_code_right(room_code, one.room_code):
            return one
    return None


def list_open_sittings(now: datetime) -> list[TypingSitting]:
    """Rooms that are open now."""
    query = select(TypingSitting).where(
        TypingSitting.opens_at <= now, TypingSitting.closes_at > now
    )
    return list(db.session.scalars(query.order_by(TypingSitting.closes_at, TypingSitting.id)))
