"""Writing notices down, and noting what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from trainhub.db import db
from trainhub.notices.models import Notice
from trainhub.notices.rules import CLAIMED_FOR, MOST_TRIES, Kind, wait_before_try


def write_notices(
    kind: Kind, entries: Sequence[tuple[int, str, Mapping[str, Any]]], *, now: datetime
) -> None:
    """Put messages down to be sent: `(person id, key, values)`. One known already is left."""
    dialect = db.session.get_bind().dialect.name
    insert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    rows = [
        {
            "person_id": person_id, "kind": kind.value, "key": key, "values": dict(values),
            "created_at": now, "send_after": now, "tries": 0, "error": "",
        }
        for person_id, key, values in entries
    ]  # fmt: skip
    if rows:
        db.session.flush()
        db.session.connection().execute(
            insert(Notice).on_conflict_do_nothing(index_elements=["person_id", "kind", "key"]),
            rows,
        )


def claim_notices(ids: Sequence[int], *, now: datetime) -> list[int]:
    """Keep messages for oneself to send; the numbers of those that nobody has sent or keeps.

    One that is claimed and not noted as sent or failed waits again after `CLAIMED_FOR`.
    """
    claimed = db.session.scalars(
        update(Notice)
        .where(
            Notice.id.in_(ids),
            Notice.sent_at.is_(None),
            Notice.given_up_at.is_(None),
            Notice.send_after <= now,
        )
        .values(send_after=now + CLAIMED_FOR)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(claimed)


def note_sent(notice: Notice, *, now: datetime) -> None:
    """The message has gone out."""
    notice.sent_at = now
    notice.tries += 1
    notice.error = ""


def note_failure(notice: Notice, error: str, *, now: datetime) -> None:
    """Sending failed: try again later, and give up in the end."""
    notice.tries += 1
    notice.error = error[:500]
    notice.send_after = now + wait_before_try(notice.tries)
    if notice.tries >= MOST_TRIES:
        notice.given_up_at = now
