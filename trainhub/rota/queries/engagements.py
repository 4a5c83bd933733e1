"""What people are engaged for beside their shifts: asked of whoever registered to know it.

Classes stand to the right of the rota, so the rota cannot ask for them by name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Engagement:
    """A class somebody has a seat in; `fits`: the rota as it stands has a time for it.

    `is_published`: the person has been told of it.
    """

    person_id: int
    name: str
    title: str
    on: date
    starts_min: int
    ends_min: int
    fits: bool
    is_published: bool = True


Source = Callable[[Collection[int], date, date, str], Iterable[Engagement]]
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Let `source` tell what people are engaged for: person ids, first and last date, language.

    One for each name.
    """
    _sources[name] = source


def engagements_of(
    person_ids: Collection[int], first: date, last: date, language: str
) -> list[Engagement]:
    """What these people are engaged for on these dates that is still to come, in order of time."""
    found = [
        one for source in _sources.values() for one in source(person_ids, first, last, language)
    ]
    return sorted(found, key=lambda one: (one.on, one.starts_min, one.name))
