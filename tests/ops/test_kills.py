"""Kill -9 in the middle of saving: what was acknowledged is stored.

`TRAINHUB_KILLS` says how many processes to kill (3 unless given). A save whose answer did not
come counts neither way; it is repeated, as the page does.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import re
import signal
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.ops.serving import Running
from trainhub.demo import DEMO_PASSWORD

KILLS = int(os.environ.get("TRAINHUB_KILLS", "3"))
WHOLE_SERVER_EVERY = 3
LEARNERS = """
    SELECT person.id, person.username, course.id, course.key
    FROM enrolment JOIN person ON person.id = enrolment.person_id
    JOIN course ON course.id = enrolment.course_id
    WHERE enrolment.started_at IS NOT NULL AND enrolment.completed_at IS NULL
    GROUP BY person.id ORDER BY person.id LIMIT 4
"""
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Learner:
    """Somebody who writes a growing number into the note beside a lesson, again and again."""

    def __init__(self, server: Running, person_id: int, username: str, course_id: int, key: str):
        self.address = f"http://127.0.0.1:{server.port}"
        self.person_id, self.course_id = person_id, course_id
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.issued = self.acknowledged = 0
        self.refusals: list[int] = []
        self._sign_in(username)
        with self.browser.open(f"{self.address}/learning/{key}/continue", timeout=10) as page:
            self.lesson = page.url.partition("?")[0].partition("#")[0]
            self.token = _TOKEN.search(page.read().decode())[1]

    def _sign_in(self, username: str) -> None:
        with self.browser.open(f"{self.address}/sign-in", timeout=10) as page:
            token = _TOKEN.search(page.read().decode())[1]
        form = {"identifier": username, "password": DEMO_PASSWORD, "csrf_token": token}
        self.browser.open(f"{self.address}/sign-in", urlencode(form).encode(), timeout=20).close()

    def write(self, ended: threading.Event) -> None:
        """Save the next number until told to end; repeat what was not acknowledged."""
        while not ended.is_set():
            self.issued = self.acknowledged + 1
            form = urlencode({"text": str(self.issued), "csrf_token": self.token}).encode()
            request = urllib.request.Request(f"{self.lesson}/note", form)
            request.add_header("Accept", "application/json")
            try:
                with self.browser.open(request, timeout=10) as answer:
                    assert b"saved" in answer.read()
                self.acknowledged = self.issued
            except urllib.error.HTTPError as error:
                self.refusals.append(error.code)
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)

    def stored(self, database: Path) -> int:
        """The number in the database."""
        query = "SELECT text FROM lesson_note WHERE person_id = ? AND course_id = ?"
        query += " AND lesson_key = ?"
        lesson = self.lesson.rpartition("/")[2]
        with closing(sqlite3.connect(database)) as connection:
            row = connection.execute(query, (self.person_id, self.course_id, lesson)).fetchone()
        return int(row[0]) if row else 0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    """A demonstration centre being served."""
    running = Running(tmp_path, "--prepare", "--no-worker")
    yield running
    running.end()


def kill_one(server: Running, number: int, dice: random.Random) -> None:
    """Kill the older web process, and every third time everything at once and start again.

    In this order because granian gives up when the same place dies twice within 5.5 s.
    """
    time.sleep(dice.uniform(0.05, 0.6))
    web = server.children()
    if number % WHOLE_SERVER_EVERY:
        os.kill(web[0], signal.SIGKILL)
        return
    for pid in [server.process.pid, *web]:
        with contextlib.suppress(ProcessLookupError):  # it noticed that its parent was gone
            os.kill(pid, signal.SIGKILL)
    server.process.wait()
    server.start()


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_no_acknowledged_save_is_lost_to_kill_9(server: Running) -> None:
    database = server.instance / "trainhub.sqlite3"
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute(LEARNERS).fetchall()
    learners = [Learner(server, *row) for row in rows]
    assert len(learners) == 4
    ended = threading.Event()
    threads = [threading.Thread(target=learner.write, args=(ended,)) for learner in learners]
    for thread in threads:
        thread.start()
    dice = random.Random(1)
    for number in range(1, KILLS + 1):
        kill_one(server, number, dice)
    ended.set()
    for thread in threads:
        thread.join(30)
    for learner in learners:
        assert set(learner.refusals) <= {503}
        assert learner.acknowledged > 0
        assert learner.acknowledged <= learner.stored(database) <= learner.issued
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    print(f"{KILLS} kills, {sum(one.acknowledged for one in learners)} saves acknowledged, 0 lost")  # noqa: T201 -- the figure to publish
