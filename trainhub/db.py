"""The database: one extension, one owner of the transaction, the types every table uses.

SQLite runs by the rules of a server: each write transaction starts with ``BEGIN IMMEDIATE``
(a deferred one fails or loses updates under concurrent writers), ``synchronous=FULL``, and
write-ahead logging only on engine versions without the WAL-reset defect.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DDL, DateTime, Dialect, Engine, FromClause, MetaData, Table, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from trainhub import turns

BUSY_TIMEOUT_MS = 10_000
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every table's class derives from, through `db.Model`."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive values; gives back aware ones in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone may not be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def journal_mode(version: tuple[int, int, int]) -> str:
    """WAL on SQLite versions without the WAL-reset defect, else the rollback journal.

    Fixed in 3.51.3 and in the maintenance releases 3.50.7 and 3.44.6
    (sqlite.org/wal.html, "The WAL Reset Bug").
    """
    fixed = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or version[:2] == (3, 44)
    if version[:2] == (3, 44):
        fixed = version >= (3, 44, 6)
    return "WAL" if fixed else "TRUNCATE"


def configure_sqlite(connection: sqlite3.Connection) -> None:
    """Put the house's settings on a fresh SQLite connection."""
    connection.isolation_level = None  # the begin event below says BEGIN, not the driver
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute(f"PRAGMA journal_mode={journal_mode(sqlite3.sqlite_version_info)}")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


@event.listens_for(Engine, "connect")
def _on_connect(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        configure_sqlite(connection)


@event.listens_for(Engine, "begin")
def _on_begin(connection: Connection) -> None:
    # Who only reads begins nothing on SQLite: a read transaction keeps every writer's COMMIT
    # waiting until it ends, for the whole rest of a page. So each statement sees what is stored
    # when it runs, as on PostgreSQL (READ COMMITTED).
    is_writing = connection.get_execution_options().get("trainhub_writes", False)
    if is_writing and connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def transaction() -> Iterator[None]:
    """Everything inside is stored, or nothing is. The only place that commits.

    Ends a read that is under way first, so that what the block reads is what it writes
    against. Transactions do not nest.
    """
    if db.session.info.get("in_transaction"):
        raise RuntimeError("a transaction is open already: services must not open one")
    db.session.commit()
    db.session.info["in_transaction"] = True
    try:
        with turn_to_write(db.engine):
            try:
                db.session.connection(execution_options={"trainhub_writes": True})
                yield
                db.session.commit()
            except BaseException:
                db.session.rollback()
                raise
    finally:
        db.session.info.pop("in_transaction", None)


def turn_to_write(engine: Engine) -> AbstractContextManager[Any]:
    """Wait for this process's turn among the writers of an embedded database."""
    url = engine.url
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return nullcontext()
    return turns.queue_of(str(url.database)).turn()


def end_read() -> None:
    """Give up the read transaction, so that rows read next are fresh."""
    db.session.rollback()


def append_only_statements(table: str, dialect: str) -> list[str]:
    """SQL that makes the database itself refuse changing or deleting rows of `table`."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '%% is append only', TG_TABLE_NAME; END $$",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    ]


def append_only(table: FromClause) -> None:
    """Create the table together with the triggers of `append_only_statements`."""
    assert isinstance(table, Table)
    for dialect in ("sqlite", "postgresql"):
        for statement in append_only_statements(table.name, dialect):
            made = DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
            event.listen(table, "after_create", made)
