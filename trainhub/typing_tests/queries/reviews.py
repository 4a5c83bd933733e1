"""Runs that a person has to look at, and what a reviewer lays beside one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased, joinedload

from trainhub.db import db
from trainhub.learning.queries.scope import learners_in_sight
from trainhub.people.models import Person
from trainhub.typing_tests.models import TypingRun, TypingRunEvent
from trainhub.typing_tests.queries.runs import RunPage, valid_runs
from trainhub.typing_tests.queries.timelines import timeline_of
from trainhub.typing_tests.rules.keys import key_gaps, key_holds
from trainhub.typing_tests.rules.states import Review, RunEvent, RunState

PAGE_SIZE = 25
RUNS_COMPARED = 5
RUNS_LISTED = 10


def _waiting(viewer: Person) -> list[ColumnElement[bool]]:
    """Waiting runs that are for the viewer to decide: one's own are for somebody else."""
    people = select(Person.id).where(learners_in_sight(viewer))
    return [
        TypingRun.review == Review.WAITING.value,
        TypingRun.state == RunState.CLOSED.value,
        TypingRun.person_id != viewer.id,
        TypingRun.person_id.in_(people),
    ]


def count_waiting(viewer: Person) -> int:
    """How many runs wait for somebody like the viewer."""
    query = select(func.count()).select_from(TypingRun).where(*_waiting(viewer))
    return db.session.scalar(query) or 0


def find_waiting(viewer: Person, page: int = 1) -> RunPage:
    """The runs that wait, the longest waiting first."""
    return _page(_waiting(viewer), (TypingRun.ended_at, TypingRun.id), page)


def find_decided(viewer: Person, page: int = 1) -> RunPage:
    """Flagged runs that were decided, the latest first."""
    people = select(Person.id).where(learners_in_sight(viewer))
    conditions = [
        TypingRun.review.in_([Review.CONFIRMED.value, Review.REJECTED.value]),
        TypingRun.test_id.is_not(None),
        TypingRun.person_id.in_(people),
    ]
    return _page(conditions, (TypingRun.ended_at.desc(), TypingRun.id.desc()), page)


def _page(conditions: Sequence[ColumnElement[bool]], order: Sequence[Any], page: int) -> RunPage:
    total = db.session.scalar(select(func.count()).select_from(TypingRun).where(*conditions)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    query = (
        select(TypingRun)
        .where(*conditions)
        .options(
            joinedload(TypingRun.person).joinedload(Person.team),
            joinedload(TypingRun.test),
            joinedload(TypingRun.passage_version),
        )
        .order_by(*order)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return RunPage(list(db.session.scalars(query)), page, pages, total)


@dataclass(frozen=True)
class AskedRetest:
    """Who asked for a supervised retest of a run, and when."""

    by: str | None
    at: datetime


def find_asked_retests(run_ids: Collection[int]) -> dict[int, AskedRetest]:
    """Supervised retests that are still to be taken, by the waiting run that they are to settle.
    One that was taken and did not settle it may be asked for again."""
    if not run_ids:
        return {}
    retest = aliased(TypingRun)
    is_taken = select(retest.id).where(
        retest.person_id == TypingRun.person_id,
        retest.test_id == TypingRun.test_id,
        retest.sitting_id.is_not(None),
        retest.state == RunState.CLOSED.value,
        retest.started_at >= TypingRunEvent.at,
    )
    query = (
        select(TypingRun.id, Person.name, TypingRunEvent.at)
        .join(TypingRunEvent, TypingRunEvent.run_id == TypingRun.id)
        .outerjoin(Person, Person.id == TypingRunEvent.by_id)
        .where(
            TypingRun.id.in_(run_ids),
            TypingRun.state == RunState.CLOSED.value,
            TypingRun.review == Review.WAITING.value,
            TypingRunEvent.kind == RunEvent.RETEST_ASKED.value,
            ~is_taken.exists(),
        )
        .order_by(TypingRunEvent.id)
    )
    return {run_id: AskedRetest(name, at) for run_id, name, at in db.session.execute(query)}


@dataclass(frozen=True)
class Times:
    """Gaps between keys and how long they were held, in ms, of some runs together."""

    gaps: list[float]
    holds: list[float]
    runs: int


def times_of(runs: Sequence[TypingRun]) -> Times:
    """The times of runs whose keystrokes are still there."""
    gaps: list[float] = []
    holds: list[float] = []
    count = 0
    for run in runs:
        events = timeline_of(run.id).events
        gaps += key_gaps(events)
        holds += key_holds(events)
        count += bool(events)
    return Times(gaps, holds, count)


def list_earlier(run: TypingRun, limit: int = RUNS_COMPARED) -> list[TypingRun]:
    """The person's valid runs before this one in the same language whose keystrokes are still
    there, practice included, the latest first."""
    query = (
        select(TypingRun)
        .where(
            TypingRun.person_id == run.person_id,
            TypingRun.id != run.id,
            TypingRun.started_at <= run.started_at,
            TypingRun.passage_version_id.is_not(None),
            TypingRun.timeline_gone_at.is_(None),
            valid_runs(),
        )
        .order_by(TypingRun.started_at.desc(), TypingRun.id.desc())
        .limit(4 * limit)
    )
    alike = [
        one for one in db.session.scalars(query) if one.rules["language"] == run.rules["language"]
    ]
    return alike[:limit]


def list_others_of_test(run: TypingRun, limit: int = RUNS_LISTED) -> list[TypingRun]:
    """The person's other runs of the same test, the latest first."""
    query = (
        select(TypingRun)
        .where(
            TypingRun.person_id == run.person_id,
            TypingRun.test_id == run.test_id,
            TypingRun.id != run.id,
            TypingRun.state.in_([RunState.CLOSED.value, RunState.VOIDED.value]),
        )
        .options(joinedload(TypingRun.test), joinedload(TypingRun.passage_version))
        .order_by(TypingRun.started_at.desc(), TypingRun.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))
