"""Where a line may stand, how long a room may grow, and what may not be said."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from trainhub import paths

LONGEST_MODULE = 350
LONGEST_TEMPLATE = 120
LONGEST_SCRIPT = 150
FORBIDDEN_NAMES = {"util", "utils", "helper", "helpers", "manager", "common", "misc"}
EDGES = {"permissions", "views", "api", "jobs", "cli", "pipeline", "ops", "web", "demo", "assembly"}


def modules() -> list[Path]:
    return sorted(file for file in paths.PACKAGE.rglob("*.py") if "migrations" not in file.parts)


def name(file: Path) -> str:
    for root in (paths.PACKAGE, paths.TEMPLATES):
        if file.is_relative_to(root):
            return str(file.relative_to(root))
    return file.name


def calls(file: Path) -> list[tuple[str, str, int]]:
    found = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value)
            found.append((owner, node.func.attr, node.lineno))
    return found


@pytest.mark.parametrize("file", modules(), ids=name)
def test_only_the_transaction_commits(file: Path) -> None:
    if name(file) == "db.py":
        return
    for owner, called, line in calls(file):
        assert not (called == "commit" and "session" in owner), (
            f"{name(file)}:{line} commits. Services flush; the edge opens "
            "`with transaction():` from trainhub.db, which commits once."
        )


@pytest.mark.parametrize("file", modules(), ids=name)
def test_only_edges_read_the_clock(file: Path) -> None:
    if name(file) in {"clock.py", "web/logs.py"}:
        return
    rooms = set(file.relative_to(paths.PACKAGE).with_suffix("").parts)
    for owner, called, line in calls(file):
        assert not (called in {"now", "utcnow", "today"} and owner in {"datetime", "date"}), (
            f"{name(file)}:{line} reads the time of day. Take `now` as an argument; an edge "
            "gives clock.now()."
        )
        if owner == "clock":
            assert rooms & EDGES, (
                f"{name(file)}:{line} reads the clock, which only edges may: take `now` as an "
                "argument"
            )


@pytest.mark.parametrize("file", modules(), ids=name)
def test_a_module_is_short_enough_to_read(file: Path) -> None:
    lines = len(file.read_text("utf-8").splitlines())
    assert lines <= LONGEST_MODULE, (
        f"{name(file)} has {lines} lines: make the room a package of the same name and divide it"
    )


@pytest.mark.parametrize("file", modules(), ids=name)
def test_a_name_says_what_a_thing_is(file: Path) -> None:
    parts = set(re.split(r"[/_.]", name(file)))
    assert not parts & FORBIDDEN_NAMES, f"{name(file)}: name it after what it does"


@pytest.mark.parametrize("file", sorted(paths.TEMPLATES.rglob("*.html")), ids=name)
def test_a_template_is_short_and_carries_no_script(file: Path) -> None:
    text = file.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST_TEMPLATE, f"{name(file)}: move parts to partials"
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), f"{name(file)}: no inline script"
    assert not re.search(r"\sstyle=", text), f"{name(file)}: no inline style, use a class"
    assert not re.search(r"\son[a-z]+=", text), f"{name(file)}: no inline handler"
    assert not re.search(r"""(?:src|href)=["']https?://""", text), f"{name(file)}: no outside"


@pytest.mark.parametrize("file", sorted(paths.STATIC.rglob("*.js")), ids=lambda f: f.name)
def test_a_script_is_short_and_stays_at_home(file: Path) -> None:
    text = file.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST_SCRIPT, f"{file.name}: divide the module"
    assert not re.search(r"https?://(?!www\.w3\.org/)", text), f"{file.name}: no outside address"
    assert not re.search(r"[\u4e00-\u9fff]", text), (
        f"{file.name}: a script carries no text; hand it in with data-text-… attributes"
    )
