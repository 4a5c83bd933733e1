"""What is on record stays on record."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests.attacks.world import World
from trainhub.audit.models import AuditEntry
from trainhub.audit.queries import find_broken_entry
from trainhub.db import db

APPEND_ONLY = (
    "audit_entry",
    "checkpoint_response",
    "course_version",
    "item",
    "learning_record",
    "lesson",
    "quiz_version",
)
GUARDS_OFF = {
    "sqlite": "DROP TRIGGER audit_entry_no_update",
    "postgresql": "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
}
GUARDS_ON = {
    "sqlite": "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry "
    "BEGIN SELECT RAISE(ABORT, 'audit_entry is append only'); END",
    "postgresql": "ALTER TABLE audit_entry ENABLE TRIGGER ALL",
}


@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_rewrite_history(
    app: Flask, world: World, verb: str
) -> None:
    for table in APPEND_ONLY:
        column = next(iter(db.metadata.tables[table].primary_key)).name
        count = text(f"SELECT count(*) FROM {table}")
        rows = db.session.scalar(count) or 0
        assert rows or table == "learning_record", f"the world has no row in {table}"
        db.session.rollback()
        if rows:
            with pytest.raises(DatabaseError, match="append only"):
                db.session.execute(text(verb.format(table, column, column)))
        db.session.rollback()
        assert db.session.scalar(count) == rows
        db.session.rollback()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entry SET actor_name = 'nobody' WHERE number = 2",
        "UPDATE audit_entry SET object_key = object_key || ' ' WHERE number = 1",
        "UPDATE audit_entry SET reason = 'x' WHERE number = 3",
    ],
)
def test_one_changed_byte_is_found_in_the_chain(app: Flask, world: World, change: str) -> None:
    browser = world.browser("agent")
    browser.client.get("/people")
    assert find_broken_entry() is None
    engine = db.engine.dialect.name
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.exec_driver_sql(GUARDS_OFF[engine])
        connection.exec_driver_sql(change)
        connection.exec_driver_sql(GUARDS_ON[engine])
    db.session.expire_all()
    number = db.session.scalar(db.select(AuditEntry.number).order_by(AuditEntry.number.desc()))
    assert find_broken_entry() in range(1, (number or 0) + 1)
