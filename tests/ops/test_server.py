"""The server as an operator meets it: it starts, answers, stops well, and minds its address."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, request

from tests.ops.serving import PATIENCE_S, Running, wait_until
from trainhub import create_app
from trainhub.config import Settings, load_settings
from trainhub.db import db
from trainhub.ops import schema
from trainhub.ops.server import (
    Listening,
    ServeFault,
    exposure_fault,
    free_port,
    is_long,
    is_loopback,
    is_urgent,
    served_url,
)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_this_machine_is_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "10.0.0.1", "trainhub.example"])
def test_anything_else_is_beyond(host: str) -> None:
    assert not is_loopback(host)


def test_saves_of_an_exam_are_urgent() -> None:
    assert is_urgent({"PATH_INFO": "/api/v1/attempts/12/responses"})
    assert is_urgent({"PATH_INFO": "/api/v1/attempts/12/heartbeat"})
    assert is_urgent({"PATH_INFO": "/attempts/12/submit"})
    assert not is_urgent({"PATH_INFO": "/exams/entry/responses/csv"})
    assert not is_urgent({"PATH_INFO": "/api/v1/attempts/12/paper"})


def test_keystrokes_are_urgent_and_the_ends_of_their_runs_are_long() -> None:
    chunks, finish = "/api/v1/typing-runs/12/chunks", "/api/v1/typing-runs/12/finish"
    assert (is_urgent({"PATH_INFO": chunks}), is_long({"PATH_INFO": chunks})) == (True, False)
    assert (is_urgent({"PATH_INFO": finish}), is_long({"PATH_INFO": finish})) == (False, True)
    assert is_long({"PATH_INFO": "/api/v1/typing-runs"})
    assert not is_long({"PATH_INFO": "/api/v1/typing-runs/12"})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An instance with a secret of its own making."""
    return load_settings({}, instance=tmp_path)


def test_demonstration_accounts_stay_on_this_machine(settings: Settings) -> None:
    assert exposure_fault("127.0.0.1", settings, 60) is None
    assert "demonstration" in (exposure_fault("0.0.0.0", settings, 60) or "")
    assert exposure_fault("0.0.0.0", settings, 0) is None


def test_a_weak_secret_stays_on_this_machine(settings: Settings) -> None:
    weak = replace(settings, secret_key="secret")
    assert exposure_fault("127.0.0.1", weak, 0) is None
    assert "TRAINHUB_SECRET_KEY" in (exposure_fault("0.0.0.0", weak, 0) or "")


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_taken_port_makes_way_for_the_next_one(taken_port: int) -> None:
    assert free_port(Listening(port=taken_port)) > taken_port


def test_a_port_that_was_asked_for_is_not_exchanged(taken_port: int) -> None:
    with pytest.raises(ServeFault, match=str(taken_port)):
        free_port(Listening(port=taken_port, port_is_wish=False))


def install(folder: Path) -> None:
    """An instance with an empty database."""
    app = create_app(load_settings({}, instance=folder / "instance"))
    with app.app_context():
        schema.upgrade(db.engine, before=lambda: None)
        db.engine.dispose()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One server for several tests, each start costs seconds; it has to stop well at last."""
    folder = tmp_path_factory.mktemp("serving")
    install(folder)
    server = Running(folder)
    try:
        yield server
        server.process.terminate()
        assert server.process.wait(PATIENCE_S) == 0
        assert not server.answers()
    finally:
        server.end()


needs_signals = pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")


@needs_signals
@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:8123"),
        ("::1", "http://[::1]:8123"),
        ("0.0.0.0", "http://127.0.0.1:8123"),
        ("trainhub.example", "http://trainhub.example:8123"),
    ],
)
def test_links_begin_with_the_address_that_is_served(
    host: str, expected: str, tmp_path: Path
) -> None:
    told = {"TRAINHUB_INSTANCE": str(tmp_path), "TRAINHUB_SERVED_URL": served_url(host, 8123)}
    assert load_settings(told).base_url == expected
    public = told | {"TRAINHUB_PUBLIC_URL": "https://training.example.org/"}
    assert load_settings(public).base_url == "https://training.example.org"


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="read from /proc")
def test_the_worker_knows_the_port_that_is_served(running: Running) -> None:
    def is_told() -> bool:
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(running.process.pid)], capture_output=True, text=True
        )
        told = f"TRAINHUB_SERVED_URL=http://127.0.0.1:{running.port}".encode()
        files = (Path(f"/proc/{pid}/environ") for pid in listed.stdout.split())
        return any(told in file.read_bytes() for file in files if file.exists())

    wait_until(is_told, running.out)


def test_it_answers_and_refuses_the_oversized(running: Running) -> None:
    connection = running.connect()
    connection.request("GET", "/sign-in")
    page = connection.getresponse()
    assert page.status == 200
    assert b"<form" in page.read()
    connection.putrequest("POST", "/sign-in")
    connection.putheader("Content-Length", str(10**12))
    connection.endheaders()
    assert connection.getresponse().status == 413


@needs_signals
def test_slow_senders_do_not_keep_others_waiting(running: Running) -> None:
    slow = []
    for _ in range(100):
        sender = socket.create_connection(("127.0.0.1", running.port), 10)
        sender.sendall(b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\na")
        slow.append(sender)
    began = time.monotonic()
    assert running.answers()
    assert time.monotonic() - began < 5
    for sender in slow:
        sender.close()


@needs_signals
def test_a_killed_web_process_is_replaced(running: Running) -> None:
    killed = running.children()[0]
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: len(set(running.children()) - {killed}) == 2, running.out)
    wait_until(running.answers, running.out)


@needs_signals
def test_ctrl_c_reaches_all_and_all_stop_at_once(tmp_path: Path) -> None:
    install(tmp_path)
    server = Running(tmp_path)
    try:
        idle = server.connect()
        idle.request("GET", "/health")
        assert idle.getresponse().read()
        began = time.monotonic()
        os.killpg(server.process.pid, signal.SIGINT)  # what a terminal does
        assert server.process.wait(PATIENCE_S) == 0
        assert time.monotonic() - began < 25, "an idle connection or a second signal held it up"
    finally:
        server.end()


def test_the_application_knows_its_visitors_through_trusted_hops_only(tmp_path: Path) -> None:
    def address_seen(hops: int) -> str:
        settings = load_settings({}, instance=tmp_path, trusted_proxies=hops)
        app: Flask = create_app(settings)
        seen: list[str] = []
        app.before_request(lambda: seen.append(request.remote_addr or ""))
        app.test_client().get("/health", headers={"X-Forwarded-For": "6.6.6.6, 7.7.7.7"})
        return seen[0]

    assert address_seen(0) == "127.0.0.1"
    assert address_seen(1) == "7.7.7.7"
    assert address_seen(2) == "6.6.6.6"
