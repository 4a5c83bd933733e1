"""Where the things of the audit trail stand: each subject says it for its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from trainhub.audit.models import AuditEntry
from trainhub.people.models import Person


@dataclass(frozen=True)
class AuditPlace:
    """A page that shows what an entry is about, and the name people know the thing by."""

    url: str
    words: str


# The places of some entries, by the entry's number; entries without one are left out. A place
# is named only where the viewer may open it.
FindPlaces = Callable[[Sequence[AuditEntry], Person], Mapping[int, AuditPlace]]
_finders: dict[str, FindPlaces] = {}


def register_places(object_type: str, find: FindPlaces) -> None:
    """Enter how entries about one type of thing lead to its page."""
    _finders[object_type] = find


def places_of(entries: Sequence[AuditEntry], viewer: Person) -> dict[int, AuditPlace]:
    """Where the things of a page of entries stand; a constant number of queries for each type."""
    found: dict[int, AuditPlace] = {}
    for object_type, find in _finders.items():
        some = [one for one in entries if one.object_type == object_type]
        if some:
            found |= find(some, viewer)
    return found
