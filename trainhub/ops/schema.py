"""The structure of the database: which revision it has, and the way to this program's.

All pending revisions run in one transaction that is opened explicitly, so that an interrupted
upgrade leaves the old structure or the new one. Alembic is imported only when it works, not
by web processes that only compare revisions.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, inspect, text

from trainhub import paths

if TYPE_CHECKING:
    from alembic.config import Config

_REVISION = re.compile(r"^revision(?:: str)? = ['\"](\w+)['\"]", re.MULTILINE)
_BEFORE = re.compile(r"^down_revision(?:[^=]*)? = ['\"](\w+)['\"]", re.MULTILINE)


class SchemaFault(Exception):
    """The structure cannot be used or upgraded; the text says why and what to do."""


def list_revisions(folder: Path = paths.MIGRATIONS) -> list[str]:
    """The known revisions from the first to the newest, read from the files' text."""
    after: dict[str | None, str] = {}
    for file in (folder / "versions").glob("*.py"):
        source = file.read_text("utf-8")
        if found := _REVISION.search(source):
            before = _BEFORE.search(source)
            after[before[1] if before else None] = found[1]
    revisions: list[str] = []
    while (newest := revisions[-1] if revisions else None) in after:
        revisions.append(after[newest])
    return revisions


def find_revision(engine: Engine) -> str | None:
    """The revision a database has; None for one without tables."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def list_pending(engine: Engine, folder: Path = paths.MIGRATIONS) -> list[str]:
    """The revisions a database still lacks. Raises `SchemaFault` if it is from a newer program."""
    known, current = list_revisions(folder), find_revision(engine)
    if current is None:
        return known
    if current not in known:
        raise SchemaFault(
            f"the database has structure {current}, which this version of TrainHub does not "
            "know: start the newer version, or restore a backup made by this one"
        )
    return known[known.index(current) + 1 :]


def upgrade(
    engine: Engine, before: Callable[[], Any], folder: Path = paths.MIGRATIONS
) -> list[str]:
    """Apply all pending revisions; returns them.

    `before` is called first if there is data to lose (it makes the backup). Raises
    `SchemaFault` when the rows do not fit the new structure; the old one is in place then.
    """
    pending = list_pending(engine, folder)
    if not pending:
        return []
    if find_revision(engine) is not None:
        before()
    with _one_transaction(engine) as connection:
        _alembic("upgrade", connection, MetaData(), folder)
    return pending


@contextmanager
def _one_transaction(engine: Engine) -> Iterator[Connection]:
    """A write transaction for structural changes, without SQLite's cascades on rebuilt tables.

    Rebuilding a parent table with foreign keys on would delete its children; the pragma works
    outside a transaction only, and the check makes up for it before the end.
    """
    with engine.connect().execution_options(trainhub_writes=True) as connection:
        raw = connection.connection.driver_connection
        is_sqlite = engine.dialect.name == "sqlite"
        if is_sqlite and raw is not None:
            raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                if is_sqlite:
                    _refuse_orphans(connection)
        finally:
            if is_sqlite and raw is not None:
                raw.execute("PRAGMA foreign_keys=ON")


def _refuse_orphans(connection: Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        table, row, parent, _ = orphans[0]
        raise SchemaFault(
            f"after the upgrade {len(orphans)} row(s) would point nowhere, first {table} row "
            f"{row} to {parent}: nothing was changed"
        )


def _alembic(verb: str, connection: Connection, metadata: MetaData, folder: Path) -> None:
    from alembic import command  # heavy: 0.3 s, and web processes never need it

    config = _config(connection, metadata, folder)
    if verb == "upgrade":
        command.upgrade(config, "head")
    else:
        command.revision(config, message=verb, autogenerate=True, rev_id=_next_number(folder))


def _config(connection: Connection, metadata: MetaData, folder: Path) -> Config:
    from alembic.config import Config  # heavy, see above

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = metadata
    return config


def _next_number(folder: Path) -> str:
    return f"{len(list_revisions(folder)) + 1:04d}"


def write_revision(message: str, metadata: MetaData, folder: Path = paths.MIGRATIONS) -> Path:
    """Write the revision that leads from the newest one to `metadata`; to be read and kept.

    Compares with an empty database upgraded to the newest revision, never with real data.
    """
    with tempfile.TemporaryDirectory() as scratch:
        engine = create_engine(f"sqlite:///{scratch}/scratch.sqlite3")
        if list_revisions(folder):
            upgrade(engine, before=lambda: None, folder=folder)
        number = _next_number(folder)
        with _one_transaction(engine) as connection:
            _alembic(message, connection, metadata, folder)
        engine.dispose()
    return next((folder / "versions").glob(f"{number}_*.py"))
