"""The database is away or held: a candidate's page hears “try again”, never “something broke”."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from trainhub import create_app
from trainhub.config import load_settings

PASSING = (
    sqlite3.OperationalError("database is locked"),
    psycopg.OperationalError("connection failed: Connection refused"),
    psycopg.errors.CannotConnectNow("the database system is in recovery mode"),
    psycopg.errors.CrashShutdown("terminating connection because of crash"),
    psycopg.errors.DeadlockDetected("deadlock detected"),
)


def status_after(error: Exception, tmp_path: object) -> tuple[int, str | None]:
    app: Flask = create_app(load_settings({}, instance=tmp_path))

    def fail() -> None:
        raise OperationalError("SELECT 1", {}, error)

    app.before_request(fail)
    answer = app.test_client().get("/health", headers={"Accept": "application/json"})
    return answer.status_code, answer.headers.get("Retry-After")


@pytest.mark.parametrize("error", PASSING, ids=lambda one: type(one).__name__)
def test_what_passes_is_busy_and_says_when_to_come_back(error: Exception, tmp_path) -> None:
    assert status_after(error, tmp_path) == (503, "2")


def test_what_does_not_pass_is_an_error(tmp_path) -> None:
    assert status_after(sqlite3.OperationalError("no such table: x"), tmp_path)[0] == 500
