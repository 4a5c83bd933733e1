"""Keeping in the history which table filled a date first, before something else stands there.

A quarter's first import fills hundreds of thousands of dates that mostly stay as they are: until
then `Shift.import_id` tells where they come from, and no row is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import insert

from trainhub.db import db
from trainhub.rota.models import RotaChange
from trainhub.rota.queries.first_fills import list_first_fills

_BATCH = 20_000  # rows a statement


def keep_first_fills(days: Collection[tuple[int, date]]) -> None:
    """Note who filled these (person id, date) and when, where that would be lost now."""
    if not days:
        return
    wanted, dates = set(days), [on for _, on in days]
    rows: Iterator[dict[str, Any]] = (
        {
            "person_id": one.person_id,
            "on": one.on,
            "old_code": "",
            "new_code": one.code,
            "kind": "import",
            "reason": "",
            "import_id": one.source.id,
            "changed_at": one.source.imported_at,
            "changed_by_id": one.source.imported_by_id,
        }
        for one in list_first_fills({person_id for person_id, _ in wanted}, min(dates), max(dates))
        if (one.person_id, one.on) in wanted
    )
    while batch := list(islice(rows, _BATCH)):
        db.session.execute(insert(RotaChange), batch)
