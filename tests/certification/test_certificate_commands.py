"""`trainhub certificates`: what was signed here is told from what was not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

import trainhub.cli.certificates as command
from tests.certification.awarding import NOW, awarded
from tests.factories import Make
from trainhub.certification.models import Award
from trainhub.certification.rules.awards.states import AwardState
from trainhub.certification.services.awards import change
from trainhub.cli import main
from trainhub.db import transaction
from trainhub.people.models import Role


@pytest.fixture
def exported(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Award, Path]:
    monkeypatch.setattr(command, "installed_app", lambda as_json: app)
    award = awarded()
    assert say("export", str(tmp_path), "--language", "en")["certificates"] == 1
    return award, tmp_path


def say(*words: str, status: int = 0) -> Any:
    answer = CliRunner().invoke(main, ["certificates", *words, "--json"])
    assert answer.exit_code == status, answer.output
    return json.loads(answer.stdout)


def test_a_certificate_comes_as_pdf_json_and_token(exported: tuple[Award, Path]) -> None:
    _award, folder = exported
    assert sorted(one.suffix for one in folder.iterdir()) == [".json", ".jwt", ".pdf"]
    before = {one.name: one.read_bytes() for one in folder.iterdir() if one.suffix != ".pdf"}
    say("export", str(folder), "--language", "en")
    assert {name: (folder / name).read_bytes() for name in before} == before


@pytest.mark.parametrize("suffix", ["json", "jwt"])
def test_what_was_signed_here_is_verified(exported: tuple[Award, Path], suffix: str) -> None:
    award, folder = exported
    (file,) = folder.glob(f"*.{suffix}")
    found = say("verify", str(file))
    assert (found["state"], found["holder"]) == ("valid", award.holder_name)
    text = file.read_text("utf-8")
    for place in (len(text) // 3, len(text) // 2, len(text) - 9):
        changed = text[:place] + ("a" if text[place] != "a" else "b") + text[place + 1 :]
        file.write_text(changed, "utf-8")
        assert say("verify", str(file), status=1)["errors"][0]["code"] == "not_signed_here"


def test_a_name_written_in_beside_the_signed_one_is_found(exported: tuple[Award, Path]) -> None:
    _award, folder = exported
    (file,) = folder.glob("*.json")
    text = file.read_text("utf-8").lstrip()
    file.write_text('{"validUntil": "2999-01-01T00:00:00Z",' + text[1:], "utf-8")
    assert say("verify", str(file), status=1)["errors"][0]["code"] == "not_signed_here"


def test_a_deep_addition_is_refused_in_a_line(exported: tuple[Award, Path]) -> None:
    _award, folder = exported
    (file,) = folder.glob("*.json")
    text = file.read_text("utf-8").lstrip()
    file.write_text('{"more": ' + "[" * 900 + "]" * 900 + "," + text[1:], "utf-8")
    assert say("verify", str(file), status=1)["errors"][0]["code"] == "not_signed_here"


def test_what_was_revoked_since_does_not_hold(exported: tuple[Award, Path]) -> None:
    award, folder = exported
    (file,) = folder.glob("*.json")
    root = Make.person("root", Role.ADMINISTRATOR)
    with transaction():
        change(award, AwardState.REVOKED, now=NOW, reason="Cheated", by=root)
    assert say("verify", str(file), status=1)["errors"][0]["code"] == "revoked"


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "a.b.c", "null", "[" * 50_000, "\0"])
def test_nonsense_is_refused_in_a_line(
    exported: tuple[Award, Path], tmp_path: Path, text: str
) -> None:
    file = tmp_path / "nonsense"
    file.write_text(text, "utf-8")
    assert say("verify", str(file), status=1)["errors"][0]["code"] == "not_signed_here"
