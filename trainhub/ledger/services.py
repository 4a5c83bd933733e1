"""Writing the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from trainhub.db import db
from trainhub.ledger.models import LearningRecord, Verb
from trainhub.prepared import Connection, Statement


def append_record(
    person_id: int,
    verb: Verb,
    *,
    object_type: str,
    object_key: str,
    dedupe_key: str,
    occurred_at: datetime,
    now: datetime,
    object_version: str = "",
    result: Mapping[str, Any] | None = None,
) -> LearningRecord:
    """Record a fact once: a second call with the same `dedupe_key` gives back the first row."""
    dialect = db.session.get_bind().dialect.name
    insert_once = postgresql_insert if dialect == "postgresql" else sqlite_insert
    db.session.execute(
        insert_once(LearningRecord)
        .values(
            person_id=person_id,
            verb=verb.value,
            object_type=object_type,
            object_key=object_key,
            object_version=object_version,
            result=dict(result or {}),
            occurred_at=occurred_at,
            recorded_at=now,
            dedupe_key=dedupe_key,
        )
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
    )
    return db.session.execute(
        select(LearningRecord).where(LearningRecord.dedupe_key == dedupe_key)
    ).scalar_one()


_APPEND = Statement(
    insert(LearningRecord.__table__).values(
        {
            name: bindparam(name)
            for name in (
                "person_id", "verb", "object_type", "object_key", "object_version", "result",
                "occurred_at", "recorded_at", "dedupe_key",
            )
        }
    )
)  # fmt: skip


def append_quickly(
    connection: Connection,
    person_id: int,
    verb: Verb,
    *,
    object_type: str,
    object_key: str,
    dedupe_key: str,
    occurred_at: datetime,
    now: datetime,
    object_version: str,
    result: Mapping[str, Any],
) -> None:
    """`append_record` for a prepared request; the driver's error where the fact is there already,
    so that the longer way looks at it."""
    connection.run(
        _APPEND,
        person_id=person_id,
        verb=verb.value,
        object_type=object_type,
        object_key=object_key,
        object_version=object_version,
        result=dict(result),
        occurred_at=occurred_at,
        recorded_at=now,
        dedupe_key=dedupe_key,
    )
