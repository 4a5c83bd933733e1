"""`trainhub plan export` and `plan work`: the web's planning from the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.delivery.planning import campaign, centre, planner
from trainhub.cli import main, plan_export
from trainhub.db import transaction
from trainhub.delivery.queries.planning.plan_runs import get_run
from trainhub.delivery.services.planning.plan_runs import request_run
from trainhub.planner.judging.check import check
from trainhub.planner.problem import read_problem
from trainhub.planner.problem.plan import read_plan


def ask(app: Flask, monkeypatch: pytest.MonkeyPatch, *words: str, status: int = 0) -> Any:
    monkeypatch.setattr(plan_export, "create_app", lambda: app)
    answer = CliRunner().invoke(main, [*words, "--json"])
    assert answer.exit_code == status, answer.output
    return json.loads(answer.stdout)


def test_an_exported_campaign_is_solved_and_checked_from_files(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    campaign(centre(people=8, required=3))
    problem, plan = tmp_path / "problem.json", tmp_path / "plan.json"
    told = ask(app, monkeypatch, "plan", "export", "selling-round", "--out", str(problem))
    assert told["agents"] == 8
    solve = ("plan", "solve", str(problem), "--out", str(plan), "--time-limit", "2", "--no-solver")
    ask(app, monkeypatch, *solve)
    found = read_plan(json.loads(plan.read_text("utf-8")))
    assert found.placed == 8
    assert check(read_problem(json.loads(problem.read_text("utf-8"))), found) == []


def test_what_cannot_be_exported_is_named(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, now: datetime
) -> None:
    out = str(tmp_path / "problem.json")
    refused = ask(app, monkeypatch, "plan", "export", "nothing", "--out", out, status=1)
    assert refused["errors"][0]["code"] == "not_found"
    made = centre(people=2)
    one = campaign(made)
    with transaction():
        one.starts_on = one.due_on = one.ends_on = datetime(2026, 11, 23, tzinfo=UTC).date()
    refused = ask(app, monkeypatch, "plan", "export", str(one.id), "--out", out, status=1)
    assert refused["errors"][0]["code"] == "nothing_to_plan"
    assert "later one" in refused["errors"][0]["message"]


def test_queued_plans_are_worked_off(
    app: Flask, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    one, by = campaign(centre(people=2)), planner()
    with transaction():
        run_id = request_run(one, actor=by, now=now).id
    assert ask(app, monkeypatch, "plan", "work")["runs"] == 1
    assert get_run(run_id).state == "done"
