"""Who may do what: one table from permission names to predicates over the signed-in person.

Subjects register theirs when they are imported; every route names one or is public.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Predicate = Callable[[Any], bool]

_table: dict[str, Predicate] = {}


def register(name: str, predicate: Predicate) -> None:
    """Enter a permission. A name stands for one rule; entering another is an error."""
    if _table.get(name, predicate) is not predicate:
        raise ValueError(f"permission {name!r} is already registered")
    _table[name] = predicate


def allows(name: str, person: Any) -> bool:
    """Whether `person` holds the permission. Nobody signed in holds none."""
    return person is not None and _table[name](person)


def is_registered(name: str) -> bool:
    """Whether the permission exists (asked by the policy tests)."""
    return name in _table


def names() -> list[str]:
    """All permissions, sorted."""
    return sorted(_table)
