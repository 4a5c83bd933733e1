"""A worker process for the tests: one quick job that leaves a trace of its start and end.

    python -m tests.ops.working INSTANCE DATABASE_URL TRACE

While the file TRACE.hold exists, a job does not get beyond its start.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from trainhub import create_app
from trainhub.config import load_settings
from trainhub.ops.runs import Job
from trainhub.ops.worker import Worker

LEASE_S, RENEWAL_S, BEAT_S = 2.0, 0.5, 0.5


def half_second(now: datetime) -> datetime:
    """The newest due instant: every half second there is one."""
    steps = int(now.timestamp() / BEAT_S)
    return datetime.fromtimestamp(steps * BEAT_S, UTC)


def main(instance: str, url: str, trace: str) -> None:
    def note(word: str) -> None:
        descriptor = os.open(trace, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, f"{word} {os.getpid()} {time.monotonic()}\n".encode())
        os.close(descriptor)

    def work(_now: datetime) -> str:
        note("start")
        while Path(f"{trace}.hold").exists():
            time.sleep(0.02)
        note("end")
        return "done"

    app = create_app(load_settings({}, instance=Path(instance), database_url=url))
    worker = Worker(
        app,
        [Job("tick", half_second, work)],
        lease=timedelta(seconds=LEASE_S),
        renewal=timedelta(seconds=RENEWAL_S),
        beat=timedelta(seconds=BEAT_S),
    )
    note("ready")
    worker.start()


if __name__ == "__main__":
    main(*sys.argv[1:])
