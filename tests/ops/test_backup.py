"""A backup is whole or refused; a restore puts it in place and keeps what was there."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from trainhub.config import Settings
from trainhub.db import db, transaction
from trainhub.ops import backup
from trainhub.ops.restore import restore_backup
from trainhub.people.models import Team


def settings_of(app: Flask) -> Settings:
    settings: Settings = app.config["SETTINGS"]
    return settings


def add_team(name: str) -> None:
    with transaction():
        db.session.add(Team(name=name))


def team_names() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Team.name)))


def test_a_restored_backup_is_the_database_of_that_hour(installed: Flask, now: datetime) -> None:
    settings = settings_of(installed)
    add_team("Red")
    file, manifest = backup.make_backup(settings, now)
    assert manifest.sha256 == backup.sha256_of(file)
    assert backup.list_backups(settings) == [(file, manifest)]
    add_team("Blue")
    done = restore_backup(file, settings, now)
    assert team_names() == ["Red"]
    assert not done.needs_upgrade

    assert done.replaced is not None
    restore_backup(done.replaced, settings, now + timedelta(seconds=1))
    assert team_names() == ["Blue", "Red"], "what was replaced is kept and can be restored"


@pytest.mark.parametrize("installed", ["sqlite"], indirect=True)  # pg_dump sees to it itself
def test_a_backup_is_taken_while_others_write(installed: Flask, now: datetime) -> None:
    file = backup.database_file(settings_of(installed))
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO team (name) VALUES ('not committed')")
        copy, _ = backup.make_backup(settings_of(installed), now)
        other.execute("ROLLBACK")
    assert backup.integrity_fault(copy) is None


@pytest.mark.parametrize("at", [0, 100, -1])
def test_a_damaged_backup_is_refused_and_nothing_changes(
    installed: Flask, now: datetime, at: int
) -> None:
    settings = settings_of(installed)
    file, _ = backup.make_backup(settings, now)
    add_team("Red")
    damaged = bytearray(file.read_bytes())
    damaged[at] ^= 0xFF
    file.write_bytes(damaged)
    with pytest.raises(backup.BackupFault, match="damaged"):
        restore_backup(file, settings, now)
    assert team_names() == ["Red"]


def test_a_file_that_is_no_backup_is_refused(
    installed: Flask, now: datetime, tmp_path: Path
) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database")
    with pytest.raises(backup.BackupFault):
        restore_backup(file, settings_of(installed), now)
    other = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE note (text)")
    with pytest.raises(backup.BackupFault):
        restore_backup(other, settings_of(installed), now)


def test_a_backup_of_a_newer_program_is_refused(installed: Flask, now: datetime) -> None:
    settings = settings_of(installed)
    with transaction():
        db.session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    file, manifest = backup.make_backup(settings, now)
    assert manifest.revision == "9999"
    with pytest.raises(backup.BackupFault, match="9999"):
        restore_backup(file, settings, now)


def test_a_backup_that_fails_leaves_no_half_file(
    installed: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_file: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "_sync", fail)
    with pytest.raises(backup.BackupFault, match="No space left"):
        backup.make_backup(settings_of(installed), now)
    assert list((settings_of(installed).instance / "backups").iterdir()) == []


def test_old_backups_go_but_never_the_last_three(
    installed: Flask, now: datetime, tmp_path: Path
) -> None:
    settings = settings_of(installed)
    folder = settings.instance / "backups"
    folder.mkdir()
    for days in (60, 50, 45, 40, 1):
        made = now - timedelta(days=days)
        file = folder / f"{days}.sqlite3"
        file.write_bytes(b"copy")
        values = {"file": file.name, "made_at": made.isoformat(), "engine": "sqlite"}
        values |= {"revision": "0001", "bytes": 4, "sha256": ""}
        backup.manifest_file(file).write_text(json.dumps(values))
    assert backup.forget_old_backups(settings, now) == 2
    assert sorted(file.name for file in folder.glob("*.sqlite3")) == [
        "1.sqlite3",
        "40.sqlite3",
        "45.sqlite3",
    ]
