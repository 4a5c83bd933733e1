"""A centre that has been at work for a month is upgraded, and nobody notices."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import Table, func, select

from trainhub.assembly import load_models
from trainhub.db import db, transaction
from trainhub.demo import build_centre
from trainhub.ops import schema
from trainhub.ops.content import load_shipped_content


def rows_of(table: Table) -> list[tuple[object, ...]]:
    return sorted(map(tuple, db.session.execute(select(table))), key=repr)


def test_a_filled_database_keeps_every_row(first_installed: Flask, now: datetime) -> None:
    load_models()
    with transaction():
        load_shipped_content(now)
        build_centre(size=64, seed=1, now=now, zone=ZoneInfo("Asia/Shanghai"))
    before = {name: rows_of(table) for name, table in db.metadata.tables.items()}
    assert sum(map(len, before.values())) > 5_000
    db.session.remove()

    applied = schema.upgrade(db.engine, before=lambda: None)

    assert applied == schema.list_revisions()[1:]
    assert {name: rows_of(table) for name, table in db.metadata.tables.items()} == before
    assert db.session.scalar(select(func.count()).select_from(db.metadata.tables["person"])) == 64
