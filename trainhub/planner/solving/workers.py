"""Parts solved in processes of their own, as many as there are workers."""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

from trainhub.planner.solving.clockwork import Timer
from trainhub.planner.solving.part import Report
from trainhub.planner.solving.split import Part

PACKAGE_PARENT = Path(__file__).resolve().parents[3]
POLL_S = 0.1
GRACE_S = 1.0
Message = Report | None  # None: a process has ended


def shared_out(parts: list[Part], workers: int) -> list[list[tuple[int, Part]]]:
    """The parts, numbered, so that every worker has about as many people.

    Workers left over try the parts once more from another seed.
    """
    shares: list[list[tuple[int, Part]]] = [[] for _ in range(workers)]
    load = [0] * workers
    numbered = list(enumerate(parts))
    while 0 < len(numbered) < workers:
        numbered += numbered[: workers - len(numbered)]
    for number, part in numbered:
        least = load.index(min(load))
        shares[least].append((number, part))
        load[least] += 1 + len(part.agents)
    return [share for share in shares if share]


def solve_in_processes(
    parts: list[Part],
    timer: Timer,
    seed: int,
    *,
    use_solver: bool,
    workers: int,
    tell: Callable[[Report], None],
) -> None:
    """Hand on reports until all processes have ended or the time is up; none outlives the call.

    A process that dies leaves its parts as they were last reported.
    """
    messages: queue.Queue[Message] = queue.Queue()
    limit_s = max(0.1, timer.left - GRACE_S)
    processes: list[subprocess.Popen[bytes]] = []
    try:
        processes.extend(
            _start((share, limit_s, seed + number, use_solver), messages)
            for number, share in enumerate(shared_out(parts, workers))
        )
        running = len(processes)
        while running and not timer.is_over():
            try:
                message = messages.get(timeout=POLL_S)
            except queue.Empty:
                continue
            if message is None:
                running -= 1
            else:
                tell(message)
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _start(task: object, messages: queue.Queue[Message]) -> subprocess.Popen[bytes]:
    paths = [str(PACKAGE_PARENT), os.environ.get("PYTHONPATH", "")]
    process = subprocess.Popen(
        [sys.executable, "-m", "trainhub.planner.solving.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)},
        # Ctrl-C is for the parent alone: it would hit a worker that is only just starting.
        start_new_session=True,
    )
    assert process.stdin is not None and process.stdout is not None
    talk = threading.Thread(
        target=_converse, args=(process.stdin, process.stdout, task, messages), daemon=True
    )
    talk.start()
    return process


def _converse(
    stdin: IO[bytes], stdout: IO[bytes], task: object, messages: queue.Queue[Message]
) -> None:
    """Send the task and pass on what comes back until the process ends, well or badly."""
    try:
        with stdin:
            pickle.dump(task, stdin)
        while True:
            # Our own child writes this pipe.
            messages.put(pickle.load(stdout))  # noqa: S301
    except (EOFError, OSError, pickle.UnpicklingError):
        messages.put(None)
    finally:
        stdout.close()
