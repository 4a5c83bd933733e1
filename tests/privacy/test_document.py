"""docs/privacy.md says what the declarations say."""

from __future__ import annotations

import zipfile
from pathlib import Path

from click.testing import CliRunner
from flask import Flask

from tests.privacy.lives import live
from trainhub.cli import main, privacy
from trainhub.privacy.document import put_into

DOCUMENT = Path(__file__).parents[2] / "docs" / "privacy.md"


def test_the_document_holds_the_declarations() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert put_into(text) == text, "run: trainhub privacy document"


def test_a_copy_by_command_goes_into_a_new_file_only(
    app: Flask, tmp_path: Path, monkeypatch
) -> None:
    live()
    monkeypatch.setattr(privacy, "create_app", lambda: app)
    file = tmp_path / "copy.zip"
    done = CliRunner().invoke(main, ["privacy", "copy", "lili", str(file)])
    assert done.exit_code == 0, done.output
    assert "json/person.json" in zipfile.ZipFile(file).namelist()
    again = CliRunner().invoke(main, ["privacy", "copy", "lili", str(file)])
    assert again.exit_code != 0
