"""What cannot wait for the minute: run every few seconds, by the holder of the lease alone."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from trainhub import pipeline
from trainhub.ops.worker import Worker


def test_the_holder_of_the_lease_runs_urgent_work_and_nobody_else(app: Flask) -> None:
    seen: list[datetime] = []
    first, second = (Worker(app, [], urgent=seen.append) for _ in range(2))
    first.run_urgent()
    assert not seen, "nobody holds the lease yet"
    first.renew()
    second.renew()
    first.run_urgent()
    second.run_urgent()
    assert len(seen) == 1


def test_a_failure_does_not_stop_the_next_beat(app: Flask) -> None:
    seen: list[datetime] = []

    def fail(now: datetime) -> None:
        seen.append(now)
        raise RuntimeError("the database is away")

    worker = Worker(app, [], urgent=fail)
    worker.renew()
    worker.run_urgent()
    worker.run_urgent()
    assert len(seen) == 2


def test_deadlines_and_plans_are_urgent(app: Flask, now: datetime) -> None:
    assert pipeline.run_urgent(now) == {
        "close overdue attempts": 0,
        "close overdue typing runs": 0,
        "plan campaigns": 0,
    }
