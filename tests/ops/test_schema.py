"""Upgrades: in order, whole or not at all, without losing rows that hang on a rebuilt table."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, event

from tests.ops.structures import differences_to_the_models
from trainhub import paths
from trainhub.db import db
from trainhub.ops import schema

FIRST = """
    op.create_table("team", sa.Column("id", sa.Integer, primary_key=True),
                    sa.Column("name", sa.String(20)))
    op.create_table("person", sa.Column("id", sa.Integer, primary_key=True),
                    sa.Column("team_id", sa.Integer, sa.ForeignKey("team.id", ondelete="CASCADE")))
"""
SECOND = """
    with op.batch_alter_table("team") as batch:
        batch.alter_column("name", nullable=False, existing_type=sa.String(20))
        batch.add_column(sa.Column("place", sa.String(20), server_default=""))
    op.create_index("ix_team_name", "team", ["name"])
    op.execute("UPDATE team SET place = 'floor 2'")
"""
ORPHANING = """
    op.execute("DELETE FROM team")
"""


class Structures:
    """A folder of revisions of its own, and databases to apply them to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "migrations"
        (self.folder / "versions").mkdir(parents=True)
        for name in ("env.py", "script.py.mako"):
            (self.folder / name).write_text((paths.MIGRATIONS / name).read_text("utf-8"))
        self.file = folder / "old.sqlite3"

    def add(self, revision: str, before: str | None, body: str) -> None:
        text = (
            "import sqlalchemy as sa\nfrom alembic import op\n"
            f"revision = {revision!r}\ndown_revision = {before!r}\n"
            f"def upgrade():{body}\n"
        )
        (self.folder / "versions" / f"{revision}_.py").write_text(text)

    def upgrade(self, file: Path, before: Callable[[], Any] = lambda: None) -> list[str]:
        engine = create_engine(f"sqlite:///{file}")
        try:
            return schema.upgrade(engine, before, self.folder)
        finally:
            engine.dispose()


@pytest.fixture
def structures(tmp_path: Path) -> Structures:
    """The first revision, applied to a database with one team of one person."""
    made = Structures(tmp_path)
    made.add("0001", None, FIRST)
    made.upgrade(made.file)
    with closing(sqlite3.connect(made.file)) as connection:
        connection.execute("INSERT INTO team (id, name) VALUES (1, 'Red')")
        connection.execute("INSERT INTO person (id, team_id) VALUES (1, 1)")
        connection.commit()
    return made


def content(file: Path) -> tuple[list[Any], list[Any], list[Any]]:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
        teams = connection.execute("SELECT * FROM team").fetchall()
        return tables, teams, connection.execute("SELECT * FROM person").fetchall()


def test_a_rebuilt_parent_table_keeps_its_children(structures: Structures) -> None:
    structures.add("0002", "0001", SECOND)
    assert structures.upgrade(structures.file) == ["0002"]
    _, teams, people = content(structures.file)
    assert teams == [(1, "Red", "floor 2")]
    assert people == [(1, 1)]


def test_an_upgrade_that_would_leave_rows_pointing_nowhere_changes_nothing(
    structures: Structures,
) -> None:
    before = content(structures.file)
    structures.add("0002", "0001", ORPHANING)
    with pytest.raises(schema.SchemaFault, match="person row 1 to team"):
        structures.upgrade(structures.file)
    assert content(structures.file) == before


def test_a_backup_is_made_before_data_is_touched_and_only_then(structures: Structures) -> None:
    calls: list[str] = []
    structures.upgrade(structures.file, lambda: calls.append("nothing pending"))
    structures.upgrade(structures.file.with_name("new.sqlite3"), lambda: calls.append("no data"))
    assert calls == []
    structures.add("0002", "0001", SECOND)
    structures.upgrade(structures.file, lambda: calls.append("backup"))
    assert calls == ["backup"]


def test_no_upgrade_without_its_backup(structures: Structures) -> None:
    def fail() -> None:
        raise OSError("disk full")

    before = content(structures.file)
    structures.add("0002", "0001", SECOND)
    with pytest.raises(OSError, match="disk full"):
        structures.upgrade(structures.file, fail)
    assert content(structures.file) == before


def test_a_database_of_a_newer_program_is_left_alone(structures: Structures) -> None:
    structures.add("0002", "0001", SECOND)
    structures.upgrade(structures.file)
    (structures.folder / "versions" / "0002_.py").unlink()
    with pytest.raises(schema.SchemaFault, match="0002"):
        structures.upgrade(structures.file)


def killed_at(statement: int, engine: Engine) -> None:
    """Let the process die just before it sends that statement."""
    seen = 0

    def count(*_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", count)


def upgrade_in_child(file: Path, folder: Path, statement: int) -> int:
    """Upgrade in a forked process that is killed at a statement; the signal that ended it."""
    child = os.fork()
    if child == 0:
        engine = create_engine(f"sqlite:///{file}")
        killed_at(statement, engine)
        schema.upgrade(engine, lambda: None, folder)
        os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_an_upgrade_killed_at_any_statement_leaves_old_or_new(structures: Structures) -> None:
    structures.add("0002", "0001", SECOND)
    old = content(structures.file)
    finished = structures.file.with_name("finished.sqlite3")
    finished.write_bytes(structures.file.read_bytes())
    structures.upgrade(finished)
    new = content(finished)
    seen = []
    for statement in range(1, 200):
        file = structures.file.with_name(f"{statement}.sqlite3")
        file.write_bytes(structures.file.read_bytes())
        ended_by = upgrade_in_child(file, structures.folder, statement)
        if not ended_by:
            break
        after = content(file)
        assert after in (old, new), f"killed at statement {statement}: something in between"
        seen.append(after == new)
        structures.upgrade(file)
        assert content(file) == new, "the next try completes it"
    assert len(seen) > 10, "the upgrade has more statements than that"
    assert not all(seen)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("statement", [5, 20, 40, 60, 80])
def test_the_first_installation_may_be_killed_and_repeated(statement: int, tmp_path: Path) -> None:
    file = tmp_path / "new.sqlite3"
    assert upgrade_in_child(file, paths.MIGRATIONS, statement) == signal.SIGKILL
    engine = create_engine(f"sqlite:///{file}")
    assert schema.find_revision(engine) is None
    assert schema.upgrade(engine, lambda: None) == schema.list_revisions()
    engine.dispose()


def test_the_revisions_lead_to_what_the_models_say(installed: Flask) -> None:
    assert differences_to_the_models() == [], (
        'write the missing one: trainhub revise "What it does"'
    )


def test_nothing_is_pending_after_an_upgrade(installed: Flask) -> None:
    assert schema.list_pending(db.engine) == []
    assert schema.find_revision(db.engine) == schema.list_revisions()[-1]
