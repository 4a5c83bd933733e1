"""Sentences that are worded in the reader's language later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Clock(NamedTuple):
    """A time of day, minutes from midnight."""

    minutes: int


class Named(NamedTuple):
    """A row to be named: `kind` is course, person, team, queue, room, site or trainer."""

    kind: str
    id: int


@dataclass(frozen=True)
class Sentence:
    """A msgid and what goes into its places: texts, numbers, dates, clock times, named rows."""

    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
