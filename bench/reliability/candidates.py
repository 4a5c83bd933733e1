"""Candidates that never stop: start, save, save again what was not acknowledged, hand in.

Every other one is a browser with a cookie, the rest are programs with a personal token: saves of
the two go different ways through the server.

A save is *acknowledged* when an answer with status 200 says `saved` or `repeated`. A request
whose answer did not come counts neither way; it is sent again with the same key, as the page
does.
"""

from __future__ import annotations

import http.client
import json
import random
import re
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from bench.reliability.centre import PASSWORD, Entrant

SAVES = (60, 160)  # in one attempt: nobody may start more than twenty times an hour
PATIENCE_S = 5
HONOUR_AT_MOST_S = 0.5  # of what Retry-After asks, so that a run does not wait longer than it works


_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def signed_in(port: int, entrant: Entrant) -> dict[str, str]:
    """Sign in as a browser does; the headers that its requests carry from then on."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    cookie, token = _page(connection, "/sign-in", "")
    form = {"identifier": entrant.username, "password": PASSWORD, "csrf_token": token}
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/sign-in", urlencode(form), headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 302:
        raise SystemExit(f"{entrant.username} cannot sign in: {answer.status}")
    cookie = _cookie(answer) or cookie
    again, token = _page(connection, "/", cookie)
    connection.close()
    return {"Cookie": again or cookie, "X-CSRFToken": token}


def _page(connection: http.client.HTTPConnection, path: str, cookie: str) -> tuple[str, str]:
    """The cookie that a page sets, and its token against forged requests."""
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    found = _TOKEN.search(answer.read().decode())
    if found is None:
        raise SystemExit(f"{path} has no form: {answer.status}")
    return _cookie(answer), found[1]


def _cookie(answer: http.client.HTTPResponse) -> str:
    return (answer.getheader("Set-Cookie") or "").partition(";")[0]


@dataclass
class Sat:
    """One attempt as its candidate knows it. By question: sequence → response."""

    attempt_id: int
    issued: dict[int, dict[int, int]] = field(default_factory=dict)
    acknowledged: dict[int, int] = field(default_factory=dict)
    is_handed_in: bool = False
    is_acknowledged_end: bool = False


class Client(threading.Thread):
    """One browser. `saves` counts what was acknowledged, `answers` status codes, `silent` the
    requests without an answer."""

    def __init__(self, port: int, entrant: Entrant, number: int) -> None:
        super().__init__(daemon=True)
        self.port = port
        if number % 2:
            self.headers = {"Authorization": f"Bearer {entrant.token}"}
        else:
            self.headers = signed_in(port, entrant)
        self.headers |= {"Content-Type": "application/json", "Accept": "application/json"}
        self.dice = random.Random(number)
        self.ended = threading.Event()
        self.answers: dict[int, int] = {}
        self.silent = self.saves = 0
        self.longest_s = 0.0
        self.wrong: list[str] = []
        self._connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        while not self.ended.is_set():
            try:
                self._sit()
            except Exception as error:
                self.wrong.append(f"{type(error).__name__}: {error}")
                return

    def _sit(self) -> None:
        """From one start to one end."""
        raise NotImplementedError

    def _gives_up(self, _status: int, _answer: Any) -> bool:
        """Whether it is of no use to send again what was refused."""
        return False

    def _until_answered(self, path: str, body: Any, *, ends: bool = False) -> Any:
        """The answer, after as many repeats as it takes; None if the run is over before."""
        began = time.monotonic()
        while not (ends and self.ended.is_set()):
            status, answer, wait_s = self._send(path, json.dumps(body))
            if status in (200, 201):
                self.longest_s = max(self.longest_s, time.monotonic() - began)
                return answer
            if status is not None and status != 503:
                self.wrong.append(f"{path.rpartition('/')[2]}: {status} {answer}")
                if self._gives_up(status, answer):
                    return None
            if self.ended.is_set() and time.monotonic() - began > 8 * PATIENCE_S:
                return None
            time.sleep(wait_s * self.dice.uniform(0.5, 1))
        return None

    def _send(self, path: str, body: str) -> tuple[int | None, Any, float]:
        connection = self._connection or http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=PATIENCE_S
        )
        self._connection = connection
        try:
            connection.request("POST", f"/api/v1{path}", body, self.headers)
            answer = connection.getresponse()
            text = answer.read()
            found = json.loads(text)
        except (OSError, http.client.HTTPException, ValueError):
            self.silent += 1
            connection.close()
            self._connection = None
            return None, None, 0.05
        self.answers[answer.status] = self.answers.get(answer.status, 0) + 1
        wait_s = float(answer.getheader("Retry-After") or 0.1)
        return answer.status, found, min(wait_s, HONOUR_AT_MOST_S)


class Candidate(Client):
    """Somebody who sits an exam: one attempt after the other."""

    def __init__(self, port: int, entrant: Entrant, sitting_id: int, number: int) -> None:
        super().__init__(port, entrant, number)
        self.sitting_id = sitting_id
        self.sat: list[Sat] = []

    def _sit(self) -> None:
        started = self._until_answered(
            f"/sittings/{self.sitting_id}/attempts", {"language": "en"}, ends=True
        )
        if started is None:
            return
        sat = Sat(started["id"])
        if self.sat and self.sat[-1].attempt_id == sat.attempt_id:
            self.wrong.append(f"attempt {sat.attempt_id} goes on after it was handed in")
            return
        self.sat.append(sat)
        for _ in range(self.dice.randint(*SAVES)):
            self._save(sat)
            if self.ended.is_set():
                return
        sat.is_handed_in = True
        answer = self._until_answered(f"/attempts/{sat.attempt_id}/submit", {})
        if answer is not None:
            sat.is_acknowledged_end = True

    def _save(self, sat: Sat) -> None:
        """Save one to three questions in one request."""
        saves = []
        for no in self.dice.sample(range(1, 9), self.dice.choice((1, 1, 2, 3))):
            issued = sat.issued.setdefault(no, {})
            seq, response = max(issued, default=0) + 1, self.dice.randint(0, 9)
            issued[seq] = response
            key = f"{sat.attempt_id}-{no}-{seq}"
            saves.append({"no": no, "response": response, "seq": seq, "key": key})
        answer = self._until_answered(
            f"/attempts/{sat.attempt_id}/responses", {"responses": saves}, ends=True
        )
        for receipt in (answer or {}).get("receipts", ()):
            if receipt["decision"] in ("saved", "repeated"):
                sat.acknowledged[receipt["no"]] = receipt["seq"]
                self.saves += 1
            else:
                self.wrong.append(f"attempt {sat.attempt_id}: {receipt}")
