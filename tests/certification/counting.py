"""How many statements something takes."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import event

from trainhub.db import db


def count_queries(act: Callable[[], object]) -> int:
    """The statements that `act` sends to the database."""
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)
