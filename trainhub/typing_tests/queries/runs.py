"""Reading runs: one's own, those in a trainer's or supervisor's sight, those that are due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from trainhub.db import db
from trainhub.errors import NotFound
from trainhub.learning.queries.scope import learners_in_sight
from trainhub.people.models import Person
from trainhub.typing_tests.models import TypingReview, TypingRun, TypingRunEvent
from trainhub.typing_tests.rules.settings import RunRules
from trainhub.typing_tests.rules.states import Review, RunState, Verdict, is_too_short

PAGE_SIZE = 25


def rules_of(run: TypingRun) -> RunRules:
    """The rules frozen on the run."""
    return RunRules.from_dict(run.rules)


def valid_runs() -> ColumnElement[bool]:
    """The condition on `TypingRun` that `rules.states.is_valid` is on one."""
    accepted = (TypingRun.verdict == Verdict.ACCEPT.value) & (
        TypingRun.review != Review.REJECTED.value
    )
    confirmed = (TypingRun.verdict == Verdict.FLAG.value) & (
        TypingRun.review == Review.CONFIRMED.value
    )
    return (TypingRun.state == RunState.CLOSED.value) & or_(accepted, confirmed)


def long_runs() -> ColumnElement[bool]:
    """The condition on `TypingRun` that a scored run lasts as long as its rules ask for."""
    least_s = func.coalesce(TypingRun.rules["min_duration_s"].as_integer(), 0)
    is_long: ColumnElement[bool] = TypingRun.metrics["duration_ms"].as_float() >= least_s * 1000
    return is_long


def lasts_too_short(run: TypingRun) -> bool:
    """Whether a scored run is shorter than its rules ask for."""
    if run.metrics is None:
        return False
    return is_too_short(run.metrics["duration_ms"], rules_of(run).min_duration_s)


def get_run(run_id: int, *, for_update: bool = False) -> TypingRun:
    """A run, read anew; `for_update` keeps others from changing it. Raises `NotFound`."""
    run = db.session.get(
        TypingRun, run_id, populate_existing=True, with_for_update=for_update or None
    )
    if run is None:
        raise NotFound()
    return run


def get_own_run(run_id: int, person_id: int, *, for_update: bool = False) -> TypingRun:
    """The person's run. Raises `NotFound` for another's, as if there were none."""
    query = select(TypingRun).where(TypingRun.id == run_id, TypingRun.person_id == person_id)
    query = query.execution_options(populate_existing=True)
    if for_update:
        query = query.with_for_update()
    run = db.session.scalars(query).one_or_none()
    if run is None:
        raise NotFound()
    return run


def get_run_for_staff(run_id: int, viewer: Person) -> TypingRun:
    """A run of somebody whom the viewer may see: supervisors their own teams, trainers and
    administrators everybody. Raises `NotFound`; practice is nobody's result.
    """
    query = (
        select(TypingRun)
        .join(Person, Person.id == TypingRun.person_id)
        .where(
            TypingRun.id == run_id,
            TypingRun.test_id.is_not(None),
            TypingRun.state != RunState.OPEN.value,
            learners_in_sight(viewer),
        )
        .options(
            joinedload(TypingRun.person).joinedload(Person.team),
            joinedload(TypingRun.test),
            joinedload(TypingRun.sitting),
            joinedload(TypingRun.passage_version),
        )
        .execution_options(populate_existing=True)
    )
    run = db.session.scalars(query).one_or_none()
    if run is None:
        raise NotFound()
    return run


def find_open_run(person_id: int) -> TypingRun | None:
    """The run that a person has under way, or that nobody has ended yet."""
    query = select(TypingRun).where(
        TypingRun.person_id == person_id, TypingRun.state == RunState.OPEN.value
    )
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def list_due_ids(now: datetime) -> Sequence[int]:
    """Runs that the tick has to look at, the longest due first."""
    query = (
        select(TypingRun.id)
        .where(TypingRun.sweep_at.is_not(None), TypingRun.sweep_at <= now)
        .order_by(TypingRun.sweep_at, TypingRun.id)
    )
    return db.session.scalars(query).all()


@dataclass(frozen=True)
class RunPage:
    """One page of runs, the newest first."""

    runs: list[TypingRun]
    page: int
    pages: int
    total: int


def list_own_runs(
    person_id: int, *, test_id: int | None = None, page: int = 1, size: int = PAGE_SIZE
) -> RunPage:
    """What somebody has typed, practice included; unused runs left out."""
    shown: list[ColumnElement[bool]] = [
        TypingRun.person_id == person_id,
        TypingRun.state != RunState.UNUSED.value,
    ]
    if test_id is not None:
        shown.append(TypingRun.test_id == test_id)
    return _page(shown, page, size)


def list_runs_for_staff(
    viewer: Person,
    *,
    test_id: int | None = None,
    person_id: int | None = None,
    sitting_id: int | None = None,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> RunPage:
    """Scored runs of people in the viewer's sight: supervisors see their own teams only."""
    people = select(Person.id).where(learners_in_sight(viewer), Person.disabled_at.is_(None))
    shown: list[ColumnElement[bool]] = [
        TypingRun.test_id.is_not(None),
        TypingRun.state.in_([RunState.CLOSED.value, RunState.VOIDED.value]),
        TypingRun.person_id.in_(people),
    ]
    if test_id is not None:
        shown.append(TypingRun.test_id == test_id)
    if person_id is not None:
        shown.append(TypingRun.person_id == person_id)
    if sitting_id is not None:
        shown.append(TypingRun.sitting_id == sitting_id)
    return _page(shown, page, size)


def _page(shown: Sequence[ColumnElement[bool]], page: int, size: int) -> RunPage:
    total = db.session.scalar(select(func.count()).select_from(TypingRun).where(*shown)) or 0
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    query = (
        select(TypingRun)
        .where(*shown)
        .options(
            joinedload(TypingRun.passage_version),
            joinedload(TypingRun.test),
            joinedload(TypingRun.person).joinedload(Person.team),
        )
        .order_by(TypingRun.started_at.desc(), TypingRun.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    return RunPage(list(db.session.scalars(query)), page, pages, total)


def list_run_events(run_id: int) -> list[tuple[TypingRunEvent, str | None]]:
    """What happened to a run, in order, each with the name of whoever did it."""
    query = (
        select(TypingRunEvent, Person.name)
        .outerjoin(Person, Person.id == TypingRunEvent.by_id)
        .where(TypingRunEvent.run_id == run_id)
        .order_by(TypingRunEvent.id)
    )
    return [(event, name) for event, name in db.session.execute(query)]


def list_reviews_of(run_id: int) -> list[tuple[TypingReview, str | None]]:
    """What was decided about a run, in order, each with the name of whoever decided."""
    query = (
        select(TypingReview, Person.name)
        .outerjoin(Person, Person.id == TypingReview.by_id)
        .where(TypingReview.run_id == run_id)
        .order_by(TypingReview.id)
    )
    return [(review, name) for review, name in db.session.execute(query)]


def list_waiting_reviews(viewer: Person) -> list[TypingRun]:
    """Flagged runs that wait for a person, the oldest first; one's own are for somebody else."""
    query = (
        select(TypingRun)
        .join(Person, Person.id == TypingRun.person_id)
        .where(
            TypingRun.review == Review.WAITING.value,
            TypingRun.state == RunState.CLOSED.value,
            TypingRun.person_id != viewer.id,
            learners_in_sight(viewer),
        )
        .options(
            joinedload(TypingRun.person).joinedload(Person.team),
            joinedload(TypingRun.test),
            joinedload(TypingRun.passage_version),
        )
        .order_by(TypingRun.ended_at, TypingRun.id)
    )
    return list(db.session.scalars(query))
