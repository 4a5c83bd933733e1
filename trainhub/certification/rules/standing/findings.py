"""What has been found about a requirement for one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How a requirement stands. Late, at risk and expiring follow from dates."""

    MET = "met"
    WAIVED = "waived"
    AWAITED = "awaited"  # the person has done their part; somebody else has to act
    OPEN = "open"
    FAILED = "failed"  # tried and not reached; may be tried again
    NOT_NEEDED = "not_needed"  # another member of its group was enough


SETTLED = frozenset({State.MET, State.WAIVED, State.NOT_NEEDED})


@dataclass(frozen=True)
class Words:
    """A sentence to be worded in the reader's language: an English msgid and its values.

    Values that are dates are worded as dates; those in `titles` (a mapping of language to text)
    in the reader's language.
    """

    message: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """The shortest next step: what to do, whose turn it is, where, and how long it takes.

    `turn` is "person", "supervisor", "trainer", "planner" or "rater". `endpoint` and `values`
    name a page of this application.
    """

    words: Words
    turn: str = "person"
    endpoint: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    minutes: int | None = None


@dataclass(frozen=True)
class Evidence:
    """What a finding rests on. `ids` name the rows, `values` what they said, `by` who judged.

    `at` is when it happened in the world.
    """

    kind: str
    at: datetime
    on: date
    ids: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""


@dataclass(frozen=True)
class Finding:
    """One requirement looked at for one person, before exceptions and groups.

    `score_permille` is what a composite counts; `ends_on` the last day the evidence holds.
    `said` tells what was found ("712 of 800 points, 800 needed"), `tries` how often it was tried.
    """

    state: State
    said: Words | None = None
    evidence: tuple[Evidence, ...] = ()
    ends_on: date | None = None
    score_permille: int | None = None
    step: Step | None = None
    tries: int = 0

    @property
    def at(self) -> datetime | None:
        """When the evidence was complete."""
        return max((one.at for one in self.evidence), default=None)
