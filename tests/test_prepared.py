"""Prepared writes: those that wait are stored together, each as if it were alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import bindparam, insert, select

from tests.attacks.world import ONE_ENGINE
from trainhub import prepared
from trainhub.db import db, transaction, turn_to_write
from trainhub.people.models import SignInMisses
from trainhub.prepared import Connection, Statement

_table: Any = SignInMisses.__table__
ADD = Statement(
    insert(_table).values(
        subject=bindparam("subject"), count=bindparam("count"), last_at=bindparam("at")
    )
)
ALL = Statement(select(_table.c.subject).order_by(_table.c.subject))


class Writers:
    """Requests that want to write while somebody else has the turn."""

    def __init__(self, app: Flask, now: Any) -> None:
        self.app, self.now = app, now
        self.errors: dict[str, Exception] = {}
        self.threads: list[threading.Thread] = []

    def write(self, subject: str, then: Callable[[], None] = lambda: None) -> None:
        def work(connection: Connection) -> None:
            connection.run(ADD, subject=subject, count=1, at=self.now)
            then()

        def ask() -> None:
            with self.app.app_context():
                try:
                    with prepared.connection(db.engine) as connection:
                        connection.write(work)
                except Exception as error:
                    self.errors[subject] = error

        self.threads.append(threading.Thread(target=ask))
        self.threads[-1].start()

    def join(self) -> None:
        for thread in self.threads:
            thread.join(20)


def stored() -> list[str]:
    with prepared.connection(db.engine) as connection:
        return [subject for (subject,) in connection.read_all(ALL)]


@pytest.fixture(autouse=True)
def _one_row(app: Flask, now: Any) -> None:
    with transaction():  # seen by what empties the tables after the test
        db.session.add(SignInMisses(subject="0", count=1, last_at=now))


def test_all_who_wait_are_stored(app: Flask, now: Any) -> None:
    writers = Writers(app, now)
    with turn_to_write(db.engine):
        for number in range(1, 41):  # more than fit into one commit
            writers.write(f"{number:02}")
    writers.join()
    assert writers.errors == {}
    assert stored() == ["0", *(f"{number:02}" for number in range(1, 41))]


def test_one_that_fails_takes_nobody_with_it(app: Flask, now: Any) -> None:
    def fail() -> None:
        raise LookupError("one's own mistake")

    writers = Writers(app, now)
    with turn_to_write(db.engine):
        for subject in ("a", "b", "c"):
            writers.write(subject)
        writers.write("bad", fail)
        writers.write("d")
    writers.join()
    assert [type(error) for error in writers.errors.values()] == [LookupError]
    assert stored() == ["0", "a", "b", "c", "d"]


@ONE_ENGINE  # PostgreSQL's writers commit each by itself
def test_nobody_is_told_stored_where_the_commit_fails(
    app: Flask, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:

    def broken(self: Connection, wishes: Any) -> None:
        raise OSError("the disk is full")

    writers = Writers(app, now)
    with monkeypatch.context() as patch, turn_to_write(db.engine):
        patch.setattr(Connection, "store", broken)
        writers.write("a")
        writers.write("b")
    writers.join()
    assert {type(error) for error in writers.errors.values()} <= {OSError}
    writers.write("c")
    writers.join()
    assert stored() == ["0", *sorted({"a", "b", "c"} - set(writers.errors))]
