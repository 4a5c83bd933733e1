"""What papers are drawn from, read once for all who start while nothing in the bank changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from trainhub.assessment.queries.drawing import count_seen, drawables, pool_stamp
from trainhub.assessment.rules.drawing import Drawable
from trainhub.db import db
from trainhub.prepared import Connection

_pools: dict[tuple[str, str], tuple[tuple[Any, ...], list[Drawable]]] = {}


def own_pool(language: str, person_id: int, connection: Connection | None = None) -> list[Drawable]:
    """The live questions in a language, with how often this person has had each."""
    pool = _pool(language, connection)
    seen = count_seen(person_id, connection)
    if not seen:
        return pool
    return [
        replace(each, seen=seen[each.item_id]) if each.item_id in seen else each for each in pool
    ]


def _pool(language: str, connection: Connection | None) -> list[Drawable]:
    key, stamp = (str(db.engine.url), language), pool_stamp(connection)
    found = _pools.get(key)
    if found is None or found[0] != stamp:
        found = _pools[key] = (stamp, drawables(language, None))
    return found[1]


def forget_pools() -> None:
    """Read them anew, for tests that put another database in the place of the last one."""
    _pools.clear()
