"""`trainhub typing passages`: checking, taking and giving files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ops.test_commands import Terminal
from trainhub import paths
from trainhub.typing_tests.rules.passage_files import file_name

BAD = "language: en\nkind: prose\npassages:\n  - key: one\n    title: One\n    text: Too short.\n"


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal with the shipped files beside it, its instance installed."""
    opened = Terminal(tmp_path)
    opened.say("upgrade")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    Path("passages").symlink_to(paths.PASSAGES)
    Path("bad.yaml").write_text(BAD, "utf-8")
    return opened


def test_what_is_shipped_goes_in_and_comes_out_byte_for_byte(terminal: Terminal) -> None:
    rehearsed = terminal.ask("typing", "passages", "import", "passages", "--dry-run")
    assert rehearsed["stored"] is False
    taken = terminal.ask("typing", "passages", "import", "passages")
    assert taken["passages"]["new"] == rehearsed["passages"]["new"] >= 48
    again = terminal.ask("typing", "passages", "import", "passages")
    assert again["passages"]["new"] == again["passages"]["changed"] == again["phrases"]["new"] == 0
    written = terminal.ask("typing", "passages", "export", "out")
    assert written["files"] == len(list(paths.PASSAGES.iterdir()))
    for file in paths.PASSAGES.iterdir():
        assert (Path("out") / file.name).read_bytes() == file.read_bytes()
    assert terminal.ask("typing", "passages", "export", "out")["changed"] == 0


def test_a_changed_file_changes_its_passage_alone(terminal: Terminal) -> None:
    terminal.ask("typing", "passages", "import", "passages")
    file = paths.PASSAGES / file_name("en", "prose")
    Path("new.yaml").write_text(file.read_text("utf-8").replace("dials", "calls", 1), "utf-8")
    counts = terminal.ask("typing", "passages", "import", "new.yaml")["passages"]
    assert (counts["new"], counts["changed"]) == (0, 1)


def test_the_check_needs_no_database_and_names_the_line(terminal: Terminal) -> None:
    assert terminal.ask("typing", "passages", "lint", "passages")["passages"] >= 48
    refused = terminal.ask("typing", "passages", "lint", "bad.yaml", status=1)
    (error,) = refused["errors"]
    assert (error["file"], error["line"], error["code"]) == ("bad.yaml", 6, "passage_short")


def test_a_refused_file_stores_nothing_of_the_others(terminal: Terminal) -> None:
    terminal.ask("typing", "passages", "import", "passages", "bad.yaml", status=1)
    assert terminal.ask("typing", "passages", "export", "out")["files"] == 0


def test_a_key_in_two_files_is_refused(terminal: Terminal) -> None:
    text = (paths.PASSAGES / "digits.en.yaml").read_text("utf-8")
    Path("copy.yaml").write_text(text, "utf-8")
    refused = terminal.ask("typing", "passages", "lint", "passages", "copy.yaml", status=1)
    assert {error["code"] for error in refused["errors"]} == {"key_twice"}


def test_a_file_in_another_encoding_is_read(terminal: Terminal) -> None:
    text = (paths.PASSAGES / "prose.zh.yaml").read_text("utf-8")
    Path("gb.yaml").write_bytes(text.encode("gb18030"))
    assert terminal.ask("typing", "passages", "lint", "gb.yaml")["files"] == 1
