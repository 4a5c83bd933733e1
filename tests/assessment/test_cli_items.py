"""`trainhub items`: what a terminal user sees, and what a program reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.assessment.exchange.questions import picture
from tests.ops.test_commands import Terminal
from trainhub.assessment.rules.bank import BankQuestion
from trainhub.assessment.rules.exchange import write_questions
from trainhub.catalogue.rules.quiz_text import make_item

GIFT = "// [id:refund-days] [topic:refunds]\n几天到账？{=三天 ~七天}\n\n// [id:b]\n三天到账。{T}\n"


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal beside a file of questions, its instance installed."""
    opened = Terminal(tmp_path)
    opened.say("upgrade")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    Path("q.gift").write_text(GIFT, "utf-8")
    return opened


def test_a_file_is_rehearsed_then_taken_then_known(terminal: Terminal) -> None:
    rehearsed = terminal.ask("items", "import", "q.gift", "--dry-run")
    assert (rehearsed["new"], rehearsed["stored"]) == (2, False)
    assert terminal.ask("items", "import", "q.gift", "--format", "gift")["new"] == 2
    assert terminal.ask("items", "import", "q.gift")["unchanged"] == 2


@pytest.mark.parametrize("form", ["gift", "moodle-xml", "csv", "xlsx"])
def test_what_is_exported_changes_nothing_when_it_comes_back(terminal: Terminal, form: str) -> None:
    terminal.ask("items", "import", "q.gift", "--status", "live")
    written = terminal.ask("items", "export", "out", "--format", form)
    assert written["questions"] == 2
    assert terminal.ask("items", "import", "out", "--format", form)["unchanged"] == 2


def test_a_table_that_went_out_without_pictures_does_not_lose_them(terminal: Terminal) -> None:
    item = make_item(
        key="k", kind="true_false", stem="![图](media/a.png)", content={"answer": True}
    )
    question = BankQuestion(item, "zh", pictures={"a.png": picture()})
    Path("q.xml").write_bytes(write_questions([question], "moodle-xml"))
    terminal.ask("items", "import", "q.xml")
    terminal.ask("items", "export", "out.csv", "--format", "csv")
    back = terminal.ask("items", "import", "out.csv")
    assert (back["unchanged"], back["notes"]) == (1, [])


def test_a_picture_that_is_nowhere_is_named_with_its_row(terminal: Terminal) -> None:
    Path("q.csv").write_text("题型,题干,正确答案\n判断题,![图](media/a.png),对\n", "utf-8")
    (note,) = terminal.ask("items", "import", "q.csv")["notes"]
    assert (note["code"], note["row"], note["file"]) == ("picture_missing", 2, "q.csv")


def test_only_what_is_asked_for_goes_out(terminal: Terminal) -> None:
    terminal.ask("items", "import", "q.gift")
    shown = terminal.say("items", "export", "--format", "gift", "--topic", "refunds").output
    assert "几天到账" in shown and "三天到账。" not in shown


def test_errors_are_named_with_file_and_line_and_nothing_is_stored(terminal: Terminal) -> None:
    Path("bad.gift").write_text(GIFT + "\n没有答案{=a\n~\n}\n", "utf-8")
    told = terminal.say("items", "import", "bad.gift", status=1).output
    assert "bad.gift:8" in told and "nothing was stored" in told
    answer = terminal.ask("items", "import", "bad.gift", status=1)
    assert answer["errors"][0]["line"] == 8
    assert terminal.ask("items", "import", "q.gift")["new"] == 2


def test_a_wrong_format_and_an_unknown_one_are_said_plainly(terminal: Terminal) -> None:
    said = terminal.say("items", "import", "q.gift", "--format", "moodle-xml", status=1)
    assert "looks like gift" in said.output
    Path("x.bin").write_bytes(b"\0\1\2")
    assert "--format" in terminal.say("items", "import", "x.bin", status=1).output


def test_an_empty_choice_writes_no_file(terminal: Terminal) -> None:
    said = terminal.say("items", "export", "out", "--format", "csv", status=1)
    assert "No question" in said.output
    assert not Path("out").exists()
