"""What `trainhub serve --prepare` does with the passages that are shipped."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from trainhub.cli.preparing import load_passages


def test_passages_are_loaded_once_and_that_is_said(app: Flask) -> None:
    said: list[str] = []
    load_passages(said.append)
    assert len(said) == 1
    assert said[0].startswith("typing passages loaded: ")
    load_passages(said.append)
    assert len(said) == 1


def test_a_wrong_file_does_not_keep_the_server_from_starting(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wrong.yaml").write_text("language: en\nkind: poem\npassages: []\n", "utf-8")
    monkeypatch.setattr("trainhub.paths.PASSAGES", tmp_path)
    said: list[str] = []
    load_passages(said.append)
    assert "was not loaded" in said[0]
    assert "wrong.yaml: “poem” is not allowed for kind" in said[1]
