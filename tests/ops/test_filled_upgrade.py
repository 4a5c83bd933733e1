"""A centre that has been at work for a month is upgraded, and nobody notices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import TableClause, column, func, insert, inspect, select, table

from trainhub import create_app
from trainhub.assembly import load_models
from trainhub.config import load_settings
from trainhub.db import db, transaction
from trainhub.demo import build_centre
from trainhub.ops import schema
from trainhub.ops.content import load_shipped_content

Rows = dict[str, list[dict[str, Any]]]


def month_of_work(folder: Path, now: datetime, more: Callable[[], None] | None = None) -> Rows:
    """The rows of a demonstration centre, from a database of today's structure.

    `more` adds to it.
    """
    with create_app(load_settings({}, instance=folder)).app_context():
        load_models()
        db.create_all()
        with transaction():
            load_shipped_content(now)
            build_centre(
                size=64, seed=1, now=now, zone=ZoneInfo("Asia/Shanghai"), has_classes=False
            )
        if more is not None:
            more()
        found = {
            one.name: [dict(row) for row in db.session.execute(select(one)).mappings()]
            for one in db.metadata.sorted_tables
        }
        db.session.remove()
        db.engine.dispose()
    return found


def old_tables() -> dict[str, TableClause]:
    """The tables there are by now, with the columns they have, as today's models type them."""
    found = inspect(db.engine)
    types = {one.name: one.columns for one in db.metadata.sorted_tables}
    return {
        name: table(name, *(column(one["name"], types[name][one["name"]].type) for one in columns))
        for name in found.get_table_names()
        if name in types and (columns := found.get_columns(name))
    }


def fill(tables: dict[str, TableClause], rows: Rows) -> None:
    """Store the rows as far as the tables know them; editions and versions form circles."""
    sqlite = db.engine.dialect.name == "sqlite"
    loose = "PRAGMA foreign_keys=OFF" if sqlite else "SET session_replication_role = replica"
    with db.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute(loose)  # before the transaction: SQLite would not hear it within
        for name, one in tables.items():
            names = list(one.columns.keys())
            known = [{key: row[key] for key in names} for row in rows[name] if is_of_then(row)]
            if known:
                connection.execute(insert(one), known)
        connection.commit()
        connection.invalidate()


def is_of_then(row: dict[str, Any]) -> bool:
    """Whether an older structure takes the row: there were no auditors before 0008."""
    return row.get("role") != "auditor"


def rows_of(one: TableClause) -> list[tuple[object, ...]]:
    return sorted(map(tuple, db.session.execute(select(one))), key=repr)


def test_a_filled_database_keeps_every_row(
    first_installed: Flask, now: datetime, tmp_path: Path
) -> None:
    rows = month_of_work(tmp_path / "filled", now)
    tables = old_tables()
    fill(tables, rows)
    before = {name: rows_of(one) for name, one in tables.items()}
    assert sum(map(len, before.values())) > 5_000
    db.session.remove()

    applied = schema.upgrade(db.engine, before=lambda: None)

    assert applied == schema.list_revisions()[1:]
    assert {name: rows_of(one) for name, one in tables.items()} == before
    people = select(func.count()).select_from(db.metadata.tables["person"])
    assert db.session.scalar(people) == len(rows["person"])


def test_rooms_of_a_centre_with_classes_are_kept(installed_with_0006: Flask) -> None:
    """A column that may not be empty comes to tables that have rows."""
    site = table("site", column("id"), column("name"), column("time_zone"))
    room = table(
        "room", column("id"), column("site_id"), column("name"), column("seats"),
        column("is_online"),
    )  # fmt: skip
    with transaction():
        db.session.execute(insert(site), {"id": 1, "name": "Hefei", "time_zone": "Asia/Shanghai"})
        one = {"id": 1, "site_id": 1, "name": "Web", "seats": 20, "is_online": True}
        db.session.execute(insert(room), one)
    db.session.remove()

    assert schema.upgrade(db.engine, before=lambda: None)[0] == "0007"

    kept = db.session.execute(select(room, column("join_url")).select_from(room)).one()
    assert tuple(kept) == (1, 1, "Web", 20, True, "")
