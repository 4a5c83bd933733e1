"""Forgetting rows whose time is over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Table, and_, delete, or_, select, tuple_

from trainhub.audit.services import append_entry
from trainhub.db import db
from trainhub.privacy import queries
from trainhub.privacy.rules import Personal, passed_by


def forget_rows(declaration: Personal, *, now: datetime, most: int = 5_000) -> int:
    """Delete up to `most` rows of a table past their time, with one entry on record; how many.

    What is about somebody under a legal hold stays.
    """
    before = passed_by(declaration.period, now)
    if before is None or not declaration.counted:
        return 0
    table = queries.table_of(declaration)
    keys = list(table.primary_key.columns)
    over = select(*keys).where(_is_over(declaration, table, before)).limit(most)
    chosen = tuple_(*keys).in_(over) if len(keys) > 1 else keys[0].in_(over)
    done = db.session.execute(delete(table).where(chosen))
    count: int = done.rowcount  # type: ignore[attr-defined]  # of a CursorResult
    if count:
        append_entry(
            "privacy.forgotten", actor=None, object_type="table", object_key=declaration.table,
            now=now, changes={"rows": [count, 0], "period": [None, declaration.period.value]},
        )  # fmt: skip
    return count


def _is_over(declaration: Personal, table: Table, before: datetime) -> ColumnElement[bool]:
    passed = or_(*(_passed(table.c[name], before) for name in declaration.counted))
    held = queries.held_ids()
    if not held or not declaration.path:
        return passed
    return and_(passed, ~queries.leading(table, declaration.path, lambda column: column.in_(held)))


def _passed(column: ColumnElement[Any], before: datetime) -> ColumnElement[bool]:
    return column < (before.date() if isinstance(column.type, Date) else before)
