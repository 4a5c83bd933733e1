"""`trainhub serve` in a process of its own, for tests that treat it as an operator would."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120


def wait_until(happened: Callable[[], bool], out: Path) -> None:
    """Wait for something; the server's output says why it did not happen."""
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < deadline, out.read_text()
        time.sleep(0.05)


class Running:
    """A server on a free port, with an instance in `folder`; `options` go to `serve`."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.port = free_port()
        self.out = folder / "out"
        self.instance = folder / "instance"
        self.options = options
        self.start()

    def start(self) -> None:
        """Start it, on the same port as before, and wait until it answers."""
        environment = {**os.environ, "TRAINHUB_INSTANCE": str(self.instance)}
        command = [sys.executable, "-m", "trainhub", "serve", "--port", str(self.port)]
        with self.out.open("ab") as out:
            self.process = subprocess.Popen(
                [*command, "--processes", "2", *self.options],
                cwd=ROOT,
                env=environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        wait_until(lambda: len(self.children()) == 2 and self.answers(), self.out)

    def connect(self) -> http.client.HTTPConnection:
        """A connection to it."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)

    def answers(self) -> bool:
        """Whether it is up."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = self.connect()
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        return False

    def children(self) -> list[int]:
        """Its web processes."""
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True
        )
        workers = subprocess.run(["pgrep", "-f", "trainhub worker"], capture_output=True, text=True)
        return sorted(set(map(int, listed.stdout.split())) - set(map(int, workers.stdout.split())))

    def end(self) -> None:
        """Kill it, whatever happened to it, and its children with it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
