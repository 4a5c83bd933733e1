"""The dependency rule of the house: subjects import only towards the left."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from trainhub import paths

BASE = {
    "db", "clock", "errors", "permissions", "config", "paths", "prepared", "web", "tables", "turns",
    "journals",
}  # fmt: skip
ORDER = [
    {"planner"},
    {"audit"},
    {"people", "catalogue"},
    {"ledger"},
    {"learning"},
    {"assessment", "typing_tests"},
    {"rota"},
    {"delivery"},
    {"certification"},
    {"notices", "reports"},
    {"privacy"},
    {"ops"},
]
EVERYTHING = {"pipeline", "cli", "assembly", "demo"}
FLASK_ROOMS = {"views", "api", "forms"}


def modules() -> list[Path]:
    return sorted(paths.PACKAGE.rglob("*.py"))


def imported_names(file: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module, node.lineno
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno


def place_of(subject: str) -> int | None:
    return next((number for number, equals in enumerate(ORDER) if subject in equals), None)


def rooms_of(file: Path) -> tuple[str, str]:
    parts = file.relative_to(paths.PACKAGE).with_suffix("").parts
    return parts[0], parts[1] if len(parts) > 1 else ""


def name(file: Path) -> str:
    return str(file.relative_to(paths.PACKAGE))


@pytest.mark.parametrize("file", modules(), ids=name)
def test_a_module_imports_only_towards_the_left(file: Path) -> None:
    subject, _ = rooms_of(file)
    if subject in EVERYTHING | {"__init__", "__main__"}:
        return
    mine = place_of(subject)
    assert mine is not None or subject in BASE | {"migrations"}, (
        f"trainhub/{subject} is no known subject: put it into ORDER of this test, at the "
        "place that says whom it may know"
    )
    for target, line in imported_names(file):
        parts = target.split(".")
        if parts[0] != "trainhub" or len(parts) < 2 or parts[1] == subject:
            continue
        if parts[1] in BASE:
            continue
        theirs = place_of(parts[1])
        if theirs is None and parts[1] not in EVERYTHING:
            continue  # a name of the package itself, such as create_app
        assert theirs is not None and mine is not None and theirs < mine, (
            f"{name(file)}:{line} imports {target}, which stands to its right. Leave a ledger "
            "record and let the right-hand subject pick it up in its jobs, or hand the thing "
            "in as an argument."
        )


@pytest.mark.parametrize("file", sorted((paths.PACKAGE / "planner").rglob("*.py")), ids=name)
def test_the_planner_imports_the_standard_library_and_its_solver_only(file: Path) -> None:
    for target, line in imported_names(file):
        top = target.split(".")[0]
        assert (
            top in sys.stdlib_module_names
            or top == "ortools"
            or target == "trainhub"
            or target.startswith("trainhub.planner")
        ), (
            f"{name(file)}:{line} imports {target}: the planner is a problem in, a plan out; "
            "take what it needs to know as a part of the problem"
        )


@pytest.mark.parametrize(
    "file", sorted((paths.PACKAGE / "planner" / "judging").rglob("*.py")), ids=name
)
def test_judging_a_plan_shares_nothing_with_solving(file: Path) -> None:
    for target, line in imported_names(file):
        shared = target.startswith(("trainhub.planner.solving", "trainhub.planner.problem.duties"))
        assert not shared, (
            f"{name(file)}:{line} imports {target}: a checker that trusts the solver's own code "
            "cannot find its faults; read the rule for itself, as `reading` does"
        )


@pytest.mark.parametrize("file", modules(), ids=name)
def test_a_room_knows_only_what_its_kind_may(file: Path) -> None:
    subject, room = rooms_of(file)
    for target, line in imported_names(file):
        top = target.split(".")[0]
        where = f"{name(file)}:{line} imports {target}"
        if room == "rules":
            assert not top.startswith(("flask", "sqlalchemy", "wtforms")), (
                f"{where}: rules are pure; take the values as arguments"
            )
            assert target not in {"trainhub.clock", "trainhub.db"}, (
                f"{where}: rules take the time as an argument and know no database"
            )
        if room == "models" or room == "queries":
            assert target != "trainhub.clock", f"{where}: take the time as an argument"
        if room in {"services", "queries", "models", "jobs", "rules"}:
            assert top != "flask", f"{where}: only views, api and web see Flask"
        if subject not in {"ops", "pipeline"}:
            assert top != "apscheduler", f"{where}: only the worker sees the scheduler"
