"""The titles of what requirements name by key: courses, exams, typing tests, models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trainhub.certification.evidence import get_kind
from trainhub.certification.rules.programmes.content import Titles

Named = Mapping[tuple[str, str], Titles]  # by kind of evidence and key


def list_named(kinds: Iterable[str]) -> Named:
    """What can be named in requirements of these kinds; one query a kind."""
    found: dict[tuple[str, str], Titles] = {}
    for name in sorted(set(kinds)):
        choices = get_kind(name).choices
        for one in choices() if choices else ():
            found[name, one.key] = one.titles
    return found
