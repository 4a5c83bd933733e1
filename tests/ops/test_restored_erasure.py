"""Somebody was erased, then a backup from before is put back: by the commands an operator types.

Every command is a process of its own, as is the server that must not let them in.
"""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import sqlite3
import subprocess
import sys
import urllib.parse
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import NOON
from tests.ops.serving import ROOT, Running
from trainhub import create_app
from trainhub.config import load_settings
from trainhub.db import db, transaction
from trainhub.people.hashing import hash_password
from trainhub.people.models import Person, PersonRole, Role
from trainhub.privacy import journal
from trainhub.privacy.queries import find_hold
from trainhub.privacy.services import erase_person, set_hold

PASSWORD = "correct horse battery"
NAME = "CANARY Lili"
pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")


class Operator:
    """Somebody at the terminal of a machine with an instance of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.instance = folder, folder / "instance"
        self.environment = {**os.environ, "TRAINHUB_INSTANCE": str(self.instance)}

    def type(self, *words: str, status: int = 0) -> dict[str, Any]:
        """A command; what it answers."""
        done = subprocess.run(
            [sys.executable, "-m", "trainhub", *words, "--json"],
            cwd=ROOT, env=self.environment, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == status, done.stdout + done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def add_people(self) -> None:
        """An administrator, and two who learn."""
        with self.app(), transaction():
            for username, name, role in (
                ("root", "Root", Role.ADMINISTRATOR),
                ("lili", NAME, Role.AGENT),
                ("held", "Held", Role.AGENT),
            ):
                person = Person(username=username, name=name, name_key=username, created_at=NOON)
                person.password_hash = hash_password(PASSWORD)
                person.role_rows = [PersonRole(role=role.value)]
                db.session.add(person)

    def erase_lili(self) -> None:
        """What the page *Erase* does."""
        with self.app():
            root, lili = self.person("root"), self.person("lili")
            with transaction():
                erase_person(lili, reason="Asked for it", actor=root, now=NOON)
            assert journal.note_erasures(self.instance) == 1
            with transaction():
                set_hold(self.person("held"), reason="A court asks", actor=root, now=NOON)
            assert journal.note_holds(self.instance) == 1

    def is_held(self, username: str) -> bool:
        """Whether a legal hold is in force."""
        with self.app():
            return find_hold(self.person(username).id) is not None

    def app(self) -> Any:
        settings = load_settings({}, instance=self.instance, log_level="ERROR")
        return create_app(settings).app_context()

    def person(self, username: str) -> Person:
        """Somebody, by user name."""
        return db.session.query(Person).filter_by(username=username).one()

    def text(self) -> str:
        """Everything in the database but the audit trail, which keeps its names."""
        with closing(sqlite3.connect(self.instance / "trainhub.sqlite3")) as connection:
            connection.execute("ATTACH ':memory:' AS copy")
            tables = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' "
                "AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'audit%' "
                "AND sql NOT LIKE '%VIRTUAL%'"
            ).fetchall()
            return repr([connection.execute(f'SELECT * FROM "{name}"').fetchall()
                         for (name,) in tables])  # fmt: skip


def can_sign_in(server: Running, username: str) -> bool:
    """Whether somebody gets in with their password of then."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    address = f"http://127.0.0.1:{server.port}/sign-in"
    with browser.open(address, timeout=20) as page:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.read().decode())
    assert token is not None
    form = {"identifier": username, "password": PASSWORD, "csrf_token": token[1]}
    try:
        with browser.open(address, urllib.parse.urlencode(form).encode(), timeout=20) as page:
            return "/sign-in" not in page.url
    except urllib.error.HTTPError:
        return False


def test_a_copy_put_in_place_by_hand_lets_nobody_in_either(tmp_path: Path) -> None:
    operator = Operator(tmp_path)
    operator.type("upgrade")
    operator.add_people()
    database = operator.instance / "trainhub.sqlite3"
    copy = database.read_bytes()
    operator.erase_lili()
    database.write_bytes(copy)
    assert NAME in operator.text()
    server = Running(tmp_path, "--no-worker")
    try:
        assert not can_sign_in(server, "lili")
        assert NAME not in operator.text() and operator.is_held("held")
    finally:
        server.end()


def test_who_was_erased_stays_erased_after_a_restore(tmp_path: Path) -> None:
    operator = Operator(tmp_path)
    operator.type("upgrade")
    operator.add_people()
    backup = operator.type("backup")["file"]
    operator.erase_lili()
    assert NAME not in operator.text()

    answer = operator.type("restore", backup)

    assert answer["erased"] == 1
    assert NAME not in operator.text() and "lili" not in operator.text()
    assert "erased-" in operator.text()
    assert operator.is_held("held"), "the hold is younger than the backup"
    doctor = {one["name"]: one for one in operator.type("doctor")["findings"]}
    assert doctor["audit"]["ok"] and doctor["audit heads"]["ok"]
    server = Running(tmp_path, "--no-worker")
    try:
        assert not can_sign_in(server, "lili")
        assert can_sign_in(server, "held"), "nobody else has come to harm"
    finally:
        server.end()
