"""Writers take turns; nobody waits for ever, and no write is lost."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from trainhub.config import load_settings
from trainhub.db import db, transaction
from trainhub.turns import Queue

TIMES, THREADS, PROCESSES = 15, 4, 3
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    queue, at_once, most = Queue(str(tmp_path / "data")), [0], [0]

    def write() -> None:
        for _ in range(50):
            with queue.turn() as came:
                assert came
                at_once[0] += 1
                most[0] = max(most[0], at_once[0])
                at_once[0] -= 1

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_who_waits_too_long_goes_on(tmp_path: Path) -> None:
    first, second = Queue(str(tmp_path / "data")), Queue(str(tmp_path / "data"))
    with first.turn() as came:
        assert came
        with second.turn(patience_s=0.01) as also:
            assert not also
    with second.turn() as came:
        assert came


@needs_fork
def test_a_killed_process_gives_its_turn_up(tmp_path: Path) -> None:
    database = str(tmp_path / "data")
    ready, say = os.pipe()
    child = os.fork()
    if child == 0:
        with Queue(database).turn():
            os.write(say, b"x")
            signal.pause()
    os.read(ready, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with Queue(database).turn(patience_s=1) as came:
        assert came


def count_up(instance: str) -> None:
    from trainhub import create_app  # in the process that counts

    app = create_app(load_settings({}, instance=Path(instance), database_url=""))

    def count() -> None:
        for _ in range(TIMES):
            with app.app_context(), transaction():
                seen = db.session.connection().exec_driver_sql("SELECT n FROM counter").scalar()
                db.session.connection().exec_driver_sql("UPDATE counter SET n = ?", (seen + 1,))

    threads = [threading.Thread(target=count) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@needs_fork
def test_no_write_of_many_processes_is_lost(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "trainhub.sqlite3")) as connection:
        connection.execute("CREATE TABLE counter (n INTEGER)")
        connection.execute("INSERT INTO counter VALUES (0)")
        connection.commit()
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=count_up, args=(str(tmp_path),)) for _ in range(PROCESSES)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    with closing(sqlite3.connect(tmp_path / "trainhub.sqlite3")) as connection:
        assert connection.execute("SELECT n FROM counter").fetchone() == (
            TIMES * THREADS * PROCESSES,
        )
