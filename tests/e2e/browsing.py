"""A real browser against a real server with the demonstration centre."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ports import free_port
from trainhub.demo import DEMO_PASSWORD

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # a container's is often too small for a page
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOCALES = {"zh": "zh-CN", "en": "en-US"}
PATIENCE_MS = 60_000  # a step that is slow is no fault: the machine may be busy with others


def find_browser() -> str:
    """The path of this machine's Chromium; the test fails in CI and is skipped elsewhere."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        message = f"no browser: install one of {', '.join(BROWSERS)}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


def wait_for_answer(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Until the server answers; its log says why it does not."""
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and server.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        with (
            contextlib.suppress(OSError, http.client.HTTPException),
            contextlib.closing(connection),
        ):
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    pytest.fail("the server did not start: " + log.read_text("utf-8", "replace")[-4000:])


@contextlib.contextmanager
def serving_centre(folder: Path, **settings: str) -> Iterator[str]:
    """`trainhub serve --prepare` on an empty folder, with further settings; the address."""
    port = free_port()
    environ = {key: value for key, value in os.environ.items() if not key.startswith("TRAINHUB_")}
    environ |= {"TRAINHUB_INSTANCE": str(folder), "TRAINHUB_SIGN_IN_IDLE_MINUTES": "600"}
    environ |= settings
    command = [sys.executable, "-m", "trainhub", "serve", "--prepare", "--port", str(port)]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            command, env=environ, stdout=log, stderr=log, start_new_session=True
        )
        try:
            wait_for_answer(server, port, folder / "server.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()


class Visitor:
    """One person's browser. Script errors and requests to other hosts fail the test."""

    def __init__(self, context: Any, address: str) -> None:
        self.context = context
        self.address = address
        self.tab = context.new_page()
        self.faults: list[str] = []
        self.tab.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.tab.on("console", self._note_console)
        self.tab.on("request", self._note_request)

    def _note_console(self, message: Any) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            self.faults.append(f"policy: {message.text}")

    def _note_request(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:", "about:")):
            self.faults.append(f"a request to another host: {request.url}")

    def go(self, path: str) -> Any:
        """Open a page of the centre."""
        return self.tab.goto(self.address + path)

    def sign_in(self, username: str) -> None:
        """Sign in by the form, as a person does."""
        self.go("/sign-in")
        self.tab.locator("[name=identifier]").fill(username)
        self.tab.locator("[name=password]").fill(DEMO_PASSWORD)
        self.tab.locator("form[action*='/sign-in'] [type=submit]").first.click()
        self.tab.wait_for_url(lambda url: "/sign-in" not in url)
