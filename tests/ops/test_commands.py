"""The operator's commands: their answers for people and programs, and their exit status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.factories import Make
from trainhub import create_app
from trainhub.cli import main
from trainhub.db import db
from trainhub.ops import doctor


class Terminal:
    """An operator's terminal, with an instance folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.instance = folder / "instance"
        self.runner = CliRunner(env={"TRAINHUB_INSTANCE": str(self.instance)})

    def say(self, *words: str, status: int = 0) -> Result:
        result = self.runner.invoke(main, words)
        assert result.exit_code == status, result.output + str(result.exception)
        return result

    def ask(self, *words: str, status: int = 0) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.say(*words, "--json", status=status).stdout)
        assert answer["ok"] is (status == 0)
        return answer


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A terminal whose instance is installed."""
    opened = Terminal(tmp_path)
    opened.say("upgrade")
    return opened


def test_an_upgrade_can_be_looked_at_before(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    pending = terminal.ask("upgrade", "--dry-run")["revisions"]
    assert terminal.ask("upgrade")["revisions"] == pending != []
    assert terminal.ask("upgrade")["revisions"] == []


def test_a_backup_is_made_checked_and_restored(terminal: Terminal) -> None:
    made = terminal.ask("backup")
    assert terminal.ask("restore", made["file"], "--dry-run")["revision"]
    answer = terminal.ask("restore", made["file"])
    assert Path(answer["replaced"]).exists()


def test_a_refused_restore_says_why(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("no database")
    answer = terminal.ask("restore", str(file), status=1)
    assert answer["errors"][0]["code"] == "restore_refused"
    assert answer["errors"][0]["file"] == "notes.txt"
    assert "no SQLite database" in terminal.say("restore", str(file), status=1).stderr


def test_a_restore_of_a_file_that_is_not_there_is_wrong_usage(terminal: Terminal) -> None:
    terminal.say("restore", "nowhere.sqlite3", status=2)


def test_the_doctor_finds_a_fresh_instance_well(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "missing_messages", list)
    names = {finding["name"] for finding in terminal.ask("doctor")["findings"]}
    assert names >= {
        "structure",
        "engine",
        "journal",
        "synchronous",
        "integrity",
        "disk",
        "translations",
        "secret",
        "scheduler",
        "audit",
        "audit heads",
        "backup",
        "demonstration",
    }


def test_the_doctor_names_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "missing_messages", lambda: [("web", "Hello", "x.html:1")])
    terminal = Terminal(tmp_path)
    answer = terminal.ask("doctor", status=1)
    codes = {error["code"] for error in answer["errors"]}
    assert {"doctor_structure", "doctor_translations"} <= codes
    assert "trainhub upgrade" in terminal.say("doctor", status=1).stdout


def test_the_doctor_finds_a_changed_audit_trail(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "missing_messages", list)
    monkeypatch.setattr(doctor.audit, "find_broken_entry", lambda: 7)
    (error,) = terminal.ask("doctor", status=1)["errors"]
    assert error["code"] == "doctor_audit"


def test_nothing_is_served_from_a_database_that_is_not_up_to_date(tmp_path: Path) -> None:
    result = Terminal(tmp_path).say("serve", status=1)
    assert "trainhub upgrade" in str(result.exception) + result.output


def test_demonstration_accounts_are_not_offered_to_the_network(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAINHUB_INSTANCE", str(terminal.instance))
    with create_app().app_context():
        Make.person("alice", is_demonstration=True)
        db.engine.dispose()
    result = terminal.say("serve", "--host", "0.0.0.0", status=1)
    assert "demonstration" in str(result.exception) + result.output


def test_a_tick_runs_every_stage(terminal: Terminal) -> None:
    terminal.ask("tick", "--at", "2026-11-24T09:00+08:00")


@pytest.mark.parametrize(
    "command", ["serve", "worker", "tick", "upgrade", "doctor", "backup", "restore", "revise"]
)
def test_every_command_has_an_example(command: str) -> None:
    result = CliRunner().invoke(main, [command, "--help"])
    assert result.exit_code == 0
    assert f"Example: trainhub {command}" in result.output
