"""Who may read the library and who may write in it."""

from __future__ import annotations

from typing import Any

from trainhub import permissions

WRITERS = ("trainer", "administrator")


def _reads(person: Any) -> bool:
    return True


def writes(person: Any) -> bool:
    """Whether the person keeps the library: trainers and administrators do."""
    return bool(person.has_role(*WRITERS))


permissions.register("catalogue.read", _reads)
permissions.register("catalogue.write", writes)
