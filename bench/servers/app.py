"""Two endpoints that every server under comparison runs: a bare page and one durable save."""

import os
import sqlite3
import threading

from flask import Flask

_local = threading.local()

UPSERT = """
INSERT INTO answer (attempt, item, seq, body) VALUES (?, ?, 1, ?)
ON CONFLICT (attempt, item) DO UPDATE SET seq = seq + 1, body = excluded.body
"""


def _connection() -> sqlite3.Connection:
    """One connection a thread, with the settings TrainHub uses in production."""
    if not hasattr(_local, "connection"):
        connection = sqlite3.connect(os.environ["BENCH_DB"], timeout=10, isolation_level=None)
        journal = os.environ.get("BENCH_JOURNAL", "TRUNCATE")
        connection.execute(f"PRAGMA journal_mode={journal}")
        connection.execute("PRAGMA synchronous=FULL")
        _local.connection = connection
    return _local.connection


def create_app() -> Flask:
    """The Flask application of the comparison; `BENCH_DB` names its database file."""
    app = Flask(__name__)
    setup = sqlite3.connect(os.environ["BENCH_DB"], timeout=10)
    setup.execute(
        "CREATE TABLE IF NOT EXISTS answer"
        " (attempt INTEGER, item INTEGER, seq INTEGER, body TEXT, PRIMARY KEY (attempt, item))"
    )
    setup.commit()
    setup.close()

    @app.get("/page")
    def show_page() -> str:
        return "<!doctype html><title>page</title><h1>page</h1>" + "<p>text</p>" * 100

    @app.post("/save/<int:attempt>/<int:item>")
    def save_answer(attempt: int, item: int) -> dict[str, int]:
        connection = _connection()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(UPSERT, (attempt, item, "B"))
        connection.execute("COMMIT")
        return {"seq": 1}

    return app
