"""`trainhub rota import`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

import trainhub.cli.rota as command
from tests.rota.rotas import csv_of, said, two_in_red
from trainhub.db import db
from trainhub.rota.models import ShiftCode

GRID = [["工号", "12/1", "12/2"], ["20023", "早", "小夜"], ["20024", "M", "休"]]


@pytest.fixture
def run(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run the command on this table with these options."""
    monkeypatch.setattr(command, "installed_app", lambda _as_json: app)

    def call(rows: list[list[str]], *options: str) -> Result:
        file = tmp_path / "december.csv"
        file.write_bytes(csv_of(rows))
        return CliRunner().invoke(command.rota, ["import", str(file), *options])

    return call


def test_a_dry_run_stores_nothing(app: Flask, run) -> None:
    _team, lili, _wang = two_in_red()
    answer = run(GRID, "--word", "小夜=L", "--json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.output)
    assert (told["new"], told["people"], told["stored"]) == (4, 2, False)
    assert said(lili, date(2026, 12, 1), 2) == ".."
    assert db.session.query(ShiftCode).count() == 0


def test_applied_it_is_stored_and_words_are_remembered(app: Flask, run) -> None:
    _team, lili, wang = two_in_red()
    assert run(GRID, "--word", "小夜=L", "--apply").exit_code == 0
    assert said(lili, date(2026, 12, 1), 2) == "EL"
    assert said(wang, date(2026, 12, 1), 2) == "MR"
    again = run(GRID, "--apply")
    assert again.exit_code == 0
    assert "0 days new, 0 changed, 0 emptied, 4 as they were" in again.output


def test_unknown_words_and_people_are_refused_by_name(app: Flask, run) -> None:
    two_in_red()
    answer = run(GRID)
    assert answer.exit_code == 1
    assert "“小夜” is no shift code" in answer.output
    answer = run([["工号", "12/1"], ["nobody", "M"]])
    assert answer.exit_code == 1
    assert "row 2" in answer.output and "nothing was stored" in answer.output


def test_a_database_that_is_not_ready_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAINHUB_INSTANCE", str(tmp_path / "empty"))
    file = tmp_path / "december.csv"
    file.write_bytes(csv_of(GRID))
    answer = CliRunner().invoke(command.rota, ["import", str(file), "--json"])
    assert answer.exit_code == 1
    (error,) = json.loads(answer.output)["errors"]
    assert error["code"] == "database_not_ready"
