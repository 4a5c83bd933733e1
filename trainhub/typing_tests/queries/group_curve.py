"""How fast a group types, week by week, and its runs as a table; within the viewer's sight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.people.models import Person
from trainhub.typing_tests.models import TypingRun
from trainhub.typing_tests.queries.overview import OverviewCriteria, people_of
from trainhub.typing_tests.queries.runs import valid_runs
from trainhub.typing_tests.rules.states import RunState

WEEKS = 13
BATCH = 500


@dataclass(frozen=True)
class Week:
    """One week from `begins_at`: the mean of its valid runs, None without any. `accuracy` is in
    hundredths of a per cent, `speed` in the test's unit."""

    begins_at: datetime
    speed: float | None = None
    accuracy: float | None = None
    people: int = 0
    runs: int = 0


def list_weeks(
    viewer: Person, criteria: OverviewCriteria, monday: datetime, count: int = WEEKS
) -> list[Week]:
    """The last weeks of one test (`criteria.test_id`), the one that began on `monday` the last."""
    begins = [monday - timedelta(weeks=back) for back in range(count - 1, -1, -1)]
    number = case(
        *[(TypingRun.ended_at < begin, place) for place, begin in enumerate(begins[1:])],
        else_=count - 1,
    ).label("number")
    query = (
        select(
            number,
            func.avg(TypingRun.speed_tenths),
            func.avg(TypingRun.accuracy),
            func.count(func.distinct(TypingRun.person_id)),
            func.count(),
        )
        .join(Person, Person.id == TypingRun.person_id)
        .where(
            *people_of(viewer, criteria),
            TypingRun.test_id == criteria.test_id,
            valid_runs(),
            TypingRun.ended_at >= begins[0],
            TypingRun.speed_tenths.is_not(None),
        )
        .group_by(number)
    )
    found = {
        place: (float(speed) / 10, float(accuracy), people, runs)
        for place, speed, accuracy, people, runs in db.session.execute(query)
    }
    return [
        Week(begin, *found.get(place, (None, None, 0, 0))) for place, begin in enumerate(begins)
    ]


def stream_runs(viewer: Person, criteria: OverviewCriteria) -> Iterator[TypingRun]:
    """Scored runs that have ended, the oldest first, a few hundred in memory at a time."""
    last = 0
    while runs := _next_runs(viewer, criteria, last):
        yield from runs
        last = runs[-1].id
        for run in runs:
            db.session.expunge(run)


def _next_runs(viewer: Person, criteria: OverviewCriteria, after: int) -> Sequence[TypingRun]:
    query = (
        select(TypingRun)
        .join(Person, Person.id == TypingRun.person_id)
        .where(
            *people_of(viewer, criteria),
            TypingRun.test_id.is_not(None),
            TypingRun.state.in_([RunState.CLOSED.value, RunState.VOIDED.value]),
            TypingRun.id > after,
        )
        .options(
            joinedload(TypingRun.person).joinedload(Person.team),
            joinedload(TypingRun.test),
            joinedload(TypingRun.passage_version),
            joinedload(TypingRun.sitting),
        )
        .order_by(TypingRun.id)
        .limit(BATCH)
    )
    if criteria.test_id is not None:
        query = query.where(TypingRun.test_id == criteria.test_id)
    return db.session.scalars(query).all()
