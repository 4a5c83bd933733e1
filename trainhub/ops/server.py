"""The web server: granian with TrainHub's limits, and the worker as its child.

Why granian and why these numbers: docs/decisions/0002-server.md.
"""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Flask

from trainhub import create_app
from trainhub.config import Settings, secret_is_weak
from trainhub.ops.gate import Gate
from trainhub.web.security import MAX_BODY

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

log = logging.getLogger(__name__)

PLACES = 4  # pages worked on at once in one process: more only share one interpreter
URGENT_PLACES = 8  # saves beside them: short, and mostly waiting for the disk
URGENT = re.compile(
    r"(/api/v1)?/attempts/\d+/(responses|heartbeat|submit)|/api/v1/typing-runs/\d+/chunks"
)
LONG_PLACES = 1  # a room begins and ends its runs at once: more would share the interpreter
LONG = re.compile(r"/api/v1/typing-runs(/\d+/finish)?|/typing/runs")
SWITCH_S = 0.001  # how long a page keeps the interpreter from a save; Python's own is 0.005
SENDERS = 256  # bodies on their way at once in one process
KEEP_ALIVE_S = 120  # longer than a reader's pause between two saves (75 s)
CONNECTIONS = 20_000  # open at once in one process; granian counts connections, not requests
STOP_WITHIN_S = 30  # requests under way get this long when the server stops
START_WORKER_AFTER_S = 2  # the first page comes first
PORTS_TRIED = 50


class ServeFault(Exception):
    """The server may not or cannot start; the text says why and what to do."""


@dataclass(frozen=True)
class Listening:
    """Where and how widely to serve. `port_is_wish`: the next free port will do."""

    host: str = "127.0.0.1"
    port: int = 8000
    port_is_wish: bool = True
    processes: int = 1


def application() -> Flask:
    """What each server process runs."""
    _stop_with_parent()
    app = create_app()
    app.wsgi_app = Gate(  # type: ignore[method-assign]  # Flask's documented way
        app.wsgi_app,
        places=PLACES,
        urgent_places=URGENT_PLACES,
        is_urgent=is_urgent,
        long_places=LONG_PLACES,
        is_long=is_long,
        senders=SENDERS,
        longest_body=MAX_BODY,
    )
    sys.setswitchinterval(SWITCH_S)
    return app


def is_urgent(environ: WSGIEnvironment) -> bool:
    """Whether somebody's answers in an exam are being saved or handed in, or keystrokes saved."""
    return URGENT.fullmatch(environ.get("PATH_INFO", "")) is not None


def is_long(environ: WSGIEnvironment) -> bool:
    """Whether a typing run begins, or ends and is scored."""
    return LONG.fullmatch(environ.get("PATH_INFO", "")) is not None


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server on `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def exposure_fault(host: str, settings: Settings, demonstration_accounts: int) -> str | None:
    """Why this instance may not be offered on `host`, or None."""
    if is_loopback(host):
        return None
    if demonstration_accounts:
        return (
            f"{demonstration_accounts} demonstration accounts with published passwords exist:"
            " serve them on 127.0.0.1 only, and for real people begin a new instance"
            " (TRAINHUB_INSTANCE; see docs/operations.md)"
        )
    if secret_is_weak(settings):
        return "TRAINHUB_SECRET_KEY has fewer than 32 characters: set a longer one, or unset it"
    return None


def free_port(listening: Listening) -> int:
    """The port to use. Raises `ServeFault` if it is taken and no other will do."""
    tried = range(listening.port, listening.port + (PORTS_TRIED if listening.port_is_wish else 1))
    for port in tried:
        family = socket.AF_INET6 if ":" in listening.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if os.name != "nt":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((listening.host, port))
            except OSError as error:
                fault = error
                continue
            return port
    raise ServeFault(f"cannot listen on {listening.host} port {tried[0]}: {fault.strerror}")


def served_url(host: str, port: int) -> str:
    """The address of a server on `host`; one that listens everywhere is named by this machine."""
    with contextlib.suppress(ValueError):
        if ipaddress.ip_address(host).is_unspecified:
            host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(listening: Listening, port: int, *, with_worker: bool) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are finished.

    Call it with no database connection open: the server's processes are forked from here.
    """
    _allow_many_connections()
    os.environ["TRAINHUB_SERVED_URL"] = served_url(listening.host, port)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_begin_as_child)
    server = _server(listening, port)
    if with_worker:
        keeper = WorkerKeeper()
        server.on_startup(keeper.start)
        server.on_shutdown(keeper.stop)
    server.serve()


def _server(listening: Listening, port: int) -> Any:
    # Imported here because `trainhub --help` and the other commands need no server.
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server

    return Server(
        "trainhub.ops.server:application",
        factory=True,
        interface=Interfaces.WSGI,
        address=listening.host,
        port=port,
        workers=listening.processes,
        blocking_threads=SENDERS + 4 * (PLACES + URGENT_PLACES + LONG_PLACES),
        backpressure=CONNECTIONS,
        backlog=2048,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=KEEP_ALIVE_S * 1000),
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_WITHIN_S,
        log_level=LogLevels.error,
    )


class WorkerKeeper:
    """Keeps one `trainhub worker` running beside the server, and stops it with the server."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        """Start the worker now and again whenever it dies."""
        self._thread.start()

    def stop(self) -> None:
        """Let the worker finish its job, then go; at most `STOP_WITHIN_S`."""
        self._stopping.set()
        child = self._child
        if child is None:
            return
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(STOP_WITHIN_S)
            return
        child.kill()

    def _keep(self) -> None:
        self._stopping.wait(START_WORKER_AFTER_S)
        while not self._stopping.is_set():
            began = time.monotonic()
            command = [sys.executable, "-m", "trainhub", "worker", "--child"]
            # A session of its own: Ctrl+C reaches the server, which then stops the worker.
            self._child = subprocess.Popen(
                command, stdin=subprocess.PIPE, start_new_session=os.name != "nt"
            )
            self._child.wait()
            if not self._stopping.is_set():
                log.error("the worker ended with status %s: restarting", self._child.returncode)
                self._stopping.wait(1 if time.monotonic() - began > 60 else 5)


def _stop_with_parent() -> None:
    """End this server process when the one that started it is gone, so the port is free."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    if os.name != "nt":
        threading.Thread(target=watch, daemon=True).start()


def _begin_as_child() -> None:
    """What a forked server process does first.

    It leaves the terminal's group, so that Ctrl+C reaches the parent alone, which then lets
    requests finish. And it forgets the parent's signal handlers: a request to stop that came
    while it was starting would end in the parent's copy of a flag, and be waited for in vain.
    """
    os.setpgrp()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _allow_many_connections() -> None:
    """Raise the number of open files to what the system lets this user have."""
    if os.name == "nt":
        return
    import resource  # not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted: Any = CONNECTIONS + 1000
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
