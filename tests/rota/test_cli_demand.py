"""`trainhub demand import`: a dry run by default, the same reading as in the browser."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

from tests.rota.covered import demand as demand_of
from tests.rota.covered import queue
from trainhub.cli import database, demand
from trainhub.db import db
from trainhub.rota.models import DayDemand, TypicalDay
from trainhub.rota.rules.requirement import Demand

TABLE = "日期,09:00,09:30\n2026-12-01,42,55\n周一,30,31\n"


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Runs the command on a table within the test's application."""
    monkeypatch.setattr(demand, "installed_app", lambda _as_json: app)
    file = tmp_path / "demand.csv"
    file.write_text(TABLE, "utf-8")

    def called(*options: str) -> Result:
        return CliRunner().invoke(demand.demand, ["import", str(file), *options])

    assert database.installed_app
    return called


def stored(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table))


def test_nothing_is_stored_without_apply(run) -> None:
    queue()
    answer = run("--handling", "180")
    assert answer.exit_code == 0, answer.output
    assert "dry run" in answer.output
    assert stored(DayDemand) == 0


def test_apply_stores_and_says_so_in_json(run) -> None:
    queue()
    queue("chats")
    answer = run("--queue", "Chats", "--handling", "180", "--apply", "--json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.output)
    assert (told["ok"], told["stored"], told["dates"], told["typical_days"]) == (True, True, 1, 1)
    assert (stored(DayDemand), stored(TypicalDay)) == (1, 1)


def test_hours_that_would_ask_for_nobody_are_told(run, tmp_path: Path) -> None:
    hotline = queue()
    day = date(2026, 12, 1)
    demand_of(hotline, day, Demand(30, (4.0,) * 48, (180.0,) * 48))
    (tmp_path / "demand.csv").write_text(TABLE.replace("55", "0"), "utf-8")
    answer = run("--handling", "180")
    assert "Would be lost: hotline, 2026-12-01, 09:30-10:00: 4 contacts" in answer.output
    told = json.loads(run("--handling", "180", "--json").output)
    assert (told["contacts_lost"], told["intervals_kept"]) == (4, 46)
    assert [one["from"] for one in told["lost"]] == ["09:30"]


def test_a_queue_nobody_knows_and_one_not_said_are_refused(run) -> None:
    queue()
    queue("chats")
    answer = run("--queue", "fax", "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.output)["errors"][0]["code"] == "queue_unknown"
    assert run("--json").exit_code == 1


def test_faults_name_their_cell(run, tmp_path: Path) -> None:
    queue()
    (tmp_path / "demand.csv").write_text(TABLE.replace("55", "x"), "utf-8")
    answer = run("--json")
    assert answer.exit_code == 1
    (error,) = json.loads(answer.output)["errors"]
    assert (error["row"], error["column"]) == (2, "C")
