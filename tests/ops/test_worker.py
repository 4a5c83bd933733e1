"""Several workers: one works, each due run is finished once, a killed one is followed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from tests.ops.working import LEASE_S, RENEWAL_S
from trainhub.config import Settings
from trainhub.db import db, transaction
from trainhub.ops.models import JobRun, SchedulerLease

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


class Crew:
    """Three workers on one database, and the trace of what their jobs did."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.trace = folder / "trace"
        self.hold = folder / "trace.hold"
        url = settings.database_url
        command = [sys.executable, "-m", "tests.ops.working", str(folder), url, str(self.trace)]
        self.processes = [subprocess.Popen(command, cwd=ROOT) for _ in range(3)]

    def pids(self, word: str) -> list[int]:
        """The processes that left `word` in the trace, in order."""
        if not self.trace.exists():
            return []
        lines = [line.split() for line in self.trace.read_text().splitlines()]
        return [int(line[1]) for line in lines if line[0] == word]

    def kill(self, pid: int) -> None:
        process = next(one for one in self.processes if one.pid == pid)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self) -> list[int]:
        """End those still running and wait; their exit statuses."""
        self.hold.unlink(missing_ok=True)
        for process in self.processes:
            process.terminate()
        return [process.wait(PATIENCE_S) for process in self.processes]


@pytest.fixture
def crew(app: Flask, tmp_path: Path) -> Iterator[Crew]:
    db.session.remove()
    working = Crew(app.config["SETTINGS"], tmp_path)
    with ExitStack() as stack:
        stack.callback(working.stop)
        yield working
    db.session.rollback()
    with transaction():  # other processes wrote, so the fixture `app` knows nothing of it
        db.session.execute(delete(JobRun))
        db.session.execute(delete(SchedulerLease))


def unfinished() -> int:
    db.session.rollback()
    query = select(func.count()).select_from(JobRun).where(JobRun.finished_at.is_(None))
    return db.session.scalar(query) or 0


def test_one_of_three_works_and_a_killed_one_is_followed(crew: Crew) -> None:
    crew.hold.touch()
    wait_until(lambda: len(crew.pids("start")) == 1 and len(crew.pids("ready")) == 3)
    (first,) = crew.pids("start")
    killed_at = time.monotonic()
    crew.kill(first)
    wait_until(lambda: len(crew.pids("start")) == 2)
    assert time.monotonic() - killed_at < LEASE_S + 2 * RENEWAL_S + 15, "taken over too late"
    second = crew.pids("start")[1]
    crew.hold.unlink()
    wait_until(lambda: len(crew.pids("end")) >= 5)
    assert crew.stop().count(0) == 2, "a worker that is asked to stop ends well"

    assert first not in crew.pids("end"), "the killed worker finished nothing"
    assert set(crew.pids("end")) == {second}, "only the holder of the lease worked"
    assert len(crew.pids("end")) == len(crew.pids("start")) - 1
    db.session.rollback()
    finished = db.session.scalar(select(func.count()).select_from(JobRun))
    assert finished == len(crew.pids("end")), "each due run was finished once"
    assert unfinished() == 0, "the run cut short was finished by the second worker"


def test_a_stopped_worker_hands_over_before_its_lease_ends(crew: Crew) -> None:
    wait_until(lambda: len(crew.pids("end")) >= 2 and len(crew.pids("ready")) == 3)
    first = crew.pids("end")[0]
    stopped = next(one for one in crew.processes if one.pid == first)
    stopped.terminate()
    assert stopped.wait(PATIENCE_S) == 0
    wait_until(lambda: any(pid != first for pid in crew.pids("end")))
    crew.stop()
    db.session.rollback()
    finished = db.session.scalar(select(func.count()).select_from(JobRun))
    assert finished == len(crew.pids("end")) == len(crew.pids("start"))
