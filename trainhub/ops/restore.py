"""Putting a backup in the database's place; what was there is kept aside."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from trainhub.config import Settings
from trainhub.db import db
from trainhub.ops.backup import (
    BackupFault,
    Manifest,
    database_file,
    integrity_fault,
    make_backup,
    manifest_file,
    run_postgresql_tool,
    sha256_of,
    unused_name,
)
from trainhub.ops.schema import list_revisions

ASIDE = "replaced"


@dataclass(frozen=True)
class Restored:
    """What a restore did: where the replaced data is, and whether an upgrade must follow."""

    revision: str | None
    replaced: Path | None
    needs_upgrade: bool


def check_backup(file: Path, settings: Settings) -> str | None:
    """The revision of a backup that may be restored here.

    Raises `BackupFault` if it is damaged, for another engine, or from a newer program.
    """
    if not file.is_file():
        raise BackupFault(f"there is no file {file}")
    manifest = _find_manifest(file)
    if manifest and sha256_of(file) != manifest.sha256:
        raise BackupFault(f"{file.name} is not the file its manifest describes: it is damaged")
    if settings.is_sqlite:
        revision = _sqlite_revision(file)
    elif manifest and manifest.engine == "postgresql":
        revision = manifest.revision
    else:
        raise BackupFault(f"{file.name} is not a backup of a PostgreSQL database")
    if revision is not None and revision not in list_revisions():
        raise BackupFault(
            f"the backup has structure {revision}, which this version of TrainHub does not know:"
            " restore it with the version that made it, or a newer one"
        )
    return revision


def restore_backup(file: Path, settings: Settings, now: datetime) -> Restored:
    """Put a checked backup in the database's place. No other process may be running.

    Raises `BackupFault`; then the database is as it was.
    """
    revision = check_backup(file, settings)
    db.session.remove()
    db.engine.dispose()
    if settings.is_sqlite:
        replaced = _replace_sqlite(file, settings, now)
    else:
        replaced, _ = make_backup(settings, now)
        options = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
        target = ("--dbname", _database_name(settings))
        run_postgresql_tool("pg_restore", settings.database_url, *options, *target, str(file))
    return Restored(revision, replaced, needs_upgrade=revision != list_revisions()[-1])


def _find_manifest(file: Path) -> Manifest | None:
    try:
        return Manifest(**json.loads(manifest_file(file).read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        raise BackupFault(f"{manifest_file(file).name} is not a manifest") from None


def _sqlite_revision(file: Path) -> str | None:
    if fault := integrity_fault(file):
        raise BackupFault(f"{file.name} is damaged or no SQLite database: {fault}")
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            raise BackupFault(f"{file.name} is no TrainHub database") from None
    return str(row[0]) if row else None


def _replace_sqlite(file: Path, settings: Settings, now: datetime) -> Path | None:
    """Copy beside the database, move the old one aside, put the copy in its place."""
    target = database_file(settings)
    incoming = target.with_suffix(".incoming")
    shutil.copyfile(file, incoming)
    descriptor = os.open(incoming, os.O_RDWR)
    os.fsync(descriptor)
    os.close(descriptor)
    replaced = None
    if target.exists():
        folder = settings.instance / ASIDE
        folder.mkdir(exist_ok=True)
        _settle(target)
        replaced = unused_name(folder, now, "sqlite3")
        target.replace(replaced)
    incoming.replace(target)
    return replaced


def _settle(file: Path) -> None:
    """Bring journal and log files back into the database, so that the file alone is whole."""
    try:
        with closing(sqlite3.connect(file, timeout=1, isolation_level=None)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
    except sqlite3.OperationalError:
        raise BackupFault("the database is in use: stop TrainHub, then restore") from None
    except sqlite3.DatabaseError:
        return  # too damaged to open: it is moved aside as it is


def _database_name(settings: Settings) -> str:
    return settings.database_url.partition("?")[0].rpartition("/")[2]
