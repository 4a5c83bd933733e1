"""`trainhub content`: what a terminal user sees, and what a program reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.catalogue.texts import SERIES, course_text, library, quiz_text
from tests.ops.test_commands import Terminal
from trainhub import clock, create_app, paths
from trainhub.catalogue import queries
from trainhub.catalogue.rules.bundles import write_bundle
from trainhub.catalogue.rules.course_text import parse_course
from trainhub.catalogue.services import publish_course
from trainhub.config import load_settings
from trainhub.db import transaction


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in a folder with a small library, its instance installed."""
    opened = Terminal(tmp_path)
    opened.say("upgrade")
    for file in library():
        target = tmp_path / "work" / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.data)
    monkeypatch.chdir(tmp_path / "work")
    return opened


COURSE = Path("courses/calls/opening.en.md")


def edit_in_browser(terminal: Terminal, text: str) -> None:
    app = create_app(load_settings({}, instance=terminal.instance))
    with app.app_context(), transaction():
        edition = queries.find_edition("opening", "en")
        publish_course(edition, parse_course(text), actor=None, now=clock.now())


def test_importing_counts_what_it_did(terminal: Terminal) -> None:
    rehearsed = terminal.ask("content", "import", "courses", "quizzes", "--dry-run")
    assert (rehearsed["create"], rehearsed["stored"]) == (3, False)
    done = terminal.ask("content", "import", "courses", "quizzes")
    assert (done["create"], done["stored"]) == (3, True)
    assert terminal.ask("content", "import", "courses", "quizzes")["unchanged"] == 3


def test_files_folders_and_bundles_may_be_mixed(terminal: Terminal) -> None:
    bundle = Path("more.zip")
    more = [("quizzes/more.en.yaml", quiz_text(key="more").encode())]
    bundle.write_bytes(write_bundle(iter(more)))
    done = terminal.ask("content", "import", str(COURSE), "courses", "quizzes", str(bundle))
    assert done["create"] == 4


def test_import_works_from_within_the_folder_of_a_series(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.ask("content", "import", "quizzes")
    monkeypatch.chdir("courses/calls")
    assert terminal.ask("content", "import", ".")["create"] == 2


def test_an_export_is_what_was_imported(terminal: Terminal, tmp_path: Path) -> None:
    terminal.ask("content", "import", "courses", "quizzes")
    target = tmp_path / "out"
    assert terminal.ask("content", "export", str(target)) == {
        "ok": True,
        "files": 3,
        "changed": 3,
        "errors": [],
    }
    for file in library():
        assert (target / file.path).read_bytes() == file.data
    assert terminal.ask("content", "export", str(target))["changed"] == 0


def test_a_bad_file_is_named_with_its_line_and_nothing_is_stored(terminal: Terminal) -> None:
    COURSE.write_text(course_text().replace("minutes: 60", "minutes: 61"))
    answer = terminal.ask("content", "import", "courses", "quizzes", status=1)
    (error,) = answer["errors"]
    assert error["file"] == COURSE.as_posix()
    assert error["line"] == 6
    assert error["field"] == "minutes"
    assert "nothing was stored" in terminal.say("content", "import", "courses", status=1).stderr
    COURSE.write_text(course_text())
    assert terminal.ask("content", "import", "courses", "quizzes")["create"] == 3


def test_a_conflict_shows_both_sides_until_it_is_decided(terminal: Terminal) -> None:
    terminal.ask("content", "import", "courses", "quizzes")
    edit_in_browser(terminal, course_text(intro="From the browser."))
    COURSE.write_text(course_text(intro="From the file."))
    said = terminal.say("content", "import", "courses", status=1)
    assert "-From the browser." in said.stdout
    assert "+From the file." in said.stdout
    (sides,) = terminal.ask("content", "import", "courses", status=1)["conflicts"]
    assert "From the browser." in sides["database_text"]
    assert "From the file." in sides["file_text"]
    assert terminal.ask("content", "import", "courses", "--take", "database")["keep"] == 1
    COURSE.write_text(course_text(intro="From the file, again."))
    assert terminal.ask("content", "import", "courses", "--take", "file")["update"] == 1


def test_a_database_that_is_not_ready_is_named_in_one_sentence(
    terminal: Terminal, tmp_path: Path
) -> None:
    fresh = Terminal(tmp_path / "fresh")
    answer = fresh.ask("content", "import", "courses", status=1)
    assert answer["errors"][0]["code"] == "database_not_ready"
    assert "trainhub upgrade" in fresh.say("content", "export", "out", status=1).stderr


def test_wrong_usage_is_told_apart_from_refused_input(terminal: Terminal) -> None:
    terminal.say("content", "import", status=2)
    terminal.say("content", "import", "nowhere", status=2)
    terminal.say("content", "import", "courses", "--take", "both", status=2)


def test_lint_needs_no_database(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    folder = tmp_path / "courses" / "calls"
    folder.mkdir(parents=True)
    (folder / "_series.yaml").write_text(SERIES)
    (folder / "opening.en.md").write_text(course_text())
    answer = terminal.ask("content", "lint", str(tmp_path / "courses"), status=1)
    assert [error["code"] for error in answer["errors"]] == ["quiz_missing"]
    assert "translation_missing" in {one["code"] for one in answer["warnings"]}
    assert not terminal.instance.exists()


def test_lint_of_one_file_knows_its_neighbours_and_speaks_of_it_alone(terminal: Terminal) -> None:
    Path("courses/calls/broken.en.md").write_text("nothing")
    answer = terminal.ask("content", "lint", str(COURSE))
    assert answer["files"] == 1
    assert {one["file"] for one in answer["warnings"]} == {COURSE.as_posix()}
    said = terminal.say("content", "lint", str(COURSE)).stdout
    assert f"{COURSE.as_posix()}:1: warning:" in said


def test_shipped_content_has_no_errors_and_no_warnings(tmp_path: Path) -> None:
    answer = Terminal(tmp_path).ask("content", "lint", str(paths.COURSES), str(paths.QUIZZES))
    assert answer["warnings"] == []


def test_render_prints_what_a_learner_gets(terminal: Terminal) -> None:
    lessons = (
        "\n## One {#one}\n\n::: trainer\nA secret.\n:::\n\nHello *you*.\n\n"
        '::: checkpoint quiz=opening items="first-word"\n:::\n\n## Two {#two}\n\n<b>raw</b>\n'
    )
    COURSE.write_text(course_text(lessons=lessons))
    said = terminal.say("content", "render", str(COURSE)).stdout
    assert "<em>you</em>" in said
    assert "A secret." not in said
    assert "<b>raw" not in said
    assert 'data-items="first-word"' in said
    assert "A secret." in terminal.say("content", "render", str(COURSE), "--trainer").stdout
    only = terminal.ask("content", "render", str(COURSE), "--lesson", "two")["lessons"]
    assert list(only) == ["two"]
    answer = terminal.ask("content", "render", str(COURSE), "--lesson", "three", status=1)
    assert answer["errors"][0]["code"] == "lesson_missing"


def test_render_needs_no_database(tmp_path: Path) -> None:
    file = tmp_path / "opening.en.md"
    file.write_text(course_text())
    assert "Say thank you" in Terminal(tmp_path).say("content", "render", str(file)).stdout


def test_every_command_has_an_example(terminal: Terminal) -> None:
    for command in ("import", "export", "lint", "render"):
        assert "Example: trainhub content" in terminal.say("content", command, "--help").stdout
