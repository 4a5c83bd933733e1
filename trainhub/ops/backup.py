"""Backups: a copy made by the engine itself, checked, with a manifest beside it.

SQLite is copied through its backup interface (never as a file while it is in use), PostgreSQL
by `pg_dump`. Pictures are in the database, so the copy is everything.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import make_url

from trainhub.config import Settings
from trainhub.db import db
from trainhub.ops.schema import find_revision

FOLDER = "backups"
KEPT = timedelta(days=35)
STAMP = "%Y%m%dT%H%M%S%fZ"


class BackupFault(Exception):
    """A backup could not be made or is not usable; the text says why and what to do."""


@dataclass(frozen=True)
class Manifest:
    """What a backup is. `sha256` proves the file whole; `revision` is its structure."""

    file: str
    made_at: str
    engine: str
    revision: str | None
    bytes: int
    sha256: str

    @property
    def made(self) -> datetime:
        """When the copy was made."""
        return datetime.fromisoformat(self.made_at)


def make_backup(settings: Settings, now: datetime) -> tuple[Path, Manifest]:
    """Copy the database into the instance's backup folder and check the copy.

    Raises `BackupFault`; then no half-made file is left.
    """
    folder = settings.instance / FOLDER
    folder.mkdir(exist_ok=True)
    engine = "sqlite" if settings.is_sqlite else "postgresql"
    suffix = "sqlite3" if settings.is_sqlite else "pgdump"
    target = unused_name(folder, now, suffix)
    partial = target.with_suffix(".partial")
    try:
        if settings.is_sqlite:
            _copy_sqlite(database_file(settings), partial)
        else:
            _dump_postgresql(settings.database_url, partial)
        _sync(partial)
        manifest = Manifest(
            file=target.name,
            made_at=now.astimezone(UTC).isoformat(),
            engine=engine,
            revision=find_revision(db.engine),
            bytes=partial.stat().st_size,
            sha256=sha256_of(partial),
        )
        partial.replace(target)
    except OSError as error:
        raise BackupFault(f"the backup could not be written: {error}") from error
    finally:
        partial.unlink(missing_ok=True)
    manifest_file(target).write_text(json.dumps(asdict(manifest), indent=1), "utf-8")
    return target, manifest


def unused_name(folder: Path, now: datetime, suffix: str) -> Path:
    """A file named after the instant, or the next free microsecond: no copy replaces another."""
    while (file := folder / f"{now.astimezone(UTC).strftime(STAMP)}.{suffix}").exists():
        now += timedelta(microseconds=1)
    return file


def manifest_file(backup: Path) -> Path:
    """The manifest that belongs to a backup file."""
    return backup.with_name(backup.name + ".json")


def list_backups(settings: Settings) -> list[tuple[Path, Manifest]]:
    """The backups of the instance that have a readable manifest, newest first."""
    found = []
    for file in (settings.instance / FOLDER).glob("*.json"):
        try:
            manifest = Manifest(**json.loads(file.read_text("utf-8")))
        except (ValueError, TypeError):
            continue
        if (file.parent / manifest.file).exists():
            found.append((file.parent / manifest.file, manifest))
    return sorted(found, key=lambda pair: pair[1].made, reverse=True)


def forget_old_backups(settings: Settings, now: datetime) -> int:
    """Delete backups older than `KEPT`, but never the newest three; how many."""
    old = [pair for pair in list_backups(settings)[3:] if pair[1].made < now - KEPT]
    for file, _ in old:
        manifest_file(file).unlink()
        file.unlink()
    return len(old)


def database_file(settings: Settings) -> Path:
    """The file of the embedded database."""
    return Path(make_url(settings.database_url).database or "")


def sha256_of(file: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def integrity_fault(file: Path) -> str | None:
    """What SQLite's own check says against a file, or None."""
    try:
        connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        try:
            answer = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        return str(error)
    return None if answer == "ok" else str(answer)


def _copy_sqlite(source_file: Path, target_file: Path) -> None:
    if not source_file.exists():
        raise BackupFault(f"there is no database yet at {source_file}")
    source = sqlite3.connect(source_file, timeout=10)
    target = sqlite3.connect(target_file)
    try:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise BackupFault(f"the database could not be copied: {error}") from error
    finally:
        target.close()
        source.close()
    if fault := integrity_fault(target_file):
        raise BackupFault(f"the copy is damaged ({fault}): check the disk and the database")


def _dump_postgresql(url: str, target: Path) -> None:
    run_postgresql_tool("pg_dump", url, "--format=custom", "--no-owner", f"--file={target}")


def run_postgresql_tool(tool: str, url: str, *options: str) -> None:
    """Run `pg_dump` or `pg_restore` on a database; the password does not show in `ps`."""
    found = shutil.which(tool)
    if not found:
        raise BackupFault(
            f"{tool} is not installed here (Debian, Ubuntu: apt install postgresql-client)"
        )
    done = subprocess.run(
        [found, *options], env=_postgresql_environment(url), capture_output=True, text=True
    )
    if done.returncode:
        raise BackupFault(f"{tool} failed: {done.stderr.strip().splitlines()[-1]}")


def _postgresql_environment(url: str) -> dict[str, str]:
    parts = make_url(url)
    host = parts.host or str(parts.query.get("host", ""))
    values = {
        "PGHOST": host,
        "PGPORT": str(parts.port or parts.query.get("port", "")),
        "PGUSER": parts.username or "",
        "PGPASSWORD": str(parts.password or ""),
        "PGDATABASE": parts.database or "",
    }
    return {**os.environ, **{name: value for name, value in values.items() if value}}


def _sync(file: Path) -> None:
    descriptor = os.open(file, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
