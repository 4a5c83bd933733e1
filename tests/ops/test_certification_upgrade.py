"""A centre full of people, exams and classes is brought to certification, and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from alembic import command
from flask import Flask
from sqlalchemy import TableClause, func, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.conftest import NOON
from tests.delivery.centre import TUESDAY, Centre
from tests.ops.structures import differences_to_the_models
from tests.ops.test_filled_upgrade import (
    Rows,
    fill,
    month_of_work,
    old_tables,
    rows_of,
)
from trainhub import paths, pipeline
from trainhub.assembly import load_models
from trainhub.db import append_only_statements, db, transaction
from trainhub.ops import schema
from trainhub.people.models import Person, PersonRole, Role

NEW = ("programme", "programme_enrolment", "award", "award_event", "erasure", "legal_hold")


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """The rows of a centre with classes."""
    folder = tmp_path_factory.mktemp("month") / "filled"
    return month_of_work(folder, NOON, lambda: hold_classes(Centre(need=0)))


def hold_classes(centre: Centre) -> None:
    centre.add_campaign()
    for hour in (9, 11):
        course = centre.add_course()
        centre.add_class(TUESDAY, hour * 60, now=NOON, course=course, people=centre.people[:2])


@pytest.fixture
def filled(installed_with_0007: Flask, month: Rows) -> Iterator[dict[str, TableClause]]:
    """The tables of a full database of revision 0007."""
    load_models()
    tables = old_tables()
    fill(tables, month)
    yield tables
    db.session.remove()


def snapshot(tables: dict[str, TableClause]) -> dict[str, list[tuple[object, ...]]]:
    found = {name: rows_of(one) for name, one in tables.items()}
    db.session.remove()
    return found


def down_to_0007() -> None:
    with schema._one_transaction(db.engine) as connection:
        command.downgrade(schema._config(connection, db.metadata, paths.MIGRATIONS), "0007")


def is_refused(statement: str) -> bool:
    try:
        with transaction():
            db.session.execute(text(statement))
    except DBAPIError as error:
        return "append only" in str(error)
    return False


def test_every_row_is_kept_and_the_structure_is_that_of_the_models(
    filled: dict[str, TableClause], month: Rows, now: datetime
) -> None:
    before = snapshot(filled)
    for name in ("booking", "shift", "attempt", "enrolment", "learning_record", "audit_entry"):
        assert before[name], f"{name}: it is to be a full centre"

    assert schema.upgrade(db.engine, before=lambda: None)[0] == "0008"

    assert snapshot(filled) == before
    assert differences_to_the_models() == []
    assert schema.list_pending(db.engine) == []
    for name in NEW:
        assert db.session.scalar(select(func.count()).select_from(db.metadata.tables[name])) == 0
    assert set(db.session.scalars(select(Person.erased_at))) == {None}
    failed = [name for name, count in pipeline.tick(now).items() if count is None]
    assert failed == [], "the centre works on"


def test_the_database_itself_guards_what_is_only_added_to(installed: Flask, now: datetime) -> None:
    """The revisions make the same triggers as the models, on every such table."""
    load_models()
    dialect = db.engine.dialect.name
    wanted = set()
    for name, one in db.metadata.tables.items():
        made = {
            str(each.statement) for each in one.dispatch.after_create if hasattr(each, "statement")
        }
        if set(append_only_statements(name, "sqlite")) & made:
            wanted.add(name)
    query = "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    if dialect == "sqlite":
        query = "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'"
    with db.engine.connect() as connection:
        found = set(connection.execute(text(query)).scalars())
    assert wanted >= {"audit_entry", "award_event", "erasure", "sign_off"}
    assert wanted - found == set()
    with transaction():
        from trainhub.audit.services import append_entry

        append_entry("team.added", actor=None, object_type="team", object_key="Red", now=now)
    assert is_refused("UPDATE audit_entry SET reason = 'x'")
    assert is_refused("DELETE FROM audit_entry")


def test_the_way_back_keeps_every_row_of_then(filled: dict[str, TableClause]) -> None:
    before = snapshot(filled)
    schema.upgrade(db.engine, before=lambda: None)
    with transaction():
        person_id = db.session.scalars(select(Person.id)).first()
        db.session.add(PersonRole(person_id=person_id, role=Role.AUDITOR.value))
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(insert(PersonRole), {"person_id": person_id, "role": "emperor"})
    down_to_0007()
    assert schema.find_revision(db.engine) == "0007"
    assert snapshot(filled) == before, "a role that is not known there is gone, nothing else"
    assert not inspect(db.engine).has_table("award")
    schema.upgrade(db.engine, before=lambda: None)
    assert snapshot(filled) == before
    assert differences_to_the_models() == []
