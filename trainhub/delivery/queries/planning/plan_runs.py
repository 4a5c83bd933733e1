"""Reading runs of the planner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload

from trainhub.db import db
from trainhub.delivery.models import PlanRun
from trainhub.delivery.rules.planning.plan_blobs import unpack_plan, unpack_problem
from trainhub.errors import NotFound
from trainhub.planner.problem import Problem
from trainhub.planner.problem.plan import Plan


@dataclass(frozen=True)
class RunResult:
    """A run's problem and plan, read."""

    problem: Problem
    plan: Plan
    people: list[int]


def get_run(run_id: int) -> PlanRun:
    """A run with its campaign, problem and plan not yet read. Raises `NotFound`."""
    query = (
        select(PlanRun)
        .where(PlanRun.id == run_id)
        .options(joinedload(PlanRun.campaign), defer(PlanRun.problem), defer(PlanRun.plan))
    )
    run = db.session.scalars(query).one_or_none()
    if run is None:
        raise NotFound()
    return run


def result_of(run: PlanRun) -> RunResult | None:
    """What a run has come to so far; None before there is anything."""
    if not run.problem or run.plan is None:
        return None
    return RunResult(unpack_problem(run.problem), unpack_plan(run.plan), run.people)


def list_runs(campaign_id: int, limit: int = 20) -> list[PlanRun]:
    """The latest runs of a campaign, the newest first."""
    query = (
        select(PlanRun)
        .where(PlanRun.campaign_id == campaign_id)
        .options(defer(PlanRun.problem), defer(PlanRun.plan), defer(PlanRun.people))
        .order_by(PlanRun.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))


def list_queued_ids() -> list[int]:
    """Runs that wait for the worker, the oldest first."""
    query = select(PlanRun.id).where(PlanRun.state == "queued")
    return list(db.session.scalars(query.order_by(PlanRun.requested_at, PlanRun.id)))


def has_lost_runs(before: datetime) -> bool:
    """Whether a run under way has given no sign of life since then."""
    query = select(PlanRun.id).where(PlanRun.state == "running", PlanRun.seen_at < before)
    return db.session.scalars(query.limit(1)).first() is not None


@dataclass(frozen=True)
class Standing:
    """How far a run is, for whoever watches."""

    state: str
    progress: dict[str, Any]
    time_limit_s: int
    started_at: datetime | None
    is_stopping: bool


def find_standing(run_id: int) -> Standing | None:
    """How far a run is, without its problem and plan; None for no run."""
    row = db.session.execute(
        select(
            PlanRun.state,
            PlanRun.progress,
            PlanRun.time_limit_s,
            PlanRun.started_at,
            PlanRun.cancel_asked_at,
        ).where(PlanRun.id == run_id)
    ).one_or_none()
    if row is None:
        return None
    return Standing(row[0], dict(row[1]), row[2], row[3], row[4] is not None)
