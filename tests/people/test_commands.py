"""`trainhub people`, as somebody at a terminal uses it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from flask import Flask

from trainhub.cli import main
from trainhub.cli import people as commands
from trainhub.db import end_read
from trainhub.people import queries
from trainhub.people.models import Role

GOOD = "账号,姓名,角色\nroot,管理员甲,管理员\nlili,李丽,客服代表\n"


@pytest.fixture
def run(app: Flask, monkeypatch):
    monkeypatch.setattr(commands, "create_app", lambda: app)

    def command(*words: str, status: int = 0):
        end_read()  # the command has a connection of its own
        done = CliRunner().invoke(main, ["people", *words])
        assert done.exit_code == status, done.output
        return done

    return command


@pytest.fixture
def file(tmp_path):
    def write(text: str, encoding: str = "utf-8", name: str = "staff.csv") -> str:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return str(path)

    return write


def test_a_dry_run_counts_and_stores_nothing(run, file) -> None:
    answer = json.loads(run("import", file(GOOD, "gb18030"), "--dry-run", "--json").stdout)
    assert answer == {
        "ok": True, "rows": 2, "added": 2, "changed": 0, "kept": 0, "teams_added": 0,
        "dry_run": True, "errors": [],
    }  # fmt: skip
    assert queries.count_people() == 0


def test_a_table_is_imported_and_exported_back(run, file, tmp_path) -> None:
    run("import", file(GOOD))
    assert queries.get_person_by_username("root").roles == {Role.ADMINISTRATOR}
    for name in ("out.csv", "out.xlsx"):
        out = str(tmp_path / name)
        run("export", out, "--chinese")
        answer = json.loads(run("import", out, "--json").stdout)
        assert (answer["kept"], answer["added"], answer["changed"]) == (2, 0, 0)


def test_errors_are_named_by_file_row_and_column(run, file) -> None:
    bad = "username,name,email\nbob,Bob,b@example.org\neve,Eve,nonsense\n"
    answer = json.loads(run("import", file(bad), "--json", status=1).stdout)
    assert answer["ok"] is False
    error = answer["errors"][0]
    assert (error["code"], error["file"], error["row"], error["column"]) == (
        "email_invalid",
        "staff.csv",
        3,
        "email",
    )
    assert queries.count_people() == 0
    assert "row 3, column email" in run("import", file(bad), status=1).output


def test_an_uncertain_encoding_is_asked_about(run, file) -> None:
    text = "username,name\nlili,李麗華\nchen,陳國強\n"
    answer = json.loads(run("import", file(text, "big5"), "--json", status=1).stdout)
    assert answer["errors"][0]["code"] == "encoding_not_recognised"
    run("import", file(text, "big5"), "--encoding", "big5")
    assert queries.get_person_by_username("lili").name == "李麗華"


def test_wrong_usage_is_status_2(run, file) -> None:
    run("import", "no-such-file.csv", status=2)
    run("import", file(GOOD), "--encoding", "klingon", status=2)
    run("export", "people.pdf", status=2)


def test_inviting_disabling_and_tokens(run, make, now) -> None:
    make.person("bob")
    link = json.loads(run("invite", "BOB", "--json").stdout)["link"]
    assert link.startswith("http://localhost/set-password/1-")
    secret = json.loads(run("token", "bob", "--label", "bi", "--json").stdout)["token"]
    assert queries.find_person_by_access_token(secret, now).username == "bob"
    run("token", "bob", "--label", "bi", "--revoke")
    assert queries.find_person_by_access_token(secret, now) is None
    run("disable", "bob")
    assert not queries.get_person_by_username("bob").is_active
    run("invite", "bob", status=1)
    run("disable", "bob", "--undo")
    run("disable", "nobody", status=1)


def test_every_command_helps_with_an_example(run) -> None:
    for words in ([], ["import"], ["export"], ["invite"], ["disable"], ["token"]):
        assert "Example: trainhub people" in run(*words, "--help").output
