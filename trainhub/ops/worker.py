"""The worker: a process that keeps the lease and runs what is due while it has it.

APScheduler gives the beat (in UTC, in memory); what is due and who may run it is in the
database, so any number of workers can be started and one of them works.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask

from trainhub import clock
from trainhub.db import db, transaction
from trainhub.ops import runs
from trainhub.ops.lease import LEASE, RENEWAL, give_up_lease, own_name, take_lease
from trainhub.ops.runs import Job

log = logging.getLogger(__name__)
LATE_BY_AT_MOST_S = 3600
URGENT_BEAT = timedelta(seconds=5)  # results of all within 30 s of an exam's end


class Worker:
    """Runs `jobs` of `app` whenever they are due and this process holds the lease."""

    def __init__(
        self,
        app: Flask,
        jobs: Sequence[Job],
        *,
        lease: timedelta = LEASE,
        renewal: timedelta = RENEWAL,
        beat: timedelta = timedelta(minutes=1),
        urgent: Callable[[datetime], object] | None = None,
    ) -> None:
        """`urgent(now)` is called every `URGENT_BEAT` by the holder of the lease, beside
        whatever job runs; it must be safe to repeat and leaves no record of a run."""
        self.name = own_name()
        self._app = app
        self._jobs = {job.name: job for job in jobs}
        self._lease, self._renewal, self._beat = lease, renewal, beat
        self._urgent = urgent
        self._held_until = float("-inf")  # on this process's monotonic clock
        self._working = threading.Lock()
        self._stopping = False
        self._scheduler = BlockingScheduler(
            timezone=UTC,
            job_defaults={
                "coalesce": True,
                "max_instances": 1,
                "misfire_grace_time": LATE_BY_AT_MOST_S,
            },
        )

    def start(self) -> None:
        """Work until SIGTERM or SIGINT; a run under way is finished first."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop())
        at_once = clock.now()
        self._scheduler.add_job(
            self.renew, "interval", seconds=self._renewal.total_seconds(), next_run_time=at_once
        )
        self._scheduler.add_job(
            self.run_due,
            "interval",
            seconds=self._beat.total_seconds(),
            start_date=_next_beat(at_once, self._beat),
        )
        if self._urgent is not None:
            self._scheduler.add_job(
                self.run_urgent,
                "interval",
                seconds=URGENT_BEAT.total_seconds(),
                start_date=_next_beat(at_once, URGENT_BEAT),
            )
        log.info("worker %s started", self.name)
        self._scheduler.start()
        with self._app.app_context(), transaction():
            give_up_lease(self.name, clock.now())
        log.info("worker %s stopped", self.name)

    def stop(self) -> None:
        """Ask `start` to return; callable from a signal, another thread, and twice."""
        if not self._stopping:
            self._stopping = True
            threading.Thread(target=self._scheduler.shutdown, daemon=True).start()

    def holds_lease(self) -> bool:
        """Whether jobs may run here now; a process that was asleep too long says no."""
        return time.monotonic() < self._held_until

    def renew(self) -> None:
        """Take or renew the lease; a process that has just got it looks for work at once."""
        asked_at, had = time.monotonic(), self.holds_lease()
        try:
            with self._app.app_context(), transaction():
                held = take_lease(self.name, clock.now(), self._lease)
        except Exception:  # the database is away or locked: without it there is no lease
            log.exception("the lease could not be renewed")
            return
        self._held_until = asked_at + self._lease.total_seconds() if held else float("-inf")
        if held and not had:
            log.info("worker %s holds the lease", self.name)
            self._scheduler.add_job(self.take_over, id="take-over", replace_existing=True)

    def take_over(self) -> None:
        """Finish what a dead worker left, then do what is due."""
        with self._working, self._app.app_context():
            for run in runs.list_orphaned_runs(self.name):
                now = clock.now()
                with transaction():
                    mine = runs.adopt_run(run, self.name, now)
                if mine:
                    self._carry_out(self._jobs.get(run.job), run.id, now)
        self.run_due()

    def run_due(self) -> None:
        """Run every job that is due and not claimed yet, one after the other."""
        with self._working, self._app.app_context():
            for job in self._jobs.values():
                if not self.holds_lease():
                    return
                now = clock.now()
                with transaction():
                    run_id = runs.claim_run(job.name, job.latest_due(now), self.name, now)
                if run_id is not None:
                    self._carry_out(job, run_id, now)

    def run_urgent(self) -> None:
        """Do what cannot wait for the minute, if this process holds the lease."""
        if self._urgent is None or not self.holds_lease():
            return
        with self._app.app_context():
            try:
                self._urgent(clock.now())
            except Exception:  # the database is away or locked: the next beat comes soon
                log.exception("the urgent stages failed")
            finally:
                db.session.remove()

    def _carry_out(self, job: Job | None, run_id: int, now: datetime) -> None:
        try:
            outcome = job.run(now) if job else "this version has no such job"
        except Exception as error:  # a failing job must not stop the others
            log.exception("job %s failed", job.name if job else run_id)
            outcome = f"failed: {type(error).__name__}: {error}"
        db.session.remove()
        with transaction():
            runs.finish_run(run_id, self.name, outcome, clock.now())


def _next_beat(now: datetime, beat: timedelta) -> datetime:
    """The next full beat, so that a minute's run comes at the minute, not somewhere in it."""
    steps = int(now.timestamp() / beat.total_seconds()) + 1
    return datetime.fromtimestamp(steps * beat.total_seconds(), UTC)


def stop_with_parent(worker: Worker) -> None:
    """Stop when standard input ends, which it does with the process that started this one."""

    def watch() -> None:
        while os.read(0, 1024):
            pass
        worker.stop()

    threading.Thread(target=watch, daemon=True).start()
