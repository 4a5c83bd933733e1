"""Runs: a job for one hour, claimed by a unique row before it starts.

Who inserts the row of (job, due_at) runs it. A run whose process died stays unfinished; the
next holder of the lease takes it over by a guarded update, so it is finished once too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from trainhub.db import db
from trainhub.ops.models import JobRun

KEPT = timedelta(days=30)
NIGHT = time(3, 0)


@dataclass(frozen=True)
class Job:
    """Work that becomes due again and again.

    `latest_due(now)` is the newest due instant not after `now`, so an hour missed while
    nothing ran is made up for once. `run(now)` may be repeated; it returns one line for the
    record.
    """

    name: str
    latest_due: Callable[[datetime], datetime]
    run: Callable[[datetime], str]


def every_minute(now: datetime) -> datetime:
    """The start of the current minute."""
    return now.astimezone(UTC).replace(second=0, microsecond=0)


def every_night(zone: tzinfo) -> Callable[[datetime], datetime]:
    """03:00 of the centre's standard day, as a fixed hour of UTC: no hour is skipped or
    doubled when clocks change."""
    offset = datetime(2026, 1, 1, tzinfo=zone).utcoffset() or timedelta()

    def latest(now: datetime) -> datetime:
        local = now.astimezone(UTC).replace(tzinfo=None) + offset
        due = datetime.combine(local.date(), NIGHT)
        if due > local:
            due -= timedelta(days=1)
        return (due - offset).replace(tzinfo=UTC)

    return latest


def claim_run(job: str, due_at: datetime, holder: str, now: datetime) -> int | None:
    """The number of the new run, or None when somebody has it already."""
    query = select(JobRun.id).where(JobRun.job == job, JobRun.due_at == due_at)
    if db.session.scalar(query) is not None:
        return None
    run = JobRun(job=job, due_at=due_at, holder=holder, started_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(run)
    except IntegrityError:
        return None
    return run.id


@dataclass(frozen=True)
class OrphanedRun:
    """An unfinished run of a process that no longer holds the lease."""

    id: int
    job: str
    holder: str


def list_orphaned_runs(holder: str) -> list[OrphanedRun]:
    """Runs that somebody other than `holder`, who has the lease, has left unfinished."""
    query = select(JobRun.id, JobRun.job, JobRun.holder).where(
        JobRun.finished_at.is_(None), JobRun.holder != holder
    )
    return [OrphanedRun(*row) for row in db.session.execute(query.order_by(JobRun.due_at))]


def adopt_run(run: OrphanedRun, holder: str, now: datetime) -> bool:
    """Take an orphaned run over; whether this process was the one to get it."""
    taken = db.session.execute(
        update(JobRun)
        .where(JobRun.id == run.id, JobRun.holder == run.holder, JobRun.finished_at.is_(None))
        .values(holder=holder, started_at=now)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


def finish_run(run_id: int, holder: str, outcome: str, now: datetime) -> None:
    """Record how a run ended, unless it has been taken over meanwhile."""
    db.session.execute(
        update(JobRun)
        .where(JobRun.id == run_id, JobRun.holder == holder)
        .values(finished_at=now, outcome=outcome)
    )


def forget_old_runs(now: datetime) -> int:
    """Delete the record of runs older than `KEPT`; how many."""
    old = db.session.execute(delete(JobRun).where(JobRun.due_at < now - KEPT))
    return int(old.rowcount)  # type: ignore[attr-defined]  # a DELETE's result has it


def find_last_run(job: str) -> JobRun | None:
    """The newest finished run of a job."""
    query = select(JobRun).where(JobRun.job == job, JobRun.finished_at.is_not(None))
    return db.session.scalars(query.order_by(JobRun.due_at.desc()).limit(1)).first()
