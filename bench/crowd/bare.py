"""The measure of the saving endpoint: a bare Flask endpoint that upserts one row durably.

Raw `sqlite3` with TrainHub's settings, or raw `psycopg`; nothing is asked, checked or signed.
"""

from __future__ import annotations

import os
import threading
from typing import Any

from flask import Flask, request

from trainhub.db import configure_sqlite

_local = threading.local()
TABLE = (
    "CREATE TABLE IF NOT EXISTS bare_answer"
    " (attempt INTEGER, no INTEGER, body TEXT, PRIMARY KEY (attempt, no))"
)
UPSERT = (
    "INSERT INTO bare_answer (attempt, no, body) VALUES ({0}, {0}, {0})"
    " ON CONFLICT (attempt, no) DO UPDATE SET body = excluded.body"
)


def _connect(url: str) -> Any:
    if url.startswith("postgresql"):
        import psycopg  # for this engine only

        return psycopg.connect(url)
    import sqlite3

    connection = sqlite3.connect(url, timeout=10)
    configure_sqlite(connection)
    return connection


def _connection() -> Any:
    if not hasattr(_local, "connection"):
        _local.connection = _connect(os.environ["BENCH_DATABASE"])
    return _local.connection


def prepare(database: str) -> None:
    """Make the table, before several processes would."""
    connection = _connect(database)
    connection.execute(TABLE)
    connection.commit()
    connection.close()


def create_app() -> Flask:
    """The application; `BENCH_DATABASE` is a file or an address, with its table."""
    app = Flask(__name__)
    is_postgresql = os.environ["BENCH_DATABASE"].startswith("postgresql")
    upsert = UPSERT.format("%s" if is_postgresql else "?")

    @app.post("/save/<int:attempt>/<int:no>")
    def save(attempt: int, no: int) -> dict[str, int]:
        connection = _connection()
        if not is_postgresql:
            connection.execute("BEGIN IMMEDIATE")
        connection.execute(upsert, (attempt, no, request.get_data(as_text=True)))
        connection.execute("COMMIT") if not is_postgresql else connection.commit()
        return {"saved": no}

    return app
