"""The night: what is past its time goes, and erasures are noted outside the database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from trainhub.db import transaction
from trainhub.privacy import journal, queries
from trainhub.privacy.rules import PERSONAL, Period, passed_by
from trainhub.privacy.services import erase_person, forget_rows

REASON = "The period of keeping is over"


def forget_what_is_over(now: datetime, instance: Path) -> dict[str, int]:
    """Delete rows past their time and erase accounts disabled long ago; how many of each table.

    Each piece is a transaction of its own, with its entry on record.
    """
    counts: dict[str, int] = {}
    for declaration in PERSONAL:
        while True:
            with transaction():
                count = forget_rows(declaration, now=now)
            if not count:
                break
            counts[declaration.table] = counts.get(declaration.table, 0) + count
    erased = _erase_those_over(now)
    counts |= _forget_mail(now, instance)
    journal.note_erasures(instance)
    journal.note_holds(instance)
    return counts | ({"person": erased} if erased else {})


def _erase_those_over(now: datetime) -> int:
    before = passed_by(Period.EVIDENCE, now)
    assert before is not None
    ids = queries.list_over(before)
    for person_id in ids:
        with transaction():
            person = queries.get_person(person_id)
            erase_person(person, reason=REASON, actor=None, now=now)
    return len(ids)


def _forget_mail(now: datetime, instance: Path) -> dict[str, int]:
    """Mail that was only written to files: it names people like the messages it was made of."""
    before = passed_by(Period.UPLOADS, now)
    assert before is not None
    old = [
        file
        for file in (instance / "mail").glob("*.eml")
        if datetime.fromtimestamp(file.stat().st_mtime, UTC) < before
    ]
    for file in old:
        file.unlink(missing_ok=True)
    return {"mail files": len(old)} if old else {}
