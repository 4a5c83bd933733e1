"""What Alembic runs; `trainhub.ops.schema` hands the connection in and owns the transaction."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

config = context.config


def _render_item(kind: str, item: Any, _autogenerate: Any) -> str | Literal[False]:
    """Write own column types as what the database sees: a migration outlives the class."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def _include_object(_item: Any, name: str | None, kind: str, reflected: bool, _other: Any) -> bool:
    """Tables the models do not know (full-text indexes and their like) are written by hand."""
    return not (kind == "table" and reflected and name not in config.attributes["metadata"].tables)


context.configure(
    connection=config.attributes["connection"],
    target_metadata=config.attributes["metadata"],
    render_as_batch=True,
    render_item=_render_item,
    include_object=_include_object,
    compare_type=True,
    transactional_ddl=True,
)
context.run_migrations()
