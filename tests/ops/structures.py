"""Comparing a database's structure with what the models say."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from trainhub.assembly import load_models
from trainhub.db import db


def differences_to_the_models() -> list[Any]:
    """What the database of the current application lacks, or has too much."""
    load_models()
    known = db.metadata.tables

    def ours(item: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:
        own_table = kind == "table" and reflected and name not in known
        over_expression = kind == "index" and reflected and not item.columns
        return not (own_table or over_expression)  # written by hand, for search

    with db.engine.connect() as connection:
        options = {"include_object": ours, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        found: list[Any] = compare_metadata(context, db.metadata)
    return found
