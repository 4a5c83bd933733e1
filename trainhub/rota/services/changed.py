"""Telling those who stand on the rota that it says something else now.

Classes stand to the right of the rota, so the rota cannot ask for them by name: who needs to
know registers. They are told inside the transaction that writes, so that what they keep changes
together with the rota or not at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class RotaChanged:
    """What is different, and since when: dates by person id, ids of shift codes and of teams."""

    now: datetime
    days: Mapping[int, Collection[date]] = field(default_factory=dict)
    code_ids: Collection[int] = ()
    team_ids: Collection[int] = ()


Listener = Callable[[RotaChanged], None]
_listeners: dict[str, Listener] = {}


def register(name: str, listener: Listener) -> None:
    """Have `listener` told of every change, once it is written. One for each name."""
    _listeners[name] = listener


def tell(changed: RotaChanged) -> None:
    """Tell everybody who registered; nobody where nothing is different."""
    if changed.days or changed.code_ids or changed.team_ids:
        for listener in _listeners.values():
            listener(changed)


def by_person(days: Iterable[tuple[int, date]]) -> dict[int, set[date]]:
    """(person id, date) as dates by person id."""
    found: dict[int, set[date]] = defaultdict(set)
    for person_id, on in days:
        found[person_id].add(on)
    return found
